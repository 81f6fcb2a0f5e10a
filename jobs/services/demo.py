"""The demo: three people to sign in as, with a search, a catalogue and a review queue to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from jobos.accounts.models import User
from jobos.accounts.services import appoint_recruiter, create_person
from jobos.demo import DEMO_PASSWORD, RECRUITER, SEEKER, SUPERUSER
from jobs.models import today
from jobs.services.mock import Plan, Star, write_mock_data

if TYPE_CHECKING:
    from datetime import date

DEMO_SEED = 2050  # One in which Ada has something of everything; a test says what.
CARDS = 18
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
    ada = Star(SEEKER, "Ada Demo", password=make_password(DEMO_PASSWORD), trade="software", cards=CARDS)
    write_mock_data(Plan(users=8, companies=12, listings=60, seed=DEMO_SEED, day=day or today(), star=ada))
    dora = create_person(SUPERUSER, password=DEMO_PASSWORD, full_name="Dora Demo", is_superuser=True, is_staff=True)
    appoint_recruiter(create_person(RECRUITER, password=DEMO_PASSWORD, full_name="Cleo Demo"), by=dora)
    return True
