"""People who came from an older system without an email: no way in, no mail, until somebody gives them an address."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import TestCase
from django.urls import reverse

from jobos.accounts import services
from jobos.accounts.models import User
from tests.answers import assert_problem
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PLACEHOLDER = "imported-018f3c1e-5d7a-4c55-9a51-2f6d1f0f8a11@placeholder.invalid"
REGISTER, LOGIN, RESET = (f"/api/v1/auth/{name}/" for name in ("register", "login", "password/reset"))
NEW = "another long passphrase"
WORDS = "No mail reaches this address."


@pytest.fixture
def eve(roles):
    """Somebody who came over without an email, and with a password that is right."""
    eve = UserFactory(full_name="Eve Imported")
    User.objects.filter(pk=eve.pk).update(email=PLACEHOLDER)
    eve.refresh_from_db()
    return eve


def give_address(client, eve, **change):
    form = {"email": eve.email, "full_name": eve.full_name, "is_active": "on", "is_staff": "on", **change}
    return client.post(reverse("admin:accounts_user_change", args=[eve.pk]), form)


@pytest.mark.parametrize(
    ("email", "is_reachable"),
    [
        (PLACEHOLDER, False),
        (PLACEHOLDER.upper(), False),
        ("x@Placeholder.Invalid", False),
        ("ada@example.com", True),
        ("placeholder.invalid@example.com", True),
        ("x@not-a-placeholder.invalid", True),
        ("x@sub.placeholder.invalid", True),
        ("x@placeholder.invalid.example.com", True),
        ("x@placeholder.\u0131nvalid", True),
    ],
)
def test_property_and_queryset_tell_the_same_people(email, is_reachable, roles):
    eve = UserFactory()
    User.objects.filter(pk=eve.pk).update(email=email)
    eve.refresh_from_db()
    assert eve.is_reachable is is_reachable
    assert User.objects.reachable().filter(pk=eve.pk).exists() is is_reachable


@pytest.mark.parametrize("email", [PLACEHOLDER, PLACEHOLDER.upper()], ids=["as-stored", "upper"])
def test_right_password_opens_nothing(email, eve, anyone, client):
    assert eve.check_password(PASSWORD)
    answers = {
        anyone.post(LOGIN, {"email": name, "password": PASSWORD}, headers={"X-Request-ID": "same"}).content
        for name in (email, "nobody@example.com")
    }
    assert len(answers) == 1
    assert_problem(anyone.post(LOGIN, {"email": email, "password": PASSWORD}), 401, "invalid_credentials")
    assert client.post("/admin/login/", {"username": email, "password": PASSWORD}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_session_ends_with_the_address(client, ada):
    client.force_login(ada, backend="jobos.accounts.backends.EmailBackend")
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=ada.pk).update(email=PLACEHOLDER)
    assert client.get("/admin/").status_code == 302


def test_reset_mails_nothing_and_answers_as_ever(eve, ada, anyone, client):
    with TestCase.captureOnCommitCallbacks(execute=True):
        answers = {anyone.post(RESET, {"email": email}).content for email in (PLACEHOLDER, "nobody@example.com")}
        assert client.post("/admin/password/reset/", {"email": PLACEHOLDER}).status_code == 302
    assert len(answers) == 1
    assert mail.outbox == []


@pytest.mark.parametrize("email", [PLACEHOLDER, "New@PLACEHOLDER.invalid", " new@placeholder.invalid "])
def test_sign_up_with_such_an_address_is_refused_in_words(email, eve, anyone, client):
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = anyone.post(REGISTER, {"email": email, "password": NEW})
        page = client.post(reverse("sign_up"), {"email": email, "password": NEW})
    assert_problem(answer, 400, "validation_error", pointers={"#/email"})
    assert WORDS in answer.content.decode()
    assert page.context["form"].errors == {"email": [WORDS]}
    assert User.objects.get() == eve
    assert mail.outbox == []


def test_nobody_is_made_with_or_given_such_an_address(client, dora, ada):
    client.force_login(dora)
    form = {"email": "x@placeholder.invalid", "full_name": "X", "new_password": NEW}
    page = client.post(reverse("admin:accounts_user_add"), form)
    assert page.context["adminform"].form.errors["email"] == [WORDS]
    page = give_address(client, ada, email="x@placeholder.invalid")
    assert page.context["adminform"].form.errors["email"] == [WORDS]
    assert set(User.objects.values_list("email", flat=True)) == {"ada@example.com", "dora@example.com"}


def test_admin_marks_them(client, dora, eve, ada):
    client.force_login(dora)
    people = reverse("admin:accounts_user_changelist")
    page = client.get(people).content.decode()
    assert page.count("no email yet") == 1
    assert "Eve Imported" in page
    assert PLACEHOLDER not in page
    found = client.get(people, {"q": "placeholder.invalid"}).content.decode()
    assert "Eve Imported" in found
    assert "ada@example.com" not in found
    for person, marked in ((eve, True), (ada, False)):
        page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()
        assert ("No email yet: this holds its place." in page) is marked


def test_admin_marks_who_has_no_name_either(client, dora, eve):
    User.objects.filter(pk=eve.pk).update(full_name="")
    client.force_login(dora)
    page = client.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert "no email yet" in page
    assert PLACEHOLDER in page


def test_what_else_there_is_of_them_can_be_changed(client, dora, eve):
    client.force_login(dora)
    assert give_address(client, eve, full_name="Eve Renamed").status_code == 302
    eve.refresh_from_db()
    assert (eve.email, eve.full_name) == (PLACEHOLDER, "Eve Renamed")


def test_an_address_opens_the_way_in(client, dora, eve, anyone):
    eve.set_unusable_password()
    eve.save(update_fields=["password"])
    client.force_login(dora)
    assert give_address(client, eve, email="eve@example.com").status_code == 302
    client.logout()
    with TestCase.captureOnCommitCallbacks(execute=True):
        anyone.post(RESET, {"email": "eve@example.com"})
    assert [message.to for message in mail.outbox] == [["eve@example.com"]]
    path = re.search(r"/admin/password/reset/\S+", mail.outbox[0].body)[0]
    page = client.get(path, follow=True)
    client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})
    assert anyone.post(LOGIN, {"email": "eve@example.com", "password": NEW}).status_code == 200


def test_an_address_of_somebody_else_is_refused(client, dora, eve, ada):
    client.force_login(dora)
    page = give_address(client, eve, email="ADA@example.com")
    assert page.status_code == 200
    assert "There is already a user with this email." in page.content.decode()
    assert User.objects.get(pk=eve.pk).email == PLACEHOLDER


@pytest.mark.parametrize("flags", [{"is_superuser": True}, {}], ids=["superuser", "seeker"])
def test_service_refuses_such_an_address_whoever_asks(flags, dora, ada):
    with pytest.raises(ValidationError) as caught:
        services.create_person("x@placeholder.invalid", password=None, **flags)
    assert caught.value.message_dict == {"email": [WORDS]}
    with pytest.raises(ValidationError, match=WORDS):
        services.change_account(ada, by=dora, email="x@placeholder.invalid")
