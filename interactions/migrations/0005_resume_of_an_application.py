"""An application names the resume that it was made with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from interactions.migrations import _resume_of_an_application


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0004_drop_applications'),
        ('jobs', '0008_listing_of_a_card'),
        ('resumes', '0005_drop_legacy_resumes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='jobuserinteraction',
            name='resume',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The resume that the application was made with; whoever it is shared with reads it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='applications', to='resumes.resume'),
        ),
        migrations.RunSQL(_resume_of_an_application.FORWARD, _resume_of_an_application.BACKWARD),
        migrations.AddIndex(
            model_name='jobuserinteraction',
            index=models.Index(condition=models.Q(('resume__isnull', False)), fields=['resume'], name='interactions_resume_idx'),
        ),
        migrations.AddConstraint(
            model_name='jobuserinteraction',
            constraint=models.CheckConstraint(condition=models.Q(('resume__isnull', True), ('interaction_type', 'applied'), _connector='OR'), name='interactions_jobuserinteraction_only_applied_has_resume', violation_error_code='interactions_jobuserinteraction_only_applied_has_resume', violation_error_message='Only an application is made with a resume.'),
        ),
    ]
