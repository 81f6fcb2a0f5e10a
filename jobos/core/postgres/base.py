"""The database engine `jobos.core.postgres`."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base, client
from django.db.utils import OperationalError

from jobos.core.embedded import EmbeddedDatabaseError, EmbeddedServer


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the psql that comes with the embedded server."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        arguments, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        server: EmbeddedServer | None = settings_dict.get("EMBEDDED")
        if server is not None:
            server.ensure_running()
            arguments[0] = str(server.program("psql"))
        return arguments, environment


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it; a new connection first makes sure that the embedded server runs.

    The server travels in the settings of the connection (`EMBEDDED`), which Django copies whole for test databases and
    for its connections without a database.
    """

    client_class = DatabaseClient

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        server: EmbeddedServer | None = self.settings_dict.get("EMBEDDED")
        if server is not None:
            try:
                server.ensure_running(timeout=self.settings_dict["EMBEDDED_PATIENCE"])
            except EmbeddedDatabaseError as error:
                # The same as a server at a URL that is away: requests answer 503 and commands stop.
                raise OperationalError(str(error)) from error
        return super().get_new_connection(conn_params)
