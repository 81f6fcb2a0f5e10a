"""When two spellings name one company: the contract's examples, and what must hold of any text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from companies.naming import fold, normalize_company_name


@pytest.mark.parametrize(
    ("name", "normalized"),
    [
        ("Acme Co., Ltd.", "acme"),
        ("ACME", "acme"),
        ("Cisco Systems, Inc.", "cisco systems"),
        ("Acme, Inc.", "acme"),
        ("Acme LLC", "acme"),
        ("Acme L.L.C.", "acme"),
        ("Acme Corp", "acme"),
        ("Acme Corporation", "acme"),
        ("Acme Ltd", "acme"),
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme S.A.", "acme"),
        ("Acme SE", "acme"),
        ("Acme AB", "acme"),
        ("Acme Oy", "acme"),
        ("Soci\u00e9t\u00e9 G\u00e9n\u00e9rale", "societe generale"),
        ("AT&T", "at and t"),
        ("Johnson & Johnson", "johnson and johnson"),
        ("Ben and Jerry's", "ben and jerry s"),
        ("Co-op Bank", "coop bank"),
        ("The Co-operative Bank", "the co operative bank"),
        ("Acme Group", "acme group"),
        ("Acme Technologies", "acme technologies"),
        ("Acme Services", "acme services"),
        ("Inc.", "inc"),
        ("GmbH & Co. KG", "gmbh and co kg"),
        ("Inc. Magazine", "inc magazine"),
        ("\u682a\u5f0f\u4f1a\u793e\u30c8\u30e8\u30bf", "\u682a\u5f0f\u4f1a\u793e\u30c8\u30e8\u30bf"),
        ("\u30c8\u30e8\u30bf\u682a\u5f0f\u4f1a\u793e", "\u30c8\u30e8\u30bf"),
        ("\uff21\uff23\uff2d\uff25", "acme"),
        ("Stra\u00dfe GmbH", "strasse"),
        ("  Acme \t  Labs  ", "acme labs"),
        ("acme-labs", "acme labs"),
        ("Acme_Labs", "acme labs"),
        ("7-Eleven, Inc.", "7 eleven"),
        ("!!!", "!!!"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_spellings_meet(name: str, normalized: str) -> None:
    assert normalize_company_name(name) == normalized


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cisco", "Cisco Systems"),
        ("Meta", "Meta Group"),
        ("Delta Air Lines", "Delta Dental"),
        ("AB Volvo", "Volvo"),
        ("!!!", "???"),
    ],
)
def test_different_companies_stay_apart(one: str, other: str) -> None:
    assert normalize_company_name(one) != normalize_company_name(other)


names = st.text(min_size=1, max_size=60).filter(str.strip) | st.lists(
    st.sampled_from(
        [
            "Acme",
            "Co.",
            "Inc.",
            "GmbH",
            "&",
            "KG",
            "S.A.",
            "L.L.C.",
            "\u682a\u5f0f\u4f1a\u793e",
            "-",
            "\u0130",
            "\u1e9e",
            "co-op",
        ]
    ),
    min_size=1,
    max_size=7,
).map(" ".join)


@given(name=names)
@example(name="\u0345")
@example(name="\u0130stanbul A.\u015e.")
@example(name="\u00a0")
def test_normalising_twice_changes_nothing_and_the_result_is_never_empty(name: str) -> None:
    once = normalize_company_name(name)
    assert once
    assert normalize_company_name(once) == once


@given(name=names)
def test_case_and_surrounding_spaces_do_not_matter(name: str) -> None:
    assert normalize_company_name(f"  {name} ") == normalize_company_name(name)
    if name.isascii():
        assert normalize_company_name(name.upper()) == normalize_company_name(name.lower())


@given(text=st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
