"""Resumes with one parent, one target and a history of versions; what stood around them follows."""

from django.db import migrations

from resumes.migrations import _clear_relations


class Migration(migrations.Migration):
    dependencies = [("resumes", "0003_system_templates"), ("core", "0001_ledger")]

    operations = [migrations.RunSQL(_clear_relations.FORWARD, _clear_relations.BACKWARD)]
