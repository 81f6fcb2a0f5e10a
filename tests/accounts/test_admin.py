"""People in the admin: users for superusers, everybody's own profile and tokens, passwords."""

import re

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import TestCase
from django.urls import reverse

from jobos.accounts.models import AccessToken, User
from jobos.accounts.roles import JOB_SEEKERS, RECRUITERS
from jobos.accounts.services import issue_token
from tests.factories import PASSWORD, JobFactory

pytestmark = pytest.mark.django_db
NEW = "another long passphrase"


def words_of(response):
    return [str(message) for message in response.context["messages"]]


def roles_of(user):
    return {group.name for group in User.objects.get(pk=user.pk).groups.all()}


# Users -----------------------------------------------------------------------------------------------------------------


def test_a_user_is_made_with_role_profile_and_password(client, dora):
    client.force_login(dora)
    form = {"email": "Eve@example.com", "full_name": "Eve", "new_password": NEW}
    assert client.post(reverse("admin:accounts_user_add"), form).status_code == 302
    eve = User.objects.with_email("eve@example.com").get()
    assert eve.check_password(NEW)
    assert roles_of(eve) == {JOB_SEEKERS}
    assert eve.profile


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ADA@example.com"}, "__all__"),
        ({"email": "nobody"}, "email"),
        ({"new_password": "12345"}, "new_password"),
        ({"new_password": ""}, "new_password"),
        ({"new_password": "a\x00b"}, "new_password"),
    ],
)
def test_a_user_that_cannot_be_is_a_form_error(client, dora, ada, change, field):
    client.force_login(dora)
    form = {"email": "eve@example.com", "full_name": "Eve", "new_password": NEW, **change}
    page = client.post(reverse("admin:accounts_user_add"), form)
    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors
    assert User.objects.count() == 2


def test_recruiters_are_appointed_and_dismissed_by_superusers(client, dora, ada):
    client.force_login(dora)
    url = reverse("admin:accounts_user_recruiter", args=[ada.pk])
    client.post(url, {"recruiter": "yes"})
    assert roles_of(ada) == {JOB_SEEKERS, RECRUITERS}
    client.post(url, {"recruiter": "no"})
    assert roles_of(ada) == {JOB_SEEKERS}
    for action, expected in (("make_recruiter", {JOB_SEEKERS, RECRUITERS}), ("dismiss_recruiter", {JOB_SEEKERS})):
        client.post(
            reverse("admin:accounts_user_changelist"),
            {"action": action, "index": "0", "_selected_action": [str(ada.pk)]},
        )
        assert roles_of(ada) == expected


@pytest.mark.parametrize("who", ["ada", "cleo"])
def test_nobody_else_touches_accounts(client, request, who, ben):
    client.force_login(request.getfixturevalue(who))
    for view, form in (
        ("recruiter", {"recruiter": "yes"}),
        ("password", {"password": NEW}),
        ("change", {"is_superuser": "on"}),
    ):
        assert client.post(reverse(f"admin:accounts_user_{view}", args=[ben.pk]), form).status_code == 403
    assert roles_of(ben) == {JOB_SEEKERS}
    assert User.objects.get(pk=ben.pk).check_password(PASSWORD)


def test_nobody_locks_themselves_out(client, dora):
    client.force_login(dora)
    form = {"email": dora.email, "full_name": "Dora", "is_staff": "on", "is_superuser": "on"}
    page = client.post(reverse("admin:accounts_user_change", args=[dora.pk]), form)
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["is_active"] == ["You would lock yourself out."]
    assert User.objects.get(pk=dora.pk).full_name == "Dora Root"


def test_deactivating_ends_the_session_at_once(client, dora, ada):
    client.force_login(ada)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_users_are_not_deleted(client, dora, ada):
    client.force_login(dora)
    assert client.post(reverse("admin:accounts_user_delete", args=[ada.pk]), {"post": "yes"}).status_code == 403


def test_a_superuser_sets_a_password_and_tokens_stop(client, dora, ada):
    issue_token(ada, name="x")
    client.force_login(dora)
    url = reverse("admin:accounts_user_password", args=[ada.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"password": "12345"}).status_code == 200
    assert client.post(url, {"password": NEW}).status_code == 302
    assert User.objects.get(pk=ada.pk).check_password(NEW)
    assert not AccessToken.objects.exists()


# One's own -------------------------------------------------------------------------------------------------------------


def test_ones_own_password_is_changed_and_the_session_stays(client, ada):
    issue_token(ada, name="x")
    client.force_login(ada)
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/admin/password_change/", {**form, "old_password": "wrong"}).status_code == 200
    assert client.post("/admin/password_change/", form).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert not AccessToken.objects.exists()


def test_ones_own_profile_is_one_click_away_and_can_be_changed(client, ada, ben):
    client.force_login(ada)
    page = client.get(reverse("admin:accounts_userprofile_changelist"), follow=True)
    assert page.status_code == 200
    url = page.request["PATH_INFO"]
    assert url == reverse("admin:accounts_userprofile_change", args=[ada.profile.pk])
    form = {"full_name": "Countess Ada", "city": "London", "preferred_locations": "London\nParis"}
    assert client.post(url, form).headers["Location"] == url
    ada.profile.refresh_from_db()
    assert User.objects.get(pk=ada.pk).full_name == "Countess Ada"
    assert (ada.profile.city, ada.profile.preferred_locations) == ("London", ["London", "Paris"])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("linkedin_url", "https://evil.example/?linkedin.com", "Give an address on linkedin.com"),
        ("experience_years", "-1", "cannot be negative"),
        ("experience_years", "99999999", "less than or equal to"),
        ("desired_salary_min", "NaN", "Enter a number"),
        ("portfolio_url", "javascript:alert(1)", "Give a"),
    ],
)
def test_a_profile_that_cannot_be_is_a_form_error(client, ada, field, value, words):
    client.force_login(ada)
    page = client.post(reverse("admin:accounts_userprofile_change", args=[ada.profile.pk]), {field: value})
    assert page.status_code == 200
    assert words in page.context["adminform"].form.errors[field][0]


def test_somebody_without_a_profile_gets_one(client, ada):
    ada.profile.delete()
    client.force_login(ada)
    assert client.get(reverse("admin:accounts_userprofile_changelist"), follow=True).status_code == 200


def test_ones_own_tokens_are_listed_and_revoked(client, ada, ben):
    token, clear = issue_token(ada, name="Laptop")
    strange, _ = issue_token(ben, name="Strange")
    client.force_login(ada)
    text = client.get(reverse("admin:accounts_accesstoken_changelist")).content.decode()
    assert "Laptop" in text
    assert "Strange" not in text
    assert clear not in text
    assert (
        token.digest not in client.get(reverse("admin:accounts_accesstoken_change", args=[token.pk])).content.decode()
    )
    assert client.get(reverse("admin:accounts_accesstoken_add")).status_code == 403
    client.post(reverse("admin:accounts_accesstoken_delete", args=[strange.pk]), {"post": "yes"})
    client.post(reverse("admin:accounts_accesstoken_delete", args=[token.pk]), {"post": "yes"})
    assert list(AccessToken.objects.all()) == [strange]


def test_a_seeker_reads_neither_another_profile_nor_another_user(client, ada, ben):
    client.force_login(ada)
    assert client.get(reverse("admin:accounts_userprofile_change", args=[ben.profile.pk])).status_code == 302
    assert client.get(reverse("admin:accounts_user_change", args=[ada.pk])).status_code == 403


def test_a_superuser_lets_somebody_try_again(client, dora):
    AccessAttempt.objects.create(username="ada@example.com", ip_address="10.0.0.1", failures_since_start=9)
    client.force_login(dora)
    attempt = AccessAttempt.objects.get()
    assert client.get(reverse("admin:axes_accessattempt_changelist")).status_code == 200
    client.post(reverse("admin:axes_accessattempt_delete", args=[attempt.pk]), {"post": "yes"})
    assert not AccessAttempt.objects.exists()


# Outside ---------------------------------------------------------------------------------------------------------------


def test_the_login_page_leads_to_the_reset(client):
    page = client.get("/admin/login/?next=/admin/jobs/job/")
    assert reverse("admin_password_reset") in page.content.decode()
    assert "<main" in page.content.decode()


def test_signing_in_leads_back_and_nowhere_else(client, ada):
    form = {"username": "ADA@example.com", "password": PASSWORD}
    assert (
        client.post("/admin/login/?next=/admin/jobs/job/", {**form, "next": "/admin/jobs/job/"}).headers["Location"]
        == "/admin/jobs/job/"
    )
    client.logout()
    assert 'name="next" value="/admin/"' in client.get("/admin/login/?next=https://evil.example/").content.decode()
    assert "evil" not in client.post("/admin/login/", {**form, "next": "https://evil.example/"}).headers["Location"]


@pytest.mark.parametrize(
    "form", [{"username": "a\x00@b.c", "password": "x"}, {"username": "x" * 9000, "password": "\x00"}, {}]
)
def test_a_hostile_login_is_a_form_error(client, roles, form):
    assert client.post("/admin/login/", form).status_code == 200


def test_a_password_is_chosen_by_mail(client, ada):
    assert client.get("/admin/password/reset/").status_code == 200
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post("/admin/password/reset/", {"email": "ADA@example.com"}).status_code == 302
    assert client.get("/admin/password/reset/done/").status_code == 200
    path = re.search(r"/admin/password/reset/\S+", mail.outbox[0].body)[0]
    page = client.get(path, follow=True)
    assert page.status_code == 200
    url = page.request["PATH_INFO"]
    weak = client.post(url, {"new_password1": "12345", "new_password2": "12345"})
    assert "too short" in weak.content.decode()
    done = client.post(url, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert done.status_code == 200
    assert User.objects.get(pk=ada.pk).check_password(NEW)
    assert "Ask for a new link" in client.get(path, follow=True).content.decode()


def test_a_reset_for_nobody_looks_the_same(client, roles):
    assert (
        client.post("/admin/password/reset/", {"email": "nobody@example.com"}).headers["Location"]
        == "/admin/password/reset/done/"
    )
    assert mail.outbox == []


@pytest.mark.parametrize("path", ["x/y", "%00/%00", "MQ/set-password", "é/é"])
def test_a_bad_link_says_so(client, roles, path):
    assert client.get(f"/admin/password/reset/{path}/", follow=True).status_code in (200, 404)


def test_a_superusers_page_of_a_person_shows_their_roles(client, dora, cleo):
    JobFactory(user=cleo)
    client.force_login(dora)
    text = client.get(reverse("admin:accounts_user_change", args=[cleo.pk])).content.decode()
    assert "Take the recruiter role away" in text
    assert f"{JOB_SEEKERS}, {RECRUITERS}" in text or f"{RECRUITERS}, {JOB_SEEKERS}" in text


def test_the_reset_page_is_limited_by_address(client, roles, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "password_reset": (2, 3600)}
    statuses = [client.post("/admin/password/reset/", {"email": "nobody@example.com"}).status_code for _ in range(3)]
    assert statuses == [302, 302, 429]


SIGN_UP = {"email": "Eve@example.com", "full_name": "Eve Example", "password": NEW}


def test_a_person_signs_up_signs_in_and_is_told_how_to_begin(client, roles):
    assert reverse("sign_up") in client.get("/admin/login/").content.decode()
    assert "/admin/login/" in client.get(reverse("sign_up")).content.decode()
    done = client.post(reverse("sign_up"), SIGN_UP, follow=True)
    assert done.redirect_chain == [(reverse("sign_up_done"), 302)]
    eve = User.objects.with_email("eve@example.com").get()
    assert (eve.full_name, roles_of(eve)) == ("Eve Example", {JOB_SEEKERS})
    home = client.post("/admin/login/", {"username": eve.email, "password": NEW, "next": "/admin/"}, follow=True)
    assert reverse("admin:skills_skillbank_changelist") in home.content.decode()
    assert "Make a resume" in home.content.decode()


def test_signing_up_with_anothers_address_answers_the_same_and_changes_nothing(client, ada):
    with TestCase.captureOnCommitCallbacks(execute=True):
        taken = client.post(reverse("sign_up"), SIGN_UP | {"email": "ADA@example.com"})
    assert (taken.status_code, taken.headers["Location"]) == (302, reverse("sign_up_done"))
    assert [(mail_.subject, mail_.to) for mail_ in mail.outbox] == [("You already have an account", [ada.email])]
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    "change",
    [
        {"email": "nobody"},
        {"email": "ada@localhost"},
        {"email": ""},
        {"password": "12345"},
        {"password": "eve@example.com"},
        {"password": "x" * 1025},
        {"full_name": "x" * 256},
        {"full_name": "\x00"},
    ],
)
def test_a_sign_up_that_cannot_be_is_a_form_error_and_shows_no_password(client, roles, change):
    answer = client.post(reverse("sign_up"), SIGN_UP | change)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == set(change)
    assert NEW not in answer.content.decode()
    assert not User.objects.exists()


def test_the_sign_up_page_is_limited_by_address_together_with_the_api(client, roles, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "register": (2, 3600)}
    assert client.post("/api/v1/auth/register/", SIGN_UP, content_type="application/json").status_code == 201
    assert [client.post(reverse("sign_up"), SIGN_UP).status_code for _ in range(2)] == [302, 429]
