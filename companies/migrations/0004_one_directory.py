"""The companies of both older systems become one directory, and what a user thought of one becomes a target."""

from django.db import migrations

from companies.migrations import _one_directory


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0002_aliases_and_merges"),
        ("companies", "0003_legacy_companies"),
        ("core", "0001_ledger"),
    ]

    operations = [
        migrations.RunPython(_one_directory.convert, _one_directory.convert_back),
        migrations.DeleteModel("LegacyJobOSCompany"),
        migrations.DeleteModel("LegacyJobPilotCompany"),
    ]
