"""A resume's content as form fields: one small form for each entry of a list.

The names of the fields say where they stand: `work_experience-2-company` is the company of the entry with the key 2, and
the keys under `work_experience`, in the order they come in, are the entries in their new order. A number is the place
that an entry had when the page was made; anything else is a new one. What an entry holds that no field shows stays with
it, and what was not touched is written back exactly as it was.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from skills.written import read_address, read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.forms.boundfield import BoundField
    from django.utils.datastructures import MultiValueDict

KEY = re.compile(r"[A-Za-z0-9]{1,20}")
MOST_TEXT = 100_000
BLANK = "BLANK"  # The key of the entry that the page copies for each new one.
TYPES = {
    "full_time": "Full time",
    "part_time": "Part time",
    "contract": "Contract",
    "internship": "Internship",
    "volunteer": "Volunteer",
    "freelance": "Freelance",
}
LEVELS = ("Beginner", "Intermediate", "Advanced", "Expert")
SECTION_TYPES = {
    "custom": "Something else",
    "languages": "Languages",
    "awards": "Awards",
    "publications": "Publications",
    "volunteer": "Volunteering",
    "interests": "Interests",
    "references": "References",
    "summary": "Summary",
    "experience": "Experience",
    "education": "Education",
    "skills": "Skills",
    "projects": "Projects",
    "certifications": "Certifications",
}


class TextField(forms.CharField):
    """Text in which a browser's own line ends and the space around it are no change."""

    def __init__(self, label: str, *, rows: int = 0, hint: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 20_000 if rows else 1000)
        attrs: dict[str, Any] = {"class": "jos-input", "autocomplete": "off"}
        if hint:
            attrs["placeholder"] = hint
        if rows:
            attrs["rows"] = rows
        super().__init__(label=label, widget=forms.Textarea(attrs) if rows else forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
            if not isinstance(self.widget, forms.Textarea):
                value = value.replace("\n", "")
        return super().to_python(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))


class LinesField(TextField):
    """A list of texts, one a line."""

    def __init__(self, label: str, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(label, rows=rows, **{"help_text": "One a line.", "max_length": MOST_TEXT, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return "\n".join(line.strip() for line in super().to_python(value).split("\n") if line.strip())

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        return text.split("\n") if text else []


class DateField(TextField):
    """A date as far as it is known; what surely means one, such as "March 2021", is read as it."""

    def __init__(self, label: str) -> None:
        super().__init__(label, hint="2024-06")

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        return read_date(text) or text


class UrlField(TextField):
    """A web address; https:// need not be typed."""

    def __init__(self, label: str) -> None:
        super().__init__(label, hint="https://")
        self.widget.attrs["inputmode"] = "url"

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        return read_address(text) or text


class ChoiceField(forms.ChoiceField):
    """A choice; a value that is none of them, as an import may leave it, can be kept."""

    def __init__(self, label: str, choices: Mapping[str, str], **kwargs: Any) -> None:
        widget = forms.Select(attrs={"class": "jos-input"})
        super().__init__(label=label, choices=list(choices.items()), required=False, widget=widget, **kwargs)


class CheckField(forms.BooleanField):
    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label=label, required=False, **kwargs)


class YearsField(forms.FloatField):
    def __init__(self) -> None:
        widget = forms.NumberInput(attrs={"class": "jos-input", "min": 0, "max": 80, "step": "any"})
        super().__init__(label="Years", required=False, widget=widget)

    def clean(self, value: Any) -> Any:
        years: float | None = super().clean(value)
        return int(years) if years is not None and years.is_integer() else years


class EntryForm(forms.Form):
    """One entry. Its fields are named after the keys of the content unless `paths` says where they stand."""

    noun: ClassVar[str] = "entry"
    head: ClassVar[tuple[str, ...]] = ()  # The fields that name an entry when it is folded.
    more: ClassVar[tuple[str, ...]] = ()  # The fields that few people need.
    is_line: ClassVar[bool] = False  # Short enough to be one line that is never folded.
    pasted: ClassVar[str] = ""  # The field that a list can be pasted into, which makes an entry of each of its items.
    paths: ClassVar[dict[str, tuple[str, ...]]] = {}
    lists: ClassVar[dict[str, type[EntryForm]]] = {}

    def __init__(
        self,
        prefix: str,
        stored: Any,
        data: MultiValueDict[str, Any] | None = None,
        *,
        key: str = "",
        is_new: bool = False,
    ) -> None:
        self.stored: dict[str, Any] = stored if isinstance(stored, dict) else {}
        self.key = key
        self.is_new = is_new
        shown = {name: _find(self.stored, self.path_of(name)) for name in self.base_fields}
        initial = {name: value for name, value in shown.items() if value is not None}
        super().__init__(data, prefix=prefix, initial=initial, empty_permitted=is_new, use_required_attribute=False)
        for name, field in self.fields.items():
            value = initial.get(name)
            if isinstance(field, ChoiceField) and isinstance(value, str) and value not in dict(field.choices):  # type: ignore[arg-type]
                field.choices = [*field.choices, (value, value)]  # type: ignore[misc]
        self.nested = {
            name: EntryList(form, f"{prefix}-{name}", _find(self.stored, self.path_of(name)), data)
            for name, form in self.lists.items()
        }

    @classmethod
    def path_of(cls, name: str) -> tuple[str, ...]:
        """Return where in an entry the value of a field stands."""
        return cls.paths.get(name, (name,))

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(entries.is_valid() for entries in self.nested.values())])

    def has_changed(self) -> bool:
        return super().has_changed() or any(entries.has_changed() for entries in self.nested.values())

    def compose(self) -> dict[str, Any]:
        """Return the entry as it is to be: what was changed in what it was; what is at fault stays as it was."""
        entry = deepcopy(self.stored)
        for name in (name for name in self.changed_data if name in self.cleaned_data):
            _put(entry, self.path_of(name), self.cleaned_data[name])
        for name, entries in self.nested.items():
            if entries.has_changed():
                _put(entry, self.path_of(name), entries.compose())
        return entry

    def place(self, path: tuple[str, ...], words: str) -> bool:
        """Put the words of a fault beside the field that it is about; tell whether there is one."""
        for name, entries in self.nested.items():
            where = self.path_of(name)
            if path[: len(where)] == where and entries.place(path[len(where) :], words):
                return True
        for name in self.fields:
            where = self.path_of(name)
            if path[: len(where)] == where:
                rest = path[len(where) :]
                if name in self.errors:
                    return True
                self.add_error(name, f"Line {int(rest[0]) + 1}: {words}" if rest and rest[0].isdecimal() else words)
                return True
        return False

    # For the page ---------------------------------------------------------------------------------------------------

    @property
    def caption(self) -> str:
        """The words that tell this entry from the others."""
        return " · ".join(text for name in self.head if (text := str(self[name].value() or "").strip()))

    @property
    def shown(self) -> Iterator[BoundField]:
        """The fields that everybody needs."""
        return (self[name] for name in self.fields if name not in self.more)

    @property
    def rest(self) -> list[BoundField]:
        """The fields that few people need."""
        return [self[name] for name in self.more]

    @property
    def count_of_rest(self) -> int:
        """How many of those are filled in."""
        return sum(1 for field in self.rest if field.value())

    @property
    def has_faults(self) -> bool:
        """Whether something is wrong in this entry, or below it."""
        return self.is_bound and (bool(self.errors) or any(entries.has_faults for entries in self.nested.values()))

    @property
    def rest_has_faults(self) -> bool:
        """Whether something is wrong in a field that few people need."""
        return any(field.errors for field in self.rest) if self.is_bound else False


class EntryList:
    """A list of the content: its entries in order, and a blank one to copy."""

    def __init__(
        self, form: type[EntryForm], name: str, stored: Any, data: MultiValueDict[str, Any] | None = None
    ) -> None:
        self.form = form
        self.noun = form.noun
        self.head = " ".join(form.head)
        self.pasted = form.pasted
        self.name = name
        self.data = data
        self.stored: list[Any] = stored if isinstance(stored, list) else []
        keys = [str(place) for place in range(len(self.stored))] if data is None else data.getlist(name)
        self.entries = [self._make(key) for key in dict.fromkeys(keys) if KEY.fullmatch(key) and key != BLANK]

    def _make(self, key: str) -> EntryForm:
        place = int(key) if key.isdecimal() else -1
        is_new = not 0 <= place < len(self.stored)
        return self.form(f"{self.name}-{key}", {} if is_new else self.stored[place], self.data, key=key, is_new=is_new)

    @property
    def blank(self) -> EntryForm:
        """An entry that says nothing yet."""
        return self.form(f"{self.name}-{BLANK}", {}, key=BLANK, is_new=True)

    @property
    def filled(self) -> list[EntryForm]:
        """The entries that say something: a new one that was left blank does not."""
        return [entry for entry in self.entries if not entry.is_new or entry.has_changed()]

    @property
    def has_faults(self) -> bool:
        return any(entry.has_faults for entry in self.entries)

    def is_valid(self) -> bool:
        return not [entry for entry in self.filled if not entry.is_valid()]

    def has_changed(self) -> bool:
        """Tell whether anything was typed, added, removed or moved."""
        filled = self.filled
        return [entry.key for entry in filled] != [str(place) for place in range(len(self.stored))] or any(
            entry.has_changed() for entry in filled
        )

    def compose(self) -> list[Any]:
        return [entry.compose() for entry in self.filled]

    def place(self, path: tuple[str, ...], words: str) -> bool:
        if not path or not path[0].isdecimal():
            return False
        filled = self.filled
        return int(path[0]) < len(filled) and filled[int(path[0])].place(path[1:], words)


def read_pointer(pointer: str) -> tuple[str, list[str]]:
    """Return the section that a JSON pointer leads to, '' for the whole, and the path within it."""
    section, *path = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]] or [""]
    return section, path


def _find(entry: Any, path: Iterable[str]) -> Any:
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry


def _put(entry: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Write a value where it belongs; what says nothing leaves no key behind."""
    for key in path[:-1]:
        entry = entry.setdefault(key, {})
    if value in ("", None) or value == []:
        entry.pop(path[-1], None)
    else:
        entry[path[-1]] = value


# The lists of a resume --------------------------------------------------------------------------------------------------


class ProfileForm(EntryForm):
    noun = "profile"
    head = ("network", "username")
    is_line = True

    network = TextField("Network", hint="Mastodon")
    username = TextField("Name there")
    url = UrlField("Address")


class ContactForm(EntryForm):
    noun = "contact"
    more = ("website_url", "portfolio", "github_url", "image_url")
    lists: ClassVar[dict[str, type[EntryForm]]] = {"profiles": ProfileForm}

    full_name = TextField("Full name")
    headline = TextField("Headline", hint="Senior engineer")
    email = TextField("Email")
    phone = TextField("Phone")
    location = TextField("Place", hint="Lisbon, Portugal")
    linkedin_url = UrlField("LinkedIn")
    github_url = UrlField("GitHub")
    website_url = UrlField("Website")
    portfolio = UrlField("Portfolio")
    image_url = UrlField("Picture")


class PositionForm(EntryForm):
    noun = "position"
    head = ("position", "company")
    more = ("experience_type", "location", "url", "company_description")

    position = TextField("Position")
    company = TextField("Employer")
    start_date = DateField("From")
    end_date = DateField("Until")
    is_current = CheckField("I work here now")
    description = TextField("What the work is", rows=2)
    achievements = LinesField("What you achieved", rows=4, help_text="One a line; numbers convince.")
    skills_used = LinesField("Skills you used", rows=2)
    experience_type = ChoiceField("Kind", {"": "", **TYPES})
    location = TextField("Place")
    url = UrlField("Employer's website")
    company_description = TextField("About the employer", rows=2)


class StudiesForm(EntryForm):
    noun = "course of study"
    head = ("degree", "institution")
    more = ("location", "gpa", "honors", "relevant_coursework", "url", "description")

    degree = TextField("Degree")
    field_of_study = TextField("Field")
    institution = TextField("School")
    start_date = DateField("From")
    end_date = DateField("Until")
    location = TextField("Place")
    gpa = TextField("Grade")
    honors = LinesField("Honours", rows=2)
    relevant_coursework = LinesField("Courses", rows=2)
    url = UrlField("School's website")
    description = TextField("Description", rows=2)


class SkillForm(EntryForm):
    noun = "skill"
    head = ("name",)
    is_line = True
    pasted = "name"
    more = ("years_experience", "is_featured", "keywords")

    name = TextField("Skill", required=True, error_messages={"required": "Name the skill."})
    category = TextField("Heading")
    level = TextField("Level")
    years_experience = YearsField()
    is_featured = CheckField("Show it first")
    keywords = LinesField("Keywords", rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].widget.attrs["list"] = "skill-levels"


class ProjectForm(EntryForm):
    noun = "project"
    head = ("name",)
    more = ("github_url", "roles", "entity", "project_type")

    name = TextField("Name")
    url = UrlField("Address")
    start_date = DateField("From")
    end_date = DateField("Until")
    description = TextField("Description", rows=2)
    achievements = LinesField("What came of it")
    technologies = LinesField("Technologies", rows=2)
    github_url = UrlField("Source code")
    roles = LinesField("Your roles", rows=2)
    entity = TextField("For whom")
    project_type = TextField("Kind")


class CertificateForm(EntryForm):
    noun = "certificate"
    head = ("name", "issuer")
    more = ("expiry_date", "credential_id", "url", "description")

    name = TextField("Name")
    issuer = TextField("Issuer")
    issue_date = DateField("Issued")
    expiry_date = DateField("Expires")
    credential_id = TextField("Number")
    url = UrlField("Address")
    description = TextField("Description", rows=2)


class SectionEntryForm(EntryForm):
    noun = "line"
    head = ("title", "subtitle")
    more = ("location", "start_date", "end_date", "url", "highlights", "keywords")

    title = TextField("Title", hint="Portuguese")
    subtitle = TextField("Second line")
    level = TextField("Level", hint="Fluent")
    date = DateField("Date")
    description = TextField("Description", rows=2)
    location = TextField("Place")
    start_date = DateField("From")
    end_date = DateField("Until")
    url = UrlField("Address")
    highlights = LinesField("Highlights", rows=2)
    keywords = LinesField("Keywords", rows=2)


class SectionForm(EntryForm):
    noun = "section"
    head = ("title",)
    lists: ClassVar[dict[str, type[EntryForm]]] = {"entries": SectionEntryForm}
    paths: ClassVar[dict[str, tuple[str, ...]]] = {
        "text": ("content", "text"),
        "entries": ("content", "entries"),
    }

    title = TextField(
        "Title", hint="Languages", max_length=255, required=True, error_messages={"required": "Give it a title."}
    )
    section_type = ChoiceField("Kind", SECTION_TYPES, initial="custom")
    is_visible = CheckField("Show it", initial=True)
    text = TextField("Text", rows=2)

    def compose(self) -> dict[str, Any]:
        return {"section_type": "custom", **super().compose()}
