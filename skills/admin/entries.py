"""The pages of what stands in a bank: skills, records with their variations, certificates, summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import StackedInline

from jobos.core.admin import LinesField, PersonalAdmin, PersonalFields, column
from jobos.core.errors import Conflict
from jobos.core.web_addresses import check_web_address
from skills.admin.forms import LONGEST_WRITTEN_DATE, EntryForm, SkillForm, WrittenDateField, choose_heading
from skills.admin.telling import describe_period, describe_years
from skills.models import (
    Certification,
    Education,
    EducationVariation,
    ExperienceVariation,
    Project,
    ProjectVariation,
    Skill,
    SkillBank,
    SummaryVariation,
    WorkExperience,
)
from skills.models.records import PartialDateField
from skills.services import bank as banks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from jobos.accounts.models import User

DATE_HINT = "2021-03, 03/2021 or March 2021; the year alone or a whole date (2021-03-15) do as well."
# The hints that the columns themselves do not give.
HINTS = {
    "start_date": DATE_HINT,
    "end_date": "The same way; empty while it goes on.",
    "issue_date": DATE_HINT,
    "expiry_date": "The same way; empty if it never expires.",
    "default_description": "What a resume says of it unless a variation fits better.",
    "keywords": "Other words that postings use for it, one a line.",
    "target_roles": "Roles that this version is for, one a line.",
    "target_industries": "Industries that it is for, one a line.",
    "keywords_emphasized": "What it brings out, one a line.",
}
LABELS = {
    "default_description": "Description",
    "default_achievements": "Achievements",
    "default_variation": "Told by default by",
    "is_current": "I work here now",
    "keywords_emphasized": "Keywords",
    "is_featured": "Featured: first in resumes",
    "gpa": "Grade",
    "experience_type": "Type",
    "github_url": "Code",
    "url": "Web address",
    "credential_id": "Credential number",
    "years_experience": "Years of experience",
}
VARIATION_FIELDS = (("title", "focus"), "content")
VARIATION_TARGETS = (("target_roles", "target_industries"), "keywords_emphasized", "seen")


def address_of_bank(pk: Any, tab: str = "") -> str:
    """Return the address of a bank's page, at one of its parts."""
    return reverse("admin:skills_skillbank_change", args=[pk]) + (f"#{tab}" if tab else "")


def name_bank(bank: SkillBank, request: HttpRequest) -> str:
    """Return what a bank is called for whoever looks."""
    return "My skill bank" if bank.user_id == request.user.pk else str(bank)


class EntryFields(PersonalFields):
    """Fields with the words that people of this page know."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, PartialDateField):
            kwargs |= {"form_class": WrittenDateField, "max_length": LONGEST_WRITTEN_DATE}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.label = LABELS.get(db_field.name, field.label)
            hint = "One a line." if isinstance(field, LinesField) else field.help_text
            field.help_text = HINTS.get(db_field.name, hint)
            if db_field.name == "url":
                field.validators.append(check_web_address)
        return field


class EntryAdmin(EntryFields, PersonalAdmin):
    """The page of one entry: written by the services of the bank, left for the bank's own page."""

    form = EntryForm
    tab = ""  # The part of the bank's page that shows such entries.
    list_select_related: ClassVar[Any] = ("bank__user",)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Tell whose it is only to whoever sees several people's."""
        columns = super().get_list_display(request)
        return [*columns, "show_owner"] if request.user.is_superuser else columns  # type: ignore[union-attr]

    def get_ordering(self, request: HttpRequest) -> Any:
        """Show a person their own order, and everybody's newest first, which an index answers."""
        return ("-pk",) if request.user.is_superuser else ("display_order", "pk")  # type: ignore[union-attr]

    @column(description="bank of")
    def show_owner(self, entry: Any) -> str:
        return str(entry.bank.user)

    # Writing --------------------------------------------------------------------------------------------------------

    def find_bank(self, request: HttpRequest) -> SkillBank:
        """Return the bank that a new entry goes to: the one its address names, the person's own where it names none."""
        asked = request.GET.get("bank", "")
        if not asked:
            return banks.open_bank(cast("User", request.user))
        try:
            return SkillBank.objects.visible_to(request.user).get(pk=asked)
        except (SkillBank.DoesNotExist, ValidationError) as exc:
            raise Http404 from exc

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        return banks.add_entry(self.find_bank(request), self.model, **fields)

    def change(self, request: HttpRequest, obj: Any, changes: dict[str, Any]) -> Any:
        banks.lock_bank(obj.bank_id)  # Before its entries, as all writers do.
        return banks.change_entry(self.find(request, obj.pk), **changes)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        banks.delete_entry(obj)
        request.bank_left = obj.bank_id  # type: ignore[attr-defined]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for entry in queryset:
            banks.delete_entry(entry)

    # Ways back ------------------------------------------------------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Lead from an entry back to its bank."""
        entry = kwargs.get("obj")
        bank = self.find_bank(request) if entry is None else entry.bank
        context["way_back"] = {"url": address_of_bank(bank.pk, self.tab), "title": name_bank(bank, request)}
        context["here"] = f"New {self.opts.verbose_name}" if entry is None else str(entry)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseBase:
        return HttpResponseRedirect(address_of_bank(obj.bank_id, self.tab))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseBase:
        return HttpResponseRedirect(address_of_bank(obj.bank_id, self.tab))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().response_delete(request, obj_display, obj_id)
        left = getattr(request, "bank_left", None)
        return answer if left is None else HttpResponseRedirect(address_of_bank(left, self.tab))


@admin.register(Skill)
class SkillAdmin(EntryAdmin):
    form = SkillForm
    list_display = ("name", "show_level", "show_heading", "show_years", "show_featured")
    list_filter = ("level", "category", "is_featured")
    search_fields = ("name", "bucket", "bank__user__email")
    search_help_text = "Skill or heading"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "bucket"),
                    ("level", "years_experience"),
                    ("category", "subcategory"),
                    "is_featured",
                    "description",
                    "keywords",
                    "seen",
                )
            },
        ),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)
        if "bucket" in form_class.base_fields:
            bank = self.find_bank(request) if obj is None else obj.bank
            form_class.base_fields["bucket"] = choose_heading(bank.skill_categories)
        return form_class

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Skill:
        return _name_twin(lambda: banks.add_skill(self.find_bank(request), **fields))

    def change(self, request: HttpRequest, obj: Skill, changes: dict[str, Any]) -> Skill:
        banks.lock_bank(obj.bank_id)
        return _name_twin(lambda: banks.change_skill(self.find(request, obj.pk), **changes))

    @column(description="level", ordering="level")
    def show_level(self, skill: Skill) -> str:
        return skill.get_level_display() or "-"

    @column(description="heading", ordering="bucket")
    def show_heading(self, skill: Skill) -> str:
        return skill.bucket

    @column(description="experience", ordering="years_experience")
    def show_years(self, skill: Skill) -> str:
        return describe_years(skill.years_experience) or "-"

    @column(description="featured", ordering="is_featured", label={"Featured": "warning"})
    def show_featured(self, skill: Skill) -> str:
        return "Featured" if skill.is_featured else ""


def _name_twin(write: Callable[[], Skill]) -> Skill:
    """Write a skill; say at its name that the bank has it already."""
    try:
        return write()
    except Conflict as exc:
        if exc.code != "duplicate_skill":
            raise
        raise ValidationError({"name": exc.messages}) from exc


# Records with their variations ----------------------------------------------------------------------------------------


class VariationInline(EntryFields, StackedInline):  # type: ignore[misc]
    """The ways of telling one record, in their order."""

    form = EntryForm
    fk_name = "entry"
    extra = 0
    ordering = ("display_order", "pk")
    ordering_field = "display_order"
    hide_ordering_field = True
    collapsible = True
    verbose_name = "variation"
    verbose_name_plural = "Variations: the same, told with another focus"


class ExperienceVariationInline(VariationInline):
    model = ExperienceVariation
    fields = (*VARIATION_FIELDS, ("achievements", "skills_highlighted"), *VARIATION_TARGETS, "display_order")


class EducationVariationInline(VariationInline):
    model = EducationVariation
    fields = (*VARIATION_FIELDS, ("highlights", "relevant_coursework"), *VARIATION_TARGETS, "display_order")


class ProjectVariationInline(VariationInline):
    model = ProjectVariation
    fields = (*VARIATION_FIELDS, ("achievements", "technologies_highlighted"), *VARIATION_TARGETS, "display_order")


class RecordAdmin(EntryAdmin):
    """A record on one page with its variations; one of them may be what is told by default."""

    class Media:
        js = ("jobos/order.js",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let a default be chosen once there is something to choose from."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not obj.variations.exists():
            return fieldsets
        return [*fieldsets, (None, {"fields": ("default_variation",)})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)
        field = form_class.base_fields.get("default_variation")
        if field is not None and obj is not None:
            field.queryset = obj.variations.all()
            field.empty_label = "The description above"
        return form_class

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            formset.save(commit=False)  # Tells what is new, changed and to be deleted.
            _write_variations(form.instance, formset)


def _write_variations(entry: Any, formset: Any) -> None:
    stored = {variation.pk: variation for variation in entry.variations.all()}
    for variation in formset.deleted_objects:
        banks.delete_entry(variation)
    for form in formset.initial_forms:
        if form in formset.deleted_forms or not form.has_changed():
            continue
        if form.instance.pk not in stored:
            raise ValidationError("One of the variations was deleted in another window.")
        banks.change_entry(stored[form.instance.pk], **_said(form, form.changed_data))
    for form in formset.extra_forms:
        if form.has_changed() and form not in formset.deleted_forms:
            said = _said(form, form.cleaned_data)
            said.pop("display_order", None)  # A new one comes last.
            banks.add_variation(entry, **said)


def _said(form: Any, names: Any) -> dict[str, Any]:
    """Return what a form of a set says of its row itself."""
    own = {"id", "entry", "DELETE"}
    return {name: form.cleaned_data[name] for name in names if name in form.cleaned_data and name not in own}


@admin.register(WorkExperience)
class WorkExperienceAdmin(RecordAdmin):
    tab = "experience"
    list_title = "Work experience"
    list_display = ("position", "company", "show_period", "experience_type")
    list_filter = ("experience_type", "is_current")
    search_fields = ("position", "company", "bank__user__email")
    search_help_text = "Position or company"
    inlines = (ExperienceVariationInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("position", "company"),
                    ("location", "experience_type"),
                    ("start_date", "end_date"),
                    "is_current",
                )
            },
        ),
        (
            "What you did",
            {
                "fields": (
                    "default_description",
                    "default_achievements",
                    ("skills_used", "technologies"),
                    "seen",
                )
            },
        ),
    )

    @column(description="when", ordering="start_date")
    def show_period(self, entry: WorkExperience) -> str:
        return describe_period(entry.start_date, entry.end_date, goes_on=entry.is_current) or "-"


@admin.register(Education)
class EducationAdmin(RecordAdmin):
    tab = "education"
    list_display = ("institution", "degree", "field_of_study", "show_period")
    search_fields = ("institution", "degree", "field_of_study", "bank__user__email")
    search_help_text = "School, degree or field"
    inlines = (EducationVariationInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("institution", "location"),
                    ("degree", "field_of_study"),
                    ("start_date", "end_date"),
                    "gpa",
                )
            },
        ),
        ("More", {"fields": ("default_description", ("honors", "relevant_coursework"), "seen")}),
    )

    @column(description="when", ordering="start_date")
    def show_period(self, entry: Education) -> str:
        return describe_period(entry.start_date, entry.end_date) or "-"


@admin.register(Project)
class ProjectAdmin(RecordAdmin):
    tab = "projects"
    list_display = ("name", "show_period")
    search_fields = ("name", "bank__user__email")
    search_help_text = "Name"
    inlines = (ProjectVariationInline,)
    fieldsets = (
        (None, {"fields": ("name", ("url", "github_url"), ("start_date", "end_date"))}),
        ("What it is", {"fields": ("default_description", "default_achievements", "technologies", "seen")}),
    )

    @column(description="when", ordering="start_date")
    def show_period(self, entry: Project) -> str:
        return describe_period(entry.start_date, entry.end_date) or "-"


@admin.register(Certification)
class CertificationAdmin(EntryAdmin):
    tab = "certifications"
    list_display = ("name", "issuer", "issue_date", "expiry_date")
    search_fields = ("name", "issuer", "bank__user__email")
    search_help_text = "Name or issuer"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "issuer"),
                    ("issue_date", "expiry_date"),
                    ("credential_id", "url"),
                    "description",
                    "seen",
                )
            },
        ),
    )


@admin.register(SummaryVariation)
class SummaryVariationAdmin(EntryAdmin):
    tab = "summary"
    list_display = ("title", "focus", "source")
    list_filter = ("focus",)
    search_fields = ("title", "content", "bank__user__email")
    search_help_text = "Title or text"
    fieldsets = ((None, {"fields": (*VARIATION_FIELDS, ("tone", "length"), *VARIATION_TARGETS)}),)


# Variations of all records, to be found by what they say -----------------------------------------------------------


@admin.register(ExperienceVariation, EducationVariation, ProjectVariation)
class VariationAdmin(EntryFields, PersonalAdmin):
    """A variation by itself: added on the page of its record."""

    form = EntryForm
    list_display = ("__str__", "entry", "focus", "source")
    list_filter = ("focus",)
    list_select_related = ("entry",)
    search_fields = ("title", "content")
    search_help_text = "Title or text"
    readonly_fields = ("entry",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        inlines = (ExperienceVariationInline, EducationVariationInline, ProjectVariationInline)
        fields = next(inline.fields for inline in inlines if inline.model is self.model)
        return [(None, {"fields": ("entry", *(name for name in fields if name != "display_order"))})]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def change(self, request: HttpRequest, obj: Any, changes: dict[str, Any]) -> Any:
        banks.lock_bank(obj.entry.bank_id)
        return banks.change_entry(self.find(request, obj.pk), **changes)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        banks.delete_entry(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for variation in queryset:
            banks.delete_entry(variation)
