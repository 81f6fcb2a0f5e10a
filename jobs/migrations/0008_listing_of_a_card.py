"""A card may point at the listing it was made from."""

from django.db import migrations, models
from django.db.models import Q

from jobs.migrations import _listing_of_a_card


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_listings")]

    operations = [
        migrations.AddField(
            "job",
            "listing",
            models.ForeignKey(
                "jobs.joblisting", models.SET_NULL, null=True, blank=True, related_name="cards", db_index=False
            ),
        ),
        migrations.RunSQL(_listing_of_a_card.FORWARD, _listing_of_a_card.BACKWARD),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["listing", "user"], condition=Q(listing__isnull=False), name="jobs_card_listing_idx"
            ),
        ),
        migrations.AddConstraint(
            "job",
            models.UniqueConstraint(
                fields=["user", "listing"],
                condition=Q(is_deleted=False, listing__isnull=False) & ~Q(status="Closed"),
                name="jobs_job_one_open_card_of_listing",
                violation_error_code="duplicate_open_job",
                violation_error_message="You already have an open job made from this listing.",
            ),
        ),
    ]
