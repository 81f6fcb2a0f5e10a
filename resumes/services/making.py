"""Making resumes out of a person's skill bank, tailoring them to postings, and scoring them.

What is chosen and how it is scored is pure computation (`resumes/making`); here it is fed and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobos.accounts.models import UserProfile
from jobos.core.errors import Conflict
from resumes.content import find_faults
from resumes.making.choosing import SECTIONS, Limits, make
from resumes.making.material import Entry, Item, Line, Material, Source, Telling, read_resume
from resumes.making.scoring import score
from resumes.making.tailoring import tailor
from resumes.models import LONGEST_TITLE, Resume, ResumeOptimization, ResumeStatus, ResumeType
from resumes.services.documents import content_of, create_resume, lock_resumes
from skills.matching import Reader
from skills.models import (
    EducationVariation,
    ExperienceVariation,
    ProjectVariation,
    Skill,
    SkillBank,
    SummaryVariation,
)
from skills.requirements import Posting, Requirements, read_requirements
from skills.services.bank import contradict_present, lock_bank
from skills.services.lexicon import read_lexicon
from skills.written import read_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jobos.accounts.models import User
    from jobs.models import JobListing
    from resumes.making.choosing import Made
    from resumes.models import ResumeTemplate
    from skills.matching import Lexicon
    from skills.models import Variation

ANALYSIS_VERSION = "1"
# A base resume shows what there is; only tailoring chooses strictly.
ROOMY = Limits(skills=100, achievements=20, projects=20, certifications=50)
SHORTEST_POSTING = 100  # characters of one that is pasted: less says nothing that can be answered
LONGEST_FIRST_LINE = 100  # of a pasted posting, to be taken for its title
# The rows that count how often they were used, by the kind that sources give them.
COUNTED: dict[str, Any] = {
    "skill": Skill,
    "summary": SummaryVariation,
    "experience_variation": ExperienceVariation,
    "education_variation": EducationVariation,
    "project_variation": ProjectVariation,
}


# Reading -------------------------------------------------------------------------------------------------------------


def read_material(user: User) -> tuple[Material, list[str]]:
    """Return what a person's bank and profile hold, and the headings of their skills, in a fixed number of queries."""
    contact, homes = _read_contact(user)
    bank = SkillBank.objects.filter(user=user).first()
    if bank is None:
        return Material(contact, homes), []
    default = Source("bank", str(bank.pk), "default_summary")
    summaries = [Telling(default, Line(bank.default_summary, default))] if bank.default_summary else []
    summaries += [_tell(one, "summary", {}) for one in bank.summaries.all()]
    projects, certificates = bank.projects.prefetch_related("variations"), bank.certifications.all()
    material = Material(
        contact=contact,
        contact_sources=homes,
        summaries=tuple(summaries),
        skills=tuple(_read_skill(skill) for skill in bank.skills.all()),
        sections={
            "work_experience": tuple(
                _read_entry(
                    row,
                    "experience",
                    ("company", "position", "location", "start_date", "end_date", "is_current", "experience_type"),
                    {"achievements": ("default_achievements",), "skills_used": ("skills_used", "technologies")},
                    {"achievements": "achievements", "skills_used": "skills_highlighted"},
                )
                for row in bank.work_experiences.prefetch_related("variations")
            ),
            "education": tuple(
                _read_entry(
                    row,
                    "education",
                    ("institution", "degree", "field_of_study", "location", "start_date", "end_date", "gpa"),
                    {"honors": ("honors",), "relevant_coursework": ("relevant_coursework",)},
                    {"honors": "highlights", "relevant_coursework": "relevant_coursework"},
                )
                for row in bank.education_entries.prefetch_related("variations")
            ),
            "projects": tuple(
                _read_entry(
                    row,
                    "project",
                    ("name", "url", "github_url", "start_date", "end_date"),
                    {"achievements": ("default_achievements",), "technologies": ("technologies",)},
                    {"achievements": "achievements", "technologies": "technologies_highlighted"},
                )
                for row in projects
            ),
            "certifications": tuple(
                Entry(
                    Source("certification", str(row.pk)),
                    _fields(
                        row,
                        ("name", "issuer", "issue_date", "expiry_date", "credential_id", "url", "description"),
                    ),
                )
                for row in certificates
            ),
        },
        useless=(*_find_useless(projects, "project"), *_find_useless(certificates, "certification")),
    )
    return material, list(bank.skill_categories)


def _read_contact(user: User) -> tuple[dict[str, Any], dict[str, Source]]:
    """Return how to reach a person, as their account and profile say, and where each of it stands."""
    held: dict[str, tuple[str, Source]] = {
        "full_name": (user.full_name, Source("user", str(user.pk), "full_name")),
        "email": (user.email, Source("user", str(user.pk), "email")),
    }
    profile = UserProfile.objects.filter(user=user).first()
    if profile is not None:
        place = ", ".join(filter(None, (profile.city, profile.state)))
        for name, value, column in (
            ("headline", profile.current_title, "current_title"),
            ("phone", profile.phone, "phone"),
            ("location", place, "city, state"),
            ("linkedin_url", read_address(profile.linkedin_url) or "", "linkedin_url"),
            ("portfolio", read_address(profile.portfolio_url) or "", "portfolio_url"),
        ):
            held[name] = (value, Source("profile", str(profile.pk), column))
    there = {
        name: found for name, found in held.items() if found[0] and not find_faults({"contact_info": {name: found[0]}})
    }
    return {name: value for name, (value, _) in there.items()}, {name: home for name, (_, home) in there.items()}


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return the fields of a row that hold something; an address that is none is not shown (`_find_useless`)."""
    found = {name: getattr(row, name) for name in names}
    if found.get("is_current"):
        found["end_date"] = ""  # Rows of an older system may have both, or begin in the future.
        found["is_current"] = not contradict_present(found["start_date"], "")
    return {
        name: value
        for name, text in found.items()
        if (value := read_address(text) if name.endswith("url") else text) not in ("", None)
    }


def _find_useless(rows: Iterable[Any], kind: str) -> list[Source]:
    """Return the columns of rows that hold a web address which is none, as an older system let them in."""
    return [
        Source(kind, str(row.pk), name)
        for row in rows
        for name in ("url", "github_url")
        if (text := getattr(row, name, "")) and read_address(text) is None
    ]


def _read_skill(skill: Skill) -> Item:
    fields: dict[str, Any] = {"name": skill.name, "category": skill.bucket, "is_featured": skill.is_featured}
    if skill.level:
        fields["level"] = skill.level
    if skill.years_experience is not None:
        fields["years_experience"] = float(skill.years_experience)
    if skill.keywords:
        fields["keywords"] = list(skill.keywords)
    return Item(Source("skill", str(skill.pk), "name"), fields)


def _read_entry(
    row: Any,
    kind: str,
    names: Sequence[str],
    own: Mapping[str, tuple[str, ...]],
    varied: Mapping[str, str],
) -> Entry:
    """Return an entry of the bank with its tellings: the default variation, its own words, then the other variations."""
    key = str(row.pk)
    lists = {name: _lines(row, kind, columns) for name, columns in own.items()}
    own_words = Telling(Source(kind, key), _line(row, kind, "default_description"), lists)
    varied_words = {one.pk: _tell(one, f"{kind}_variation", varied, instead=own_words) for one in row.variations.all()}
    preferred = varied_words.pop(row.default_variation_id, None)
    told = [*([preferred] if preferred else []), own_words, *varied_words.values()]
    return Entry(Source(kind, key), _fields(row, names), tuple(told))


def _tell(one: Variation, kind: str, varied: Mapping[str, str], *, instead: Telling | None = None) -> Telling:
    """Return a variation as a telling; what it does not tell itself is told as the entry tells it."""
    lists = dict(instead.lists) if instead else {}
    for name, column in varied.items():
        lists[name] = _lines(one, kind, (column,)) or lists.get(name, ())
    return Telling(
        source=Source(kind, str(one.pk)),
        description=_line(one, kind, "content") or (instead.description if instead else None),
        lists=lists,
        focus=one.focus,
        target_roles=tuple(one.target_roles),
        target_industries=tuple(one.target_industries),
        keywords=tuple(one.keywords_emphasized),
    )


def _line(row: Any, kind: str, column: str) -> Line | None:
    text = getattr(row, column)
    return Line(text, Source(kind, str(row.pk), column)) if text.strip() else None


def _lines(row: Any, kind: str, columns: Iterable[str]) -> tuple[Line, ...]:
    """Return the lines of one or more columns, each text once."""
    lines: dict[str, Line] = {}
    for column in columns:
        for index, text in enumerate(getattr(row, column)):
            if text.strip():
                lines.setdefault(text, Line(text, Source(kind, str(row.pk), column, index)))
    return tuple(lines.values())


def read_posting(listing: JobListing | None, jd_text: str) -> Posting:
    """Return a listing, or a text that was pasted, as it is read for requirements."""
    if listing is None:
        first = next((line.strip() for line in jd_text.splitlines() if line.strip()), "")
        is_title = len(first) <= LONGEST_FIRST_LINE and not first.endswith((".", ":", "!", "?", ","))
        return Posting(title=first if is_title else "", texts={"jd_text": jd_text})
    return Posting(
        title=listing.title,
        company=listing.company.name,
        industry=listing.company.industry,
        texts={name: getattr(listing, name) for name in ("requirements", "description", "responsibilities")},
        skills={name: tuple(getattr(listing, name)) for name in ("skills_required", "skills_preferred", "tech_stack")},
        education=listing.education_required,
        levels=(listing.experience_level, listing.seniority_level),
    )


def _read_asked(posting: Posting, names: Iterable[str]) -> tuple[Requirements, Lexicon]:
    """Return what a posting asks for, and a lexicon that knows the names that either side uses as well."""
    listed = [name for names_of in posting.skills.values() for name in names_of]
    lexicon = read_lexicon().including([*names, *listed])
    return read_requirements(posting, lexicon), lexicon


def _named_skills(*materials: Material) -> list[str]:
    """Return the names that a person gives to skills, tools and technologies."""
    names = []
    for material in materials:
        names += [skill.name for skill in material.skills]
        for section, name in (("work_experience", "skills_used"), ("projects", "technologies")):
            for entry in material.sections.get(section, ()):
                names += [line.text for telling in entry.tellings for line in telling.lists.get(name, ())]
    return names


# Making --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_from_bank(
    user: User,
    *,
    title: str,
    template: ResumeTemplate | None = None,
    focus: str = "",
    target_role: str = "",
    sections: Sequence[str] = SECTIONS,
    limits: Limits | None = None,
) -> Resume:
    """Make a base resume of what a person's skill bank holds; an empty bank is a conflict.

    Each entry is told by its default variation or its own words, unless a focus or a role calls for another variation.
    """
    material, headings = read_material(user)
    if material.is_empty:
        raise Conflict("The skill bank holds nothing yet. Add skills or experiences to it first.", code="empty_bank")
    made = make(
        material,
        Requirements(title=target_role),
        Reader(read_lexicon().including(_named_skills(material))),
        limits=limits or ROOMY,
        focus=focus,
        headings=headings,
        sections=sections,
    )
    _mark_expired(made)
    resume = create_resume(
        user,
        title=title,
        content=made.content,
        template=template,
        summary_of_change="Made from the skill bank.",
        analysis={"lines": made.lines, "left_out": made.left_out},
    )
    _count_use(user, made.used)
    return resume


@transaction.atomic
def tailor_resume(
    resume: Resume,
    *,
    listing: JobListing | None = None,
    jd_text: str = "",
    title: str = "",
    limits: Limits | None = None,
    another: bool = False,
) -> Resume:
    """Make a resume for one posting out of another resume and its owner's bank; it holds nothing that they do not.

    A second one for the same listing would be mistaken for the first, which may have been edited or sent since: it is
    a conflict that names the first, unless that is archived or `another` is wanted.
    """
    if (listing is None) == (not jd_text):
        raise ValidationError("Give either a listing or the text of a posting.", code="one_posting")
    user = resume.user
    lock_resumes(user.pk)
    if listing is not None and not another:
        twin = (
            resume.children.filter(target_job=listing, resume_type=ResumeType.TAILORED)
            .exclude(status=ResumeStatus.ARCHIVED)
            .first()
        )
        if twin is not None:
            raise Conflict(
                "This resume is already tailored to that listing.", code="already_tailored", existing_id=twin.pk
            )
    bank, headings = read_material(user)
    own = read_resume(content_of(resume), str(resume.pk))
    posting = read_posting(listing, jd_text)
    asked, lexicon = _read_asked(posting, _named_skills(bank, own))
    made, analysis = tailor(bank, own, asked, lexicon, limits=limits, headings=headings)
    _mark_expired(made)
    analysis["job_id"] = str(listing.pk) if listing else None
    tailored = create_resume(
        user,
        title=title or _name_tailored(resume.title, posting),
        content=made.content,
        resume_type=ResumeType.TAILORED,
        parent=resume,
        target=listing,
        template=resume.template,
        summary_of_change=f"Tailored from {resume.title}.",
        analysis=analysis,
    )
    _count_use(user, made.used)
    return tailored


def _mark_expired(made: Made) -> None:
    """Say of each certificate that is no longer valid that it expired; whether it still tells something, its owner knows."""
    today = timezone.now().date().isoformat()
    said = {line["pointer"]: line for line in made.lines}
    for number, certificate in enumerate(made.content["certifications"]):
        expiry = certificate.get("expiry_date") or ""
        if expiry and expiry < today[: len(expiry)]:
            said[f"/certifications/{number}"]["why"] += f" It expired: {expiry}."


def _name_tailored(title: str, posting: Posting) -> str:
    """Return the title of a tailored resume: the base's and the company's, as long as there is room."""
    ending = f" - {posting.company or posting.title or 'tailored'}"[: LONGEST_TITLE // 2]
    return title[: LONGEST_TITLE - len(ending)] + ending


def _count_use(user: User, used: Iterable[Source]) -> None:
    """Count that rows of the bank were used: one statement for each kind. Nothing is chosen by it, nor is it an edit.

    The bank is locked first, as every writer of its rows does; whoever writes both locks the resumes before the bank.
    """
    keys: dict[str, set[str]] = {}
    for source in used:
        if source.kind in COUNTED:
            keys.setdefault(source.kind, set()).add(source.id)
    if not keys:
        return
    lock_bank(user.skill_bank.pk)
    moment = timezone.now()
    for kind, ids in sorted(keys.items()):
        rows: Any = COUNTED[kind].objects.filter(pk__in=ids)
        rows.update(usage_count=F("usage_count") + 1, last_used=moment)


# Scoring -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def score_resume(resume: Resume, *, listing: JobListing | None = None, jd_text: str = "") -> dict[str, Any]:
    """Score a resume against a listing, a pasted posting, or alone, and keep the outcome with it.

    It is no edit: neither the version nor the time of the last change moves.
    """
    if listing is not None and jd_text:
        raise ValidationError("Give either a listing or the text of a posting.", code="one_posting")
    content = content_of(resume)
    own = read_resume(content, str(resume.pk))
    as_of = timezone.now().strftime("%Y-%m")
    if listing is None and not jd_text:
        result = score(content, read_lexicon(), as_of=as_of)
    else:
        asked, lexicon = _read_asked(read_posting(listing, jd_text), _named_skills(own))
        result = score(content, lexicon, asked=asked, as_of=as_of)
    result["job_id"] = str(listing.pk) if listing else None
    result["resume_version"] = resume.version
    resume.ats_score_data = result
    Resume.objects.filter(pk=resume.pk).update(ats_score_data=result)
    if listing is not None and result["judged"] == "fit":
        _keep_optimization(resume, listing, result)
    return result


def _keep_optimization(resume: Resume, listing: JobListing, result: Mapping[str, Any]) -> None:
    """Write down how a resume fits a listing: what was found, and what was missing.

    Asking again adds a row only where the outcome is another one.
    """
    rows: list[dict[str, Any]] = next((part["evidence"] for part in result["parts"] if part["name"] == "keywords"), [])
    found = [row["requirement"] for row in rows if row["points"]]
    missing = [row["requirement"] for row in rows if not row["points"]]
    weak = [row["requirement"] for row in rows if 0 < row["points"] < row["max"]]
    losses = sorted(result["parts"], key=lambda part: part["points"] - part["max"])
    outcome: dict[str, Any] = {
        "match_score": result["percent"],
        "keyword_matches": found,
        "missing_keywords": missing,
        "skill_matches": [name for name in found if name not in weak],
        "missing_skills": missing,
        "recommendations": result["suggestions"],
        "sections_to_emphasize": [part["name"] for part in losses if part["points"] < part["max"]],
        "content_suggestions": [f"Show {name} in a position or a project." for name in weak],
        "analysis_version": ANALYSIS_VERSION,
    }
    known = ResumeOptimization.objects.filter(resume=resume, job=listing, **outcome)
    if not known.update(analyzed_at=timezone.now()):
        ResumeOptimization.objects.create(resume=resume, job=listing, **outcome)
