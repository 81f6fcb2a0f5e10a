"""The form of a resume: its title and the like as the model has them, its content as entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from resumes.admin.entries import (
    CertificateForm,
    ContactForm,
    EntryForm,
    EntryList,
    PositionForm,
    ProjectForm,
    SectionForm,
    SkillForm,
    StudiesForm,
    TextField,
    read_pointer,
)
from resumes.content import find_faults
from resumes.models import Resume, ResumeType
from resumes.services.documents import content_of

if TYPE_CHECKING:
    from django.utils.datastructures import MultiValueDict

    from jobos.accounts.models import User

# The lists of a resume in the order the page shows them in: the heading, the form of an entry, what to say when empty.
PARTS: dict[str, tuple[str, type[EntryForm], str]] = {
    "work_experience": ("Experience", PositionForm, "No positions yet. Start with the latest one."),
    "education": ("Education", StudiesForm, "No studies yet."),
    "skills": ("Skills", SkillForm, "No skills yet. Those that a posting names are worth most."),
    "projects": ("Projects", ProjectForm, "No projects yet."),
    "certifications": ("Certificates", CertificateForm, "No certificates yet."),
    "custom_sections": ("More sections", SectionForm, "Languages, awards, publications: whatever else tells of you."),
}
STALE = (
    "This resume was changed since this page was opened, in another tab perhaps: it is at version {now}, and this page "
    "shows version {then}. Nothing was saved. What you typed is still here; open the current version beside it and "
    "bring over what you need."
)


class ContentForm:
    """The content of a resume as forms: who it is about, the summary, and each list."""

    def __init__(self, stored: dict[str, Any], data: MultiValueDict[str, Any] | None = None) -> None:
        self.stored = stored
        self.unplaced: list[str] = []  # Faults that are about no field.
        self.contact = ContactForm("contact_info", stored.get("contact_info"), data)
        self.about = AboutForm("about", {"summary": stored.get("summary", "")}, data)
        self.parts = {name: EntryList(form, name, stored.get(name), data) for name, (_, form, _) in PARTS.items()}

    def is_valid(self) -> bool:
        """Tell whether every field holds what it should, and the whole what the schema asks."""
        parts: list[EntryForm | EntryList] = [self.contact, self.about, *self.parts.values()]
        is_typed_well = not [
            part for part in parts if not part.is_valid()
        ]  # Each is asked, so that all faults are told.
        unplaced = [words for pointer, words in find_faults(self._changes()) if not self._place(pointer, words)]
        self.unplaced = unplaced if is_typed_well else []  # Else it may follow from what is marked already.
        return is_typed_well and not unplaced and not any(part.has_faults for part in parts)

    def compose(self) -> dict[str, Any]:
        """Return the content as it is to be."""
        content = dict(self.stored)
        if self.contact.has_changed():
            content["contact_info"] = self.contact.compose()
        if self.about.has_changed():
            content["summary"] = self.about.compose().get("summary", "")
        return content | {name: entries.compose() for name, entries in self.parts.items() if entries.has_changed()}

    def compose_sound(self) -> dict[str, Any]:
        """Return what is typed as far as it is sound: a field at fault is as it was, a new entry that lacks one is left out."""
        self.is_valid()
        changed = self._changes()
        while faults := find_faults(changed):
            places = {
                (name, path[0] if path else "") for name, path in (read_pointer(pointer) for pointer, _ in faults)
            }
            for name in {name for name, _ in places}:
                wrong = {place for section, place in places if section == name}
                if not name:
                    return self.stored
                if name in self.parts and "" not in wrong:
                    changed[name] = [entry for place, entry in enumerate(changed[name]) if str(place) not in wrong]
                else:
                    del changed[name]
        return self.stored | changed

    def _changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.compose().items() if value != self.stored.get(name)}

    def _place(self, pointer: str, words: str) -> bool:
        name, path = read_pointer(pointer)
        if name == "contact_info":
            return self.contact.place(tuple(path), words)
        if name == "summary":
            return self.about.place(("summary",), words)
        return name in self.parts and self.parts[name].place(tuple(path), words)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The lists with their headings, for the page."""
        return [
            {"name": name, "title": PARTS[name][0], "entries": entries, "empty": PARTS[name][2]}
            for name, entries in self.parts.items()
        ]


class AboutForm(EntryForm):
    summary = TextField("Summary", rows=4, help_text="Two to four sentences: who you are and what you are best at.")


class ResumeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A resume as one form. What has changed in its content is `cleaned_data["content"]`."""

    at_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    author: User  # Who looks; set by the page.

    class Meta:
        model = Resume
        fields = ("title", "status", "template", "target_job")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_stored = not self.instance._state.adding
        stored = content_of(self.instance)
        if not is_stored and not self.is_bound:
            stored["contact_info"] = {"full_name": self.author.full_name, "email": self.author.email}
        self.content = ContentForm(stored, cast("Any", self.data) if self.is_bound else None)
        self.fields["at_version"].initial = self.instance.version if is_stored else None

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        then = cleaned.get("at_version")
        if not self.instance._state.adding and then != self.instance.version:
            self.add_error(None, STALE.format(now=self.instance.version, then=then or "?"))
        elif self.content.is_valid():
            cleaned["content"] = self.content.compose()
        else:
            self.add_error(None, self.content.unplaced or "Something in the content needs another look: it is marked.")
        return cleaned

    @property
    def changed_data(self) -> list[str]:
        """The names of what was changed; the content is one of them."""
        names = [name for name in super().changed_data if name != "at_version"]
        content = self.cleaned_data.get("content") if hasattr(self, "cleaned_data") else None
        return [*names, "content"] if content is not None and content != self.content.stored else names

    def has_changed(self) -> bool:
        return bool(self.changed_data)


class NewResumeForm(ResumeForm):
    """A resume that starts empty."""

    class Meta(ResumeForm.Meta):
        fields = ("title", "resume_type", "template", "target_job")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in ResumeType if kind != ResumeType.TAILORED]
        cast("forms.ChoiceField", self.fields["resume_type"]).choices = kinds
