"""The demo: three people to sign in as, with a search, a skill bank, resumes, a catalogue and a review queue to look at.

It stands on all other services, so that what it shows was made as it is made for everybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from interactions.models import JobUserInteraction
from jobos.accounts.models import User
from jobos.accounts.services import appoint_recruiter, create_person
from jobos.demo import DEMO_PASSWORD, RECRUITER, SEEKER, SUPERUSER
from jobs.models import JobListing, today
from jobs.services.mock import Plan, Star, write_mock_data
from resumes.models import ResumeFormat, ResumeType
from resumes.services.files import generate_file
from resumes.services.making import score_resume, tailor_resume
from skills.services.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from datetime import date

DEMO_SEED = 2050  # One in which Ada has something of everything; a test says what.
CARDS, YEARS = 18, 8
# For so many of the postings that she saved and has not applied to yet, Ada has a resume ready.
TAILORED = 2
DEMO_KINDS = ("development", "demo", "test")
# Any constant will do: whoever holds this lock seeds, everybody else waits and finds it done.
SEED_LOCK = 8_200_426


@transaction.atomic
def seed_demo(day: date | None = None) -> bool:
    """Make the demo's people and data, once; return whether this call did."""
    if settings.JOBOS_ENV not in DEMO_KINDS:
        raise ValidationError("A demo has sign-ins that everybody knows: not in production.", code="not_here")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEED_LOCK])
    if User.objects.with_email(SEEKER).exists():
        return False
    load_taxonomy()
    ada = Star(SEEKER, "Ada Demo", password=make_password(DEMO_PASSWORD), trade="software", years=YEARS, cards=CARDS)
    write_mock_data(Plan(users=8, companies=12, listings=60, seed=DEMO_SEED, day=day or today(), star=ada))
    # A superuser outlives a reset of the data.
    dora = User.objects.with_email(SUPERUSER).first() or create_person(
        SUPERUSER, password=DEMO_PASSWORD, full_name="Dora Demo", is_superuser=True, is_staff=True
    )
    appoint_recruiter(create_person(RECRUITER, password=DEMO_PASSWORD, full_name="Cleo Demo"), by=dora)
    _prepare_resumes(User.objects.get(email=SEEKER))
    return True


def _prepare_resumes(ada: User) -> None:
    """Tailor Ada's resume to what she may apply to next, score what she has, and print the one that she began with."""
    base = ada.resumes.filter(resume_type=ResumeType.BASE).earliest("created_at", "pk")
    saved = JobUserInteraction.objects.owned_by(ada).filter(
        interaction_type="saved", job__in=JobListing.objects.active()
    )
    done = ada.resumes.filter(target_job__isnull=False).values("target_job")
    for row in (
        saved.exclude(job__in=done).select_related("job__company").order_by("first_interaction", "pk")[:TAILORED]
    ):
        tailor_resume(base, listing=row.job)
    for resume in ada.resumes.filter(resume_type=ResumeType.TAILORED).select_related("target_job__company"):
        score_resume(resume, listing=resume.target_job)
    score_resume(base)
    generate_file(base, ResumeFormat.PDF)
