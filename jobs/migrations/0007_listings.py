"""Listings with their sources, copies and vectors in today's shape, their companies in the directory.

New tables are filled from the older ones in one pass; their checks stand while they are filled, keys and indexes follow.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.db.models.lookups
import pgvector.django.halfvec
import uuid_utils.compat
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models
from pgvector.django import VectorExtension

from jobs.migrations import _listing_search, _listings

LEGACY = {
    "LegacyListing": "job_listings",
    "LegacySource": "job_sources",
    "LegacySourceListing": "job_source_listings",
    "LegacyEmbedding": "job_embeddings",
    "LegacyDuplication": "job_duplications",
}


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0004_one_directory"),
        ("jobs", "0005_indexes"),
        ("jobs", "0006_legacy_listings"),
    ]

    operations = [
        VectorExtension(),
        UnaccentExtension(),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        f"ALTER TABLE {table} RENAME TO legacy_{table}",
                        f"ALTER INDEX {table}_pkey RENAME TO legacy_{table}_pkey",
                    ],
                    [
                        f"ALTER TABLE legacy_{table} RENAME TO {table}",
                        f"ALTER INDEX legacy_{table}_pkey RENAME TO {table}_pkey",
                    ],
                )
                for table in LEGACY.values()
            ],
            state_operations=[
                migrations.AlterModelTable(model, f"legacy_{table}") for model, table in LEGACY.items()
            ],
        ),
        migrations.CreateModel(
            name='JobSource',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('display_name', models.CharField(blank=True, default='', max_length=200)),
                ('base_url', models.CharField(blank=True, default='', max_length=1000, verbose_name='address')),
                ('api_available', models.BooleanField(default=False, verbose_name='has an API')),
                ('scraping_rules', models.JSONField(blank=True, default=dict)),
                ('rate_limit_config', models.JSONField(blank=True, default=dict)),
                ('last_scraped', models.DateTimeField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'source',
                'db_table': 'job_sources',
                'ordering': ['name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('base_url', ''), ('base_url__iregex', '^https?://'), _connector='OR'), name='jobs_jobsource_base_url_format', violation_error_code='jobs_jobsource_base_url_format', violation_error_message='An address starts with http:// or https://.'), models.CheckConstraint(condition=models.Q(('name__regex', '[^[:space:]]')), name='jobs_jobsource_name_not_empty', violation_error_code='jobs_jobsource_name_not_empty', violation_error_message='A source has a name.')],
            },
        ),
        migrations.CreateModel(
            name='JobListing',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(max_length=255)),
                ('location', models.CharField(blank=True, default='', max_length=255)),
                ('description', models.TextField(blank=True, default='')),
                ('requirements', models.TextField(blank=True, default='')),
                ('responsibilities', models.TextField(blank=True, default='')),
                ('job_type', models.CharField(blank=True, choices=[('Full-time', 'Full-time'), ('Part-time', 'Part-time'), ('Contract', 'Contract'), ('Freelance', 'Freelance'), ('Internship', 'Internship'), ('Temporary', 'Temporary')], default='', max_length=20)),
                ('remote_type', models.CharField(blank=True, choices=[('On-site', 'On-site'), ('Remote', 'Remote'), ('Hybrid', 'Hybrid')], default='', max_length=20)),
                ('experience_level', models.CharField(blank=True, choices=[('entry_level', 'Entry level'), ('associate', 'Associate'), ('mid_level', 'Mid level'), ('senior_level', 'Senior level'), ('director', 'Director'), ('executive', 'Executive')], default='', max_length=20)),
                ('seniority_level', models.CharField(blank=True, choices=[('individual_contributor', 'Individual contributor'), ('team_lead', 'Team lead'), ('manager', 'Manager'), ('director', 'Director'), ('vp', 'Vice president'), ('c_level', 'C-level')], default='', max_length=30)),
                ('salary_min', models.DecimalField(blank=True, decimal_places=2, help_text='A year, before tax.', max_digits=12, null=True)),
                ('salary_max', models.DecimalField(blank=True, decimal_places=2, help_text='A year, before tax.', max_digits=12, null=True)),
                ('salary_currency', models.CharField(default='USD', help_text='ISO 4217, such as USD or EUR.', max_length=3)),
                ('skills_required', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('skills_preferred', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('tech_stack', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('benefits', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('education_required', models.CharField(blank=True, default='', max_length=500)),
                ('benefits_parsed', models.JSONField(blank=True, default=dict)),
                ('job_url', models.CharField(blank=True, default='', max_length=2000, verbose_name='posting address')),
                ('application_url', models.CharField(blank=True, default='', max_length=2000, verbose_name='application address')),
                ('posted_date', models.DateTimeField(blank=True, null=True)),
                ('application_deadline', models.DateTimeField(blank=True, null=True)),
                ('source', models.CharField(blank=True, default='', max_length=100)),
                ('status', models.CharField(choices=[('active', 'Active'), ('inactive', 'Inactive'), ('filled', 'Filled'), ('expired', 'Expired')], default='active', max_length=20)),
                ('source_count', models.PositiveIntegerField(default=1)),
                ('data_quality_score', models.FloatField(blank=True, help_text='0 to 1.', null=True)),
                ('scraped_at', models.DateTimeField(blank=True, null=True)),
                ('last_verified', models.DateTimeField(blank=True, null=True)),
                ('verification_status', models.CharField(choices=[('unverified', 'Unverified'), ('active', 'Active'), ('expired', 'Expired'), ('invalid', 'Invalid'), ('removed', 'Removed')], default='unverified', max_length=20)),
                ('listed_at', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('posted_date', 'created_at'), output_field=models.DateTimeField())),
                ('search_head', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('search_full', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('skill_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, editable=False, size=None)),
                ('canonical', models.ForeignKey(blank=True, help_text='What it duplicates.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='jobs.joblisting')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='companies.company')),
            ],
            options={
                'db_table': 'job_listings',
                'ordering': ['-listed_at', '-pk'],
                'indexes': [models.Index(models.F('company'), models.F('status'), models.OrderBy(models.F('listed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='idx_job_company_status'), models.Index(models.OrderBy(models.F('listed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'active')), include=('company', 'remote_type', 'job_type', 'experience_level', 'seniority_level', 'salary_min', 'salary_max', 'salary_currency'), name='idx_job_posted_date'), models.Index(models.F('remote_type'), models.OrderBy(models.F('listed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'active')), name='idx_job_remote_type'), models.Index(models.F('experience_level'), models.OrderBy(models.F('listed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'active')), name='idx_job_experience_level'), models.Index(condition=models.Q(('status', 'active')), fields=['location', 'job_type'], name='idx_job_location_type'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('status', 'active')), fields=['location'], name='jobs_listing_place_idx', opclasses=['gin_trgm_ops']), models.Index(condition=models.Q(('status', 'active')), fields=['salary_max', 'salary_min'], name='idx_job_salary_range'), models.Index(models.F('status'), models.OrderBy(models.F('listed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'active'), _negated=True), name='jobs_listing_retired_idx'), models.Index(models.OrderBy(models.F('created_at'), descending=True), models.F('status'), models.OrderBy(models.F('id'), descending=True), name='idx_job_created_status'), models.Index(condition=models.Q(('status', 'active'), ('application_deadline__isnull', False)), fields=['application_deadline'], name='jobs_listing_deadline_idx'), models.Index(condition=models.Q(('job_url', ''), _negated=True), fields=['job_url'], name='jobs_listing_url_idx'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('status', 'active')), fields=['search_head'], name='jobs_listing_head_idx'), django.contrib.postgres.indexes.GinIndex(fields=['search_head'], name='jobs_listing_any_head_idx'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('status', 'active')), fields=['search_full'], name='jobs_listing_full_idx'), django.contrib.postgres.indexes.GinIndex(fields=['skill_keys'], name='jobs_listing_skills_idx')],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length('title'), 3), name='title_min_length', violation_error_code='title_min_length', violation_error_message='A title has at least 3 characters.'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('title'), 200), name='title_max_length', violation_error_code='title_max_length', violation_error_message='A title has at most 200 characters.'), models.CheckConstraint(condition=models.Q(('salary_min__isnull', True), ('salary_min__gte', 0), _connector='OR'), name='salary_min_positive', violation_error_code='salary_min_positive', violation_error_message='A salary cannot be negative.'), models.CheckConstraint(condition=models.Q(('salary_max__isnull', True), models.Q(('salary_max__gte', 0), models.Q(('salary_min__isnull', True), ('salary_max__gte', models.F('salary_min')), _connector='OR')), _connector='OR'), name='salary_range_valid', violation_error_code='salary_range_valid', violation_error_message='The highest salary is at least the lowest, and neither is negative.'), models.CheckConstraint(condition=models.Q(('salary_currency__regex', '^[A-Z]{3}$')), name='jobs_joblisting_currency_valid', violation_error_code='jobs_joblisting_currency_valid', violation_error_message='A currency is three capital letters, such as USD.'), models.CheckConstraint(condition=models.Q(('job_url', ''), ('job_url__iregex', '^https?://'), _connector='OR'), name='job_url_format', violation_error_code='job_url_format', violation_error_message='An address starts with http:// or https://.'), models.CheckConstraint(condition=models.Q(('application_url', ''), ('application_url__iregex', '^https?://'), _connector='OR'), name='app_url_format', violation_error_code='app_url_format', violation_error_message='An address starts with http:// or https://.'), models.CheckConstraint(condition=models.Q(('job_type__in', ['', 'Full-time', 'Part-time', 'Contract', 'Freelance', 'Internship', 'Temporary'])), name='jobs_joblisting_job_type_valid', violation_error_code='jobs_joblisting_job_type_valid', violation_error_message='There is no such type of job.'), models.CheckConstraint(condition=models.Q(('remote_type__in', ['', 'On-site', 'Remote', 'Hybrid'])), name='jobs_joblisting_remote_type_valid', violation_error_code='jobs_joblisting_remote_type_valid', violation_error_message='The workplace is one of On-site, Remote, Hybrid.'), models.CheckConstraint(condition=models.Q(('experience_level__in', ['', 'entry_level', 'associate', 'mid_level', 'senior_level', 'director', 'executive'])), name='jobs_joblisting_experience_valid', violation_error_code='jobs_joblisting_experience_valid', violation_error_message='There is no such level of experience.'), models.CheckConstraint(condition=models.Q(('seniority_level__in', ['', 'individual_contributor', 'team_lead', 'manager', 'director', 'vp', 'c_level'])), name='jobs_joblisting_seniority_valid', violation_error_code='jobs_joblisting_seniority_valid', violation_error_message='There is no such seniority.'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'inactive', 'filled', 'expired'])), name='jobs_joblisting_status_valid', violation_error_code='jobs_joblisting_status_valid', violation_error_message='The status is one of active, inactive, filled, expired.'), models.CheckConstraint(condition=models.Q(('verification_status__in', ['unverified', 'active', 'expired', 'invalid', 'removed'])), name='jobs_joblisting_verification_valid', violation_error_code='jobs_joblisting_verification_valid', violation_error_message='There is no such state of verification.'), models.CheckConstraint(condition=models.Q(('canonical__isnull', True), models.Q(('canonical', models.F('id')), _negated=True), _connector='OR'), name='jobs_joblisting_not_its_own_copy', violation_error_code='jobs_joblisting_not_its_own_copy', violation_error_message='A listing is not its own duplicate.'), models.CheckConstraint(condition=models.Q(('data_quality_score__isnull', True), ('data_quality_score__range', (0, 1)), _connector='OR'), name='jobs_joblisting_quality_in_range', violation_error_code='jobs_joblisting_quality_in_range', violation_error_message='The quality of data is a number from 0 to 1.')],
            },
        ),
        migrations.CreateModel(
            name='JobSourceListing',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source_job_id', models.CharField(max_length=500, verbose_name='key at the source')),
                ('source_url', models.CharField(blank=True, default='', max_length=2000, verbose_name='address at the source')),
                ('source_metadata', models.JSONField(blank=True, default=dict)),
                ('scraped_at', models.DateTimeField(auto_now_add=True)),
                ('last_updated', models.DateTimeField(auto_now=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_listings', to='jobs.joblisting')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='source_listings', to='jobs.jobsource')),
            ],
            options={
                'verbose_name': 'source listing',
                'db_table': 'job_source_listings',
                'ordering': ['source', 'source_job_id', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_job_id'), name='jobs_jobsourcelisting_one_per_key', violation_error_code='jobs_jobsourcelisting_one_per_key', violation_error_message='This source has a listing with this key already.')],
            },
        ),
        migrations.CreateModel(
            name='JobEmbedding',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('embedding_model', models.CharField(max_length=200)),
                ('content_hash', models.CharField(max_length=128)),
                ('vector', pgvector.django.halfvec.HalfVectorField(dimensions=512)),
                ('content_type', models.CharField(default='job_description', max_length=50)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='embeddings', to='jobs.joblisting')),
            ],
            options={
                'verbose_name': 'embedding',
                'db_table': 'job_embeddings',
                'ordering': ['job', 'embedding_model', 'content_type', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('job', 'embedding_model', 'content_type'), name='jobs_jobembedding_one_per_model', violation_error_code='jobs_jobembedding_one_per_model', violation_error_message='There is a vector of this model for this listing already.')],
            },
        ),
        migrations.CreateModel(
            name='JobDeduplication',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('confidence_score', models.FloatField(help_text='0 to 1.')),
                ('matching_fields', models.JSONField(blank=True, default=list)),
                ('merge_strategy', models.CharField(choices=[('keep_canonical', 'Keep the original'), ('merge_both', 'Keep both'), ('manual_review', 'Decide by hand')], default='keep_canonical', max_length=20)),
                ('reviewed', models.BooleanField(default=False)),
                ('canonical_job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='duplicates_found', to='jobs.joblisting')),
                ('duplicate_job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duplicate_of', to='jobs.joblisting')),
            ],
            options={
                'verbose_name': 'duplicate',
                'db_table': 'job_duplications',
                'ordering': ['-confidence_score', 'pk'],
                'indexes': [models.Index(models.OrderBy(models.F('confidence_score'), descending=True), models.F('id'), condition=models.Q(('reviewed', False)), name='jobs_duplicates_queue_idx')],
                'constraints': [models.UniqueConstraint(fields=('canonical_job', 'duplicate_job'), name='jobs_jobdeduplication_one_per_pair', violation_error_code='jobs_jobdeduplication_one_per_pair', violation_error_message='This pair has been found already.'), models.CheckConstraint(condition=models.Q(('canonical_job', models.F('duplicate_job')), _negated=True), name='jobs_jobdeduplication_two_listings', violation_error_code='jobs_jobdeduplication_two_listings', violation_error_message='A listing is never its own duplicate.'), models.CheckConstraint(condition=models.Q(('confidence_score__range', (0, 1))), name='jobs_jobdeduplication_confidence_in_range', violation_error_code='jobs_jobdeduplication_confidence_in_range', violation_error_message='The confidence is a number from 0 to 1.'), models.CheckConstraint(condition=models.Q(('merge_strategy__in', ['keep_canonical', 'merge_both', 'manual_review'])), name='jobs_jobdeduplication_strategy_valid', violation_error_code='jobs_jobdeduplication_strategy_valid', violation_error_message='There is no such way to merge.')],
            },
        ),
        migrations.RunSQL(_listing_search.FORWARD, _listing_search.BACKWARD),
        migrations.RunPython(_listings.convert, _listings.convert_back),
        *(migrations.DeleteModel(model) for model in LEGACY),
    ]
