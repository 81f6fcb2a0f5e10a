from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from resumes.services.demo import seed_demo


class Command(BaseCommand):
    help = "Make the demo's sign-ins, a small catalogue and a search, once."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = seed_demo()
        except ValidationError as exc:
            raise CommandError(exc.messages[0]) from exc
        self.stdout.write("Demo data made." if made else "The demo data is there already.")
