from django.apps import AppConfig


class CrossingConfig(AppConfig):
    name = "jobos.crossing"
    label = "crossing"
    verbose_name = "Imports"
