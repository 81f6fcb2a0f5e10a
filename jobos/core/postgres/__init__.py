"""Django's PostgreSQL engine, which starts the embedded server where the settings carry one."""
