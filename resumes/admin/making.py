"""How a resume begins: from the skill bank, or from a JSON Resume document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from rest_framework.exceptions import APIException
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from jobos.core.admin import REFUSALS, add_refusal, explain
from jobos.core.parsers import parse_strictly
from resumes.models import LONGEST_TITLE, ResumeTemplate
from resumes.services import documents
from resumes.services.making import make_from_bank

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from jobos.accounts.models import User

LARGEST_FILE = 1_000_000  # bytes


class ImportForm(forms.Form):
    """A JSON Resume document: a file, or its text."""

    file = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".json,application/json"}),
        help_text="A resume.json in the format of jsonresume.org, at most 1 MB.",
    )
    text = forms.CharField(
        label="Or paste it",
        required=False,
        max_length=LARGEST_FILE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6, "spellcheck": "false"}),
    )
    title = forms.CharField(
        required=False,
        max_length=LONGEST_TITLE,
        widget=UnfoldAdminTextInputWidget(),
        help_text="What to call it; empty takes the person's name.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size > LARGEST_FILE:
            raise ValidationError("A file has at most 1 MB.", code="too_large")
        return file

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if self.errors:
            return cleaned
        if bool(file) == bool(text.strip()):
            raise ValidationError("Choose a file or paste the text, one of the two.", code="required")
        where = "file" if file else "text"
        try:
            cleaned["document"] = parse_strictly(file.read().decode("utf-8-sig") if file else text)
        except UnicodeDecodeError:
            self.add_error(where, "This file is no UTF-8 text.")
        except APIException as exc:
            detail: Any = exc.detail
            words = next(iter(detail.values())) if isinstance(detail, dict) else detail
            self.add_error(where, str(words).replace("The body", "This"))
        return cleaned


class MakeForm(forms.Form):
    """What to make of the skill bank."""

    title = forms.CharField(max_length=LONGEST_TITLE, initial="My resume", widget=UnfoldAdminTextInputWidget())
    target_role = forms.CharField(
        label="Role it is for",
        required=False,
        max_length=255,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Optional. Variations written for this role are preferred.",
    )
    template = forms.ModelChoiceField(
        queryset=ResumeTemplate.objects.none(),
        required=False,
        empty_label="The usual one",
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(
            "forms.ModelChoiceField[ResumeTemplate]", self.fields["template"]
        ).queryset = ResumeTemplate.objects.visible_to(user)


class MakingPages:
    """The pages on which a resume begins, for the admin of resumes."""

    admin_site: Any
    opts: Any
    address_of: Callable[[Any], str]
    has_add_permission: Callable[..., bool]
    message_user: Callable[..., None]

    def make_view(self, request: HttpRequest) -> HttpResponseBase:
        """Make a base resume of everything that the skill bank holds."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        user = cast("User", request.user)
        form = MakeForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            try:
                resume = make_from_bank(user, **form.cleaned_data)
            except REFUSALS as exc:
                add_refusal(form, explain(exc))
            else:
                self.message_user(request, f"“{resume}” is made of your skill bank. Look it over, and make it yours.")
                return HttpResponseRedirect(self.address_of(resume.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": "Make one from my skill bank",
            "crumb": "From my skill bank",
            "opts": self.opts,
            "form": form,
            "intro": [
                "Everything in it is yours, word for word: nothing is invented.",
                "Contact details come from your account and your profile.",
            ],
            "submit_label": "Make it",
            "back": reverse("admin:resumes_resume_changelist"),
        }
        return TemplateResponse(request, "admin/one_form.html", context)

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for a JSON Resume document, make a resume of it, and tell what it could not take over."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                resume, dropped = documents.import_resume(
                    cast("User", request.user), form.cleaned_data["document"], title=form.cleaned_data["title"].strip()
                )
            except REFUSALS as exc:
                for pointer, words in _list_words(explain(exc)):
                    form.add_error(None, f"{pointer}: {words}" if pointer else words)
            else:
                if not dropped:
                    self.message_user(request, f"“{resume}” is imported, all of it.")
                    return HttpResponseRedirect(self.address_of(resume.pk))
                context = {
                    **self.admin_site.each_context(request),
                    "title": "Imported",
                    "crumb": "Import",
                    "opts": self.opts,
                    "resume": resume,
                    "dropped": dropped,
                    "address": self.address_of(resume.pk),
                }
                return TemplateResponse(request, "admin/resumes/resume/imported.html", context)
        context = {
            **self.admin_site.each_context(request),
            "title": "Import JSON Resume",
            "crumb": "Import",
            "opts": self.opts,
            "form": form,
            "intro": [
                "It becomes a base resume of its own; nothing that is there is changed.",
                "Afterwards you see what of it could not be taken over, and why.",
            ],
            "submit_label": "Import it",
            "back": reverse("admin:resumes_resume_changelist"),
        }
        return TemplateResponse(request, "admin/one_form.html", context)


def _list_words(refusal: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(refusal, "error_dict"):
        return [("", words) for words in refusal.messages]
    return [
        ("" if place == "__all__" else place, words)
        for place, errors in refusal.message_dict.items()
        for words in errors
    ]
