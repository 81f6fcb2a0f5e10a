"""The skill bank in the admin: whose it is, what its forms refuse, and that its order, headings and variations stay."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobos.accounts.roles import JOB_SEEKERS
from skills.admin.telling import describe_period
from skills.admin.typed import read_skills
from skills.models import (
    HEADINGS,
    Certification,
    Education,
    ExperienceVariation,
    Project,
    Skill,
    SkillBank,
    SkillConcept,
    SkillLabel,
    SummaryVariation,
    WorkExperience,
)
from skills.services import bank as banks
from tests.factories import SkillFactory, WorkExperienceFactory

OWN = "/admin/skills/skillbank/mine/"


@pytest.fixture
def bank(ada):
    return banks.open_bank(ada)


def page_of(bank):
    return reverse("admin:skills_skillbank_change", args=[bank.pk])


def click(bank, name, *args):
    return reverse(f"admin:skills_skillbank_{name}", args=[bank.pk, *args])


def fill(bank):
    """Put one of everything into a bank; return the entries with their pages."""
    entries = [
        SkillFactory(bank=bank, name="Secret skill"),
        banks.add_entry(bank, WorkExperience, company="Secret Ltd", position="Engineer"),
        banks.add_entry(bank, Education, institution="Secret School"),
        banks.add_entry(bank, Project, name="Secret project"),
        banks.add_entry(bank, Certification, name="Secret certificate"),
        banks.add_entry(bank, SummaryVariation, title="Secret summary", content="x"),
    ]
    entries.append(banks.add_variation(entries[1], title="Secret variation"))
    return [(entry, f"admin:skills_{entry._meta.model_name}") for entry in entries]


# Whose it is -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_ones_own_bank_opens_at_once_and_is_empty(client, ada):
    client.force_login(ada)
    answer = client.get(OWN, follow=True)
    assert answer.status_code == 200
    assert "Begin with your skills" in answer.text
    assert all(heading in answer.text for heading in ("Technical Skills", "Soft Skills", "Tools &amp; Platforms"))
    assert (SkillBank.objects.get().user, Skill.objects.count()) == (ada, 0)
    client.get(OWN)
    assert SkillBank.objects.count() == 1
    assert client.get("/admin/skills/skillbank/").headers["Location"] == OWN


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_strangers_and_recruiters_find_nothing_of_a_bank_by_any_address(client, request, bank, who):
    entries = fill(bank)
    skill = entries[0][0]
    client.force_login(request.getfixturevalue(who))
    clicks = [click(bank, name) for name in ("summary", "order", "add-heading", "rename-heading", "remove-heading")]
    clicks += [click(bank, "add-skills"), click(bank, "change-skill", skill.pk), click(bank, "feature", skill.pk)]
    assert {client.post(url, {"name": "x", "lines": "x"}).status_code for url in clicks} == {404}
    assert client.get(page_of(bank)).status_code == 404
    for entry, name in entries:
        for action in ("change", "delete", "history"):
            answer = client.get(reverse(f"{name}_{action}", args=[entry.pk]), follow=True)
            assert "Secret" not in answer.text, (name, action)
        assert "Secret" not in client.get(reverse(f"{name}_changelist") + "?q=ecret").text
        client.post(reverse(f"{name}_delete", args=[entry.pk]), {"post": "yes"})
        assert type(entry).objects.filter(pk=entry.pk).exists()
    add = reverse("admin:skills_skill_add") + f"?bank={bank.pk}"
    form = {"name": "Mine", "bucket": "Technical Skills", "category": "technical"}
    assert client.post(add, form).status_code == 404
    assert not Skill.objects.filter(name="Mine").exists()


@pytest.mark.django_db
def test_whoever_only_recruits_has_no_skill_bank(client, bank, cleo):
    entries = fill(bank)
    cleo.groups.remove(Group.objects.get(name=JOB_SEEKERS))
    client.force_login(cleo)
    addresses = [OWN, "/admin/skills/skillbank/", "/admin/skills/skillconcept/"]
    addresses += [reverse(f"{name}_changelist") for _, name in entries]
    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(click(bank, "add-skills"), {"lines": "x"}).status_code == 403
    assert "My skill bank" not in client.get("/admin/").text
    assert SkillBank.objects.count() == 1


@pytest.mark.django_db
def test_a_superuser_sees_all_banks_and_adds_to_the_one_looked_at(client, bank, dora):
    entries = fill(bank)
    client.force_login(dora)
    assert "ada@example.com" in client.get("/admin/skills/skillbank/?q=ada").text
    assert "Secret skill" in client.get(page_of(bank)).text
    for entry, name in entries:
        assert client.get(reverse(f"{name}_change", args=[entry.pk])).status_code == 200
        assert "Secret" in client.get(reverse(f"{name}_changelist")).text
    form = {"name": "Helm", "bucket": "Tools & Platforms", "category": "tool"}
    assert client.post(reverse("admin:skills_skill_add") + f"?bank={bank.pk}", form).status_code == 302
    assert Skill.objects.get(name="Helm").bank == bank


# Skills ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python, Expert", [{"name": "Python", "level": "expert"}]),
        ("Python, SQL ,, Go", [{"name": "Python"}, {"name": "SQL"}, {"name": "Go"}]),
        (
            "- Docker; advanced; tools\n\n2. expert",
            [{"name": "Docker", "level": "advanced", "bucket": "Tools"}, {"name": "expert"}],
        ),
        ("C++\n  .NET  Core ", [{"name": "C++"}, {"name": ".NET Core"}]),
        (" ,;\n - \n", []),
        (
            "Ansible | AWS (EC2, [S3; Lambda])\tGo",
            [{"name": name} for name in ("Ansible", "AWS (EC2, [S3; Lambda])", "Go")],
        ),
        ("AWS (EC2, S3", [{"name": "AWS (EC2"}, {"name": "S3"}]),
        (
            "Git\texpert\nGo - Advanced\nSQL (expert), Rust: expert\nA - B",
            [
                {"name": "Git", "level": "expert"},
                {"name": "Go", "level": "advanced"},
                {"name": "SQL", "level": "expert"},
                {"name": "Rust", "level": "expert"},
                {"name": "A - B"},
            ],
        ),
        (
            "tools: Docker, Languages of the world\nLanguages: German - expert\nlanguages:\n* English\n\nSee https://a.example",
            [
                {"name": "Docker", "bucket": "Tools"},
                {"name": "Languages of the world", "bucket": "Tools"},
                {"name": "German", "level": "expert", "bucket": "Languages"},
                {"name": "English", "bucket": "Languages"},
                {"name": "See https://a.example"},
            ],
        ),
        ("(" * 20_000, [{"name": "(" * 20_000}]),
    ],
)
def test_skills_are_read_as_people_write_them(text, expected):
    assert read_skills(text, levels=["advanced", "expert"], headings=["Tools"]) == expected


@pytest.mark.django_db
def test_pasted_skills_are_added_with_level_and_heading(client, ada, bank):
    client.force_login(ada)
    text = "Python, expert\nDocker, advanced, tools & platforms\nMentoring"
    answer = client.post(click(bank, "add-skills"), {"lines": text, "heading": "Soft Skills"}, follow=True)
    assert "3 skills are added." in answer.text
    assert list(bank.skills.values_list("name", "level", "bucket", "display_order")) == [
        ("Python", "expert", "Soft Skills", 0),
        ("Docker", "advanced", "Tools & Platforms", 1),
        ("Mentoring", "", "Soft Skills", 2),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "heading", "words"),
    [
        ("python\nPYTHON", "", "In your bank already: python."),
        ("Tongues: " + "x" * 201, "", "a skill has at most 200 characters"),
        ("Go", "No such heading", "Give one of: Technical Skills"),
        ("Go\n" + "x" * 201, "", "a skill has at most 200 characters"),
        (" , ", "", "There is no skill in this."),
        ("\n".join(f"Skill {n}" for n in range(201)), "", "Add at most 200 at once."),
        ("Go\x00", "", "Null characters are not allowed."),
        ("", "", "Type a skill"),
    ],
)
def test_refused_skills_stay_typed_and_none_of_them_is_added(client, ada, bank, lines, heading, words):
    SkillFactory(bank=bank, name="Python")
    client.force_login(ada)
    answer = client.post(click(bank, "add-skills"), {"lines": lines, "heading": heading})
    assert answer.status_code == 200
    assert words in answer.text
    assert lines.strip().replace("\x00", "").split("\n")[0] in answer.text
    assert list(bank.skills.values_list("name", flat=True)) == ["Python"]
    assert SkillBank.objects.get().skill_categories == list(HEADINGS)


@pytest.mark.django_db
def test_what_is_there_already_is_skipped_and_told_and_the_rest_added(client, ada, bank):
    SkillFactory(bank=bank, name="Python")
    client.force_login(ada)
    text = "PYTHON, Go, GO\nTongues: German, go\ntongues: English"
    answer = client.post(click(bank, "add-skills"), {"lines": text, "heading": "Soft Skills"}, follow=True)
    assert "3 skills are added. New headings: Tongues. In your bank already: PYTHON." in answer.text
    assert "More than once in what you typed, added once: GO." in answer.text
    there = dict(bank.skills.exclude(name="Python").values_list("name", "bucket"))
    assert there == {"Go": "Soft Skills", "German": "Tongues", "English": "Tongues"}
    assert SkillBank.objects.get().skill_categories == [*HEADINGS, "Tongues"]


@pytest.mark.django_db
def test_a_skill_is_edited_where_it_stands(client, ada, bank):
    skill = SkillFactory(bank=bank, name="Python")
    client.force_login(ada)
    url = click(bank, "change-skill", skill.pk)
    seen = client.get(page_of(bank)).context["headings"][0]["skills"][0].seen
    client.post(click(bank, "feature", skill.pk), {"is_featured": "false"})
    form = {"name": "Python 3", "level": "expert", "bucket": "Soft Skills", "years_experience": "7.5"}
    assert client.post(url, {**form, "seen": seen}).status_code == 302
    skill.refresh_from_db()
    said = (skill.name, skill.level, skill.bucket, str(skill.years_experience))
    assert said == ("Python 3", "expert", "Soft Skills", "7.5")
    client.post(click(bank, "feature", skill.pk), {"is_featured": "true"})
    assert Skill.objects.get().is_featured


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "PYTHON "}, "This skill is already in the bank."),
        ({"name": " "}, "Give the skill a name."),
        ({"years_experience": "many"}, "Give the years as a number"),
        ({"years_experience": "81"}, "less than or equal to 80"),
        ({"level": "godlike"}, "godlike is not one of the available choices."),
        ({"bucket": "Elsewhere"}, "Give one of:"),
        ({"seen": "another"}, "changed in another window"),
    ],
)
def test_a_refused_edit_of_a_skill_says_why_beside_what_was_typed(client, ada, bank, change, words):
    SkillFactory(bank=bank, name="Python")
    skill = SkillFactory(bank=bank, name="Go")
    client.force_login(ada)
    form = {"name": "Golang", "level": "", "bucket": "Technical Skills", "years_experience": "2", **change}
    answer = client.post(click(bank, "change-skill", skill.pk), form)
    assert answer.status_code == 200
    assert words in answer.text
    assert f'value="{form["years_experience"]}"' in answer.text
    assert set(bank.skills.values_list("name", flat=True)) == {"Python", "Go"}


@pytest.mark.django_db
def test_the_page_of_a_skill_refuses_its_twin_at_the_name(client, ada, bank):
    SkillFactory(bank=bank, name="Python")
    client.force_login(ada)
    form = {"name": " python", "bucket": "Soft Skills", "category": "technical", "description": "Nine years of it"}
    answer = client.post(reverse("admin:skills_skill_add"), form)
    assert answer.context["adminform"].form.errors == {"name": ["This skill is already in the bank."]}
    assert "Nine years of it" in answer.text
    answer = client.post(reverse("admin:skills_skill_add"), {**form, "name": "Rust", "bucket": "Elsewhere"})
    assert list(answer.context["adminform"].form.errors) == ["bucket"]
    assert Skill.objects.count() == 1


# Headings and order ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_headings_are_added_renamed_and_removed_by_the_rules(client, ada, bank):
    skill = SkillFactory(bank=bank, name="Python", bucket="Technical Skills")
    client.force_login(ada)

    def headings():
        return SkillBank.objects.get().skill_categories

    client.post(click(bank, "add-heading"), {"name": "Languages"})
    assert headings()[-1] == "Languages"
    assert "Two headings have the same name." in client.post(click(bank, "add-heading"), {"name": "languages"}).text
    client.post(click(bank, "rename-heading"), {"old": "Technical Skills", "name": "Engineering"})
    skill.refresh_from_db()
    assert (headings()[0], skill.bucket) == ("Engineering", "Engineering")
    answer = client.post(click(bank, "rename-heading"), {"old": "Engineering", "name": "Soft Skills"})
    assert "Two headings have the same name." in answer.text
    answer = client.post(click(bank, "remove-heading"), {"name": "Engineering"})
    assert "still holds skills" in answer.text
    client.post(click(bank, "remove-heading"), {"name": "Languages"})
    assert headings() == ["Engineering", "Soft Skills", "Tools & Platforms"]
    assert "gone already" in client.post(click(bank, "remove-heading"), {"name": "Languages"}).text


@pytest.mark.django_db
def test_an_order_is_saved_and_a_moved_skill_changes_its_heading(client, ada, bank):
    python, rust, writing = (
        banks.add_skill(bank, name=name, bucket=bucket)
        for name, bucket in (("Python", ""), ("Rust", ""), ("Writing", "Soft Skills"))
    )
    client.force_login(ada)
    order = {
        "kind": "skills",
        "moved": str(rust.pk),
        "heading": "Soft Skills",
        "id": [str(skill.pk) for skill in (python, writing, rust)],
    }
    assert client.post(click(bank, "order"), order).status_code == 204
    assert list(bank.skills.order_by("display_order").values_list("name", "bucket")) == [
        ("Python", "Technical Skills"),
        ("Writing", "Soft Skills"),
        ("Rust", "Soft Skills"),
    ]
    headings = ["Tools & Platforms", "Technical Skills", "Soft Skills"]
    assert client.post(click(bank, "order"), {"kind": "headings", "id": headings}).status_code == 204
    assert SkillBank.objects.get().skill_categories == headings
    first, second = (WorkExperienceFactory(bank=bank, display_order=place) for place in range(2))
    client.post(click(bank, "order"), {"kind": "experiences", "id": [str(second.pk), str(first.pk)]})
    assert list(bank.work_experiences.all()) == [second, first]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"kind": "skills", "id": []}, "changed in another window"),
        ({"kind": "skills", "id": ["zz"]}, "no such entry"),
        ({"kind": "headings", "id": ["Soft Skills"]}, "changed in another window"),
        ({"kind": "users", "id": []}, "no such list"),
        ({}, "no such list"),
    ],
)
def test_an_order_of_something_else_is_refused(client, ada, bank, order, words):
    SkillFactory(bank=bank)
    client.force_login(ada)
    answer = client.post(click(bank, "order"), order)
    assert answer.status_code == 400
    assert words in answer.json()["words"]
    assert client.get(click(bank, "order")).status_code == 405
    assert len(SkillBank.objects.get().skill_categories) == 3


# Summary, records and variations ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_summary_that_was_changed_elsewhere_is_not_overwritten_silently(client, ada, bank):
    client.force_login(ada)
    seen = client.get(page_of(bank)).context["summary_seen"]
    assert client.post(click(bank, "summary"), {"default_summary": "First", "seen": seen}).status_code == 302
    answer = client.post(click(bank, "summary"), {"default_summary": "Second", "seen": seen})
    assert "changed in another window" in answer.text
    assert "Second" in answer.text
    assert SkillBank.objects.get().default_summary == "First"
    told = answer.context["refused"]["seen"]
    client.post(click(bank, "summary"), {"default_summary": "Second", "seen": told})
    assert SkillBank.objects.get().default_summary == "Second"


def position(*variations, **said):
    """Return the form of a position with these variations; those that have a pk come first."""
    form = {
        "position": "Engineer",
        "company": "Acme",
        "experience_type": "full_time",
        "start_date": "2020-01",
        "end_date": "",
        "default_achievements": "One\n\n  Two ",
        "variations-TOTAL_FORMS": len(variations),
        "variations-INITIAL_FORMS": sum("id" in variation for variation in variations),
        **said,
    }
    for number, variation in enumerate(variations):
        for name, value in {"focus": "general", "display_order": 0, **variation}.items():
            form[f"variations-{number}-{name}"] = value
    return form


@pytest.mark.django_db
def test_a_position_is_kept_with_its_variations_in_their_order(client, ada, bank):
    client.force_login(ada)
    add = reverse("admin:skills_workexperience_add")
    first = position({"title": "Leading", "achievements": "Led\nGrew"}, {"title": "Building"})
    assert client.post(add, first).headers["Location"] == page_of(bank) + "#experience"
    entry = WorkExperience.objects.get()
    assert (entry.bank, entry.default_achievements) == (bank, ["One", "Two"])
    leading, building = entry.variations.all()
    assert (leading.title, leading.achievements, building.title) == ("Leading", ["Led", "Grew"], "Building")

    changed = position(
        {"id": str(leading.pk), "title": "Leading", "achievements": "Led\nGrew", "display_order": 1},
        {"id": str(building.pk), "title": "Making", "display_order": 0},
        {"title": "Short"},
        default_variation=str(building.pk),
    )
    change = reverse("admin:skills_workexperience_change", args=[entry.pk])
    assert client.post(change, changed).status_code == 302
    entry.refresh_from_db()
    assert [variation.title for variation in entry.variations.all()] == ["Making", "Leading", "Short"]
    assert entry.default_variation == building
    gone = position({"id": str(building.pk), "title": "Making", "DELETE": "on"}, default_variation=str(building.pk))
    assert client.post(change, gone).status_code == 302
    entry.refresh_from_db()
    assert [variation.title for variation in entry.variations.all()] == ["Leading", "Short"]
    assert entry.default_variation is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"start_date": "Spring 2019"}, "start_date", "Give a date as YYYY, YYYY-MM or YYYY-MM-DD."),
        ({"start_date": "2019-13"}, "start_date", "There is no such month or day in the calendar."),
        ({"start_date": "2019-02-30"}, "start_date", "There is no such month or day in the calendar."),
        ({"is_current": "on", "end_date": "2021"}, "end_date", "A position that you hold now has no end."),
        ({"is_current": "on", "start_date": "2099"}, "start_date", "This is more than 10 years ahead."),
        ({"end_date": "2019"}, "__all__", "The position ends before it begins."),
        ({"position": " "}, "position", "This field is required."),
        ({"experience_type": "slavery"}, "experience_type", "Select a valid choice."),
        ({"default_description": "x" * 100_001}, "default_description", "100,000"),
    ],
)
def test_a_position_that_cannot_be_says_why_and_loses_nothing(client, ada, bank, said, field, words):
    client.force_login(ada)
    answer = client.post(reverse("admin:skills_workexperience_add"), position({"title": "My telling"}, **said))
    assert answer.status_code == 200
    assert words in str(answer.context["adminform"].form.errors[field])
    assert "My telling" in answer.text
    assert not WorkExperience.objects.exists()
    assert not ExperienceVariation.objects.exists()


@pytest.mark.django_db
def test_dates_and_addresses_are_typed_as_people_write_them(client, ada, bank):
    client.force_login(ada)
    client.post(reverse("admin:skills_workexperience_add"), position(start_date="September 2019", end_date="03/2021"))
    entry = WorkExperience.objects.get()
    assert (entry.start_date, entry.end_date) == ("2019-09", "2021-03")
    form = {"name": "Paperboat", "url": "paperboat.example", "github_url": "github.com/nina/paperboat"}
    form |= {"variations-TOTAL_FORMS": 0, "variations-INITIAL_FORMS": 0}
    client.post(reverse("admin:skills_project_add"), form)
    project = Project.objects.get()
    assert (project.url, project.github_url) == ("https://paperboat.example", "https://github.com/nina/paperboat")
    answer = client.post(reverse("admin:skills_project_add"), form | {"github_url": "paperboat"})
    assert list(answer.context["adminform"].form.errors) == ["github_url"]


@pytest.mark.django_db
def test_a_default_is_chosen_among_ones_own_variations_only(client, ada, bank):
    entry, other = WorkExperienceFactory(bank=bank), WorkExperienceFactory(bank=bank)
    own, foreign = (banks.add_variation(each, title="Told") for each in (entry, other))
    client.force_login(ada)
    change = reverse("admin:skills_workexperience_change", args=[entry.pk])
    form = position({"id": str(own.pk), "title": "Told"}, default_variation=str(foreign.pk))
    answer = client.post(change, form)
    assert "Select a valid choice" in str(answer.context["adminform"].form.errors["default_variation"])
    stolen = position({"id": str(foreign.pk), "title": "Stolen"})
    assert client.post(change, stolen).status_code == 200
    foreign.refresh_from_db()
    assert (foreign.title, foreign.entry) == ("Told", other)


@pytest.mark.django_db
def test_an_entry_that_was_changed_elsewhere_is_not_overwritten_silently(client, ada, bank):
    entry = WorkExperienceFactory(bank=bank)
    client.force_login(ada)
    change = reverse("admin:skills_workexperience_change", args=[entry.pk])
    seen = entry.updated_at.isoformat()
    banks.change_entry(entry, location="Paris")
    answer = client.post(change, position(location="Rome", seen=seen))
    assert "changed in another window" in answer.text
    assert "Rome" in answer.text
    assert WorkExperience.objects.get().location == "Paris"
    told = answer.context["adminform"].form["seen"].value()
    assert client.post(change, position(location="Rome", seen=told)).status_code == 302
    assert WorkExperience.objects.get().location == "Rome"


@pytest.mark.django_db
def test_a_dangerous_address_is_refused(client, ada, bank):
    client.force_login(ada)
    for name in ("certification", "project"):
        form = {"name": "Mine", "url": "javascript:alert(1)"}
        form |= {"variations-TOTAL_FORMS": 0, "variations-INITIAL_FORMS": 0}
        answer = client.post(reverse(f"admin:skills_{name}_add"), form)
        assert list(answer.context["adminform"].form.errors) == ["url"]


@pytest.mark.django_db
def test_deleting_an_entry_leads_back_to_the_bank(client, ada, bank):
    client.force_login(ada)
    for entry, name in fill(bank)[:6]:
        answer = client.post(reverse(f"{name}_delete", args=[entry.pk]), {"post": "yes"})
        assert answer.headers["Location"].startswith(page_of(bank)), name
        assert not type(entry).objects.exists()


@pytest.mark.django_db
def test_the_page_asks_the_database_as_often_however_much_is_in_the_bank(client, ada, bank):
    client.force_login(ada)
    fill(bank)
    client.get(page_of(bank))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(bank))
    for number in range(10):
        SkillFactory(bank=bank, name=f"Skill {number}")
        banks.add_variation(WorkExperienceFactory(bank=bank), title="Told")
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(bank))
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("first", "last", "goes_on", "expected"),
    [
        ("2019", "2021-03", False, "2019 \u2013 Mar 2021"),
        ("2019-06-30", "", True, "30 Jun 2019 \u2013 now"),
        ("2019", "2019", False, "2019"),
        ("2019-01", "", False, "from Jan 2019"),
        ("", "2020", False, "until 2020"),
        ("", "", True, "now"),
        ("", "", False, ""),
    ],
)
def test_a_period_is_told_as_precisely_as_it_is_known(first, last, goes_on, expected):
    assert describe_period(first, last, goes_on=goes_on) == expected


# Taxonomy --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_taxonomy_is_looked_up_and_never_written(client, dora):
    concept = SkillConcept.objects.create(name="Kubernetes", source="test", external_id="1")
    SkillLabel.objects.create(concept=concept, name="k8s", key="k8s")
    client.force_login(dora)
    assert "Kubernetes" in client.get("/admin/skills/skillconcept/?q=k8s").text
    assert "Kubernetes" in client.get("/admin/skills/skilllabel/?q=k8s").text
    assert client.post("/admin/skills/skillconcept/add/", {"name": "x"}).status_code == 403
    change = reverse("admin:skills_skillconcept_change", args=[concept.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "x"}).status_code == 403
