"""What services guarantee about people beyond what a request shows."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from jobos.accounts import services
from jobos.accounts.models import User, UserProfile
from jobos.accounts.roles import PERMISSIONS, is_recruiter

pytestmark = pytest.mark.django_db


def test_only_a_superuser_appoints_recruiters(ada: User, ben: User, cleo: User, dora: User) -> None:
    for somebody in (ada, cleo):
        with pytest.raises(ValidationError, match="Only a superuser"):
            services.appoint_recruiter(ben, by=somebody)
    assert not is_recruiter(User.objects.get(pk=ben.pk))
    services.appoint_recruiter(ben, by=dora)
    assert is_recruiter(User.objects.get(pk=ben.pk))


def test_enrolling_twice_adds_nothing(ada: User) -> None:
    services.enrol(ada)
    assert ada.groups.count() == 1
    assert UserProfile.objects.count() == 1


@pytest.mark.parametrize("role", PERMISSIONS)
def test_role_has_exactly_the_permissions_of_its_table(role: str, roles: None) -> None:
    permissions = Group.objects.get(name=role).permissions.values_list(
        "content_type__app_label", "content_type__model", "codename"
    )
    expected = set()
    for label, actions in PERMISSIONS[role].items():
        app, model = label.split(".")
        expected |= {(app, model, f"{action}_{model}") for action in actions}
    assert set(permissions) == expected


def test_deactivated_recruiter_is_none(cleo: User) -> None:
    cleo = User.objects.get(pk=cleo.pk)
    cleo.is_active = False
    assert not is_recruiter(cleo)


def test_weak_password_changes_nothing(ada: User) -> None:
    before = ada.password
    with pytest.raises(ValidationError) as caught:
        services.set_password(ada, "short")
    assert caught.value.message_dict.keys() == {"password"}
    ada.refresh_from_db()
    assert ada.password == before
