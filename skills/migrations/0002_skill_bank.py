"""Today's tables of the skill bank and of the shared taxonomy, empty and whole."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import skills.models.bank
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('skills', '0001_legacy_skill_banks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Education',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('display_order', models.IntegerField(default=0)),
                ('institution', models.CharField(max_length=255)),
                ('degree', models.CharField(blank=True, default='', max_length=255)),
                ('field_of_study', models.CharField(blank=True, default='', max_length=255)),
                ('location', models.CharField(blank=True, default='', max_length=255)),
                ('start_date', models.CharField(blank=True, default='', max_length=10)),
                ('end_date', models.CharField(blank=True, default='', max_length=10)),
                ('gpa', models.CharField(blank=True, default='', help_text='As the school writes it, such as 3.8/4.0.', max_length=50)),
                ('honors', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('relevant_coursework', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('default_description', models.TextField(blank=True, default='')),
            ],
            options={
                'verbose_name': 'education',
                'verbose_name_plural': 'education',
                'db_table': 'education_entries',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExperienceVariation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(blank=True, default='', max_length=255)),
                ('content', models.TextField(blank=True, default='')),
                ('focus', models.CharField(choices=[('technical', 'Technical'), ('leadership', 'Leadership'), ('results', 'Results'), ('general', 'General'), ('creative', 'Creative'), ('concise', 'Concise'), ('detailed', 'Detailed')], default='general', max_length=20)),
                ('target_industries', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('target_roles', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('keywords_emphasized', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('last_used', models.DateTimeField(blank=True, null=True)),
                ('usage_count', models.PositiveIntegerField(default=0)),
                ('source', models.CharField(choices=[('manual', 'Typed in'), ('extracted', 'Extracted from a text'), ('generated', 'Generated'), ('imported', 'Imported')], default='manual', max_length=20)),
                ('display_order', models.IntegerField(default=0)),
                ('achievements', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('skills_highlighted', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
            ],
            options={
                'db_table': 'experience_variations',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('display_order', models.IntegerField(default=0)),
                ('name', models.CharField(max_length=255)),
                ('url', models.CharField(blank=True, default='', max_length=1000)),
                ('github_url', models.CharField(blank=True, default='', max_length=1000)),
                ('start_date', models.CharField(blank=True, default='', max_length=10)),
                ('end_date', models.CharField(blank=True, default='', max_length=10)),
                ('default_description', models.TextField(blank=True, default='')),
                ('default_achievements', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('technologies', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
            ],
            options={
                'db_table': 'projects',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EducationVariation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(blank=True, default='', max_length=255)),
                ('content', models.TextField(blank=True, default='')),
                ('focus', models.CharField(choices=[('technical', 'Technical'), ('leadership', 'Leadership'), ('results', 'Results'), ('general', 'General'), ('creative', 'Creative'), ('concise', 'Concise'), ('detailed', 'Detailed')], default='general', max_length=20)),
                ('target_industries', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('target_roles', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('keywords_emphasized', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('last_used', models.DateTimeField(blank=True, null=True)),
                ('usage_count', models.PositiveIntegerField(default=0)),
                ('source', models.CharField(choices=[('manual', 'Typed in'), ('extracted', 'Extracted from a text'), ('generated', 'Generated'), ('imported', 'Imported')], default='manual', max_length=20)),
                ('display_order', models.IntegerField(default=0)),
                ('highlights', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('relevant_coursework', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variations', to='skills.education')),
            ],
            options={
                'db_table': 'education_variations',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='education',
            name='default_variation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='default_of', to='skills.educationvariation'),
        ),
        migrations.CreateModel(
            name='ProjectVariation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(blank=True, default='', max_length=255)),
                ('content', models.TextField(blank=True, default='')),
                ('focus', models.CharField(choices=[('technical', 'Technical'), ('leadership', 'Leadership'), ('results', 'Results'), ('general', 'General'), ('creative', 'Creative'), ('concise', 'Concise'), ('detailed', 'Detailed')], default='general', max_length=20)),
                ('target_industries', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('target_roles', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('keywords_emphasized', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('last_used', models.DateTimeField(blank=True, null=True)),
                ('usage_count', models.PositiveIntegerField(default=0)),
                ('source', models.CharField(choices=[('manual', 'Typed in'), ('extracted', 'Extracted from a text'), ('generated', 'Generated'), ('imported', 'Imported')], default='manual', max_length=20)),
                ('display_order', models.IntegerField(default=0)),
                ('achievements', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('technologies_highlighted', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variations', to='skills.project')),
            ],
            options={
                'db_table': 'project_variations',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='project',
            name='default_variation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='default_of', to='skills.projectvariation'),
        ),
        migrations.CreateModel(
            name='SkillBank',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('default_summary', models.TextField(blank=True, default='')),
                ('skill_categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=skills.models.bank.default_headings, help_text='The headings that skills are shown under, in their order.', size=None)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='skill_bank', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'skill_banks',
                'ordering': ['-updated_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='project',
            name='bank',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='projects', to='skills.skillbank'),
        ),
        migrations.AddField(
            model_name='education',
            name='bank',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='education_entries', to='skills.skillbank'),
        ),
        migrations.CreateModel(
            name='Certification',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('display_order', models.IntegerField(default=0)),
                ('name', models.CharField(max_length=255)),
                ('issuer', models.CharField(blank=True, default='', max_length=255)),
                ('issue_date', models.CharField(blank=True, default='', max_length=10)),
                ('expiry_date', models.CharField(blank=True, default='', max_length=10)),
                ('credential_id', models.CharField(blank=True, default='', max_length=255)),
                ('url', models.CharField(blank=True, default='', max_length=1000)),
                ('description', models.TextField(blank=True, default='')),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certifications', to='skills.skillbank')),
            ],
            options={
                'db_table': 'certifications',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SkillConcept',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('skill', 'Skill'), ('technology', 'Technology')], default='skill', max_length=20)),
                ('source', models.CharField(help_text='The classification it is taken from, such as ESCO.', max_length=50)),
                ('external_id', models.CharField(help_text='Its name in that classification.', max_length=200)),
                ('is_hot', models.BooleanField(default=False, help_text='Asked for often in postings, as its source says.')),
            ],
            options={
                'db_table': 'skill_concepts',
                'ordering': ['name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='skills_skillconcept_one_per_source'), models.CheckConstraint(condition=models.Q(('kind__in', ['skill', 'technology'])), name='skills_skillconcept_kind_valid')],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=200)),
                ('level', models.CharField(blank=True, choices=[('beginner', 'Beginner'), ('intermediate', 'Intermediate'), ('advanced', 'Advanced'), ('expert', 'Expert')], default='', max_length=20)),
                ('category', models.CharField(choices=[('technical', 'Technical'), ('soft', 'Soft'), ('transferable', 'Transferable'), ('industry', 'Industry'), ('tool', 'Tool'), ('language', 'Language'), ('framework', 'Framework'), ('platform', 'Platform'), ('methodology', 'Methodology'), ('domain', 'Domain'), ('other', 'Other')], default='technical', max_length=20)),
                ('bucket', models.CharField(help_text="The heading it is shown under: one of the bank's headings.", max_length=100)),
                ('subcategory', models.CharField(blank=True, default='', max_length=100)),
                ('years_experience', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                ('proficiency_score', models.FloatField(blank=True, help_text='From 0 to 1.', null=True)),
                ('description', models.TextField(blank=True, default='')),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('is_featured', models.BooleanField(default=False)),
                ('display_order', models.IntegerField(default=0)),
                ('source', models.CharField(choices=[('manual', 'Typed in'), ('extracted', 'Extracted from a text'), ('generated', 'Generated'), ('imported', 'Imported')], default='manual', max_length=20)),
                ('confidence', models.FloatField(blank=True, help_text='From 0 to 1: how sure it is that the person has it, where it was not typed.', null=True)),
                ('last_used', models.DateTimeField(blank=True, null=True)),
                ('usage_count', models.PositiveIntegerField(default=0)),
                ('bank', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='skills.skillbank')),
                ('concept', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='skills', to='skills.skillconcept')),
            ],
            options={
                'db_table': 'skills',
                'ordering': ['display_order', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SkillLabel',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200)),
                ('is_preferred', models.BooleanField(default=False)),
                ('concept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='labels', to='skills.skillconcept')),
            ],
            options={
                'db_table': 'skill_labels',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SummaryVariation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(blank=True, default='', max_length=255)),
                ('content', models.TextField(blank=True, default='')),
                ('focus', models.CharField(choices=[('technical', 'Technical'), ('leadership', 'Leadership'), ('results', 'Results'), ('general', 'General'), ('creative', 'Creative'), ('concise', 'Concise'), ('detailed', 'Detailed')], default='general', max_length=20)),
                ('target_industries', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('target_roles', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('keywords_emphasized', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('last_used', models.DateTimeField(blank=True, null=True)),
                ('usage_count', models.PositiveIntegerField(default=0)),
                ('source', models.CharField(choices=[('manual', 'Typed in'), ('extracted', 'Extracted from a text'), ('generated', 'Generated'), ('imported', 'Imported')], default='manual', max_length=20)),
                ('display_order', models.IntegerField(default=0)),
                ('tone', models.CharField(blank=True, default='', max_length=50)),
                ('length', models.CharField(blank=True, default='', max_length=50)),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='summaries', to='skills.skillbank')),
            ],
            options={
                'db_table': 'summary_variations',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WorkExperience',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('display_order', models.IntegerField(default=0)),
                ('company', models.CharField(max_length=255)),
                ('position', models.CharField(max_length=255)),
                ('location', models.CharField(blank=True, default='', max_length=255)),
                ('start_date', models.CharField(blank=True, default='', max_length=10)),
                ('end_date', models.CharField(blank=True, default='', max_length=10)),
                ('is_current', models.BooleanField(default=False)),
                ('experience_type', models.CharField(choices=[('full_time', 'Full-time'), ('part_time', 'Part-time'), ('contract', 'Contract'), ('internship', 'Internship'), ('volunteer', 'Volunteer'), ('freelance', 'Freelance')], default='full_time', max_length=20)),
                ('default_description', models.TextField(blank=True, default='')),
                ('default_achievements', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('skills_used', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('technologies', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='work_experiences', to='skills.skillbank')),
                ('default_variation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='default_of', to='skills.experiencevariation')),
            ],
            options={
                'db_table': 'work_experiences',
                'ordering': ['display_order', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='experiencevariation',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variations', to='skills.workexperience'),
        ),
        migrations.AddConstraint(
            model_name='educationvariation',
            constraint=models.CheckConstraint(condition=models.Q(('focus__in', ['technical', 'leadership', 'results', 'general', 'creative', 'concise', 'detailed'])), name='skills_educationvariation_focus_valid'),
        ),
        migrations.AddConstraint(
            model_name='educationvariation',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['manual', 'extracted', 'generated', 'imported'])), name='skills_educationvariation_source_valid'),
        ),
        migrations.AddConstraint(
            model_name='projectvariation',
            constraint=models.CheckConstraint(condition=models.Q(('focus__in', ['technical', 'leadership', 'results', 'general', 'creative', 'concise', 'detailed'])), name='skills_projectvariation_focus_valid'),
        ),
        migrations.AddConstraint(
            model_name='projectvariation',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['manual', 'extracted', 'generated', 'imported'])), name='skills_projectvariation_source_valid'),
        ),
        migrations.AddIndex(
            model_name='skillbank',
            index=models.Index(fields=['updated_at'], name='idx_skillbank_updated'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('start_date', ''), ('start_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_project_start_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('end_date', ''), ('end_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_project_end_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('start_date', ''), ('end_date', ''), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Left('end_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('start_date'), django.db.models.functions.text.Length('end_date'))), django.db.models.functions.text.Left('start_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('start_date'), django.db.models.functions.text.Length('end_date')))), _connector='OR'), name='skills_project_not_backwards', violation_error_message='The project ends before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='education',
            constraint=models.CheckConstraint(condition=models.Q(('start_date', ''), ('start_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_education_start_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='education',
            constraint=models.CheckConstraint(condition=models.Q(('end_date', ''), ('end_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_education_end_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='education',
            constraint=models.CheckConstraint(condition=models.Q(('start_date', ''), ('end_date', ''), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Left('end_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('start_date'), django.db.models.functions.text.Length('end_date'))), django.db.models.functions.text.Left('start_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('start_date'), django.db.models.functions.text.Length('end_date')))), _connector='OR'), name='skills_education_not_backwards', violation_error_message='The studies end before they begin.'),
        ),
        migrations.AddConstraint(
            model_name='certification',
            constraint=models.CheckConstraint(condition=models.Q(('issue_date', ''), ('issue_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_certification_issue_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='certification',
            constraint=models.CheckConstraint(condition=models.Q(('expiry_date', ''), ('expiry_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_certification_expiry_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='certification',
            constraint=models.CheckConstraint(condition=models.Q(('issue_date', ''), ('expiry_date', ''), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Left('expiry_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('issue_date'), django.db.models.functions.text.Length('expiry_date'))), django.db.models.functions.text.Left('issue_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('issue_date'), django.db.models.functions.text.Length('expiry_date')))), _connector='OR'), name='skills_certification_not_backwards', violation_error_message='The certificate expires before it was issued.'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.UniqueConstraint(models.F('bank'), django.db.models.functions.text.Lower(django.db.models.functions.text.Trim('name')), name='skills_skill_one_per_name', violation_error_code='duplicate_skill', violation_error_message='This skill is already in the bank.'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('name__regex', '^\\s*$'), _negated=True), name='skills_skill_name_not_empty', violation_error_message='Give the skill a name.'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('bucket', ''), _negated=True), name='skills_skill_bucket_not_empty', violation_error_message='Give the heading that the skill is shown under.'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['', 'beginner', 'intermediate', 'advanced', 'expert'])), name='skills_skill_level_valid'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['technical', 'soft', 'transferable', 'industry', 'tool', 'language', 'framework', 'platform', 'methodology', 'domain', 'other'])), name='skills_skill_category_valid'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['manual', 'extracted', 'generated', 'imported'])), name='skills_skill_source_valid'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('years_experience__gte', 0), ('years_experience__lte', 80)), name='skills_skill_years_in_range', violation_error_message='Years of experience are between 0 and 80.'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('proficiency_score__gte', 0), ('proficiency_score__lte', 1)), name='skills_skill_proficiency_in_range', violation_error_message='The proficiency is between 0 and 1.'),
        ),
        migrations.AddConstraint(
            model_name='skill',
            constraint=models.CheckConstraint(condition=models.Q(('confidence__gte', 0), ('confidence__lte', 1)), name='skills_skill_confidence_in_range', violation_error_message='The confidence is between 0 and 1.'),
        ),
        migrations.AddConstraint(
            model_name='skilllabel',
            constraint=models.UniqueConstraint(fields=('key',), name='skills_skilllabel_one_per_key', violation_error_code='duplicate_label', violation_error_message='This spelling already leads to a concept.'),
        ),
        migrations.AddConstraint(
            model_name='skilllabel',
            constraint=models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='skills_skilllabel_key_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='summaryvariation',
            constraint=models.CheckConstraint(condition=models.Q(('focus__in', ['technical', 'leadership', 'results', 'general', 'creative', 'concise', 'detailed'])), name='skills_summaryvariation_focus_valid'),
        ),
        migrations.AddConstraint(
            model_name='summaryvariation',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['manual', 'extracted', 'generated', 'imported'])), name='skills_summaryvariation_source_valid'),
        ),
        migrations.AddConstraint(
            model_name='workexperience',
            constraint=models.CheckConstraint(condition=models.Q(('start_date', ''), ('start_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_workexperience_start_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='workexperience',
            constraint=models.CheckConstraint(condition=models.Q(('end_date', ''), ('end_date__regex', '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'), _connector='OR'), name='skills_workexperience_end_is_date', violation_error_message='Give a date as YYYY, YYYY-MM or YYYY-MM-DD.'),
        ),
        migrations.AddConstraint(
            model_name='workexperience',
            constraint=models.CheckConstraint(condition=models.Q(('start_date', ''), ('end_date', ''), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Left('end_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('start_date'), django.db.models.functions.text.Length('end_date'))), django.db.models.functions.text.Left('start_date', django.db.models.functions.comparison.Least(django.db.models.functions.text.Length('start_date'), django.db.models.functions.text.Length('end_date')))), _connector='OR'), name='skills_workexperience_not_backwards', violation_error_message='The position ends before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='workexperience',
            constraint=models.CheckConstraint(condition=models.Q(('experience_type__in', ['full_time', 'part_time', 'contract', 'internship', 'volunteer', 'freelance'])), name='skills_workexperience_type_valid'),
        ),
        migrations.AddConstraint(
            model_name='experiencevariation',
            constraint=models.CheckConstraint(condition=models.Q(('focus__in', ['technical', 'leadership', 'results', 'general', 'creative', 'concise', 'detailed'])), name='skills_experiencevariation_focus_valid'),
        ),
        migrations.AddConstraint(
            model_name='experiencevariation',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['manual', 'extracted', 'generated', 'imported'])), name='skills_experiencevariation_source_valid'),
        ),
    ]
