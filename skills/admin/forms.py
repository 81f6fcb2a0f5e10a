"""The forms of the skill bank: those of its page, and one that notices a change made elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminSelectWidget

from jobos.core.models import LONG_TEXT_LIMIT
from skills.models import Skill, SkillLevel
from skills.models.bank import LONGEST_HEADING, LONGEST_SKILL
from skills.models.records import check_partial_date
from skills.written import read_date

LONGEST_PASTE = 20_000
LONGEST_WRITTEN_DATE = 40
CHANGED_MEANWHILE = (
    "This was changed in another window after you opened it. What you typed is still here: save again to keep it, or "
    "load the page anew to see what is stored."
)


def read(form: forms.Form) -> dict[str, Any]:
    """Return what a form says; raise ValidationError with its words where it says nothing sound."""
    if form.is_valid():
        return form.cleaned_data
    raise ValidationError([word for words in form.errors.values() for word in words])


class AddSkillsForm(forms.Form):
    lines = forms.CharField(
        max_length=LONGEST_PASTE, error_messages={"required": "Type a skill, or paste several, one a line."}
    )
    heading = forms.CharField(max_length=LONGEST_HEADING, required=False)


class SkillHereForm(forms.Form):
    """What of a skill is edited where it stands in the bank."""

    name = forms.CharField(max_length=LONGEST_SKILL, error_messages={"required": "Give the skill a name."})
    level = forms.ChoiceField(choices=[("", ""), *SkillLevel.choices], required=False)
    bucket = forms.CharField(max_length=LONGEST_HEADING)
    years_experience = forms.DecimalField(
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=80,
        required=False,
        error_messages={"invalid": "Give the years as a number, such as 2.5."},
    )


class FeatureForm(forms.Form):
    is_featured = forms.ChoiceField(choices=[("true", ""), ("false", "")])


class HeadingForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_HEADING, error_messages={"required": "Give the heading a name."})
    old = forms.CharField(max_length=LONGEST_HEADING, required=False, strip=False)


class SummaryForm(forms.Form):
    default_summary = forms.CharField(max_length=LONG_TEXT_LIMIT, required=False)


class WrittenDateField(forms.CharField):
    """A partial date; what surely means one, such as "March 2021", is read as it."""

    default_validators = [check_partial_date]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (text and read_date(text)) or text


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that notices when its row was changed elsewhere after it was shown: whoever saves is told once."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        self.fields["seen"].initial = "" if is_new else self.instance.updated_at.isoformat()

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or {}
        seen = cleaned.pop("seen", "")
        stored = self.fields["seen"].initial
        if seen and seen != stored:
            # Once told, the person may save: the form is shown with what is stored by now as seen.
            self.data = {**self.data.dict(), self.add_prefix("seen"): stored}  # type: ignore[attr-defined]
            self.add_error(None, ValidationError(CHANGED_MEANWHILE, code="stale"))
        return cleaned


class SkillForm(EntryForm):
    """One skill; its heading is chosen among those of its bank."""

    class Meta:
        model = Skill
        exclude = ("bank", "concept")  # noqa: DJ006 - the page's fieldsets list the fields.


def choose_heading(headings: list[str]) -> forms.ChoiceField:
    """Return the field for a skill's heading."""
    return forms.ChoiceField(
        label="Heading", choices=[(heading, heading) for heading in headings], widget=UnfoldAdminSelectWidget()
    )
