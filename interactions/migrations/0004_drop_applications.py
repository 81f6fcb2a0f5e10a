"""The two older tables and the older timeline go; every row of theirs is accounted for by now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("interactions", "0003_one_table")]

    operations = [
        migrations.DeleteModel("LegacyApplication"),
        migrations.DeleteModel("LegacySavedJob"),
        migrations.DeleteModel("LegacyTimelineEvent"),
    ]
