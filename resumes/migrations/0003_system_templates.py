"""The three layouts that ship with JobOS, under the same keys everywhere."""

from django.db import migrations

from resumes.migrations import _templates


class Migration(migrations.Migration):
    dependencies = [("resumes", "0002_resumes")]

    operations = [migrations.RunSQL(_templates.FORWARD, _templates.BACKWARD)]
