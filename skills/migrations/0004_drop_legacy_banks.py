"""The older tables go; every element of theirs is accounted for by now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("skills", "0003_one_home")]

    operations = [
        migrations.DeleteModel("LegacySkillBank"),
        migrations.DeleteModel("LegacyOlderSkillBank"),
        migrations.DeleteModel("LegacyProfileSkills"),
    ]
