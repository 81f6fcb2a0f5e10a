"""Which names look like one company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


NAMES = st.lists(
    st.sampled_from(["acme", "northrop", "northop", "the", "group", "systems", "jp", "morgan"]), min_size=1, max_size=3
)
DOMAINS = st.sampled_from([None, "acme.com", "acme.io", "northrop.com", "jpmorgan.com"])


@given(NAMES, DOMAINS, NAMES, DOMAINS, st.integers(0, 30), st.booleans())
def test_any_two_look_alikes_share_a_key(words, domain, others, other_domain, place, is_same) -> None:
    name = " ".join(words)
    slipped = name[:place] + name[place + 1 :]
    other = slipped.strip() if is_same and slipped.strip() else " ".join(others)
    if compare((name, domain), (other, other_domain)) is not None:
        assert find_keys(name, domain) & find_keys(other, other_domain)


def test_core_is_never_empty() -> None:
    assert find_core("group") == find_core("the group") == "group"
