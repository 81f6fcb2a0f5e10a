"""The documents, keyword columns and profile skills of the older system become rows of one bank for each person."""

from django.db import migrations

from skills.migrations import _one_home


class Migration(migrations.Migration):
    dependencies = [("skills", "0002_skill_bank"), ("core", "0001_ledger")]

    operations = [migrations.RunSQL(_one_home.FORWARD, _one_home.BACKWARD)]
