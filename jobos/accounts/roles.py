"""The two roles: their groups come from a migration, their permissions from here after every migrate.

Permissions do not exist before the first `migrate` of a fresh database has ended, hence the receiver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jobos.accounts.models import User

JOB_SEEKERS = "Job seekers"
RECRUITERS = "Recruiters"

# Which actions a role has on which model; rows are narrowed further by `visible_to`.
ALL = ("view", "add", "change", "delete")
PERMISSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    JOB_SEEKERS: {
        "accounts.userprofile": ("view", "change"),
        "accounts.accesstoken": ("view", "delete"),
        "jobs.job": ALL,
        "jobs.interview": ALL,
        "companies.company": ("view",),
        "companies.targetcompany": ALL,
        "jobs.joblisting": ("view",),
        "interactions.jobuserinteraction": ALL,
        "interactions.timelineevent": ("view", "add"),
        "skills.skillconcept": ("view",),
        "skills.skilllabel": ("view",),
        "skills.skillbank": ("view", "change"),
        "skills.skill": ALL,
        "skills.workexperience": ALL,
        "skills.education": ALL,
        "skills.project": ALL,
        "skills.certification": ALL,
        "skills.summaryvariation": ALL,
        "skills.experiencevariation": ALL,
        "skills.educationvariation": ALL,
        "skills.projectvariation": ALL,
        "resumes.resume": ALL,
        "resumes.resumetemplate": ("view",),
        "resumes.resumeversion": ("view",),
        "resumes.resumegeneration": ("view",),
        "resumes.resumeoptimization": ("view",),
    },
    RECRUITERS: {
        "companies.company": ALL,
        "companies.companyalias": ALL,
        "companies.companymatchsuggestion": ("view", "change"),
        "companies.companymerge": ("view",),
        "jobs.joblisting": ALL,
        "jobs.jobsource": ALL,
        "jobs.jobsourcelisting": ("view",),
        "jobs.jobembedding": ("view",),
        "jobs.jobdeduplication": ("view", "change"),
        "interactions.jobuserinteraction": ("view",),
    },
}


def is_recruiter(user: User | AnonymousUser) -> bool:
    """Tell whether a user may curate the shared directory; asked of the database once for each loaded user."""
    if not user.is_active or not user.is_authenticated:
        return False
    known: dict[str, bool] = user.__dict__.setdefault("_known_roles", {})
    if RECRUITERS not in known:
        known[RECRUITERS] = user.is_superuser or user.groups.filter(name=RECRUITERS).exists()
    return known[RECRUITERS]


def grant_permissions(using: str, **_: Any) -> None:
    """Give each role exactly the permissions of the table above, as far as their models exist by now."""
    for role, models in PERMISSIONS.items():
        group = Group.objects.using(using).filter(name=role).first()
        if group is None:
            continue
        wanted = Q(pk__isnull=True)
        for label, actions in models.items():
            app_label, model = label.split(".")
            wanted |= Q(content_type__app_label=app_label, codename__in=[f"{action}_{model}" for action in actions])
        group.permissions.set(Permission.objects.using(using).filter(wanted))
