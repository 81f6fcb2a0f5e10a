"""Rewriting a card's notes as a whole: who keeps which entry."""

import pytest
from django.core.exceptions import ValidationError

from jobs.services.cards import LONGEST_NOTE, rewrite_notes

AT = "2025-03-09T04:41:12.123456Z"
FIRST = {"text": "first", "created_at": AT}
SECOND = {"text": "second", "created_at": AT, "type": "followup"}


def test_what_was_read_goes_back_as_it_was() -> None:
    odd = [{"text": "  lead\n", "created_at": AT}, {"text": "x" * 20_000, "created_at": AT}, FIRST, SECOND]
    assert rewrite_notes(odd, odd) == odd


def test_entries_of_one_moment_are_told_apart() -> None:
    edited = {**SECOND, "text": "second, edited"}
    assert rewrite_notes([FIRST, SECOND], [FIRST, edited]) == [FIRST, edited]
    assert rewrite_notes([FIRST, SECOND], [edited, FIRST]) == [edited, FIRST]


def test_an_edit_keeps_the_time_and_a_new_entry_gets_its_own() -> None:
    kept, new = rewrite_notes([FIRST], [{"text": "edited", "created_at": AT}, {"text": "new"}])
    assert kept == {"text": "edited", "created_at": AT}
    assert new["text"] == "new"
    assert new["created_at"] > AT


def test_no_entry_is_kept_twice() -> None:
    with pytest.raises(ValidationError, match="must be one that is there"):
        rewrite_notes([FIRST], [FIRST, FIRST])


@pytest.mark.parametrize(
    "entry",
    [{"text": "x", "created_at": "2030-01-01T00:00:00Z"}, {"text": "x", "type": "system"}, {**FIRST, "type": "system"}],
)
def test_a_forged_time_or_type_is_refused(entry: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="must be one that is there"):
        rewrite_notes([FIRST], [entry])


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST_NOTE + 1)])
def test_a_new_or_edited_text_has_its_limits(text: str) -> None:
    for entry in ({"text": text}, {"text": text, "created_at": AT}):
        with pytest.raises(ValidationError, match="1 to 5,000"):
            rewrite_notes([FIRST], [entry])
