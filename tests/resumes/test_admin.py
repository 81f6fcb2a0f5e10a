"""Resumes in the admin: whose they are, editing their content without loss, and what is done with one."""

from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings

from jobos.accounts.roles import RECRUITERS
from resumes.admin import entries
from resumes.admin.comparing import tell_differences
from resumes.admin.entries import SECTION_TYPES, TYPES, EntryList
from resumes.admin.forms import ContentForm
from resumes.content import read_schema
from resumes.models import Resume, ResumeGeneration, ResumeTemplate
from resumes.services import documents
from resumes.services.files import generate_file
from resumes.services.making import tailor_resume
from tests.factories import InteractionFactory, JobFactory, JobListingFactory, SkillBankFactory, SkillFactory
from tests.resumes.contents import SAMPLES, contents

pytestmark = pytest.mark.django_db

RANDOM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LIST = "/admin/resumes/resume/"
CONTENT = {
    "contact_info": {"full_name": "Ada Lovelace", "email": "ada@example.com", "extra": {"birth": 1815}},
    "summary": "I write programs.",
    "work_experience": [
        {"company": "Analytical", "position": "Engineer", "start_date": "1842", "achievements": ["Wrote note G."]},
        {"company": "Difference", "position": "Clerk", "start_date": "1840-05", "extra": {"x": [1]}},
    ],
    "education": [],
    "skills": [{"name": "Python", "level": "expert"}, {"name": "Poetry"}],
    "projects": [],
    "certifications": [],
    "custom_sections": [
        {"section_type": "languages", "title": "Languages", "content": {"entries": [{"title": "French"}]}}
    ],
}


@pytest.fixture
def resume(ada):
    return documents.create_resume(ada, title="Programmer", content=CONTENT)


FORMS = {
    "contact": entries.ContactForm,
    "position": entries.PositionForm,
    "studies": entries.StudiesForm,
    "skill": entries.SkillForm,
    "project": entries.ProjectForm,
    "certificate": entries.CertificateForm,
    "section": entries.SectionForm,
    "entry": entries.SectionEntryForm,
}


def page_of(resume, name="change", **query):
    return reverse(f"admin:resumes_resume_{name}", args=[resume.pk], query=query or None)


class _FormReader(HTMLParser):
    """Collects what a browser would send of the form of a resume."""

    def __init__(self):
        super().__init__()
        self.sent = QueryDict(mutable=True)
        self.is_inside = False
        self.templates = 0
        self.select = self.textarea = None
        self.text = ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.is_inside = attrs.get("id") == "resume_form"
        if tag == "template":
            self.templates += 1
        if not self.is_inside or self.templates:
            return
        if tag == "input" and attrs.get("name") and attrs.get("type") not in ("submit", "file"):
            is_box = attrs.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in attrs:
                self.sent.appendlist(attrs["name"], attrs.get("value", "on" if is_box else ""))
        elif tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and "selected" in attrs:
            self.sent.appendlist(self.select, attrs["value"])
        elif tag == "textarea":
            self.textarea, self.text = attrs["name"], ""

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == "template":
            self.templates -= 1
        elif tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.textarea:
            self.sent.appendlist(self.textarea, self.text.removeprefix("\n").replace("\n", "\r\n"))
            self.textarea = None


def open_form(client, address):
    """Return what a browser would send if the form of this page were saved as it is shown."""
    reader = _FormReader()
    reader.feed(client.get(address).content.decode())
    return dict(reader.sent.lists())


# Whose they are ---------------------------------------------------------------------------------------------------------


def addresses_of(resume):
    made = generate_file(resume, "txt")
    return {
        "change": ("get", page_of(resume)),
        "preview": ("get", page_of(resume, "preview")),
        "live preview": ("post", page_of(resume, "preview")),
        "download": ("post", page_of(resume, "download")),
        "file": ("get", reverse("admin:resumes_resume_file", args=[resume.pk, made.pk])),
        "compare": ("get", page_of(resume, "compare")),
        "restore": ("post", page_of(resume, "restore")),
        "fit": ("get", page_of(resume, "fit")),
        "tailor": ("post", page_of(resume, "fit")),
        "score": ("get", page_of(resume, "score")),
        "history": ("get", page_of(resume, "history")),
        "delete": ("post", page_of(resume, "delete")),
    }


@pytest.mark.parametrize(("who", "allowed"), [("ada", True), ("dora", True), ("ben", False), ("cleo", False)])
def test_a_resume_is_its_owners_alone_on_every_page(client, request, resume, who, allowed):
    client.force_login(request.getfixturevalue(who))
    answers = {
        name: getattr(client, method)(address, {"format": "txt"} if method == "post" else None).status_code
        for name, (method, address) in addresses_of(resume).items()
    }
    if allowed:
        assert set(answers.values()) <= {200, 302}
    else:  # Django leads from the pages that it makes itself back home where there is no such row.
        assert {name for name, status in answers.items() if status == 200} == set()
        assert {name for name, status in answers.items() if status == 302} <= {"change", "delete", "history"}
        assert Resume.objects.get().version == 1


def test_the_list_shows_ones_own(client, ada, ben, cleo, resume):
    for user, shown in ((ada, True), (ben, False), (cleo, False)):
        client.force_login(user)
        assert ("Programmer" in client.get(LIST).content.decode()) == shown


def test_an_empty_list_says_how_to_begin(client, ada):
    client.force_login(ada)
    page = client.get(LIST).content.decode()
    assert "Your first resume" in page
    for name in ("make", "import", "add"):
        assert reverse(f"admin:resumes_resume_{name}") in page


@pytest.mark.parametrize("name", ["make", "import", "add", "choose"])
def test_who_may_have_no_resume_begins_none(client, cleo, name):
    cleo.groups.set(Group.objects.filter(name=RECRUITERS))
    client.force_login(cleo)
    assert client.get(reverse(f"admin:resumes_resume_{name}")).status_code == 403
    assert client.get(LIST).status_code == 403


def test_only_a_superuser_edits_templates(client, ada, dora):
    template = ResumeTemplate.objects.create(name="House style")
    address = reverse("admin:resumes_resumetemplate_change", args=[template.pk])
    form = {"name": "Other", "sections": '["summary"]', "section_order": '["summary"]', "styling": '{"layout": "ats"}'}
    client.force_login(ada)
    assert client.post(address, form).status_code == 403
    client.force_login(dora)
    assert client.post(address, form).status_code == 302
    template.refresh_from_db()
    assert template.name == "Other"


# The content as a form --------------------------------------------------------------------------------------------------


def send(form, data):
    """Add what a browser would send of an entry, or of a list of them."""
    if isinstance(form, EntryList):
        for entry in form.entries:
            data.appendlist(form.name, entry.key)
            send(entry, data)
        return
    for bound in form:
        value = bound.value()
        kind = getattr(bound.field.widget, "input_type", "")  # A text over several lines has none.
        if kind == "checkbox":
            if value:
                data[bound.html_name] = "on"
        elif kind:
            data[bound.html_name] = "" if value is None else str(value).replace("\n", "").replace("\r", "")
        else:
            data[bound.html_name] = ("" if value is None else str(value)).replace("\n", "\r\n")
    for inner in form.nested.values():
        send(inner, data)


def as_sent(content):
    form, data = ContentForm(content), QueryDict(mutable=True)
    for part in (form.contact, form.about, *form.parts.values()):
        send(part, data)
    return data


@RANDOM
@given(contents())
def test_saving_a_form_as_it_stands_changes_nothing(content):
    form = ContentForm(content, as_sent(content))
    form.is_valid()
    assert form.compose() == content


@RANDOM
@given(contents())
def test_a_change_of_one_field_leaves_everything_else(content):
    content["work_experience"] = [{"extra": {"a": 1}}, *content["work_experience"]]
    data = as_sent(content)
    data["work_experience-0-company"] = "Elsewhere"
    form = ContentForm(content, data)
    form.is_valid()
    first, *others = content["work_experience"]
    assert form.compose() == content | {"work_experience": [first | {"company": "Elsewhere"}, *others]}


def test_the_choices_of_the_form_are_those_of_the_schema():
    parts = read_schema()["$defs"]
    assert set(TYPES) == set(parts["position"]["properties"]["experience_type"]["enum"])
    assert set(SECTION_TYPES) == set(parts["section"]["properties"]["section_type"]["enum"])


def fields_of(form):
    return {form.path_of(name)[0] for name in (*form.base_fields, *form.lists)}


def test_every_field_of_the_schema_can_be_typed_but_those_that_wait():
    parts = read_schema()["$defs"]
    waiting = {"extra", "address", "order", "document_extra"}
    for name, form in FORMS.items():
        assert {key for key in parts[name]["properties"] if key not in waiting and not key.endswith("extra")} <= (
            fields_of(form)
        ), name


# Editing ----------------------------------------------------------------------------------------------------------------


def test_the_page_sends_back_what_the_resume_says(client, ada, resume):
    client.force_login(ada)
    assert client.post(page_of(resume), open_form(client, page_of(resume))).status_code == 302
    resume.refresh_from_db()
    assert (documents.content_of(resume), resume.version) == (CONTENT, 1)


def test_editing_adding_removing_and_moving_leave_one_version(client, ada, resume):
    client.force_login(ada)
    form = open_form(client, page_of(resume))
    form["title"] = "Programmer, second edition"
    form["about-summary"] = "I write better programs."
    form["work_experience"] = ["n1", "1", "0"]
    form["work_experience-n1-company"] = "New\x20Works"
    form["work_experience-n1-start_date"] = "March 2021"
    form["work_experience-n1-url"] = "works.example"
    form["work_experience-n1-achievements"] = "One.\r\n\r\n  Two. \r\n"
    form["skills"] = ["1"]
    form["custom_sections-0-entries-0-level"] = "fluent"
    assert client.post(page_of(resume), form).status_code == 302
    resume.refresh_from_db()
    first, second = CONTENT["work_experience"]
    assert (resume.title, resume.version, resume.versions.count()) == ("Programmer, second edition", 2, 2)
    assert documents.content_of(resume) == CONTENT | {
        "summary": "I write better programs.",
        "work_experience": [
            {
                "company": "New Works",
                "start_date": "2021-03",
                "url": "https://works.example",
                "achievements": ["One.", "Two."],
            },
            second,
            first,
        ],
        "skills": [{"name": "Poetry"}],
        "custom_sections": [
            {
                "section_type": "languages",
                "title": "Languages",
                "content": {"entries": [{"title": "French", "level": "fluent"}]},
            }
        ],
    }


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("work_experience-0-start_date", "19/42", "YYYY"),
        ("work_experience-0-start_date", "2021-02-30", "There is no such day in the calendar."),
        ("work_experience-0-end_date", "1841", ""),
        ("work_experience-1-url", "javascript:alert(1)", ""),
        ("work_experience-0-achievements", "x" * 2001, ""),
        ("skills-0-name", " ", "Name the skill."),
        ("skills-0-years_experience", "81", ""),
        ("skills-0-years_experience", "NaN", ""),
        ("contact_info-full_name", "a\x00b", "Null characters"),
        ("custom_sections-0-entries-0-date", "soon", ""),
        ("custom_sections-0-title", "x" * 256, ""),
        ("title", " ", ""),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(client, ada, resume, field, value, words):
    client.force_login(ada)
    form = open_form(client, page_of(resume))
    form[field] = value
    form["about-summary"] = "Typed and not yet saved."
    answer = client.post(page_of(resume), form)
    page = answer.content.decode()
    assert answer.status_code == 200
    wrong = [part.split('id="id_')[1].split('"')[0] for part in page.split("jos-field-wrong")[1:] if 'id="id_' in part]
    assert f"{field}" in wrong
    assert words in page
    assert "Typed and not yet saved." in page
    resume.refresh_from_db()
    assert (documents.content_of(resume), resume.version) == (CONTENT, 1)


def test_a_page_that_has_grown_stale_overwrites_nothing(client, ada, resume):
    client.force_login(ada)
    form = open_form(client, page_of(resume))
    documents.change_resume(resume, {"summary": "From another tab."}, by=ada)
    form["about-summary"] = "From this tab."
    answer = client.post(page_of(resume), form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "version 2, and this page shows version 1" in page
    assert "From this tab." in page
    resume.refresh_from_db()
    assert (resume.summary, resume.version) == ("From another tab.", 2)


@pytest.mark.parametrize("keys", [["../../x"], ["0", "0"], ["99999999999999999999"], ["-1"], ["x" * 500], [""]])
def test_keys_that_nobody_gave_out_do_no_harm(client, ada, resume, keys):
    client.force_login(ada)
    form = open_form(client, page_of(resume))
    form["skills"] = keys
    assert client.post(page_of(resume), form).status_code in (200, 302)
    resume.refresh_from_db()
    assert [skill["name"] for skill in resume.skills] in (["Python"], [])


def test_a_new_resume_starts_with_who_one_is(client, ada):
    client.force_login(ada)
    form = open_form(client, LIST + "add/")
    form["title"] = "First"
    form["skills"] = "n1"
    form["skills-n1-name"] = "Python"
    assert client.post(LIST + "add/", form).status_code == 302
    made = Resume.objects.get()
    assert (made.user, made.title, made.resume_type) == (ada, "First", "base")
    assert made.contact_info == {"full_name": "Ada Lovelace", "email": "ada@example.com"}
    assert made.skills == [{"name": "Python"}]
    assert made.versions.count() == 1


def test_a_template_resume_can_be_made_and_no_tailored_one(client, ada):
    client.force_login(ada)
    form = open_form(client, LIST + "add/")
    form["title"], form["resume_type"] = "Outline", "tailored"
    assert client.post(LIST + "add/", form).status_code == 200
    form["resume_type"] = "template"
    assert client.post(LIST + "add/", form).status_code == 302
    assert Resume.objects.get().resume_type == "template"


# Looking ----------------------------------------------------------------------------------------------------------------


def test_the_preview_shows_what_is_typed_and_can_do_nothing(client, ada, resume):
    client.force_login(ada)
    form = open_form(client, page_of(resume))
    form["about-summary"] = "<script>alert(1)</script>"
    answer = client.post(page_of(resume, "preview"), form)
    assert "&lt;script&gt;alert(1)" in answer.content.decode()
    assert "<script" not in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in client.get(page_of(resume))["Content-Security-Policy"]
    resume.refresh_from_db()
    assert resume.summary == CONTENT["summary"]


def test_a_preview_shows_what_is_sound_of_what_is_half_typed(client, ada, resume):
    client.force_login(ada)
    form = open_form(client, page_of(resume))
    form["about-summary"], form["skills-0-name"], form["work_experience-0-position"] = "Typed anew.", "", "Chief"
    form["work_experience-0-start_date"] = "March 2021"
    form["skills"] = [*form["skills"], "n1"]
    form["skills-n1-level"] = "Expert"
    shown = client.post(page_of(resume, "preview"), form).content.decode()
    assert "Typed anew." in shown
    assert "Chief" in shown
    assert CONTENT["skills"][0]["name"] in shown
    assert "March" not in shown
    assert "Expert" not in shown
    answer = client.post(page_of(resume), form).content.decode()
    assert "data-typed" in answer
    assert answer.count("Name the skill.") == 2
    assert "data-typed" not in client.get(page_of(resume)).content.decode()


@pytest.mark.parametrize("layout", ["modern", "ats", "creative"])
def test_the_preview_takes_a_layout(client, ada, resume, layout):
    client.force_login(ada)
    assert f'<body class="{layout}"' in client.get(page_of(resume, "preview", layout=layout)).content.decode()
    assert client.get(page_of(resume, "preview", layout="baroque")).status_code == 404


def test_characters_that_cannot_be_printed_are_told_beside_the_download(client, ada, resume):
    client.force_login(ada)
    assert "U+12000" not in client.get(page_of(resume)).content.decode()
    documents.change_resume(resume, {"summary": "Emoji 🚀 print, 𒀀 does not."}, by=ada)
    client.post(page_of(resume, "download"), {"format": "pdf"})
    page = client.get(page_of(resume)).content.decode()
    assert "No font has a shape for U+12000 CUNEIFORM SIGN A: a PDF" in page
    assert "Empty boxes stand for U+12000 CUNEIFORM SIGN A" in page
    assert "U+1F680" not in page


def test_of_an_empty_resume_no_file_is_made_and_the_page_says_what_is_missing(client, ada):
    client.force_login(ada)
    empty = documents.create_resume(ada, title="Empty", content={})
    assert "Fill in your name" in client.get(page_of(empty, "preview")).content.decode()
    answer = client.post(page_of(empty, "download"), {"format": "pdf"}, follow=True)
    assert "There is nothing to show yet. Fill in your name" in answer.content.decode()


@pytest.mark.parametrize("kind", ["pdf", "docx", "html", "json", "markdown", "txt"])
def test_every_format_is_downloaded_and_kept(client, ada, resume, kind):
    client.force_login(ada)
    answer = client.post(page_of(resume, "download"), {"format": kind})
    made = ResumeGeneration.objects.get()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer.content == bytes(made.file)
    again = client.get(reverse("admin:resumes_resume_file", args=[resume.pk, made.pk]))
    assert again.content == answer.content
    assert made.sha256 in client.get(page_of(resume)).content.decode()


def test_a_format_that_is_none_is_told(client, ada, resume):
    client.force_login(ada)
    answer = client.post(page_of(resume, "download"), {"format": "exe"}, follow=True)
    assert "Select a valid choice" in answer.content.decode()
    assert not ResumeGeneration.objects.exists()


# Versions ---------------------------------------------------------------------------------------------------------------


def test_versions_are_compared_and_restored(client, ada, resume):
    client.force_login(ada)
    documents.change_resume(resume, {"summary": "I write <b>poems</b>."}, by=ada)
    page = client.get(page_of(resume, "compare", old="1", new="now")).content.decode()
    assert "&lt;b&gt;poems" in page
    assert "Restore version 1" in page
    assert client.get(page_of(resume, "restore")).status_code == 405
    client.post(page_of(resume, "restore"), {"version": "1"})
    resume.refresh_from_db()
    assert (resume.summary, resume.version) == (CONTENT["summary"], 3)


@pytest.mark.parametrize("side", ["9", "0", "-1", "x", "parent", "99999999999999999999", "1\x00"])
def test_a_state_that_never_was_is_not_found(client, ada, resume, side):
    client.force_login(ada)
    assert client.get(page_of(resume, "compare", old=side)).status_code == 404


def test_differences_are_told_in_words():
    new = CONTENT | {
        "work_experience": [CONTENT["work_experience"][1]],
        "skills": [{"name": "Python", "level": "beginner"}, {"name": "Poetry"}],
    }
    told = [
        (section["title"], row.about, row.change, "".join(p.text for p in row.old), "".join(p.text for p in row.new))
        for section in tell_differences(CONTENT, new)
        for row in section["rows"]
    ]
    assert told == [
        (
            "Experience",
            "Engineer · Analytical",
            "Removed",
            "Employer: Analytical\nPosition: Engineer\nFrom: 1842\nWhat you achieved: • Wrote note G.",
            "",
        ),
        ("Skills", "Python › Level", "Changed", "expert", "beginner"),
    ]


# Fitting ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def listing(ada):
    found = JobListingFactory(title="Analyst", skills_required=["Python", "COBOL"])
    InteractionFactory(user=ada, job=found, interaction_type="saved")
    return found


def test_the_choice_is_among_ones_own_jobs(client, ada, ben, resume, listing):
    tracked = JobFactory(user=ada, role_title="Tracked one", jd_text="Python.")
    hers = JobFactory(user=ben, role_title="Not hers", jd_text="Python.")
    client.force_login(ada)
    page = client.get(page_of(resume, "fit")).content.decode()
    assert f"listing:{listing.pk}" in page
    assert f"card:{tracked.pk}" in page
    assert f"card:{hers.pk}" not in page
    assert "None of your jobs" not in client.get(page_of(resume, "fit", q="analyst")).content.decode()
    assert "None of your jobs matches" in client.get(page_of(resume, "fit", q="zebra")).content.decode()


def test_a_score_is_explained_point_by_point(client, ada, resume, listing):
    client.force_login(ada)
    answer = client.post(page_of(resume, "fit"), {"choice": f"listing:{listing.pk}", "what": "score"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(page_of(resume, "score"), 302)]
    assert "Skills that the posting asks for" in page
    assert "name=COBOL" in page
    assert "Skills › Python › Skill" in page
    resume.refresh_from_db()
    assert resume.ats_score_data["job_id"] == str(listing.pk)


def test_a_posting_that_cannot_be_read_gets_a_warning_instead_of_a_number(client, ada, resume):
    posting = "Przygotowywanie posiłków, dbanie o porządek w kuchni i na sali. " * 4
    client.force_login(ada)
    form = {"choice": "text", "jd_text": posting}
    page = client.post(page_of(resume, "fit"), {**form, "what": "score"}, follow=True).content.decode()
    assert "The posting states no requirement that can be read." in page
    assert "points for the document alone" in page
    assert "jos-score-number" not in page
    page = client.post(page_of(resume, "fit"), {**form, "what": "tailor"}, follow=True).content.decode()
    assert "The posting states no requirement that can be read." in page


def test_a_score_is_never_shown_without_what_it_is_about(client, ada, resume, listing):
    client.force_login(ada)
    posting = "Requirements:\n- 5+ years of experience with Python\n- A bachelor's degree\nWe are a friendly team. " * 2
    asked = [
        ({"choice": f"listing:{listing.pk}", "what": "score"}, f"for Analyst, {listing.company.name}"),
        ({"choice": "text", "jd_text": posting, "what": "score"}, "for a pasted posting"),
        ({"what": "alone", "choice": "text"}, "for the document alone"),
    ]
    for form, words in asked:
        client.post(page_of(resume, "fit"), form)
        for address in (page_of(resume), reverse("admin:resumes_resume_changelist")):
            page = client.get(address).content.decode()
            assert "of 100" in page
            assert escape(words) in page
    resume.ats_score_data = {"percent": 36, "job_id": "none", "match_score": 20}
    resume.save(update_fields=["ats_score_data"])
    assert "for a listing that is gone" in client.get(page_of(resume)).content.decode()


def test_tailoring_tells_where_each_line_comes_from(client, ada, resume, listing):
    SkillFactory(bank=SkillBankFactory(user=ada), name="Knitting")
    client.force_login(ada)
    answer = client.post(page_of(resume, "fit"), {"choice": f"listing:{listing.pk}", "what": "tailor"}, follow=True)
    tailored = Resume.objects.get(resume_type="tailored")
    page = answer.content.decode()
    assert answer.redirect_chain == [(page_of(tailored) + "#origins", 302)]
    assert "The resume it was made from" in page
    assert "Wrote note G." in page
    assert "COBOL" in page
    twice = client.post(page_of(resume, "fit"), {"choice": f"listing:{listing.pk}", "what": "tailor"})
    assert page_of(tailored) in twice.content.decode()
    assert Resume.objects.count() == 2
    client.get(page_of(tailored, "compare", old="parent"))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"what": "score"},
        {"what": "score", "choice": "text", "jd_text": "  "},
        {"what": "tailor", "choice": "text", "jd_text": "short"},
        {"what": "tailor", "choice": "listing:zz"},
        {"what": "tailor", "choice": "listing:00000000-0000-0000-0000-000000000000"},
        {"what": "score", "choice": "card:00000000-0000-0000-0000-000000000000"},
        {"what": "dance", "choice": "text", "jd_text": "Python"},
        {"what": "score", "choice": "text", "jd_text": "a\x00b" * 50},
    ],
)
def test_a_choice_that_is_none_is_told(client, ada, resume, form):
    client.force_login(ada)
    answer = client.post(page_of(resume, "fit"), form)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert Resume.objects.count() == 1


def test_a_listings_page_leads_to_the_resume(client, ada, resume, listing):
    client.force_login(ada)
    address = reverse("admin:resumes_resume_choose", query={"listing": listing.pk})
    assert address in client.get(reverse("admin:jobs_joblisting_change", args=[listing.pk])).content.decode()
    assert client.get(address)["Location"] == page_of(resume, "fit", listing=listing.pk)
    documents.create_resume(ada, title="Second", content={})
    assert "Second" in client.get(address).content.decode()
    assert client.get(reverse("admin:resumes_resume_choose", query={"listing": "x"})).status_code == 404


# Beginning --------------------------------------------------------------------------------------------------------------


def test_a_resume_is_made_of_the_bank(client, ada):
    client.force_login(ada)
    address = reverse("admin:resumes_resume_make")
    assert "holds nothing yet" in client.post(address, {"title": "Mine"}).content.decode()
    SkillFactory(bank=SkillBankFactory(user=ada), name="Python")
    assert client.post(address, {"title": "Mine"}).status_code == 302
    assert [skill["name"] for skill in Resume.objects.get().skills] == ["Python"]


def test_a_json_resume_is_imported_and_what_was_dropped_is_told(client, ada):
    client.force_login(ada)
    address = reverse("admin:resumes_resume_import")
    text = (SAMPLES / "senior-engineer.resume.json").read_text()
    assert client.post(address, {"text": text, "title": "Imported"}).status_code == 302
    page = client.post(address, {"text": '{"basics": {"name": "Ada", "url": "nowhere"}}'}).content.decode()
    assert "/basics/url" in page
    assert Resume.objects.count() == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "NaN", '{"basics": {"name": "\\u0000"}}'])
def test_what_is_no_json_resume_is_a_form_error(client, ada, text):
    client.force_login(ada)
    assert client.post(reverse("admin:resumes_resume_import"), {"text": text}).status_code == 200
    assert not Resume.objects.exists()


# Deleting ---------------------------------------------------------------------------------------------------------------


def test_deleting_hands_on_what_was_made_from_it(client, ada, resume, listing):
    tailored = tailor_resume(resume, listing=listing)
    client.force_login(ada)
    page = client.get(page_of(resume, "delete")).content.decode()
    assert tailored.title in page
    assert "standing alone" in page
    client.post(page_of(resume, "delete"), {"post": "yes"})
    tailored.refresh_from_db()
    assert (tailored.parent_resume, tailored.resume_type) == (None, "base")
    assert Resume.objects.count() == 1


def test_deleting_several_at_once_hands_on_too(client, ada, resume, listing):
    tailored = tailor_resume(resume, listing=listing)
    child = tailor_resume(tailored, jd_text="Python")
    client.force_login(ada)
    form = {"action": "delete_selected", "_selected_action": [str(resume.pk), str(tailored.pk)]}
    assert "handed to the resume above" in client.post(LIST, form).content.decode()
    client.post(LIST, form | {"post": "yes"})
    child.refresh_from_db()
    assert (child.parent_resume, child.resume_type) == (None, "base")
    assert Resume.objects.count() == 1


def test_several_are_archived_at_once(client, ada, ben, resume):
    other = documents.create_resume(ben, title="His", content={})
    client.force_login(ada)
    client.post(LIST, {"action": "archive_selected", "_selected_action": [str(resume.pk), str(other.pk)]})
    assert set(Resume.objects.values_list("status", flat=True)) == {"draft"}
    client.post(LIST, {"action": "archive_selected", "_selected_action": [str(resume.pk)]})
    resume.refresh_from_db()
    assert (resume.status, resume.version) == ("archived", 1)
