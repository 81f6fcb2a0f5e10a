"""Making, tailoring and scoring resumes over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from jobos.accounts.models import User
from jobs.models import JobListing
from resumes.models import Resume, ResumeOptimization
from resumes.services.documents import content_of, create_resume
from skills.models import (
    Certification,
    Education,
    EducationVariation,
    ExperienceVariation,
    Project,
    ProjectVariation,
    Skill,
    SkillBank,
    SkillConcept,
    SkillLabel,
    SummaryVariation,
    WorkExperience,
)
from tests.factories import CompanyFactory, JobListingFactory, ResumeFactory, SkillFactory, WorkExperienceFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/resumes/"
POSTING = (
    "Backend engineer\n\nRequirements\n- 5+ years of experience\n- Python and PostgreSQL\n- Rust\n" + "We wait. " * 10
)


@pytest.fixture
def bank(ada: User) -> SkillBank:
    bank = SkillBank.objects.create(user=ada, default_summary="Engineer of engines.")
    for order, name in enumerate(("Chess", "Postgres", "Python")):
        SkillFactory(bank=bank, name=name, display_order=order, is_featured=name == "Python")
    old = WorkExperienceFactory(
        bank=bank, company="Old", start_date="2010", end_date="2014", default_achievements=["Sold 40 engines"]
    )
    new = WorkExperienceFactory(
        bank=bank,
        company="New",
        is_current=True,
        default_description="Made things.",
        default_achievements=["Made 3 things"],
        technologies=["Docker"],
    )
    ExperienceVariation.objects.create(
        entry=new, content="Wrote Python.", achievements=["Moved Postgres to 3 regions"], focus="technical"
    )
    ExperienceVariation.objects.create(entry=old, content="Led sales.", focus="leadership")
    SummaryVariation.objects.create(bank=bank, content="Leads people.", focus="leadership")
    return bank


@pytest.fixture
def client(api: Callable[..., APIClient], ada: User) -> APIClient:
    return api(ada)


@pytest.fixture
def taxonomy() -> None:
    concept = SkillConcept.objects.create(name="PostgreSQL", source="test", external_id="1")
    for name in ("PostgreSQL", "Postgres"):
        SkillLabel.objects.create(concept=concept, name=name, key=name.lower())


@pytest.fixture
def listing() -> JobListing:
    return JobListingFactory(
        company=CompanyFactory(name="Acme"), title="Engineer", skills_required=["PostgreSQL", "Rust", "Python"]
    )


def post(client: APIClient, path: str, body: dict[str, Any] | None = None, status: int = 201) -> dict[str, Any]:
    response = client.post(f"{URL}{path}", body or {}, format="json")
    assert response.status_code == status, response.content
    answer: dict[str, Any] = response.json()
    return answer


def make(client: APIClient, **body: Any) -> dict[str, Any]:
    return post(client, "from-skill-bank/", {"title": "Base", **body})


def test_a_resume_of_the_bank_tells_what_the_bank_tells(client: APIClient, bank: SkillBank) -> None:
    made = make(client)
    assert made["resume_type"] == "base"
    assert made["contact_info"]["email"] == "ada@example.com"
    assert made["summary"] == "Engineer of engines."
    assert [entry["company"] for entry in made["work_experience"]] == ["New", "Old"]
    assert made["work_experience"][0]["description"] == "Made things."
    assert made["work_experience"][0]["skills_used"] == ["Docker"]
    assert [skill["name"] for skill in made["skills"]] == ["Python", "Chess", "Postgres"]
    pointers = {line["pointer"] for line in made["tailoring_analysis"]["lines"]}
    assert {"/summary", "/skills/0", "/work_experience/1/achievements/0"} <= pointers
    assert Resume.objects.get(pk=made["id"]).versions.count() == 1


def test_what_an_older_bank_holds_amiss_is_repaired_or_told(client: APIClient, bank: SkillBank) -> None:
    WorkExperience.objects.filter(company="New").update(end_date="2021")
    Project.objects.create(bank=bank, name="Paperboat", url="see my page", github_url="github.com/nina/paperboat")
    Certification.objects.create(bank=bank, name="CKA", expiry_date="2024-05", url="cka.example")
    Certification.objects.create(bank=bank, name="CKAD", expiry_date="2999")
    made = make(client)
    assert made["work_experience"][0].items() >= {"company": "New", "is_current": True}.items()
    assert "end_date" not in made["work_experience"][0]
    assert made["projects"] == [{"name": "Paperboat", "github_url": "https://github.com/nina/paperboat"}]
    assert made["certifications"][0]["url"] == "https://cka.example"
    analysis = made["tailoring_analysis"]
    (left,) = [left for left in analysis["left_out"] if left["source"]["kind"] == "project"]
    assert (left["source"]["field"], left["why"]) == ("url", "It is no web address.")
    tailored = post(client, f"{made['id']}/tailor/", {"jd_text": POSTING})
    for one in (analysis, tailored["tailoring_analysis"]):
        said = {line["pointer"]: line["why"] for line in one["lines"]}
        whys = [said[f"/certifications/{number}"] for number in range(2)]
        assert [why.endswith("It expired: 2024-05.") for why in whys] == [True, False]


def test_focus_and_sections_choose(client: APIClient, bank: SkillBank) -> None:
    made = make(client, focus="leadership", sections=["summary", "work_experience"], limits={"achievements": 1})
    assert made["summary"] == "Leads people."
    assert made["work_experience"][1]["description"] == "Led sales."
    assert made["skills"] == []


@pytest.mark.parametrize("has_bank", [False, True])
def test_an_empty_bank_is_a_conflict(client: APIClient, ada: User, has_bank: bool) -> None:
    if has_bank:
        SkillBank.objects.create(user=ada)
    assert post(client, "from-skill-bank/", {"title": "Base"}, status=409)["code"] == "empty_bank"
    assert not Resume.objects.exists()


@pytest.mark.usefixtures("taxonomy", "bank")
def test_tailoring_chooses_what_the_listing_asks_for(client: APIClient, listing: JobListing) -> None:
    base = make(client)
    made = post(client, f"{base['id']}/tailor/", {"listing": str(listing.pk)})
    assert (made["title"], made["resume_type"]) == ("Base - Acme", "tailored")
    assert (made["parent_resume"], made["target_job"]) == (base["id"], str(listing.pk))
    assert [skill["name"] for skill in made["skills"]] == ["Postgres", "Python", "Chess"]
    assert made["work_experience"][0]["description"] == "Wrote Python."
    assert made["work_experience"][0]["achievements"] == ["Moved Postgres to 3 regions"]
    analysis = made["tailoring_analysis"]
    assert analysis["job_id"] == str(listing.pk)
    assert analysis["match_score"] == 66.7
    assert analysis["skill_match"] == ["PostgreSQL", "Python"]
    assert [skill["name"] for skill in analysis["missing_skills"]] == ["Rust"]
    variation = ExperienceVariation.objects.get(content="Wrote Python.")
    (line,) = [line for line in analysis["lines"] if line["pointer"] == "/work_experience/0/achievements/0"]
    assert line["source"] == {
        "kind": "experience_variation",
        "id": str(variation.pk),
        "field": "achievements",
        "index": 0,
    }
    assert line["matched_requirements"] == ["PostgreSQL"]


ROWS = {
    "bank": SkillBank,
    "skill": Skill,
    "summary": SummaryVariation,
    "experience": WorkExperience,
    "experience_variation": ExperienceVariation,
    "education": Education,
    "education_variation": EducationVariation,
    "project": Project,
    "project_variation": ProjectVariation,
    "certification": Certification,
    "user": User,
    "resume": Resume,
}


def look_up(value: Any, pointer: str) -> Any:
    for part in pointer.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def test_every_line_stands_where_its_source_says(client: APIClient, bank: SkillBank, listing: JobListing) -> None:
    studies = Education.objects.create(
        bank=bank, institution="Turin", degree="BSc", honors=["First"], relevant_coursework=["Logic"]
    )
    EducationVariation.objects.create(entry=studies, content="Python by night.", highlights=["Prize"])
    project = Project.objects.create(bank=bank, name="Engine", technologies=["Rust"], url="not an address")
    ProjectVariation.objects.create(entry=project, content="In Rust.", achievements=["Ran 3 years"])
    Certification.objects.create(bank=bank, name="CKA", issue_date="2024-05")
    base = make(client)
    made = post(client, f"{base['id']}/tailor/", {"listing": str(listing.pk)})
    kinds = set()
    for resume in (base, made):
        for line in resume["tailoring_analysis"]["lines"]:
            source, shown = line["source"], look_up(resume, line["pointer"])
            kinds.add(source["kind"])
            row = ROWS[source["kind"]].objects.get(pk=source["id"])
            if source["kind"] == "resume":
                assert look_up(content_of(row), source["field"]) == shown
            elif not source["field"]:  # An entry: its plain fields are the record's.
                plain = {name: value for name, value in shown.items() if hasattr(row, name)}
                assert "name" in plain or "company" in plain or "institution" in plain
                fixed = plain.keys() - {"honors", "relevant_coursework", "technologies", "skills_used"}
                assert {name: plain[name] for name in fixed} == {name: getattr(row, name) for name in fixed}
            else:
                held = getattr(row, source["field"])
                shown = shown["name"] if source["kind"] == "skill" else shown
                assert shown == (held if source["index"] is None else held[source["index"]])
    assert kinds >= {"bank", "skill", "experience", "experience_variation", "education_variation", "project_variation"}


@pytest.mark.usefixtures("bank")
def test_tailoring_again_gives_the_same_content_and_counts_the_use(client: APIClient, listing: JobListing) -> None:
    base = make(client)
    path = f"{base['id']}/tailor/"
    first = post(client, path, {"listing": str(listing.pk)})
    refused = post(client, path, {"listing": str(listing.pk)}, status=409)
    assert (refused["code"], refused["existing_id"]) == ("already_tailored", first["id"])
    second = post(client, path, {"listing": str(listing.pk), "another": True})
    assert second["tailoring_analysis"] == first["tailoring_analysis"]
    contents = [content_of(Resume.objects.get(pk=one["id"])) for one in (first, second)]
    assert contents[0] == contents[1]
    used = ExperienceVariation.objects.get(content="Wrote Python.")
    assert used.usage_count == 2
    assert used.last_used is not None
    assert ExperienceVariation.objects.get(content="Led sales.").usage_count == 0
    assert Skill.objects.get(name="Chess").usage_count == 3  # With the base resume.


@pytest.mark.usefixtures("bank")
def test_a_tailored_resume_that_is_archived_makes_room_for_another(client: APIClient, listing: JobListing) -> None:
    base = make(client)
    first = post(client, f"{base['id']}/tailor/", {"listing": str(listing.pk)})
    Resume.objects.filter(pk=first["id"]).update(status="archived")
    post(client, f"{base['id']}/tailor/", {"listing": str(listing.pk)})


@pytest.mark.usefixtures("bank")
def test_tailoring_to_a_pasted_posting_keeps_the_resumes_own_words(client: APIClient, ada: User) -> None:
    content = {
        "contact_info": {"full_name": "Ada", "phone": "1"},
        "summary": "I write Rust.",
        "work_experience": [{"company": "Elsewhere", "position": "Cook", "start_date": "2001", "end_date": "2003"}],
        "custom_sections": [{"section_type": "languages", "title": "Languages", "content": {"text": "English"}}],
    }
    base = create_resume(ada, title="Own", content=content)
    made = post(client, f"{base.pk}/tailor/", {"jd_text": POSTING, "title": "For them"})
    assert made["title"] == "For them"
    assert made["contact_info"] == content["contact_info"]
    assert made["summary"] == "I write Rust."
    assert "Elsewhere" in [entry["company"] for entry in made["work_experience"]]
    assert made["custom_sections"] == content["custom_sections"]
    kinds = {line["pointer"]: line["source"] for line in made["tailoring_analysis"]["lines"]}
    assert kinds["/summary"] == {"kind": "resume", "id": str(base.pk), "field": "/summary", "index": None}
    assert "Rust" not in [skill["name"] for skill in made["tailoring_analysis"]["missing_skills"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, None),
        ({"jd_text": "Too short"}, "/jd_text"),
        ({"jd_text": "x" * 15_001}, "/jd_text"),
        ({"listing": "0190a1b2-0000-7000-8000-000000000000"}, "/listing"),
        ({"jd_text": POSTING, "limits": {"skills": 0}}, "/limits/skills"),
        ({"jd_text": POSTING, "limits": {"lines": 1}}, "/limits/lines"),
    ],
)
def test_bad_input_is_refused_by_name(client: APIClient, ada: User, body: dict[str, Any], pointer: str | None) -> None:
    resume = ResumeFactory(user=ada)
    answer = post(client, f"{resume.pk}/tailor/", body, status=400)
    if pointer:
        assert [error["pointer"] for error in answer["errors"]] == [f"#{pointer}"]
    else:
        assert answer["code"] == "one_posting"


def test_scoring_keeps_the_outcome_and_edits_nothing(client: APIClient, ada: User, listing: JobListing) -> None:
    resume = create_resume(ada, title="Base", content={"skills": [{"name": "Python"}], "summary": "Writes Rust."})
    before = Resume.objects.get(pk=resume.pk)
    result = post(client, f"{resume.pk}/ats-score/", {"listing": str(listing.pk)}, status=200)
    after = Resume.objects.get(pk=resume.pk)
    assert after.ats_score_data == result
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert result["score"] == sum(part["points"] for part in result["parts"])
    kept = ResumeOptimization.objects.get()
    assert (kept.job, kept.match_score) == (listing, result["percent"])
    assert kept.keyword_matches == ["Rust", "Python"]
    assert kept.missing_keywords == ["PostgreSQL"]
    assert kept.skill_matches == ["Rust"]
    assert post(client, f"{resume.pk}/ats-score/", {"listing": str(listing.pk)}, status=200) == result
    again = ResumeOptimization.objects.get()
    assert again.pk == kept.pk
    assert again.analyzed_at > kept.analyzed_at
    client.patch(f"{URL}{resume.pk}/", {"summary": "Writes prose."})
    assert post(client, f"{resume.pk}/ats-score/", {"listing": str(listing.pk)}, status=200)["score"] < result["score"]
    assert ResumeOptimization.objects.count() == 2


def test_an_empty_resume_scores_nothing_and_a_posting_is_optional(client: APIClient, ada: User) -> None:
    resume = ResumeFactory(user=ada, contact_info={})
    result = post(client, f"{resume.pk}/ats-score/", status=200)
    assert (result["score"], result["max"], result["job_id"]) == (0, 35, None)
    assert not ResumeOptimization.objects.exists()


@pytest.mark.usefixtures("bank")
def test_spellings_meet_as_soon_as_the_taxonomy_says_so(client: APIClient, listing: JobListing) -> None:
    base = make(client)
    path = f"{base['id']}/ats-score/"
    missing = post(client, path, {"listing": str(listing.pk)}, status=200)["parts"][0]["missing"]
    assert "PostgreSQL" in missing
    concept = SkillConcept.objects.create(name="PostgreSQL", source="test", external_id="1")
    for name in ("PostgreSQL", "Postgres"):
        SkillLabel.objects.create(concept=concept, name=name, key=name.lower())
    rows = post(client, path, {"listing": str(listing.pk)}, status=200)["parts"][0]["evidence"]
    assert [row["found_at"] for row in rows if row["requirement"] == "PostgreSQL"] == [["/skills/2/name"]]


def test_the_number_of_queries_does_not_grow_with_the_bank(client: APIClient, bank: SkillBank) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            make(client)
        return len(queries)

    make(client)  # Reads the taxonomy once.
    few = count()
    for number in range(10):
        SkillFactory(bank=bank)
        entry: WorkExperience = WorkExperienceFactory(bank=bank, default_description="Told.")
        ExperienceVariation.objects.create(entry=entry, content=f"Told {number}.")
    assert count() == few


@pytest.mark.usefixtures("bank")
def test_the_bank_is_locked_before_its_rows_are_counted_as_used(client: APIClient, ada: User) -> None:
    resume = ResumeFactory(user=ada)
    with CaptureQueriesContext(connection) as captured:
        assert client.post(f"{URL}{resume.pk}/tailor/", {"jd_text": POSTING}).status_code == 201
    statements = [query["sql"] for query in captured]
    counts = [number for number, sql in enumerate(statements) if sql.startswith('UPDATE "skills"')]
    locks = [number for number, sql in enumerate(statements) if '"skill_banks"' in sql and "NO KEY UPDATE" in sql]
    assert locks
    assert counts
    assert locks[0] < counts[0]


def test_more_tools_than_a_resume_holds_are_cut_and_told(client: APIClient, ada: User) -> None:
    bank = SkillBank.objects.create(user=ada)
    WorkExperienceFactory(
        bank=bank,
        skills_used=[f"skill {number}" for number in range(100)],
        technologies=[*(f"tool {number}" for number in range(99)), "Rust"],
    )
    made = client.post(f"{URL}from-skill-bank/", {"title": "All"})
    assert made.status_code == 201
    assert len(made.json()["work_experience"][0]["skills_used"]) == 100
    left = [one["why"] for one in made.json()["tailoring_analysis"]["left_out"]]
    assert left == ["A list of a resume holds 100 lines."] * 100
    tailored = client.post(f"{URL}{made.json()['id']}/tailor/", {"jd_text": POSTING}).json()
    assert "Rust" in tailored["work_experience"][0]["skills_used"]
