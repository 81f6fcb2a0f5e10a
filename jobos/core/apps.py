from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "jobos.core"
    label = "core"
    verbose_name = "Upkeep"

    def ready(self) -> None:
        from jobos import checks, checks_database  # noqa: F401 - importing registers the system checks.
        from jobos.core import schema  # noqa: F401 - tells the schema generator about our classes.
