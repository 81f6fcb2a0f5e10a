"""The shared taxonomy: how its lists are put together, loading it, typing ahead, and what the names of skills mean."""

import gzip
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from jobos.accounts.models import User
from skills import adapting
from skills.models import SkillConcept, SkillLabel
from skills.naming import skill_key
from skills.services import bank as banks
from skills.services.taxonomy import Loaded, find_concepts, load_taxonomy, search_concepts
from skills.vocabulary import FOLDER, Alias, Technology, Vocabulary, arrange, derive_spellings, read_vocabulary
from tests.answers import assert_problem
from tests.factories import SkillFactory

URL = "/api/v1/skill-taxonomy/"


def sample(*more: Alias) -> Vocabulary:
    aliases = [
        Alias("PostgreSQL", "technology", "PostgreSQL", ("Postgres", "PGSQL")),
        Alias("Excel", "technology", "Microsoft Excel", ("MS Excel",)),
        Alias("Kubernetes", "technology", "", ("k8s",)),
        *more,
    ]
    technologies = [
        Technology("PostgreSQL", is_hot=True, occupations=31),
        Technology("Microsoft Excel", is_hot=True, occupations=859),
        Technology("Python", is_hot=True, occupations=131),
        Technology("Payroll software", is_hot=False, occupations=3),
    ]
    return arrange(aliases, technologies, ["manage payroll", "Python (computer programming)", "python"])


# The lists ------------------------------------------------------------------------------------------------------------


def test_technology_beats_a_skill_of_the_same_name_and_takes_its_spellings() -> None:
    words = sample()
    kinds = {label.name: (label.concept.source, label.concept.external_id) for label in words.labels.values()}
    python = ("O*NET", "Python")
    assert kinds["Python"] == kinds["Python (computer programming)"] == python
    assert ("ESCO", "python") not in {(one.source, one.external_id) for one in words.concepts}
    assert kinds["Excel"] == kinds["MS Excel"] == kinds["Microsoft Excel"] == ("O*NET", "Microsoft Excel")
    assert kinds["k8s"] == ("JobOS", "Kubernetes")
    assert kinds["Payroll"] == kinds["Payroll software"]


def test_alias_of_an_entry_that_no_list_has_is_refused() -> None:
    with pytest.raises(ValueError, match="No list has the entry 'Postgre'"):
        sample(Alias("Postgre", "technology", "Postgre", ()))


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Border Gateway Protocol BGP", ["Border Gateway Protocol", "BGP"]),
        ("Wide area network WAN software", ["Wide area network WAN", "Wide area network", "WAN"]),
        ("SAP ERP", []),
        ("AJAX", []),
    ],
)
def test_spellings_follow_from_a_name(name: str, spellings: list[str]) -> None:
    assert list(derive_spellings(name)) == spellings


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return read_vocabulary()


def test_shipped_lists_hold_together(shipped: Vocabulary) -> None:
    assert len(shipped.concepts) > 22_000
    assert len({one.id for one in shipped.concepts}) == len(shipped.concepts)
    assert all(label.key == key == skill_key(label.name) for key, label in shipped.labels.items())
    assert {label.concept for label in shipped.labels.values()} == set(shipped.concepts)
    assert sum(label.is_preferred for label in shipped.labels.values()) == len(shipped.concepts)
    assert read_vocabulary() == shipped


@pytest.mark.parametrize(
    ("spellings", "name"),
    [
        ("PostgreSQL|postgres|PGSQL|Postgres SQL", "PostgreSQL"),
        ("k8s|Kubernetes|kubectl", "Kubernetes"),
        ("JS|ES6|javascript|Vanilla JS", "JavaScript"),
        ("C#|C sharp|csharp", "C#"),
        ("C++|cpp", "C++"),
        ("C", "C"),
        ("Go|golang", "Go"),
        ("AWS|Amazon Web Services", "AWS"),
        ("GCP|Google Cloud", "Google Cloud Platform"),
        ("MS Excel|Excel|Microsoft Excel", "Microsoft Excel"),
        ("SQL|Structured Query Language|Structured query language SQL", "SQL"),
        ("ml|machine learning|Machine Learning", "Machine learning"),
        ("CI/CD|CICD|continuous integration", "CI/CD"),
        ("Node|node.js|NodeJS", "Node.js"),
        ("React.js|ReactJS|react", "React"),
        ("RoR|Rails|Ruby on Rails", "Ruby on Rails"),
        ("SOPs|standard operating procedures", "Standard operating procedures"),
        ("CRM|customer relationship management", "Customer relationship management"),
        ("EMR|EHR", "Electronic health records"),
        ("RN|registered nurse", "Registered nurse"),
        ("wound care|carry out wound care", "Wound care"),
        ("IV therapy|intravenous infusion", "IV therapy"),
        ("HACCP|apply HACCP", "HACCP"),
        ("knife skills|handle knives", "Knife skills"),
        ("German|Deutsch", "German"),
    ],
)
def test_well_known_spellings_meet(spellings: str, name: str, shipped: Vocabulary) -> None:
    assert {shipped.labels[skill_key(spelling)].concept.name for spelling in spellings.split("|")} == {name}


def test_lists_are_adapted_from_the_published_ones() -> None:
    row = {"technology": " Go ", "commodity_title": "Languages", "hot_technology": "Y", "occupations": "27"}
    assert adapting.adapt_technologies([row, row, {**row, "technology": "A, B", "hot_technology": "N"}]) == (
        '"A, B",0,27\nGo,1,27\n'
    )
    assert adapting.adapt_skills([{"skills": "b"}, {"skills": "a "}, {"skills": "b"}]) == "a\nb\n"
    for name in ("skills.txt.gz", "technologies.csv.gz"):
        packed = (FOLDER / name).read_bytes()
        assert adapting.compress(gzip.decompress(packed).decode()) == packed


# Loading --------------------------------------------------------------------------------------------------------------


def stored() -> set[Any]:
    return {*SkillConcept.objects.values_list(), *SkillLabel.objects.values_list()}


@pytest.mark.django_db
def test_second_load_changes_nothing() -> None:
    first = load_taxonomy(vocabulary=sample())
    assert (first.concepts, first.labels, first.removed) == (6, len(sample().labels), 0)
    before = stored()
    assert load_taxonomy(vocabulary=sample()) == Loaded()
    assert stored() == before


@pytest.mark.django_db
def test_load_follows_the_lists_and_relinks_the_skills_of_banks(ada: User) -> None:
    bank = banks.open_bank(ada)
    spelt = {name: SkillFactory(bank=bank, name=name) for name in ("postgres", "PostgreSQL", "Juggling", "K8s")}
    stamps = {skill.updated_at for skill in spelt.values()}
    load_taxonomy(vocabulary=sample(Alias("Juggling", "skill", "", ())))

    def meant() -> dict[str, str | None]:
        return dict(bank.skills.values_list("name", "concept__name"))

    assert meant() == {
        "postgres": "PostgreSQL",
        "PostgreSQL": "PostgreSQL",
        "Juggling": "Juggling",
        "K8s": "Kubernetes",
    }
    assert set(bank.skills.values_list("updated_at", flat=True)) == stamps
    loaded = load_taxonomy(vocabulary=sample(Alias("Ticks", "skill", "", ("pythons",))))
    assert meant() == {"postgres": "PostgreSQL", "PostgreSQL": "PostgreSQL", "Juggling": None, "K8s": "Kubernetes"}
    assert loaded == Loaded(concepts=1, labels=2, removed=2, linked=1)
    SkillLabel.objects.filter(key="k8s").update(name="wrong", concept=SkillConcept.objects.get(name="Ticks"))
    load_taxonomy(vocabulary=sample())
    assert SkillLabel.objects.get(key="k8s").concept.name == "Kubernetes"


@pytest.mark.django_db
def test_command_loads_the_shipped_lists_and_tells_how_many(shipped: Vocabulary) -> None:
    out = StringIO()
    call_command("load_taxonomy", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {
        "concepts": len(shipped.concepts),
        "labels": len(shipped.labels),
        "removed": 0,
        "linked": 0,
    }
    out = StringIO()
    call_command("load_taxonomy", stdout=out)
    assert "0 concepts written." in out.getvalue().splitlines()
    found = find_concepts(["k8s", "kubernetes", "nothing like it"])
    assert found.keys() == {"k8s", "kubernetes"}
    assert len(set(found.values())) == 1
    assert search_concepts("py")[0].name == "Python"
    assert [one.name for one in search_concepts("postgres sql")] == ["PostgreSQL"]


# Writing skills and typing ahead --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_spellings_of_one_skill_share_a_concept_and_stay_as_typed(ada: User, as_ada: APIClient) -> None:
    load_taxonomy(vocabulary=sample())
    url = "/api/v1/skill-bank/skills/"
    one, other = (as_ada.post(url, {"name": name}).json() for name in ("PostgreSQL", " POSTGRES "))
    assert (one["name"], other["name"]) == ("PostgreSQL", "POSTGRES")
    assert one["concept"] == other["concept"] == str(SkillConcept.objects.get(name="PostgreSQL").pk)
    renamed = as_ada.patch(f"{url}{one['id']}/", {"name": "Juggling"}).json()
    assert renamed["concept"] is None


@pytest.mark.django_db
def test_typing_ahead_puts_beginnings_first_in_one_statement(as_ada: APIClient) -> None:
    load_taxonomy(vocabulary=sample())
    with CaptureQueriesContext(connection) as captured:
        found = as_ada.get(URL, {"q": "P"}), as_ada.get(URL, {"q": "Pay"}), as_ada.get(URL, {"q": "post"})
    assert_problem(found[0], 400, parameters={"q"})
    assert [one["name"] for one in found[1].json()] == ["Payroll software", "manage payroll"]
    assert found[2].json() == [
        {
            "id": str(SkillConcept.objects.get(name="PostgreSQL").pk),
            "name": "PostgreSQL",
            "kind": "technology",
            "is_hot": True,
        }
    ]
    assert len([query for query in captured if "skill_labels" in query["sql"]]) == 2
    assert as_ada.get(URL, {"q": "%%"}).json() == []
    assert_problem(as_ada.get(URL), 400, parameters={"q"})
