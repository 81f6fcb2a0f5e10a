"""Passwords of the older systems: checked as passlib made them, renewed at the first sign-in, and never a crash."""

import base64
import hashlib

import bcrypt
import pytest
from django.contrib.auth.hashers import (
    check_password,
    get_hasher,
    get_hashers,
    identify_hasher,
    make_password,
    verify_password,
)

from jobos.accounts.hashers import adopt_hash
from jobos.accounts.models import User
from tests.answers import assert_problem

LOGIN = "/api/v1/auth/login/"
JOHN = "\u0399\u03c9\u03b1\u03bd\u03bd\u03b7\u03c2"
PBKDF2 = "$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ"
BCRYPT = "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"
SALT, CHECKSUM = PBKDF2.split("$")[3:]
# Published with passlib, crypt_blowfish and FastAPI: made by none of our code.
KNOWN = {
    "pbkdf2": ("password", PBKDF2),
    "pbkdf2-greek": (JOHN, "$pbkdf2-sha256$1212$3SABFJGDtyhrQMVt1uABPw$WyaUoqCLgvz97s523nF4iuOqZNbp5Nt8do/cuaa7AiI"),
    "bcrypt-2a": ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    "bcrypt-2b": ("secret", BCRYPT),
    "bcrypt-2y": ("U*U*U", "$2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
}
STORED = {
    "pbkdf2": "passlib_pbkdf2_sha256" + PBKDF2.removeprefix("$pbkdf2-sha256"),
    "bcrypt": f"passlib_bcrypt${BCRYPT}",
}


def spell(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=").replace("+", ".")


def make_pbkdf2(password: str, *, salt: bytes = b"0123456789abcdef", rounds: int = 100) -> str:
    checksum = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    return f"$pbkdf2-sha256${rounds}${spell(salt)}${spell(checksum)}"


def make_bcrypt(password: str, identifier: str = "2b") -> str:
    salt = bcrypt.gensalt(4).decode().replace("$2b$", f"${identifier}$")
    return bcrypt.hashpw(password.encode()[:72], salt.encode()).decode()


def adopt(legacy: str) -> str:
    stored = adopt_hash(legacy)
    assert stored is not None
    return stored


@pytest.mark.parametrize(("password", "legacy"), KNOWN.values(), ids=KNOWN.keys())
def test_published_hash_opens_for_its_password_only(password, legacy):
    stored = adopt(legacy)
    assert check_password(password, stored)
    for wrong in (f"{password} ", password[:-1], password.swapcase(), "", legacy, stored):
        assert not check_password(wrong, stored)


def test_stored_form_is_the_agreed_one():
    assert {name: adopt_hash(legacy) for name, legacy in (("pbkdf2", PBKDF2), ("bcrypt", BCRYPT))} == STORED
    assert STORED["bcrypt"].startswith("passlib_bcrypt$$2b$12$")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 8, 16, 24, 37])
def test_salt_of_any_size_is_read(size):
    # Every byte that base64 spells with + and / is among them.
    salt = bytes(range(255, 255 - size, -1))
    stored = adopt(make_pbkdf2("correct horse", salt=salt))
    assert check_password("correct horse", stored)
    assert not check_password("correct horsf", stored)


def test_salt_and_checksum_with_a_plus_are_read_too():
    legacy = make_pbkdf2("correct horse", salt=b"\xfb\xef\xbe" * 4)
    assert "." in legacy
    assert check_password("correct horse", adopt(legacy.replace(".", "+")))


@pytest.mark.parametrize(
    "password",
    [
        "",
        " ",
        "p\u00e4ssw\u00f6rd",
        "\U0001f511 key",
        "e\u0301",
        "x" * 71,
        "x" * 72,
        "x" * 73,
        "x" * 1024,
        "\u00e9" * 40,
    ],
    ids=["empty", "blank", "umlauts", "emoji", "accent", "71", "72", "73", "1024", "80-bytes"],
)
def test_any_text_goes_on_being_a_password(password):
    for legacy in (make_pbkdf2(password), *(make_bcrypt(password, name) for name in ("2a", "2b", "2y"))):
        stored = adopt(legacy)
        assert check_password(password, stored)
        assert not check_password(f"!{password}", stored)


def test_text_is_compared_as_it_was_typed():
    """passlib normalised nothing: an accent of its own is another password."""
    for make in (make_pbkdf2, make_bcrypt):
        assert not check_password("\u00e9", adopt(make("e\u0301")))


def test_bcrypt_counts_72_bytes_as_passlib_did():
    stored = adopt(make_bcrypt("x" * 72))
    assert check_password("x" * 72 + "anything", stored)
    assert not check_password("x" * 71, stored)
    # The seventy-second byte is the middle of a letter.
    assert check_password("x" * 71 + "\u00e9", adopt(make_bcrypt("x" * 71 + "\u00e8")))
    # PBKDF2 counts them all.
    assert not check_password("x" * 73, adopt(make_pbkdf2("x" * 72)))


def test_bcrypt_takes_no_nul():
    stored = adopt(make_bcrypt("a\0b"))
    for password in ("a\0b", "a", "\0"):
        assert not check_password(password, stored)
    with pytest.raises(ValueError, match="NUL"):
        make_password("a\0b", hasher="passlib_bcrypt")
    assert check_password("a\0b", adopt(make_pbkdf2("a\0b")))


@pytest.mark.parametrize(
    "legacy",
    [
        None,
        "",
        " ",
        "!",
        "password",
        "$",
        "$2b$",
        "$pbkdf2-sha256$",
        "$pbkdf2-sha256$1212$" + SALT,
        "$pbkdf2-sha256$1212$" + SALT + "$",
        f"$pbkdf2-sha256$1212${SALT}${CHECKSUM}$",
        f"$pbkdf2-sha256$1212${SALT}${CHECKSUM[:-1]}",
        f"$pbkdf2-sha256$1212${SALT}${CHECKSUM}=",
        f"$pbkdf2-sha256$1212${SALT}${CHECKSUM}\n",
        f" {PBKDF2}",
        f"$pbkdf2-sha256$1212${SALT[:-1]}-${CHECKSUM}",
        f"$pbkdf2-sha256$1212${SALT[:21]}${CHECKSUM}",
        f"$pbkdf2-sha256$1212${SALT}==${CHECKSUM}",
        f"$pbkdf2-sha256$0${SALT}${CHECKSUM}",
        f"$pbkdf2-sha256$-1${SALT}${CHECKSUM}",
        f"$pbkdf2-sha256$01212${SALT}${CHECKSUM}",
        f"$pbkdf2-sha256$\u0661\u0662${SALT}${CHECKSUM}",
        f"$pbkdf2-sha256$1e3${SALT}${CHECKSUM}",
        f"$pbkdf2-sha256$10000001${SALT}${CHECKSUM}",
        f"$pbkdf2-sha256$4294967295${SALT}${CHECKSUM}",
        f"$pbkdf2$1212${SALT}${CHECKSUM}",
        f"$pbkdf2-sha512$1212${SALT}${CHECKSUM}",
        f"pbkdf2_sha256$1212${SALT}${CHECKSUM}",
        STORED["pbkdf2"],
        STORED["bcrypt"],
        BCRYPT[:-1],
        f"{BCRYPT}A",
        f"{BCRYPT}\n",
        BCRYPT.replace("$2b$", "$2$"),
        BCRYPT.replace("$2b$", "$2x$"),
        BCRYPT.replace("$2b$", "$bcrypt-sha256$v=2,t=2b,r=12$"),
        BCRYPT.replace("$12$", "$03$"),
        BCRYPT.replace("$12$", "$17$"),
        BCRYPT.replace("$12$", "$31$"),
        BCRYPT.replace("$12$", "$4$"),
        BCRYPT.replace("Eix", "E+x"),
        f"{BCRYPT[:28]}/{BCRYPT[29:]}",
        f"{BCRYPT[:-1]}/",
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$" + CHECKSUM,
        "$6$rounds=5000$saltstring$" + "x" * 86,
        "5f4dcc3b5aa765d61d8327deb882cf99",
    ],
    ids=repr,
)
def test_what_is_no_such_hash_is_not_adopted(legacy):
    assert adopt_hash(legacy) is None


def test_costliest_and_longest_are_adopted():
    for legacy in (
        PBKDF2.replace("$1212$", "$10000000$"),
        PBKDF2.replace("$1212$", "$1$"),
        BCRYPT.replace("$12$", "$16$"),
        BCRYPT.replace("$12$", "$04$"),
    ):
        assert adopt_hash(legacy)
    assert len(adopt(f"$pbkdf2-sha256$29000${'A' * 56}${CHECKSUM}")) == 128
    assert adopt_hash(f"$pbkdf2-sha256$29000${'A' * 58}${CHECKSUM}") is None


@pytest.mark.parametrize(
    "encoded",
    [
        "passlib_pbkdf2_sha256",
        "passlib_pbkdf2_sha256$",
        "passlib_pbkdf2_sha256$$$",
        "passlib_pbkdf2_sha256$$$$$$$",
        f"passlib_pbkdf2_sha256$0${SALT}${CHECKSUM}",
        f"passlib_pbkdf2_sha256$-5${SALT}${CHECKSUM}",
        f"passlib_pbkdf2_sha256$many${SALT}${CHECKSUM}",
        f"passlib_pbkdf2_sha256$99999999999999999999${SALT}${CHECKSUM}",
        f"passlib_pbkdf2_sha256$1212$\u00e9${CHECKSUM}",
        f"passlib_pbkdf2_sha256$1212${SALT[:21]}${CHECKSUM}",
        f"passlib_pbkdf2_sha256$1212$***${CHECKSUM}",
        f"passlib_pbkdf2_sha256$1212${SALT}$",
        f"passlib_pbkdf2_sha256$1212${SALT}${'!' * 43}",
        f"passlib_pbkdf2_sha256$1213${SALT}${CHECKSUM}",
        f"passlib_pbkdf2_sha256$1212$B{SALT[1:]}${CHECKSUM}",
        f"passlib_pbkdf2_sha256$1212${SALT}$B{CHECKSUM[1:]}",
        "passlib_bcrypt",
        "passlib_bcrypt$",
        "passlib_bcrypt$$$$$",
        f"passlib_bcrypt{BCRYPT}",
        STORED["bcrypt"].replace("$12$", "$99$"),
        STORED["bcrypt"].replace("$12$", "$31$"),
        STORED["bcrypt"].replace("$12$", "$xx$"),
        STORED["bcrypt"].replace("$12$", "$04$"),
        STORED["bcrypt"].replace("$2b$", "$9z$"),
        STORED["bcrypt"][:-20],
        STORED["bcrypt"][:-1] + "\u00e9",
        STORED["bcrypt"] + "W",
    ],
    ids=repr,
)
@pytest.mark.parametrize("preferred", ["default", "passlib_pbkdf2_sha256", "passlib_bcrypt"])
def test_tampered_hash_opens_for_nobody_and_breaks_nothing(encoded, preferred):
    for password in ("password", "secret", "", "a\0b", "\u00e9" * 100):
        assert check_password(password, encoded, preferred=preferred) is False
        assert identify_hasher(encoded).verify(password, encoded) is False


@pytest.mark.parametrize("name", STORED)
def test_hasher_offers_all_that_django_asks_of_one(name):
    password, stored = {"pbkdf2": "password", "bcrypt": "secret"}[name], STORED[name]
    hasher = identify_hasher(stored)
    assert verify_password(password, stored) == (True, True)
    assert hasher.must_update(stored)
    decoded = hasher.decode(stored)
    expected = {
        "pbkdf2": {"algorithm": "passlib_pbkdf2_sha256", "iterations": 1212, "salt": SALT, "hash": CHECKSUM},
        "bcrypt": {
            "algorithm": "passlib_bcrypt",
            "algostr": "2b",
            "work_factor": 12,
            "salt": BCRYPT[7:29],
            "checksum": BCRYPT[29:],
        },
    }
    assert decoded == expected[name]
    with pytest.raises(ValueError, match="no hash of its kind"):
        hasher.decode(stored[:-2])
    shown = str(hasher.safe_summary(stored))
    assert str(decoded["salt"]) not in shown
    assert BCRYPT[29:] not in shown
    assert CHECKSUM not in shown
    fresh = make_password("p\u00e4ss", hasher=hasher.algorithm)
    assert fresh.split("$")[0] == hasher.algorithm
    assert check_password("p\u00e4ss", fresh)
    assert fresh != make_password("p\u00e4ss", hasher=hasher.algorithm)


@pytest.mark.parametrize(
    ("encoded", "work"),
    [
        (adopt_hash(make_pbkdf2("x", rounds=28_000)), [(1_000,)]),
        (adopt_hash(make_pbkdf2("x", rounds=29_000)), []),
        (adopt_hash(make_bcrypt("x").replace("$04$", "$11$")), [()]),
        (STORED["bcrypt"], []),
    ],
    ids=["pbkdf2-cheap", "pbkdf2", "bcrypt-cheap", "bcrypt"],
)
def test_cheaper_hash_is_worked_up_to_the_usual_cost(encoded, work):
    seen = []

    class Observed(type(identify_hasher(encoded))):
        def encode(self, password, salt, *rounds):
            seen.append(rounds)
            return super().encode(password, salt, *rounds)

    Observed().harden_runtime("a wrong one", encoded)
    assert seen == work


def test_nobody_gets_such_a_hash_anew():
    algorithms = [hasher.algorithm for hasher in get_hashers()]
    assert algorithms[-2:] == ["passlib_pbkdf2_sha256", "passlib_bcrypt"]
    assert algorithms.index("argon2") < len(algorithms) - 2
    assert get_hasher().algorithm == algorithms[0]


# At the sign-in ---------------------------------------------------------------------------------------------------------

BROUGHT = {"pbkdf2": make_pbkdf2, "bcrypt": make_bcrypt}
OWN = "what I typed for years \u00e9"


@pytest.fixture(params=BROUGHT)
def brought(request, ada):
    """Ada with the password that she had in the older system."""
    ada.password = adopt(BROUGHT[request.param](OWN))
    ada.save(update_fields=["password"])
    return ada.password


def stored_of(user) -> str:
    return User.objects.get(pk=user.pk).password


def is_session_of(client, user) -> bool:
    return client.session.get("_auth_user_id") == str(user.pk)


@pytest.mark.django_db
def test_first_sign_in_renews_the_hash(brought, ada, anyone):
    assert anyone.post(LOGIN, {"email": "Ada@example.com", "password": OWN}).status_code == 200
    renewed = stored_of(ada)
    assert renewed.split("$")[0] == get_hasher().algorithm
    assert check_password(OWN, renewed)
    assert anyone.post(LOGIN, {"email": "ada@example.com", "password": OWN}).status_code == 200
    assert stored_of(ada) == renewed


@pytest.mark.django_db
def test_first_sign_in_by_the_page_renews_it_and_the_session_lasts(brought, ada, client):
    answer = client.post("/admin/login/", {"username": "ada@example.com", "password": OWN})
    assert answer.status_code == 302
    assert is_session_of(client, ada)
    assert stored_of(ada).split("$")[0] == get_hasher().algorithm
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_it_becomes_what_everybody_else_has(brought, ada, anyone, settings):
    settings.PASSWORD_HASHERS = [name for name in settings.PASSWORD_HASHERS if "MD5" not in name]
    assert anyone.post(LOGIN, {"email": "ada@example.com", "password": OWN}).status_code == 200
    assert stored_of(ada).startswith("argon2$argon2id$")
    assert anyone.post(LOGIN, {"email": "ada@example.com", "password": OWN}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [OWN + "!", OWN.upper(), "x", "y" * 80], ids=["more", "case", "x", "long"])
def test_wrong_password_opens_nothing_and_renews_nothing(wrong, brought, ada, anyone, client):
    for password in (wrong, brought):
        assert_problem(anyone.post(LOGIN, {"email": "ada@example.com", "password": password}), 401)
        page = client.post("/admin/login/", {"username": "ada@example.com", "password": password})
        assert page.status_code == 200
        assert not is_session_of(client, ada)
    assert stored_of(ada) == brought


@pytest.mark.django_db
def test_broken_hash_is_a_wrong_password(ada, anyone):
    ada.password = STORED["bcrypt"].replace("$12$", "$31$")
    ada.save(update_fields=["password"])
    assert_problem(anyone.post(LOGIN, {"email": "ada@example.com", "password": "secret"}), 401, "invalid_credentials")


@pytest.mark.django_db
def test_password_with_more_than_72_bytes_signs_in_and_counts_whole_from_then_on(ada, anyone):
    ada.password = adopt(make_bcrypt("x" * 80))
    ada.save(update_fields=["password"])
    assert anyone.post(LOGIN, {"email": "ada@example.com", "password": "x" * 80}).status_code == 200
    assert_problem(anyone.post(LOGIN, {"email": "ada@example.com", "password": "x" * 79}), 401)
