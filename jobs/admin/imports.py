"""Importing a file of listings in three steps: choose it, see what each row would do, do it.

Between the second step and the third the file waits in the table of sessions, under a key of its own that only the
session of whoever uploaded it knows. So nothing that a browser sends back is believed, nothing lies on a disk, and what
nobody confirms expires.
"""

from __future__ import annotations

import base64
import io
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from jobos.core.admin import REFUSALS, add_refusal, explain
from jobs.models import JobSource
from jobs.services.listing_import import FORMATS, SHIPPED, Outcome, plan_import, run_import
from jobs.services.listing_import.reading import GZIP

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from jobos.accounts.models import User

LARGEST_FILE = 5_000_000
ENDINGS = (".csv", ".json", ".jsonl")
WAITS = timedelta(minutes=30)
PARKED_KEY = "parked_import"
MOST_SUGGESTED = 50
MOST_ROWS = 200
OUTCOME_COLOURS = {
    Outcome.CREATED: "success",
    Outcome.UPDATED: "info",
    Outcome.UNCHANGED: "",
    Outcome.DUPLICATE: "warning",
    Outcome.REJECTED: "danger",
}


class ImportForm(forms.Form):
    """A file, and how to read it."""

    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(ENDINGS)}),
        help_text="CSV, JSON or JSON lines, at most 5 MB.",
    )
    format = forms.ChoiceField(
        choices=[(name, name.replace("_", " ")) for name in FORMATS],
        initial="auto",
        widget=UnfoldAdminSelectWidget(),
        help_text="“auto” looks at the content.",
    )
    source = forms.CharField(
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"list": "sources", "autocomplete": "off"}),
        help_text="Where these listings come from; a new name makes a new source.",
    )
    mapping = forms.ChoiceField(
        choices=[("", "By the names of the columns"), *((name, name) for name in SHIPPED)],
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="Which column means what, for CSV and JSON lines.",
    )
    company = forms.CharField(
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Whose board it is, where the rows do not say it.",
    )
    website = forms.CharField(max_length=1000, required=False, widget=UnfoldAdminTextInputWidget())

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError("A file has at most 5 MB.", code="too_large")
        if not file.name.lower().endswith(ENDINGS):
            raise ValidationError("Choose a file that ends in .csv, .json or .jsonl.", code="wrong_kind")
        is_packed = file.read(len(GZIP)) == GZIP  # What it unpacks to would take longer than a page may.
        file.seek(0)
        if is_packed:
            raise ValidationError("Unpack the file first.", code="packed")
        return file


def park(request: HttpRequest, content: bytes, options: dict[str, Any]) -> None:
    """Keep an uploaded file for whoever uploaded it; the one before goes."""
    unpark(request)
    parked = SessionStore()
    parked["content"] = base64.b85encode(zlib.compress(content, 1)).decode()
    parked["options"] = options
    parked["owner"] = str(request.user.pk)
    parked.set_expiry(WAITS)
    parked.create()
    request.session[PARKED_KEY] = parked.session_key


def find_parked(request: HttpRequest) -> tuple[bytes, dict[str, Any]] | None:
    """Return the file that waits for this person's word, and how to read it; None where none does any more."""
    key = request.session.get(PARKED_KEY)
    parked = SessionStore(key) if key else None
    if parked is None or parked.get("owner") != str(request.user.pk):
        return None
    return zlib.decompress(base64.b85decode(parked["content"])), parked["options"]


def unpark(request: HttpRequest) -> None:
    """Forget the file that waits for this person's word."""
    key = request.session.pop(PARKED_KEY, None)
    if key:
        SessionStore(key).delete()


class ImportPages:
    """The pages of an import, for the admin of listings."""

    admin_site: Any
    opts: Any

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for a file, and show what each of its rows would do."""
        self._refuse_strangers(request)
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            options = {name: value for name, value in form.cleaned_data.items() if name != "file" and value}
            content = form.cleaned_data["file"].read()
            try:
                plan = plan_import(io.BytesIO(content), by=cast("User", request.user), **options)
            except REFUSALS as exc:
                add_refusal(form, explain(exc))
            else:
                park(request, content, {**options, "name": form.cleaned_data["file"].name})
                return self._render_report(
                    request, plan, options | {"name": form.cleaned_data["file"].name}, is_plan=True
                )
        context = {
            **self.admin_site.each_context(request),
            "title": "Import listings",
            "crumb": "Import",
            "form": form,
            "opts": self.opts,
            "sources": JobSource.objects.order_by("name").values_list("name", flat=True)[:MOST_SUGGESTED],
            "back": reverse("admin:jobs_joblisting_changelist"),
        }
        return TemplateResponse(request, "admin/jobs/joblisting/import.html", context)

    def run_import_view(self, request: HttpRequest) -> HttpResponseBase:
        """Do what the preview showed."""
        self._refuse_strangers(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = find_parked(request)
        if found is None:
            messages.error(request, "There is no file waiting any more. Choose it again.")
            return HttpResponseRedirect(reverse("admin:jobs_joblisting_import"))
        content, options = found
        name = options.pop("name")
        try:
            report = run_import(io.BytesIO(content), by=cast("User", request.user), **options)
        except REFUSALS as exc:
            for words in explain(exc).messages:
                messages.error(request, words)
            return HttpResponseRedirect(reverse("admin:jobs_joblisting_import"))
        unpark(request)
        return self._render_report(request, report, options | {"name": name}, is_plan=False)

    def _refuse_strangers(self, request: HttpRequest) -> None:
        user = request.user
        if not (user.has_perm("jobs.add_joblisting") and user.has_perm("jobs.change_joblisting")):
            raise PermissionDenied

    def _render_report(
        self, request: HttpRequest, report: Any, options: dict[str, Any], *, is_plan: bool
    ) -> HttpResponseBase:
        shown = sorted(report.outcomes, key=lambda row: row.outcome != Outcome.REJECTED)[:MOST_ROWS]
        context = {
            **self.admin_site.each_context(request),
            "title": "What this file would do" if is_plan else "What this file did",
            "crumb": "Import",
            "opts": self.opts,
            "is_plan": is_plan,
            "name": options["name"],
            "source": options["source"],
            "counts": [
                {"outcome": outcome.value, "count": report.counts[outcome], "colour": OUTCOME_COLOURS[outcome]}
                for outcome in Outcome
            ],
            "rows": [
                {
                    "line": row.line,
                    "outcome": row.outcome.value,
                    "colour": OUTCOME_COLOURS[row.outcome],
                    "title": row.title,
                    "company": row.company,
                    "words": " ".join(
                        part
                        for part in (
                            row.reason,
                            f"Changes {', '.join(name.replace('_', ' ') for name in row.changed)}."
                            if row.changed
                            else "",
                            *row.notes,
                        )
                        if part
                    ),
                    "listing_id": row.listing_id,
                }
                for row in shown
            ],
            "read": report.read,
            "refusal": report.refusal,
            "has_more": report.read > len(shown),
            "changes_something": report.counts[Outcome.CREATED]
            + report.counts[Outcome.UPDATED]
            + report.counts[Outcome.DUPLICATE]
            > 0,
        }
        return TemplateResponse(request, "admin/jobs/joblisting/import_report.html", context)
