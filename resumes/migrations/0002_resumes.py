"""Today's tables of resumes, empty and whole."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resumes', '0001_legacy_resumes'),
        ('jobs', '0008_listing_of_a_card'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ResumeTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=255)),
                ('description', models.TextField(blank=True, default='')),
                ('sections', models.JSONField(default=list, help_text='The names of the sections it shows.')),
                ('section_order', models.JSONField(default=list, help_text='The same names in the order they are shown in.')),
                ('styling', models.JSONField(blank=True, default=dict, help_text='`layout`, `accent` (#rrggbb), `font_size` (pt).')),
                ('is_default', models.BooleanField(default=False)),
                ('is_system', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'resume_templates',
                'ordering': ['-is_default', 'name', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='resumes_resumetemplate_one_default', violation_error_message='Another template is the default.'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('sections'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resumetemplate_sections_is_list', violation_error_message='Give a list.'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('section_order'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resumetemplate_order_is_list', violation_error_message='Give a list.'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('styling'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='resumes_resumetemplate_styling_is_object', violation_error_message='Give an object.')],
            },
        ),
        migrations.CreateModel(
            name='Resume',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(max_length=255)),
                ('resume_type', models.CharField(choices=[('base', 'Base'), ('tailored', 'Tailored'), ('template', 'Template')], default='base', max_length=20)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('archived', 'Archived')], default='draft', max_length=20)),
                ('contact_info', models.JSONField(blank=True, default=dict)),
                ('summary', models.TextField(blank=True, default='')),
                ('work_experience', models.JSONField(blank=True, default=list)),
                ('education', models.JSONField(blank=True, default=list)),
                ('skills', models.JSONField(blank=True, default=list)),
                ('projects', models.JSONField(blank=True, default=list)),
                ('certifications', models.JSONField(blank=True, default=list)),
                ('custom_sections', models.JSONField(blank=True, default=list)),
                ('ats_score_data', models.JSONField(blank=True, null=True)),
                ('tailoring_analysis', models.JSONField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('last_generated_at', models.DateTimeField(blank=True, null=True)),
                ('parent_resume', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='children', to='resumes.resume')),
                ('target_job', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='resumes', to='jobs.joblisting')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='resumes', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='resumes', to='resumes.resumetemplate')),
            ],
            options={
                'db_table': 'resumes',
                'ordering': ['-updated_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ResumeVersion',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version_number', models.PositiveIntegerField()),
                ('changes_summary', models.TextField(blank=True, default='')),
                ('content_snapshot', models.JSONField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='resume_versions', to=settings.AUTH_USER_MODEL)),
                ('resume', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='resumes.resume')),
            ],
            options={
                'db_table': 'resume_versions',
                'ordering': ['resume', '-version_number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ResumeGeneration',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word'), ('html', 'HTML'), ('json', 'JSON Resume'), ('markdown', 'Markdown'), ('txt', 'Plain text')], max_length=20)),
                ('template_name', models.CharField(blank=True, default='', max_length=255)),
                ('file', models.BinaryField(blank=True, null=True)),
                ('file_size', models.PositiveIntegerField(blank=True, help_text='In bytes.', null=True)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('generation_params', models.JSONField(blank=True, default=dict)),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('completed', 'Completed'), ('failed', 'Failed')], default='pending', max_length=20)),
                ('error_message', models.TextField(blank=True, default='')),
                ('generated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('resume', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='generations', to='resumes.resume')),
            ],
            options={
                'db_table': 'resume_generations',
                'ordering': ['-generated_at', '-pk'],
                'indexes': [models.Index(fields=['resume', '-generated_at'], name='resumes_generation_newest_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('format__in', ['pdf', 'docx', 'html', 'json', 'markdown', 'txt'])), name='resumes_resumegeneration_format_valid'), models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'completed', 'failed'])), name='resumes_resumegeneration_status_valid'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'failed'), _negated=True), models.Q(('error_message', ''), _negated=True), _connector='OR'), name='resumes_resumegeneration_failed_says_why'), models.CheckConstraint(condition=models.Q(('file__isnull', True), models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('file'), models.F('file_size')), ('file_size__isnull', False), ('file_size__lte', 5242880), ('sha256__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='resumes_resumegeneration_file_accounted', violation_error_message='A file has its size, at most 5 MB, and its SHA-256.'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('generation_params'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='resumes_resumegeneration_params_is_object', violation_error_message='Give an object.')],
            },
        ),
        migrations.CreateModel(
            name='ResumeOptimization',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('match_score', models.FloatField(help_text='From 0 to 100.')),
                ('keyword_matches', models.JSONField(blank=True, default=list)),
                ('missing_keywords', models.JSONField(blank=True, default=list)),
                ('skill_matches', models.JSONField(blank=True, default=list)),
                ('missing_skills', models.JSONField(blank=True, default=list)),
                ('recommendations', models.JSONField(blank=True, default=list)),
                ('sections_to_emphasize', models.JSONField(blank=True, default=list)),
                ('content_suggestions', models.JSONField(blank=True, default=list)),
                ('analyzed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('analysis_version', models.CharField(default='1', max_length=20)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='optimizations', to='jobs.joblisting')),
                ('resume', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='optimizations', to='resumes.resume')),
            ],
            options={
                'db_table': 'resume_optimizations',
                'ordering': ['-analyzed_at', '-pk'],
                'indexes': [models.Index(fields=['resume', '-analyzed_at'], name='resumes_optimizing_newest_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('match_score__gte', 0), ('match_score__lte', 100)), name='resumes_resumeoptimization_score_in_range')],
            },
        ),
        migrations.AddIndex(
            model_name='resume',
            index=models.Index(fields=['user', 'resume_type', 'status'], name='idx_user_resume_type_status'),
        ),
        migrations.AddIndex(
            model_name='resume',
            index=models.Index(condition=models.Q(('parent_resume__isnull', False)), fields=['parent_resume'], name='idx_parent_resume'),
        ),
        migrations.AddIndex(
            model_name='resume',
            index=models.Index(condition=models.Q(('target_job__isnull', False)), fields=['target_job'], name='idx_target_job'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(('parent_resume__isnull', True), models.Q(('parent_resume', models.F('id')), _negated=True), _connector='OR'), name='no_self_parent', violation_error_code='no_self_parent', violation_error_message='A resume cannot be its own parent.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resume_type', 'tailored'), _negated=True), ('parent_resume__isnull', False), _connector='OR'), name='tailored_resumes_need_parent', violation_error_code='tailored_resumes_need_parent', violation_error_message='A tailored resume needs the resume that it was made from.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resume_type', 'template'), _negated=True), models.Q(('parent_resume__isnull', True), ('target_job__isnull', True)), _connector='OR'), name='templates_are_standalone', violation_error_code='templates_are_standalone', violation_error_message='A template has neither a parent nor a listing that it is for.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(('resume_type__in', ['base', 'tailored', 'template'])), name='resumes_resume_type_valid'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'active', 'archived'])), name='resumes_resume_status_valid'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(('title__regex', '^\\s*$'), _negated=True), name='resumes_resume_title_not_empty', violation_error_message='Give the resume a title.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('contact_info'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='resumes_resume_contact_is_object', violation_error_message='Give an object.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('work_experience'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resume_work_experience_is_list', violation_error_message='Give a list.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('education'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resume_education_is_list', violation_error_message='Give a list.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('skills'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resume_skills_is_list', violation_error_message='Give a list.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('projects'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resume_projects_is_list', violation_error_message='Give a list.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('certifications'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resume_certifications_is_list', violation_error_message='Give a list.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('custom_sections'), function='jsonb_typeof', output_field=models.TextField()), models.Value('array'))), name='resumes_resume_custom_sections_is_list', violation_error_message='Give a list.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(('ats_score_data__isnull', True), django.db.models.lookups.Exact(models.Func(models.F('ats_score_data'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), _connector='OR'), name='resumes_resume_score_is_object', violation_error_message='Give an object.'),
        ),
        migrations.AddConstraint(
            model_name='resume',
            constraint=models.CheckConstraint(condition=models.Q(('tailoring_analysis__isnull', True), django.db.models.lookups.Exact(models.Func(models.F('tailoring_analysis'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object')), _connector='OR'), name='resumes_resume_analysis_is_object', violation_error_message='Give an object.'),
        ),
        migrations.AddConstraint(
            model_name='resumeversion',
            constraint=models.UniqueConstraint(fields=('resume', 'version_number'), name='resumes_resumeversion_one_per_number'),
        ),
        migrations.AddConstraint(
            model_name='resumeversion',
            constraint=models.CheckConstraint(condition=models.Q(('version_number__gte', 1)), name='resumes_resumeversion_number_positive'),
        ),
        migrations.AddConstraint(
            model_name='resumeversion',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('content_snapshot'), function='jsonb_typeof', output_field=models.TextField()), models.Value('object'))), name='resumes_resumeversion_snapshot_is_object', violation_error_message='Give an object.'),
        ),
    ]
