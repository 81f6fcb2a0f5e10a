"""The older tables go; every row of theirs is accounted for by now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("resumes", "0004_clear_relations")]

    operations = [
        migrations.DeleteModel("LegacyResumeTemplate"),
        migrations.DeleteModel("LegacyResume"),
        migrations.DeleteModel("LegacyResumeVersion"),
        migrations.DeleteModel("LegacyResumeGeneration"),
        migrations.DeleteModel("LegacyResumeOptimization"),
    ]
