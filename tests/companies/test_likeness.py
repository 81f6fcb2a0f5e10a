"""Which names look like one company."""

import pytest

from companies.likeness import compare, find_core, find_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme", "acme"),
        ("jp morgan", "jpmorgan"),
        ("northrop", "northop"),
        ("google", "googel"),
        ("cisco", "cisco systems"),
        ("the home depot", "home depot"),
        ("johnson and son", "son and johnson"),
    ],
)
def test_look_alikes_are_told_with_a_reason(one: str, other: str) -> None:
    likeness = compare((one, None), (other, None))
    assert likeness is not None
    assert 0 < likeness.score <= 1
    assert all(sentence.endswith(".") for sentence in likeness.why)
    assert compare((other, None), (one, None)).score == likeness.score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bank of america", "bank of armenia"),
        ("city of new york", "city of newark"),
        ("general motors", "general mills"),
        ("acme 1", "acme 2"),
        ("acme2020", "acme2021"),
        ("la group", "la systems"),
        ("ibm", "ibn"),
        ("amazon", "amazon web hosting"),
    ],
)
def test_other_companies_with_similar_letters_are_no_look_alikes(one: str, other: str) -> None:
    assert compare((one, None), (other, None)) is None


def test_websites_speak_for_and_against() -> None:
    same_label = compare(("acme", "acme.io"), ("acme", "acme.com"))
    others = compare(("delta", "delta.com"), ("delta", "deltadental.com"))
    assert same_label.score > compare(("acme", None), ("acme", "acme.com")).score > others.score
    assert others.why[-1] == "Against it: they have different websites, delta.com and deltadental.com."
    assert compare(("acme", None), ("apex holdings", "acme.com")).score == 0.75
    assert compare(("meta", "meta.com"), ("nordic fish", "meta.no")) is None


def test_look_alikes_share_a_key_or_their_letters() -> None:
    assert find_keys("jp morgan", None) & find_keys("jpmorgan", None)
    assert find_keys("cisco", None) & find_keys("cisco systems", None)
    assert find_keys("acme", None) & find_keys("apex", "acme.com")
    assert find_core("group") == "group"
