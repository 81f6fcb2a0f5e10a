from django.apps import AppConfig


class ResumesConfig(AppConfig):
    name = "resumes"
    verbose_name = "Resumes"

    def ready(self) -> None:
        from resumes import openapi  # noqa: F401 - tells the schema generator what a content looks like.
