"""Which databases came over, by which runs, and what became of each of their rows."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='LegacySource',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('system', models.CharField(choices=[('jobos', 'JobOS (FastAPI)'), ('jobpilot', 'JobPilot')], max_length=20)),
                ('key', models.CharField(help_text='A digest of its first user.', max_length=64, unique=True)),
            ],
            options={
                'db_table': 'legacy_sources',
                'ordering': ['system', 'key', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('system__in', ['jobos', 'jobpilot'])), name='crossing_legacysource_system_valid')],
            },
        ),
        migrations.CreateModel(
            name='LegacyImport',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('shape', models.CharField(help_text="How old the source's schema was.", max_length=50)),
                ('address', models.CharField(help_text='The file or the server, without its password.', max_length=1000)),
                ('trusts_emails', models.BooleanField(default=False, help_text='Whether people met by addresses nobody had verified.')),
                ('backup', models.CharField(help_text='The file that the target was saved to beforehand.', max_length=1000)),
                ('report', models.JSONField(help_text='The sums of the run; the rows themselves are in the ledger.')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField()),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='crossing.legacysource')),
            ],
            options={
                'verbose_name': 'import',
                'db_table': 'legacy_imports',
                'ordering': ['-finished_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LegacyRow',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('table', models.CharField(help_text='Its table in the source.', max_length=100)),
                ('row_id', models.TextField(help_text='Its key there, in its own spelling.')),
                ('outcome', models.CharField(choices=[('kept', 'Kept'), ('merged', 'Merged'), ('quarantined', 'Quarantined')], max_length=20)),
                ('reason', models.TextField(blank=True, default='')),
                ('target_table', models.CharField(blank=True, default='', max_length=100)),
                ('target_id', models.UUIDField(blank=True, help_text='The row that it is, or is part of, here.', null=True)),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='crossing.legacysource')),
            ],
            options={
                'verbose_name': 'imported row',
                'db_table': 'legacy_rows',
                'ordering': ['table', 'row_id', 'pk'],
                'indexes': [models.Index(fields=['row_id'], name='crossing_legacy_row_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['kept', 'merged', 'quarantined'])), name='crossing_legacyrow_outcome_valid'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'kept'), _negated=True), ('target_id__isnull', False), _connector='OR'), name='crossing_legacyrow_kept_is_somewhere'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'quarantined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='crossing_legacyrow_quarantined_says_why')],
            },
        ),
    ]
