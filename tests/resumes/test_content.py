"""What a resume's content may be, and in which words anything else is refused."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from resumes.content import MOST_FAULTS, find_faults, read_schema, show
from resumes.differences import compare_contents
from resumes.json_resume import from_json_resume

FAULTS: list[tuple[Any, list[tuple[str, str]]]] = [
    ([], [("", "Give an object.")]),
    (
        {"hobbies": []},
        [
            (
                "/hobbies",
                f"There is no such field. Known here: {', '.join(read_schema()['properties'])}.",
            )
        ],
    ),
    ({"summary": 1}, [("/summary", "Give a text.")]),
    ({"summary": "x" * 20_001}, [("/summary", "Give at most 20,000 characters.")]),
    ({"summary": "a\x00"}, [("/summary", "A text holds a NUL character or half of a surrogate pair.")]),
    ({"contact_info": []}, [("/contact_info", "Give an object.")]),
    (
        {"contact_info": {"website_url": "javascript:alert(1)"}},
        [("/contact_info/website_url", "Give an address that begins with http:// or https://.")],
    ),
    (
        {"work_experience": [{}, {"start_date": "June 2019", "is_current": "yes"}]},
        [
            ("/work_experience/1/start_date", "Give a date as YYYY, YYYY-MM or YYYY-MM-DD."),
            ("/work_experience/1/is_current", "Give true or false."),
        ],
    ),
    (
        {"work_experience": [{"experience_type": "slavery"}]},
        [
            (
                "/work_experience/0/experience_type",
                "Give one of: full_time, part_time, contract, internship, volunteer, freelance.",
            )
        ],
    ),
    (
        {"education": [{"start_date": "2019-13"}]},
        [("/education/0/start_date", "There is no such month or day in the calendar.")],
    ),
    (
        {"education": [{"start_date": "2019-02-29"}]},
        [("/education/0/start_date", "There is no such day in the calendar.")],
    ),
    (
        {"projects": [{"start_date": "2019-06", "end_date": "2019-05-31"}]},
        [("/projects/0/end_date", "This is before the start date.")],
    ),
    (
        {"certifications": [{"issue_date": "2020", "expiry_date": "2019"}]},
        [("/certifications/0/expiry_date", "This is before the issue date.")],
    ),
    ({"skills": [{}]}, [("/skills/0/name", "This is needed.")]),
    ({"skills": [{"name": " "}]}, [("/skills/0/name", "Give a text that is not blank.")]),
    (
        {"skills": [{"name": "SQL", "years_experience": 81}]},
        [("/skills/0/years_experience", "Give 80 or less.")],
    ),
    (
        {"skills": [{"name": "SQL", "years_experience": "9"}]},
        [("/skills/0/years_experience", "Give a number or null.")],
    ),
    ({"skills": [{"name": "SQL"}] * 501}, [("/skills", "Give at most 500 entries.")]),
    (
        {"custom_sections": [{}]},
        [("/custom_sections/0/section_type", "This is needed."), ("/custom_sections/0/title", "This is needed.")],
    ),
    (
        {"projects": [{"a/b~c": 1}]},
        [
            (
                "/projects/0/a~1b~0c",
                f"There is no such field. Known here: {', '.join(read_schema()['$defs']['project']['properties'])}.",
            )
        ],
    ),
    ({"projects": [{"description": "x" * 20_000}] * 30}, [("", "A resume has at most 512 kB of content.")]),
]


@pytest.mark.parametrize(("content", "faults"), FAULTS)
def test_fault_is_told_with_its_pointer_and_what_is_asked(content: Any, faults: list[tuple[str, str]]) -> None:
    assert find_faults(content) == faults


def test_faults_are_told_up_to_a_bound_and_never_echo_what_was_given() -> None:
    faults = find_faults({"education": [{"degree": ["zyxsecret" * 1000]}] * 100})
    assert len(faults) == MOST_FAULTS
    assert "zyxsecret" not in json.dumps(faults)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"work_experience": [{"start_date": "2019-06", "end_date": "2019"}, {"start_date": "", "end_date": "1999"}]},
        {"education": [{"start_date": "2020-02-29", "end_date": "2020-02-29"}]},
        {"contact_info": {"extra": {"end_date": "whenever", "deep": [[[1]]]}}},
    ],
)
def test_content_that_is_allowed(content: dict[str, Any]) -> None:
    assert find_faults(content) == []


def test_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(read_schema())


def test_others_see_neither_hidden_sections_nor_what_an_import_keeps() -> None:
    content = {
        "contact_info": {"full_name": "Ada", "extra": {"a": 1}, "document_extra": {"meta": {}}},
        "custom_sections": [
            {"title": "Shown", "is_visible": True, "content": {"entries": [{"title": "x", "extra": {}}]}},
            {"title": "Hidden", "is_visible": False},
        ],
    }
    assert show(content) == {
        "contact_info": {"full_name": "Ada"},
        "custom_sections": [{"title": "Shown", "is_visible": True, "content": {"entries": [{"title": "x"}]}}],
    }


# Differences ----------------------------------------------------------------------------------------------------------

ACME = {"company": "Acme", "position": "Engineer", "start_date": "2019", "achievements": ["One", "Two"]}
HOOLI = {"company": "Hooli", "position": "Lead"}
COMPARED: list[tuple[Any, Any, list[tuple[str, str, Any, Any]]]] = [
    ({"summary": "a"}, {"summary": "a"}, []),
    ({"summary": "a"}, {"summary": "b"}, [("/summary", "changed", "a", "b")]),
    (
        {"work_experience": [ACME]},
        {"work_experience": [HOOLI, ACME]},
        [("/work_experience/0", "added", None, HOOLI)],
    ),
    (
        {"work_experience": [HOOLI, ACME]},
        {"work_experience": [ACME]},
        [("/work_experience/0", "removed", HOOLI, None)],
    ),
    (
        {"work_experience": [HOOLI, ACME]},
        {"work_experience": [ACME, HOOLI]},
        [("/work_experience", "reordered", ["Hooli", "Acme"], ["Acme", "Hooli"])],
    ),
    (
        {"work_experience": [HOOLI, ACME]},
        {"work_experience": [HOOLI, {**ACME, "position": "Lead", "location": "Rome"}]},
        [
            ("/work_experience/1/position", "changed", "Engineer", "Lead"),
            ("/work_experience/1/location", "added", None, "Rome"),
        ],
    ),
    (
        {"work_experience": [ACME]},
        {"work_experience": [{**ACME, "achievements": ["Zero", "One", "Two, better"]}]},
        [
            ("/work_experience/0/achievements/0", "added", None, "Zero"),
            ("/work_experience/0/achievements/2", "added", None, "Two, better"),
            ("/work_experience/0/achievements/1", "removed", "Two", None),
        ],
    ),
    (
        {"work_experience": [ACME]},
        {"work_experience": [{**ACME, "achievements": ["One", "Two, better"]}]},
        [("/work_experience/0/achievements/1", "changed", "Two", "Two, better")],
    ),
    (
        {"skills": [{"name": "SQL", "level": "expert"}]},
        {"skills": [{"name": "Go"}, {"name": "sql", "level": "expert"}]},
        [("/skills/0", "added", None, {"name": "Go"}), ("/skills/1/name", "changed", "SQL", "sql")],
    ),
    ({"contact_info": {"extra": {"a": 1}}}, {"contact_info": {}}, [("/contact_info/extra", "removed", {"a": 1}, None)]),
    (
        {"skills": [{"name": "SQL"}] * 2},
        {"skills": [{"name": "SQL"}]},
        [("/skills/1", "removed", {"name": "SQL"}, None)],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), COMPARED)
def test_differences_are_told_entry_by_entry(old: Any, new: Any, expected: list[Any]) -> None:
    found = compare_contents(old, new)
    assert [(one["pointer"], one["change"], one["old"], one["new"]) for one in found] == expected


def test_a_huge_address_is_refused() -> None:
    address = f"http://{'a' * 400_000} b"
    faults = find_faults({"contact_info": {"website_url": address}})
    _, dropped = from_json_resume({"basics": {"url": address}})
    assert {pointer for pointer, _ in faults} == {"/contact_info/website_url"}
    assert [one["pointer"] for one in dropped] == ["/basics/url"]
