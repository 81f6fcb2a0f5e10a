"""The page of a skill bank: everything that a person can say of themselves, at a glance and to be put in order."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from jobos.core.admin import REFUSALS, PersonalAdmin, column, explain
from jobos.core.models import LONG_TEXT_LIMIT
from skills.admin.entries import address_of_bank, name_bank
from skills.admin.forms import (
    CHANGED_MEANWHILE,
    AddSkillsForm,
    FeatureForm,
    HeadingForm,
    SkillHereForm,
    SummaryForm,
    read,
)
from skills.admin.telling import count_variations, describe_entry, describe_years
from skills.admin.typed import read_skills
from skills.models import (
    Certification,
    Education,
    Project,
    Skill,
    SkillBank,
    SkillLevel,
    SummaryVariation,
    WorkExperience,
)
from skills.models.bank import LONGEST_SKILL
from skills.services import bank as banks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from jobos.accounts.models import User

MOST_AT_ONCE = 200
# The lists of a bank that have an order, by what the page calls them.
ORDERED: dict[str, type[Any]] = {
    "skills": Skill,
    "summaries": SummaryVariation,
    "experiences": WorkExperience,
    "education": Education,
    "projects": Project,
    "certifications": Certification,
}
SUMMARIES = {
    "key": "summary",
    "kind": "summaries",
    "heading": "Variations of the summary",
    "add_words": "Add a variation",
    "nothing": "None yet. A variation tells the same with another focus: for a leading role, for another industry.",
}
PARTS = (
    {
        "key": "experience",
        "kind": "experiences",
        "title": "Experience",
        "heading": "Where you worked",
        "add_words": "Add a position",
        "nothing": "No positions yet. Begin with the latest one.",
    },
    {
        "key": "education",
        "kind": "education",
        "title": "Education",
        "heading": "What you studied",
        "add_words": "Add studies",
        "nothing": "No studies yet.",
    },
    {
        "key": "projects",
        "kind": "projects",
        "title": "Projects",
        "heading": "What you made",
        "add_words": "Add a project",
        "nothing": "No projects yet. Open source, a side project, a thesis: whatever shows what you can do.",
    },
    {
        "key": "certifications",
        "kind": "certifications",
        "title": "Certifications",
        "heading": "What was certified",
        "add_words": "Add a certificate",
        "nothing": "No certificates yet.",
    },
)


@admin.register(SkillBank)
class SkillBankAdmin(PersonalAdmin):
    list_title = "Skill banks"
    list_display = ("user", "show_skills", "show_positions", "updated_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__full_name")
    search_help_text = "Name or email"
    ordering = ("-updated_at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A bank is opened by its owner, not typed."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SkillBank]:
        rows: QuerySet[SkillBank] = super().get_queryset(request)
        if request.resolver_match is not None and request.resolver_match.url_name == "skills_skillbank_changelist":
            return rows.annotate(skill_count=_count_in_bank(Skill), position_count=_count_in_bank(WorkExperience))
        return rows.select_related("user")

    @column(description="skills")
    def show_skills(self, bank: Any) -> int:
        return int(bank.skill_count)

    @column(description="positions")
    def show_positions(self, bank: Any) -> int:
        return int(bank.position_count)

    # The page -------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def click(route: str, view: Callable[..., Any], name: str) -> URLPattern:
            address: URLPattern = path(
                f"<uuid:object_id>/{route}", self.admin_site.admin_view(view), name=f"skills_skillbank_{name}"
            )
            return address

        return [
            path("mine/", self.admin_site.admin_view(self.own_view), name="skills_skillbank_own"),
            click("summary/", self.summary_view, "summary"),
            click("order/", self.order_view, "order"),
            click("headings/add/", self.add_heading_view, "add-heading"),
            click("headings/rename/", self.rename_heading_view, "rename-heading"),
            click("headings/remove/", self.remove_heading_view, "remove-heading"),
            click("skills/add/", self.add_skills_view, "add-skills"),
            click("skills/<uuid:skill_id>/", self.change_skill_view, "change-skill"),
            click("skills/<uuid:skill_id>/feature/", self.feature_view, "feature"),
            *super().get_urls(),
        ]

    def own_view(self, request: HttpRequest) -> HttpResponseBase:
        """Lead to the person's own bank, opened where there is none yet."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(address_of_bank(banks.open_bank(cast("User", request.user)).pk))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the banks to whoever sees several people's; lead everybody else to their own."""
        if self.has_view_permission(request) and not request.user.is_superuser:  # type: ignore[union-attr]
            return HttpResponseRedirect(reverse("admin:skills_skillbank_own"))
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        bank = self.find(request, object_id)
        if not self.has_view_permission(request, bank):
            raise PermissionDenied
        return self.show(request, bank)

    def show(self, request: HttpRequest, bank: SkillBank, refused: dict[str, Any] | None = None) -> TemplateResponse:
        """Return the page; what was typed and refused stands where it was typed, with the reason."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": bank,
            "title": name_bank(bank, request),
            "here": name_bank(bank, request),
            "is_own": bank.user_id == request.user.pk,
            "may_change": self.has_change_permission(request, bank),
            "refused": refused or {},
            **describe_bank(bank),
        }
        if refused and refused["key"] not in {"add", "heading", "summary", *context["form_keys"]}:
            context["homeless"] = refused["errors"]  # The form it belongs to is gone.
        return TemplateResponse(request, "admin/skills/skillbank/bank.html", context)

    def write(
        self,
        request: HttpRequest,
        object_id: Any,
        work: Callable[[SkillBank], str],
        *,
        key: str,
        tab: str = "",
        describe: Callable[[SkillBank], dict[str, Any]] | None = None,
    ) -> HttpResponseBase:
        """Do one form's work in one transaction and go back to the page; show it there again where it is refused.

        `key` tells the page which form that is, `describe` what else that form is to know then.
        """
        if request.method != "POST":
            return HttpResponseRedirect(address_of_bank(object_id, tab))
        if not self.has_change_permission(request):
            raise PermissionDenied
        bank: SkillBank = self.find(request, object_id)
        try:
            with transaction.atomic():
                words = work(bank)
        except REFUSALS as exc:
            bank = self.find(request, object_id)
            refused = {"key": key, "typed": request.POST, "errors": explain(exc).messages}
            return self.show(request, bank, refused | (describe(bank) if describe else {}))
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(address_of_bank(bank.pk, tab))

    # Summary and headings -------------------------------------------------------------------------------------------

    def summary_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Save the default summary, unless it was changed elsewhere after it was shown."""

        def work(bank: SkillBank) -> str:
            summary = read(SummaryForm(request.POST))["default_summary"]
            stored = banks.lock_bank(bank.pk)
            if request.POST.get("seen", "") not in ("", fingerprint(stored.default_summary)):
                raise ValidationError(CHANGED_MEANWHILE, code="stale")
            banks.change_bank(stored, default_summary=summary)
            return "The summary is saved."

        return self.write(
            request,
            object_id,
            work,
            key="summary",
            tab="summary",
            describe=lambda bank: {"seen": fingerprint(bank.default_summary)},
        )

    def add_heading_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        def work(bank: SkillBank) -> str:
            name = read(HeadingForm(request.POST))["name"]
            stored = banks.lock_bank(bank.pk)
            banks.change_bank(stored, skill_categories=[*stored.skill_categories, name])
            return f"\u201c{name}\u201d is a heading now."

        return self.write(request, object_id, work, key="heading")

    def rename_heading_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Rename a heading; its skills go along."""

        def work(bank: SkillBank) -> str:
            said = read(HeadingForm(request.POST))
            banks.change_bank(bank, rename_categories={said["old"]: said["name"]})
            return f"\u201c{said['old']}\u201d is \u201c{said['name']}\u201d now."

        return self.write(request, object_id, work, key=f"rename {request.POST.get('old', '')}")

    def remove_heading_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Remove a heading that holds nothing."""

        def work(bank: SkillBank) -> str:
            name = request.POST.get("name", "")
            stored = banks.lock_bank(bank.pk)
            if name not in stored.skill_categories:
                raise ValidationError("That heading is gone already.")
            banks.change_bank(stored, skill_categories=[each for each in stored.skill_categories if each != name])
            return f"\u201c{name}\u201d is removed."

        return self.write(request, object_id, work, key=f"rename {request.POST.get('name', '')}")

    # Skills ---------------------------------------------------------------------------------------------------------

    def add_skills_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Add what was typed or pasted, but what is there already; nothing where something else is refused."""

        def work(bank: SkillBank) -> str:
            said = read(AddSkillsForm(request.POST))
            bank = banks.lock_bank(bank.pk)
            skills = read_skills(said["lines"], levels=SkillLevel.values, headings=bank.skill_categories)
            if not skills:
                raise ValidationError("There is no skill in this.")
            if len(skills) > MOST_AT_ONCE:
                raise ValidationError(f"These are {len(skills)} skills. Add at most {MOST_AT_ONCE} at once.")
            fresh, skipped = _part_known(bank, [{"bucket": said["heading"]} | skill for skill in skills])
            if not fresh:
                raise ValidationError([*skipped, "There is nothing else in this."])
            new_headings = _add_headings(
                bank, [skill["bucket"] for skill in fresh if skill["bucket"] != said["heading"]]
            )
            refusals = [words for skill in fresh if (words := _add_skill(bank, skill))]
            if refusals:
                raise ValidationError([*refusals, "Nothing was added."])
            words = f"{fresh[0]['name']} is added." if len(fresh) == 1 else f"{len(fresh)} skills are added."
            if new_headings:
                words += f" New headings: {', '.join(new_headings)}."
            return " ".join([words, *skipped])

        return self.write(request, object_id, work, key="add")

    def change_skill_view(self, request: HttpRequest, object_id: Any, skill_id: Any) -> HttpResponseBase:
        """Save a skill that was edited where it stands."""

        def work(bank: SkillBank) -> str:
            banks.lock_bank(bank.pk)
            skill = bank.skills.filter(pk=skill_id).first()
            if skill is None:
                raise ValidationError("That skill is gone already.")
            said = read(SkillHereForm(request.POST))
            if request.POST.get("seen", "") not in ("", fingerprint_skill(skill)):
                raise ValidationError(CHANGED_MEANWHILE, code="stale")
            return f"{banks.change_skill(skill, **said)} is saved."

        def describe(bank: SkillBank) -> dict[str, Any]:
            skill = bank.skills.filter(pk=skill_id).first()
            return {"seen": fingerprint_skill(skill)} if skill else {}

        return self.write(request, object_id, work, key=f"skill {skill_id}", describe=describe)

    def feature_view(self, request: HttpRequest, object_id: Any, skill_id: Any) -> HttpResponseBase:
        """Put a skill in front, or back among the others."""

        def work(bank: SkillBank) -> str:
            featured = read(FeatureForm(request.POST))["is_featured"] == "true"
            banks.lock_bank(bank.pk)
            skill = bank.skills.filter(pk=skill_id).first()
            if skill is None:
                raise ValidationError("That skill is gone already.")
            banks.change_skill(skill, is_featured=featured)
            return f"{skill} comes first now." if featured else f"{skill} is one among the others now."

        return self.answer(request, object_id, work)

    # Order ----------------------------------------------------------------------------------------------------------

    def order_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Save the order of one list; a skill that was moved to another heading belongs there from now on."""

        def work(bank: SkillBank) -> str:
            kind, ids = request.POST.get("kind", ""), request.POST.getlist("id")
            bank = banks.lock_bank(bank.pk)
            if kind == "headings":
                if sorted(ids) != sorted(bank.skill_categories):
                    raise ValidationError("The headings were changed in another window.")
                banks.change_bank(bank, skill_categories=ids)
                return ""
            if kind not in ORDERED:
                raise ValidationError("There is no such list.")
            try:
                keys = [uuid.UUID(key) for key in ids]
            except ValueError as exc:
                raise ValidationError("There is no such entry.") from exc
            if kind == "skills" and request.POST.get("moved"):
                moved = bank.skills.filter(pk__in=[key for key in keys if str(key) == request.POST["moved"]]).first()
                if moved is None:
                    raise ValidationError("That skill is gone already.")
                banks.change_skill(moved, bucket=request.POST.get("heading", ""))
            banks.reorder_entries(bank, ORDERED[kind].objects.filter(bank=bank), keys)
            return ""

        return self.answer(request, object_id, work)

    def answer(self, request: HttpRequest, object_id: Any, work: Callable[[SkillBank], str]) -> HttpResponseBase:
        """Do what a script of the page asks for: 204 when it is done, 400 with the words where it is refused."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        bank: SkillBank = self.find(request, object_id)
        try:
            with transaction.atomic():
                work(bank)
        except REFUSALS as exc:
            stale = getattr(exc, "code", "") == "order_out_of_date"
            words = ["This list was changed in another window."] if stale else explain(exc).messages
            return JsonResponse({"words": " ".join(words)}, status=400)
        return HttpResponse(status=204)


def _count_in_bank(model: type[Any]) -> Coalesce:
    """Count the entries of one kind in each bank, for the shown banks alone: a join would count them in all."""
    own = model.objects.filter(bank=OuterRef("pk")).order_by().values("bank")
    return Coalesce(Subquery(own.annotate(count=Count("pk")).values("count")), 0)


def _part_known(bank: SkillBank, skills: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the skills that a locked bank does not hold yet, each once, and in words which others there are."""
    held = {name.strip().lower() for name in bank.skills.values_list("name", flat=True)}
    fresh: dict[str, dict[str, Any]] = {}
    there: dict[str, str] = {}
    repeated: dict[str, str] = {}
    for skill in skills:
        key = skill["name"].lower()
        if key in held:
            there.setdefault(key, skill["name"])
        elif fresh.setdefault(key, skill) is not skill:
            repeated.setdefault(key, skill["name"])
    skipped = [f"In your bank already: {', '.join(there.values())}."] if there else []
    if repeated:
        skipped.append(f"More than once in what you typed, added once: {', '.join(repeated.values())}.")
    return list(fresh.values()), skipped


def _add_headings(bank: SkillBank, names: list[str]) -> list[str]:
    """Add the headings that a locked bank lacks; return them."""
    new = [name for name in dict.fromkeys(names) if name not in bank.skill_categories]
    if new:
        banks.change_bank(bank, skill_categories=[*bank.skill_categories, *new])
    return new


def _add_skill(bank: SkillBank, skill: dict[str, Any]) -> str:
    """Add a skill; return why that is refused, '' where it is not."""
    if len(skill["name"]) > LONGEST_SKILL:
        return f"\u201c{skill['name'][:40]}\u2026\u201d: a skill has at most {LONGEST_SKILL} characters."
    try:
        with transaction.atomic():
            banks.add_skill(bank, **skill)
    except ValidationError as exc:
        return f"{skill['name']}: {' '.join(exc.messages)}"
    return ""


def fingerprint(text: str) -> str:
    """Return what tells a text from another one, for a form to carry along."""
    return uuid.uuid5(uuid.NAMESPACE_OID, text).hex


def fingerprint_skill(skill: Skill) -> str:
    """Return the same of what is edited of a skill in its place; its order and heading change by other clicks."""
    return fingerprint(f"{skill.level} {skill.years_experience} {skill.name}")


def describe_bank(bank: SkillBank) -> dict[str, Any]:
    """Return what the page shows of a bank; the number of statements does not depend on what is in it."""
    headings: dict[str, list[Any]] = {heading: [] for heading in bank.skill_categories}
    for skill in bank.skills.order_by("display_order", "name", "pk"):
        shown: Any = skill
        shown.seen = fingerprint_skill(skill)
        shown.years = describe_years(skill.years_experience)
        shown.form_key = f"skill {skill.pk}"
        shown.delete_url = reverse("admin:skills_skill_delete", args=[skill.pk])
        shown.feature_url = reverse("admin:skills_skillbank_feature", args=[bank.pk, skill.pk])
        shown.url = reverse("admin:skills_skill_change", args=[skill.pk])
        shown.form_action = reverse("admin:skills_skillbank_change-skill", args=[bank.pk, skill.pk])
        headings.setdefault(skill.bucket, []).append(shown)
    summaries = _describe_part(bank, SUMMARIES)
    parts = [_describe_part(bank, part) for part in PARTS]
    skill_count = sum(len(skills) for skills in headings.values())
    return {
        "bank": bank,
        "headings": [
            {
                "name": name,
                "skills": skills,
                "is_listed": name in bank.skill_categories,
                "rename_key": f"rename {name}",
            }
            for name, skills in headings.items()
        ],
        "form_keys": [f"rename {name}" for name in bank.skill_categories]
        + [skill.form_key for skills in headings.values() for skill in skills],
        "levels": SkillLevel.choices,
        "summaries": summaries,
        "parts": parts,
        "tabs": [
            {"key": "general", "title": "Skills", "count": skill_count},
            {"key": "summary", "title": "Summary", "count": len(summaries["entries"]) + bool(bank.default_summary)},
            *({"key": part["key"], "title": part["title"], "count": len(part["entries"])} for part in parts),
        ],
        "is_empty": not (skill_count or bank.default_summary or any(part["entries"] for part in (summaries, *parts))),
        "order_url": reverse("admin:skills_skillbank_order", args=[bank.pk]),
        "summary_seen": fingerprint(bank.default_summary),
        "longest_text": LONG_TEXT_LIMIT,
    }


def _describe_part(bank: SkillBank, part: dict[str, str]) -> dict[str, Any]:
    model = ORDERED[part["kind"]]
    rows = model.objects.filter(bank=bank).order_by("display_order", "pk")
    has_variations = model in banks.VARIATIONS
    if has_variations:
        rows = rows.annotate(variation_count=Count("variations"))
    name = f"admin:skills_{model._meta.model_name}"
    return {
        **part,
        "add_url": f"{reverse(f'{name}_add')}?bank={bank.pk}",
        "entries": [
            {
                "pk": entry.pk,
                "url": reverse(f"{name}_change", args=[entry.pk]),
                "badge": count_variations(entry.variation_count)
                if has_variations
                else entry.get_focus_display()
                if model is SummaryVariation
                else "",
                **describe_entry(entry),
            }
            for entry in rows
        ],
    }
