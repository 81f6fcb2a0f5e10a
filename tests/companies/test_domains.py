"""Which domain tells a company by its website."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.domains import LONGEST_DOMAIN, SHARED_HOSTS, find_domain, find_owner_domain
from companies.migrations import _naming_v1


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.acme.com/careers?x=1#y", "acme.com"),
        ("acme.com", "acme.com"),
        ("ACME.COM", "acme.com"),
        ("HTTP://Jobs.Acme.Co.UK:8080/x", "acme.co.uk"),
        ("acme.com:8080/x", "acme.com"),
        ("//acme.com/x", "acme.com"),
        ("https://user:secret@acme.com/", "acme.com"),
        ("https://acme.com.", "acme.com"),
        ("  https://acme.com  ", "acme.com"),
        ("https://b\u00fccher.de", "xn--bcher-kva.de"),
        ("https://xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("https://a.b.c.acme.com.au", "acme.com.au"),
        ("https://acme.io", "acme.io"),
    ],
)
def test_registrable_domain_of_a_website(website: str, domain: str) -> None:
    assert find_domain(website) == domain


@pytest.mark.parametrize(
    "website",
    [
        "",
        "   ",
        "acme",
        "localhost",
        "http://localhost:8000",
        "mailto:jobs@acme.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://acme.com",
        "tel:+123",
        "http://127.0.0.1",
        "http://[::1]/",
        "http://[",
        "192.168.0.1:80",
        "http://2130706433",
        "https://",
        "https:///x",
        "http://co.uk",
        "com",
        "https://linkedin.com/company/acme",
        "https://www.LinkedIn.com",
        "https://acme.greenhouse.io",
        "https://jobs.lever.co/acme",
        "https://jobs.ashbyhq.com/acme",
        "https://facebook.com/acme",
        "https://indeed.com/cmp/acme",
        "https://acme.github.io",
        "https://github.com/acme",
        "https://sites.google.com/view/acme",
        "https://acme.wixsite.com/x",
        "http://acme.\x00com",
        "http://" + "a" * 300 + ".com",
        "https://acme.internal",
        "https://acme.vercel.app",
        "https://acme.myshopify.com",
        "http://..com",
    ],
)
def test_what_tells_nobody_apart_has_no_domain(website: str) -> None:
    assert find_domain(website) == ""


@pytest.mark.parametrize(
    ("website", "owner"),
    [
        ("https://www.ycombinator.com/companies/acme", "ycombinator.com"),
        ("https://acme.keka.com/careers", "keka.com"),
        ("https://acme.darwinbox.in", "darwinbox.in"),
        ("https://www.glassdoor.co.in/Overview/Working-at-Acme", "glassdoor.co.in"),
        ("https://apps.apple.com/in/app/acme/id1", "apple.com"),
        ("https://play.google.com/store/apps/details?id=com.acme", "google.com"),
        ("https://ats.rippling.com/acme/jobs", "rippling.com"),
        ("https://acme.careers.hibob.com", "hibob.com"),
        ("https://www.acme.com", "acme.com"),
        ("https://acme.github.io", "github.io"),
        ("mailto:jobs@acme.com", ""),
        ("https://10.0.0.1", ""),
    ],
)
def test_a_page_at_a_shared_host_has_the_domain_of_its_owner_alone(website: str, owner: str) -> None:
    assert find_owner_domain(website) == owner
    assert find_domain(website) == (owner if "www.acme.com" in website else "")


@pytest.mark.parametrize(
    "domain",
    [
        "google.com",
        "apple.com",
        "microsoft.com",
        "yahoo.com",
        "amazon.com",
        "rippling.com",
        "hibob.com",
        "gem.com",
        "darwinbox.com",
        "zoho.com",
        "freshworks.com",
        "theguardian.com",
        "wix.com",
        "netlify.com",
        "vercel.com",
        "sap.com",
        "oracle.com",
        "infoedge.in",
    ],
)
def test_who_employs_people_under_their_own_name_is_no_shared_host(domain: str) -> None:
    assert find_domain(f"https://www.{domain}") == domain
    assert find_domain(f"https://people.{domain}/jobs") == domain


def test_what_was_shared_stays_shared() -> None:
    assert _naming_v1.SHARED_HOSTS <= SHARED_HOSTS


@pytest.mark.parametrize("host", sorted(SHARED_HOSTS))
def test_a_shared_host_is_a_domain_or_below_one_and_stands_once(host: str) -> None:
    owner = find_owner_domain(f"https://{host}")
    assert owner
    assert host == owner or owner not in SHARED_HOSTS


@pytest.mark.parametrize("host", sorted(SHARED_HOSTS))
def test_shared_host_and_everything_below_it_has_no_domain(host: str) -> None:
    assert find_domain(f"https://{host}/acme") == ""
    assert find_domain(f"https://acme.{host}") == ""


websites = st.text(max_size=80) | st.from_regex(
    r"(https?://)?([a-z\u00e0-\u00ff0-9-]{1,10}\.){1,3}(com|co\.uk|de|io)(:[0-9]{1,6})?(/.*)?", fullmatch=True
)


@given(website=websites)
def test_any_text_has_a_domain_or_none_and_the_domain_is_its_own(website: str) -> None:
    domain = find_domain(website)
    assert domain == domain.lower()
    assert len(domain) <= LONGEST_DOMAIN
    assert domain.isascii()
    if domain:
        assert find_domain(domain) == domain
        assert find_domain(f"https://www.{domain}/jobs") == domain
