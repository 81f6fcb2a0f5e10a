"""What Ada has, and every operation of the API as one valid call on it: the tables that whole-API tests run over."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from jobos.accounts.models import User
from jobos.accounts.services import issue_token
from skills.models import SkillBank
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    InteractionFactory,
    InterviewFactory,
    JobDeduplicationFactory,
    JobFactory,
    JobListingFactory,
    JobSourceFactory,
    ResumeFactory,
    ResumeGenerationFactory,
    ResumeTemplateFactory,
    ResumeVersionFactory,
    SkillFactory,
    TargetCompanyFactory,
    TimelineEventFactory,
)

PREFIX = "/api/v1/"


@dataclass(frozen=True)
class Operation:
    """One (method, path) with a body that its owner's call succeeds with; `{...}` names something of the world."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    # The statuses for: nobody, the owner, a stranger, a recruiter, a superuser.
    anon: int = 401
    ada: int = 200
    ben: int = 200
    cleo: int = 200
    dora: int = 200
    # Whether a recruiter's call changes something that Ada shares.
    moves_shared: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def template(self) -> str:
        """The path with every placeholder alike and without its last slash, as the resolver's walk gives it."""
        return "/".join("{}" if part.startswith("{") else part for part in self.path.strip("/").split("/"))

    @property
    def caller(self) -> str:
        """Who shows that the call works: Ada, or a recruiter where hers is not the right."""
        return "cleo" if self.ada == 403 else "ada"

    @property
    def success(self) -> int:
        return getattr(self, self.caller)

    @property
    def headers(self) -> dict[str, str]:
        """What the call needs besides: the replacement of a whole document names the state it replaces."""
        return {"If-Match": "*"} if self.method == "PUT" else {}

    @property
    def is_open(self) -> bool:
        return self.anon != 401


def private(method: str, path: str, body: dict[str, Any] | None = None, *, ada: int = 200) -> Operation:
    """An operation on something of Ada's: for everybody else it does not exist."""
    return Operation(method, path, body, ada=ada, ben=404, cleo=404, dora=404)


def anybody(method: str, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Operation:
    """An operation that needs no sign-in."""
    return Operation(method, path, body, status, status, status, status, status)


def for_recruiters(
    method: str, path: str, body: dict[str, Any] | None = None, *, status: int = 200, moves_shared: bool = False
) -> Operation:
    """An operation that only recruiters have a right to."""
    return Operation(method, path, body, ada=403, ben=403, cleo=status, dora=status, moves_shared=moves_shared)


def own(method: str, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Operation:
    """An operation on whatever is the caller's own."""
    return Operation(method, path, body, ada=status, ben=status, cleo=status, dora=status)


OPERATIONS = [
    anybody("GET", "schema/"),
    anybody("GET", "docs/"),
    anybody(
        "POST",
        "auth/register/",
        {"email": "new@example.com", "password": PASSWORD, "full_name": "New Person"},
        status=201,
    ),
    anybody("POST", "auth/login/", {"email": "ada@example.com", "password": PASSWORD}),
    anybody("POST", "auth/password/reset/", {"email": "ada@example.com"}),
    anybody(
        "POST",
        "auth/password/reset/confirm/",
        {"uid": "{uid}", "token": "{reset_token}", "password": "another long passphrase"},
    ),
    own("POST", "auth/logout/", status=204),
    own("POST", "auth/logout-all/", status=204),
    own("GET", "auth/tokens/"),
    own("POST", "auth/tokens/", {"name": "Nightly export", "expires_in_days": 30}, status=201),
    private("GET", "auth/tokens/{token}/"),
    private("DELETE", "auth/tokens/{token}/", ada=204),
    own("GET", "me/"),
    own("PATCH", "me/", {"full_name": "Somebody Else", "profile": {"city": "London"}}),
    own("GET", "jobs/"),
    own("POST", "jobs/", {"company_name": "Initech", "role_title": "Engineer"}, status=201),
    own("GET", "jobs/pipeline/"),
    own("GET", "jobs/stale/"),
    own("GET", "jobs/followups/"),
    own("GET", "jobs/search/?q=acme"),
    private("GET", "jobs/{job}/"),
    private("PATCH", "jobs/{job}/", {"status": "Applied"}),
    private("DELETE", "jobs/{job}/", ada=204),
    private("POST", "jobs/{deleted_job}/restore/"),
    private("PATCH", "jobs/{job}/followup/", {"note": "Asked for news."}),
    private("POST", "jobs/{job}/notes/", {"text": "They use PostgreSQL."}),
    private("POST", "jobs/{job}/interview/", {"interview_date": "2026-12-24T10:00:00Z"}, ada=201),
    private("POST", "jobs/{job}/debrief/", {"rating": 8}),
    private("GET", "jobs/{job}/timeline/"),
    own("GET", "interviews/"),
    private("GET", "interviews/{interview}/"),
    private("PATCH", "interviews/{interview}/", {"round": "Technical"}),
    private("POST", "interviews/{interview}/cancel/"),
    own("GET", "companies/search/?q=ac"),
    Operation("GET", "companies/{company}/"),
    Operation("GET", "companies/{unconfirmed_company}/", ben=404),
    own("GET", "companies/"),
    Operation(
        "POST",
        "companies/",
        {"name": "Hooli", "website": "https://hooli.example"},
        ada=403,
        ben=403,
        cleo=201,
        dora=201,
    ),
    Operation("PATCH", "companies/{company}/", {"location": "Berlin"}, ada=403, ben=403),
    own("GET", "companies/{company}/listings/"),
    own("POST", "companies/match/", {"name": "ACME Corporation", "website": "https://acme.example"}),
    own("GET", "target-companies/"),
    own("POST", "target-companies/", {"name": "Initech", "lane": 1}, status=201),
    private("GET", "target-companies/{target}/"),
    private("PATCH", "target-companies/{target}/", {"lane": 3}),
    private("DELETE", "target-companies/{target}/", ada=204),
    # The catalogue and what recruiters keep beside it.
    own("GET", "listings/"),
    for_recruiters(
        "POST", "listings/", {"company": "{company}", "title": "Engineer", "salary_min": "50000.00"}, status=201
    ),
    for_recruiters("POST", "listings/bulk/", {"listings": [{"company_name": "Initech", "title": "Engineer"}]}),
    own("GET", "listings/{listing}/"),
    own("GET", "listings/{listing}/similar/"),
    for_recruiters("PATCH", "listings/{listing}/", {"title": "Lead engineer", "status": "filled"}),
    for_recruiters("DELETE", "listings/{listing}/", status=204),
    for_recruiters("GET", "listings/duplicates/"),
    for_recruiters("GET", "listings/duplicates/{pair}/"),
    for_recruiters("POST", "listings/duplicates/{pair}/accept/"),
    for_recruiters("POST", "listings/duplicates/{pair}/keep-apart/"),
    for_recruiters("POST", "listings/duplicates/{decided_pair}/reopen/"),
    for_recruiters("GET", "job-sources/"),
    for_recruiters("POST", "job-sources/", {"name": "new-board", "base_url": "https://board.example"}, status=201),
    for_recruiters("GET", "job-sources/{source}/"),
    for_recruiters("PATCH", "job-sources/{source}/", {"display_name": "The board"}),
    for_recruiters("DELETE", "job-sources/{source}/", status=204),
    # What users do with listings, and their timeline.
    own("POST", "listings/{kept_listing}/track/", status=201),
    Operation(
        "POST", "listings/{kept_listing}/save/", {"notes": "Ask Grace.", "tags": ["remote"]}, 401, 200, 201, 201, 201
    ),
    own("DELETE", "listings/{kept_listing}/save/", status=204),
    Operation("POST", "listings/{kept_listing}/apply/", {"cover_letter": "Dear all,"}, 401, 200, 201, 201, 201),
    own("POST", "listings/{kept_listing}/view/", status=201),
    own("POST", "listings/{kept_listing}/hide/", {"reason": "Too far."}, status=201),
    own("DELETE", "listings/{kept_listing}/hide/", status=204),
    own("POST", "listings/{kept_listing}/reject/", {"reason": "Too far."}, status=201),
    for_recruiters("GET", "listings/{kept_listing}/applicants/"),
    for_recruiters("GET", "listings/{kept_listing}/applicants/{application}/"),
    for_recruiters(
        "PATCH",
        "listings/{kept_listing}/applicants/{application}/",
        {"application_status": "interviewing"},
        moves_shared=True,
    ),
    own("GET", "interactions/"),
    own("GET", "interactions/saved/"),
    own("GET", "interactions/applications/"),
    own("GET", "interactions/statistics/"),
    private("GET", "interactions/{application}/"),
    private("PATCH", "interactions/{application}/", {"application_status": "interviewing"}),
    own("GET", "timeline/"),
    own("POST", "timeline/", {"title": "Met Grace at a fair"}, status=201),
    own("GET", "timeline/upcoming/"),
    # Resumes.
    own("GET", "resume-templates/"),
    own("GET", "resume-templates/{template}/"),
    own("GET", "resumes/"),
    own("POST", "resumes/", {"title": "Engineer", "skills": [{"name": "SQL"}]}, status=201),
    own("GET", "resumes/schema/"),
    own("POST", "resumes/import/", {"document": {"basics": {"name": "Ada"}}}, status=201),
    private("GET", "resumes/{resume}/"),
    private("PATCH", "resumes/{resume}/", {"summary": "Engineer of engines."}),
    private("PUT", "resumes/{resume}/", {"title": "Lead engineer"}),
    private("DELETE", "resumes/{resume}/", ada=204),
    private("GET", "resumes/{resume}/versions/"),
    private("GET", "resumes/{resume}/versions/{version}/"),
    private("POST", "resumes/{resume}/versions/{version}/restore/"),
    private("GET", "resumes/{resume}/compare/?old=1"),
    # What is made of the skill bank and of resumes; whoever has no bank has nothing to make one of.
    Operation("POST", "resumes/from-skill-bank/", {"title": "Engineer"}, ada=201, ben=409, cleo=409, dora=409),
    private("POST", "resumes/{resume}/tailor/", {"listing": "{listing}"}, ada=201),
    private("POST", "resumes/{resume}/ats-score/", {"listing": "{listing}"}),
    private("GET", "resumes/{resume}/export/?format=html"),
    private("GET", "resumes/{resume}/generations/"),
    private("GET", "resumes/{resume}/generations/{generation}/file/"),
]


class World:
    """Rows of Ada's, at least one of each kind."""

    def __init__(self, ada: User) -> None:
        self.ada = ada
        self.job = JobFactory(
            user=ada,
            company_name="Acme",
            jd_text="A posting",
            cover_letter="Dear all",
            notes=[{"text": "First", "created_at": "2026-11-01T08:00:00.000000Z"}],
        )
        self.deleted_job = JobFactory(user=ada, company_name="Gone", is_deleted=True)
        self.interview = InterviewFactory(job=self.job, interview_date=datetime(2026, 12, 1, 10, tzinfo=UTC))
        self.company = CompanyFactory(name="Acme Corp", website="https://acme.example")
        self.unconfirmed_company = CompanyFactory(name="Secret Start-up", is_confirmed=False, created_by=ada)
        self.target = TargetCompanyFactory(user=ada, company=self.company)
        self.event = TimelineEventFactory(user=ada, job=self.job)
        self.token, _ = issue_token(ada, name="Program")
        self.listing = JobListingFactory(company=self.company, title="Engineer of engines", skills_required=["Python"])
        self.source = JobSourceFactory(name="board")
        self.pair = JobDeduplicationFactory(canonical_job=self.listing)
        self.decided_pair = JobDeduplicationFactory(canonical_job=self.listing, reviewed=True)
        self.kept_listing = JobListingFactory(company=self.company)
        self.saved = InteractionFactory(user=ada, job=self.kept_listing, notes="Ask Grace.")
        self.application = InteractionFactory(
            user=ada,
            job=self.kept_listing,
            interaction_type="applied",
            cover_letter="Dear all",
            shared_with_recruiters=True,
        )
        self.template = ResumeTemplateFactory()
        self.resume = ResumeFactory(user=ada, title="Engineer", summary="Written later.", version=2)
        ResumeVersionFactory(resume=self.resume)
        SkillFactory(bank=SkillBank.objects.get_or_create(user=ada)[0], name="Python")
        self.generation = ResumeGenerationFactory(resume=self.resume)

    def names(self) -> dict[str, str]:
        """What the placeholders of operations stand for."""
        kinds = ("job", "deleted_job", "interview", "company", "unconfirmed_company", "target", "token")
        kinds += ("listing", "source", "pair", "decided_pair", "kept_listing", "saved", "application")
        kinds += ("generation", "resume", "template")
        return {
            **{kind: str(getattr(self, kind).pk) for kind in kinds},
            "version": "1",
            "uid": urlsafe_base64_encode(force_bytes(self.ada.pk)),
            "reset_token": default_token_generator.make_token(self.ada),
        }

    def url(self, operation: Operation) -> str:
        return PREFIX + operation.path.format(**self.names())

    def missing_url(self, operation: Operation) -> str:
        """The same path with ids that nobody has."""
        return PREFIX + operation.path.format(**{name: str(uuid.uuid4()) for name in self.names()})

    def body(self, operation: Operation) -> dict[str, Any] | None:
        if operation.body is None:
            return None
        names = self.names()
        return {
            field: value.format(**names) if isinstance(value, str) else value for field, value in operation.body.items()
        }


OWNED_TABLES = (
    "jobs",
    "interviews",
    "target_companies",
    "timeline_events",
    "access_tokens",
    "user_profiles",
    "job_user_interactions",
    "resumes",
)


def digest_of(user: User) -> dict[str, str]:
    """Return a digest of every row of a user in each table, to show that nothing changed."""
    digests = {}
    with connection.cursor() as cursor:
        for table in OWNED_TABLES:
            cursor.execute(
                f"SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t.id)), '') FROM {table} t WHERE user_id = %s",
                [user.pk],
            )
            digests[table] = cursor.fetchone()[0]
        cursor.execute("SELECT md5(t::text) FROM accounts_user t WHERE id = %s", [user.pk])
        digests["accounts_user"] = cursor.fetchone()[0]
    return digests


def walk_routes() -> set[tuple[str, str]]:
    """Return every (method, path) below /api/v1/ that the URL resolver knows; ids as {}."""
    found = set()

    def visit(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                visit(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and path.startswith("api/v1/"):
                for method in methods_of(pattern.callback):
                    found.add((method, simplify(path.removeprefix("api/v1/"))))

    visit(get_resolver().url_patterns, "")
    return found


def methods_of(view: Any) -> set[str]:
    actions = getattr(view, "actions", None)
    names = set(actions) if actions else {name for name in view.cls.http_method_names if hasattr(view.cls, name)}
    return {name.upper() for name in names} - {"HEAD", "OPTIONS"}


def simplify(path: str) -> str:
    """Return a route's regular expression as a path: ^jobs/(?P<pk>[^/]+)/notes/?$ is jobs/{}/notes."""
    text = re.sub(r"\(\?P<\w+>\[\^/\]\+\)", "{}", path.replace("^", "", 1)).removesuffix("$").removesuffix("/?")
    return text.replace("^", "").strip("/")
