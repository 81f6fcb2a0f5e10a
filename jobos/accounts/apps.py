from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "jobos.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from jobos.accounts import openapi  # noqa: F401 - tells the schema generator how callers authenticate.
        from jobos.accounts.roles import grant_permissions

        post_migrate.connect(grant_permissions, dispatch_uid="accounts.roles")
