"""The small forms beside a card: a note, a follow-up, a move, a debrief."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from jobos.core.models import LONG_TEXT_LIMIT
from jobs.models import Interview, Job, JobStatus
from jobs.services.cards import LONGEST_NOTE

# What people close an application for; any other words will do as well.
COMMON_REASONS = ("No Response", "Rejected", "Withdrawn", "Position Filled", "Accepted Another Offer", "Not a Fit")
LONGEST_REASON = Job._meta.get_field("closed_reason").max_length


class NoteForm(forms.Form):
    text = forms.CharField(max_length=LONGEST_NOTE)


class FollowUpForm(forms.Form):
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)


class MoveForm(forms.Form):
    status = forms.ChoiceField(choices=JobStatus.choices)
    reason = forms.CharField(max_length=LONGEST_REASON, required=False)


class CloseForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        initial=COMMON_REASONS[0],
        widget=UnfoldAdminTextInputWidget(attrs={"list": "reasons"}),
        help_text="Why these applications are over.",
    )


def _text(label: str) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})
    return forms.CharField(label=label, required=False, max_length=LONG_TEXT_LIMIT, widget=widget)


class DebriefForm(forms.Form):
    """How an interview went."""

    rating = forms.IntegerField(
        min_value=1, max_value=10, widget=UnfoldAdminIntegerFieldWidget(), help_text="1 (poor) to 10 (excellent)."
    )
    questions_asked = _text("Questions they asked")
    went_well = _text("What went well")
    to_improve = _text("What to improve")
    next_steps = _text("Next steps")


class NewJobForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new card, with a first note where there is something to say."""

    note = forms.CharField(
        label="First note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    class Meta:
        model = Job
        fields = ("company_name", "role_title", "status", "jd_url", "source_portal", "application_channel", "jd_text")


class NewInterviewForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Interview
        fields = (
            "job",
            "interview_date",
            "round",
            "interviewer_name",
            "interviewer_role",
            "interviewer_linkedin",
            "notes",
        )


def read(form: forms.Form) -> dict[str, Any]:
    """Return what a form says; raise ValidationError with its words where it says nothing sound."""
    if form.is_valid():
        return form.cleaned_data
    raise ValidationError([f"{name.capitalize()}: {word}" for name, words in form.errors.items() for word in words])
