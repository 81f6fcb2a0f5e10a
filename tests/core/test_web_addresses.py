import pytest
from django.core.exceptions import ValidationError

from jobos.core.web_addresses import check_web_address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://acme.example/jobs?id=7#top",
        "http://acme.example:8080/",
        "acme.com/jobs",
        "acme.com:8080/jobs",
        "//acme.com",
    ],
)
def test_a_web_address_may_stand(text: str) -> None:
    check_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "javascript:1/alert(1)",
        "data:1/x",
        "vbscript:1?x",
        "https:\\\\evil.example",
        "https://acme.example/\u2028",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "mailto:ada@example.com",
        "https://user:password@acme.example/",
        "https://acme.example/\nX",
        "java\tscript:alert(1)",
        " https://acme.example",
        "http://[::1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="web address"):
        check_web_address(text)
