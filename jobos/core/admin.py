"""What every admin page stands on: the site, a hardened `ModelAdmin` that shows a person only their rows, the ledger.

A page calls services and reports what they say. Whatever they or the database refuse comes back as words in the form
(or above the list), and nothing is half written. No row, choice, suggestion or count leaves `visible_to(user)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers, sites
from django.contrib.admin.utils import quote
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.views import PasswordChangeView
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import EmptyPage, Paginator
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from rest_framework.exceptions import APIException
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from jobos.core.errors import translate
from jobos.core.models import (
    LONG_TEXT_LIMIT,
    IdempotencyKey,
    LedgerEntry,
    LedgerOutcome,
    RateWindow,
    describe_constraint,
    lock_one,
)
from jobos.core.parsers import is_storable, parse_strictly
from jobos.core.web_addresses import ADDRESS_COLUMNS, check_web_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

ModelT = TypeVar("ModelT", bound=models.Model)
ColumnT = TypeVar("ColumnT", bound="Callable[..., Any]")

LONGEST_SEARCH = 200
MOST_SEARCH_WORDS = 8
# Nobody pages further than this; counting stops here, so that a list of a million rows opens as fast as a short one.
MOST_COUNTED = 100_000
# What a person can have broken; anything else is a bug of ours and stays one.
REFUSALS = (ValidationError, IntegrityError, ProtectedError, RestrictedError)
# Which comparisons a list's address may ask of the columns that it offers as filters.
FILTER_LOOKUPS = frozenset({"", "exact", "in", "isnull", "id__exact", "gte", "lt", "lte", "gt"})


def explain(exc: Exception) -> ValidationError:
    """Return a refusal in the words for the person who met it, keyed by field where it is about one."""
    if isinstance(exc, ValidationError):
        return exc
    detail: Any = getattr(translate(exc), "detail", None) or "This cannot be saved."
    if isinstance(detail, dict):
        named = {field: [str(word) for word in words] for field, words in detail.items()}
        return ValidationError(named.get("non_field_errors", named))
    return ValidationError([str(word) for word in detail] if isinstance(detail, list) else str(detail))


def find_safe_url(url: str) -> str:
    """Return an address that may stand in a link: http or https, '' for any other."""
    return url if url.lower().startswith(("http://", "https://")) and " " not in url else ""


def column(**options: Any) -> Callable[[ColumnT], ColumnT]:
    """Describe a list's column; the theme's own decorator, with types."""
    return cast("Callable[[ColumnT], ColumnT]", display(**options))


class StrictJSONField(forms.JSONField):
    """JSON in a form, read as strictly as the API reads a body."""

    def to_python(self, value: Any) -> Any:
        if self.disabled or value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        self._parse(value)
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        if not self.disabled and isinstance(data, str):
            try:
                self._parse(data)
            except ValidationError:
                return forms.fields.InvalidJSONInput(data)
        return super().bound_data(data, initial)

    def _parse(self, text: str) -> Any:
        try:
            return parse_strictly(text)
        except APIException as exc:
            detail: Any = exc.detail
            words = next(iter(detail.values())) if isinstance(detail, dict) else detail
            raise ValidationError(str(words).replace("The body", "This"), code="invalid") from exc


class LinesField(SimpleArrayField):
    """A list of texts, one a line; empty lines are left out."""

    def __init__(self, base_field: forms.Field, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "One a line.")
        super().__init__(base_field, delimiter="\n", **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return super().to_python(value)


class KeyedAutocomplete(AutocompleteSelect):
    """Suggestions for a foreign key; a refused form is shown again whatever was sent for the key."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Keep the words for an empty choice, which Django leaves out."""
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return attrs | {"data-placeholder": base_attrs.get("data-placeholder", "")}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        key = self.choices.queryset.model._meta.pk  # type: ignore[union-attr]
        return super().optgroups(name, [text for text in value if _is_key(key, text)], attr)


def _is_key(key: Any, text: str) -> bool:
    try:
        key.to_python(text)
    except ValidationError:
        return False
    return True


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages that are counted no further than anybody leafs."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[:MOST_COUNTED].count()


class SignInForm(AuthenticationForm):
    """The theme's sign-in form in our words: nobody here is "staff", and an email has no case."""

    error_messages = {
        "invalid_login": "This email and password do not belong together.",
        "inactive": "This account is not active.",
    }


class PersonalSite(UnfoldAdminSite):  # type: ignore[misc]
    """The admin site: everybody's way in, in the theme's dress.

    Only what is registered here is shown; `password_form` is set by the app that knows what a new password means.
    """

    login_form = SignInForm
    password_form: type[forms.Form] | None = None

    def extra_urls(self) -> list[URLPattern]:
        """Put a plain 404 where Django looks objects of any kind up without asking who wants to know."""
        return [path("r/<path:content_type_id>/<path:object_id>/", self.answer_nothing, name="view_on_site")]

    def answer_nothing(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        raise Http404

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Find pages by name; what is no page number is no address."""
        if not request.GET.get("page", "1").isdecimal():
            raise Http404
        try:
            found: HttpResponseBase = super().search(request, extra_context)
        except EmptyPage as exc:
            raise Http404 from exc
        return found

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Let a person change their own password through the service that revokes their tokens."""
        if self.password_form is None:
            changed: HttpResponseBase = super().password_change(request, extra_context)
            return changed
        request.current_app = self.name  # type: ignore[attr-defined]
        return PasswordChangeView.as_view(
            form_class=self.password_form,  # type: ignore[arg-type]
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)


# The theme puts its own site here while apps load; this one takes its place before any of our pages registers.
site = PersonalSite()
admin.site = sites.site = site


class PersonalFields:
    """How the columns of a model become fields of a form: bounded, strict, and choosing only among visible rows."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.JSONField: {"form_class": StrictJSONField},
        ArrayField: {"form_class": LinesField},
    }

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", show_rows(db_field.remote_field.model, request))
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", KeyedAutocomplete(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", show_rows(db_field.remote_field.model, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(field, forms.CharField) and isinstance(db_field, models.TextField) and field.max_length is None:
            field.max_length = LONG_TEXT_LIMIT
            field.validators.append(_refuse_long_text)
        if isinstance(field, forms.CharField) and db_field.name.endswith(ADDRESS_COLUMNS):
            field.validators.append(check_web_address)
        if field is not None and isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 3  # It grows with what is typed into it.
        if field is not None and hasattr(field.widget, "can_add_related"):  # Choosing is not editing.
            for what in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{what}_related", False)
        return field


class PersonalAdmin(PersonalFields, ModelAdmin):  # type: ignore[misc]
    """A model's pages, scoped to whoever looks at them and hardened against whatever they send.

    A subclass says `create` and `change` where its model is written by services; without them the row is saved as it
    stands, under the model's constraints.
    """

    list_title = ""  # What the list is called, unless that is its model's plural.
    list_per_page = 40
    list_max_show_all = 50
    show_full_result_count = False
    list_fullwidth = True
    warn_unsaved_form = True
    paginator = BoundedPaginator

    # Rows -----------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows this person may see; with a model that has no such policy, a superuser's alone."""
        rows = show_rows(self.model, request)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search within bounds; text that the database cannot hold is in no row."""
        if not is_storable(search_term):
            return queryset.none(), False
        words = search_term[:LONGEST_SEARCH].split()[:MOST_SEARCH_WORDS]
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, " ".join(words))
        return found

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the filters that the list offers: any other column's values could be guessed through them."""
        offered = [
            entry[0] if isinstance(entry, tuple) else getattr(entry, "parameter_name", entry)
            for entry in (self.get_list_filter(request) if request is not None else self.list_filter)
        ]
        return any(
            lookup == name or (lookup.startswith(f"{name}__") and lookup[len(name) + 2 :] in FILTER_LOOKUPS)
            for name in offered
        )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Name in a delete preview only what this person may see; the rest is a reason without names."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        if protected and not request.user.is_superuser:  # type: ignore[union-attr]
            protected = ["Somebody else's entries point here."]
        return to_delete, counts, perms_needed, protected

    # Forms ----------------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; shown again after a refusal it carries the words of the refusal."""
        form_class: Any = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "admin_refusal", None)
        return type(form_class.__name__, (_WordsBesideFields, form_class), {"refusal": refusal})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what an address prefills a form with, as far as its fields accept it."""
        form = self.get_form(request)()
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        accepted = {}
        for name, value in given.items():
            field = form.fields.get(name)
            if field is None:
                continue
            try:
                if isinstance(field, forms.SplitDateTimeField):
                    accepted[name] = parse_datetime(value)
                else:
                    field.clean(value)
                    accepted[name] = value
            except (ValidationError, ValueError, TypeError, OverflowError):
                continue
        return accepted

    # Writing --------------------------------------------------------------------------------------------------------

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> models.Model | None:
        """Make the row through its service and return it; None saves it as the form has it."""
        return None

    def change(self, request: HttpRequest, obj: Any, changes: dict[str, Any]) -> models.Model | None:
        """Change the row through its service and return it; None saves it as the form has it."""
        return None

    def lock(self, request: HttpRequest, object_id: Any) -> Any:
        """Return a row this person may see, locked; raise Http404 where there is none."""
        try:
            return lock_one(self.get_queryset(request), object_id)
        except (self.model.DoesNotExist, ValidationError, ValueError) as exc:
            raise Http404 from exc

    def find(self, request: HttpRequest, object_id: Any) -> Any:
        """Return a row this person may see; raise Http404 where there is none."""
        try:
            return self.get_queryset(request).get(pk=object_id)
        except (self.model.DoesNotExist, ValidationError, ValueError) as exc:
            raise Http404 from exc

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand what the form says to the service. An unchanged form writes nothing."""
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
            saved = self.change(request, obj, changes)
        else:
            saved = self.create(request, dict(form.cleaned_data))
        if saved is None:
            super().save_model(request, obj, form, change)
            return
        for field in saved._meta.concrete_fields:  # The form goes on with the row as the service left it.
            setattr(obj, field.attname, getattr(saved, field.attname))
        obj._state.adding = False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write nothing beside the row itself: services have done it."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show or save the form; a refusal rolls everything back and shows the form again with its words."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUSALS as exc:
            if request.method != "POST":
                raise
            request.admin_refusal = explain(exc)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the list under its name, or run an action on it: on all that was selected, or on nothing."""
        extra_context = {"title": self.list_title or capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        if not self._selects_only_visible(request):
            self.message_user(request, "Something in the selection is not there. Nothing was changed.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except REFUSALS as exc:
            self.report_refusal(request, exc)
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as exc:
            if request.method != "POST":
                raise
            self.report_refusal(request, exc)
            return HttpResponseRedirect(self.address_of(object_id))

    def _selects_only_visible(self, request: HttpRequest) -> bool:
        selected = set(request.POST.getlist(helpers.ACTION_CHECKBOX_NAME))
        try:
            keys = {self.opts.pk.to_python(key) for key in selected}
        except ValidationError:
            return False
        return not keys or self.get_queryset(request).filter(pk__in=keys).count() == len(keys)

    def report_refusal(self, request: HttpRequest, exc: Exception) -> None:
        """Tell the person why nothing was changed."""
        for words in explain(exc).messages:
            self.message_user(request, f"{words} Nothing was changed.", messages.ERROR)

    # One-click actions ----------------------------------------------------------------------------------------------

    def address_of(self, object_id: Any) -> str:
        """Return the address of a row's page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=(quote(object_id),))

    def act(
        self,
        request: HttpRequest,
        object_id: Any,
        work: Callable[[Any], str],
        *,
        tab: str = "",
        needs: str = "change",
        locks: bool = True,
    ) -> HttpResponseBase:
        """Run one click's work on a locked row in one transaction, say what happened, and go back.

        Only by POST; a row of somebody else is as absent as one that never was. A row that is only looked at need not
        be locked.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not getattr(self, f"has_{needs}_permission")(request):
            raise PermissionDenied
        try:
            with transaction.atomic():
                words = work(self.lock(request, object_id) if locks else self.find(request, object_id))
        except REFUSALS as exc:
            self.report_refusal(request, exc)
        except ObjectDoesNotExist as exc:
            raise Http404 from exc
        else:
            self.message_user(request, words, messages.SUCCESS)
        back = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            back = self.address_of(object_id) + (f"#{tab}" if tab else "")
        return HttpResponseRedirect(back)


def _refuse_long_text(value: str) -> None:
    if len(value) > LONG_TEXT_LIMIT:
        raise ValidationError(f"At most {LONG_TEXT_LIMIT:,} characters.", code="max_length")


def show_rows(model: type[ModelT], request: HttpRequest) -> QuerySet[ModelT]:
    """Return the rows of a model that whoever asks may see."""
    manager: Any = model._default_manager  # noqa: SLF001 - Django's own admin asks it.
    if hasattr(manager, "visible_to"):
        visible: QuerySet[ModelT] = manager.visible_to(request.user)
        return visible
    everything: QuerySet[ModelT] = manager.all()
    return everything if request.user.is_superuser else everything.none()  # type: ignore[union-attr]


def add_refusal(form: forms.Form, refusal: ValidationError) -> None:
    """Put a refusal's words beside the fields they are about, above the form where it has no such field."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for field, errors in refusal.error_dict.items():
        form.add_error(field if field in form.fields and field != NON_FIELD_ERRORS else None, errors)


class _WordsBesideFields:
    """A model form that puts the words of a constraint beside the one field it is about, and those of a refusal."""

    refusal: ValidationError | None = None

    def _update_errors(self, errors: ValidationError) -> None:
        form: Any = self
        placed: dict[str, list[ValidationError]] = {}
        for field, entries in errors.error_dict.items():
            for entry in entries:
                place = field
                if field == NON_FIELD_ERRORS:
                    place = _find_field(form._meta.model, entry.code, form.fields) or field
                placed.setdefault(place, []).append(entry)
        super()._update_errors(ValidationError(placed))  # type: ignore[misc]

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        if self.refusal is not None:
            add_refusal(cast("forms.Form", self), self.refusal)
        return cleaned


def _find_field(model: type[models.Model], code: str | None, fields: Any) -> str:
    """Return the field that the constraint with this code is about, '' where that is none or several of the form's."""
    for constraint in model._meta.constraints:
        rule = describe_constraint(model, constraint.name)
        if rule is not None and rule.code == code:
            return rule.fields[0] if len(rule.fields) == 1 and rule.fields[0] in fields else ""
    return ""


class ReadOnlyAdmin(PersonalAdmin):
    """Pages on which nothing can be changed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LedgerEntry, site=site)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("show_place", "row_id", "show_outcome", "reason", "source", "at")
    list_filter = ("outcome",)
    search_fields = ("=row_id", "=target_row_id", "^table", "^source")
    search_help_text = "Row id, table or source"
    fieldsets = (
        (None, {"fields": ("source", "table", "row_id", "column", "outcome", "reason", "target_row_id", "at")}),
        ("Values", {"fields": ("before", "after")}),
    )

    @column(description="place", ordering="table")
    def show_place(self, entry: LedgerEntry) -> str:
        return f"{entry.table}.{entry.column}" if entry.column else entry.table

    @column(
        description="outcome",
        ordering="outcome",
        label={
            LedgerOutcome.CONVERTED.label: "success",
            LedgerOutcome.MERGED.label: "info",
            LedgerOutcome.DERIVED.label: "info",
            LedgerOutcome.QUARANTINED.label: "warning",
        },
    )
    def show_outcome(self, entry: LedgerEntry) -> str:
        return entry.get_outcome_display()


@admin.register(IdempotencyKey, site=site)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ("key", "user", "status", "created_at")
    list_select_related = ("user",)
    search_fields = ("=key", "user__email")
    fields = ("key", "user", "status", "created_at")


@admin.register(RateWindow, site=site)
class RateWindowAdmin(ReadOnlyAdmin):
    list_display = ("key", "starts_at", "calls")
    search_fields = ("^key",)
    fields = ("key", "starts_at", "calls")
