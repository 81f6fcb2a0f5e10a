"""`manage.py import_legacy` with the small system of `saved_only` in the place of JobPilot's: python -m tests.crossing.run_saved_only ..."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "jobos.settings"
    django.setup()

    from django.core.management import execute_from_command_line

    from jobos.crossing.services import running

    running.SYSTEMS["jobpilot"] = "tests.crossing.saved_only"
    execute_from_command_line(["manage.py", "import_legacy", *sys.argv[1:]])
