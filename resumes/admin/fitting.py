"""A resume and a job: choosing the job, how well they fit, and a resume tailored to it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from interactions.models import InteractionType, JobUserInteraction
from jobos.core.admin import LONGEST_SEARCH, REFUSALS, explain, show_rows
from jobos.core.models import LONG_TEXT_LIMIT
from jobs.admin.listing_page import HEAVY_COLUMNS
from jobs.models import Job, JobListing
from resumes.admin.telling import tell_score
from resumes.models import Resume, ResumeStatus, ResumeType
from resumes.services.documents import content_of
from resumes.services.making import SHORTEST_POSTING, score_resume, tailor_resume

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from jobos.accounts.models import User
    from jobos.core.models import ModelT

MOST_CHOICES = 20
TEXT = "text"  # The choice of a posting that is pasted.


class FitForm(forms.Form):
    """Which job, and what to do with it."""

    choice = forms.CharField(max_length=100, required=False)
    jd_text = forms.CharField(max_length=LONG_TEXT_LIMIT, required=False)
    what = forms.ChoiceField(choices=[("score", "Score"), ("tailor", "Tailor"), ("alone", "Score alone")])
    another = forms.BooleanField(required=False)


class FittingPages:
    """The pages on which a resume meets a job, for the admin of resumes."""

    admin_site: Any
    opts: Any
    find: Callable[..., Any]
    address_of: Callable[[Any], str]
    message_user: Callable[..., None]
    has_add_permission: Callable[..., bool]
    has_change_permission: Callable[..., bool]
    has_view_permission: Callable[..., bool]

    def fit_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Ask for the job, then score the resume against it or tailor it."""
        resume: Resume = self.find(request, object_id)
        faults: list[str] = []
        twin: str | None = None
        form = FitForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not self.has_change_permission(request, resume):
                raise PermissionDenied
            try:
                return self._fit(request, resume, form)
            except REFUSALS as exc:
                faults = explain(exc).messages
                twin = getattr(exc, "extra", {}).get("existing_id")
        words = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\x00", "")
        asked = request.GET.get("listing", "") or str(resume.target_job_id or "")
        choices = list_jobs(request, words, first=asked)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Fit to a job: {resume.title}",
            "crumb": f"{resume.title}: fit to a job",
            "opts": self.opts,
            "resume": resume,
            "faults": faults,
            "twin": self.address_of(twin) if twin else "",
            "words": words,
            "choices": choices,
            "chosen": form["choice"].value() if form.is_bound else choices[0]["value"] if choices else TEXT,
            "jd_text": form["jd_text"].value() or "",
            "longest": LONG_TEXT_LIMIT,
            "back": self.address_of(resume.pk),
        }
        return TemplateResponse(request, "admin/resumes/resume/fit.html", context)

    def _fit(self, request: HttpRequest, resume: Resume, form: FitForm) -> HttpResponseBase:
        if not form.is_valid():
            raise ValidationError([words for errors in form.errors.values() for words in errors])
        given = form.cleaned_data
        if given["what"] == "alone":
            score_resume(resume)
            return HttpResponseRedirect(reverse("admin:resumes_resume_score", args=[resume.pk]))
        job = read_choice(request, given["choice"], given["jd_text"])
        if given["what"] == "score":
            score_resume(resume, **job)
            return HttpResponseRedirect(reverse("admin:resumes_resume_score", args=[resume.pk]))
        if not self.has_add_permission(request):
            raise PermissionDenied
        tailored = tailor_resume(resume, **job, another=given["another"])
        self.message_user(
            request,
            "Here is the tailored resume. Below you see where each line of it comes from, and why it was chosen.",
        )
        return HttpResponseRedirect(self.address_of(tailored.pk) + "#origins")

    def choose_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask which resume is to be fitted to a listing; where there is one alone, go on with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        listing = _find(show_rows(JobListing, request).select_related("company"), request.GET.get("listing", ""))
        if listing is None:
            raise Http404
        resumes = list(
            Resume.objects.owned_by(cast("User", request.user))
            .filter(resume_type=ResumeType.BASE)
            .exclude(status=ResumeStatus.ARCHIVED)
            .only("title", "status", "version", "updated_at")[:MOST_CHOICES]
        )
        if len(resumes) == 1:
            return HttpResponseRedirect(
                f"{reverse('admin:resumes_resume_fit', args=[resumes[0].pk])}?listing={listing.pk}"
            )
        context = {
            **self.admin_site.each_context(request),
            "title": "Tailor a resume",
            "crumb": "Tailor a resume",
            "opts": self.opts,
            "listing": listing,
            "resumes": resumes,
        }
        return TemplateResponse(request, "admin/resumes/resume/choose.html", context)

    def score_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Show how a resume scored when that was last asked, point by point."""
        resume: Resume = self.find(request, object_id)
        if not resume.ats_score_data:
            return HttpResponseRedirect(reverse("admin:resumes_resume_fit", args=[resume.pk]))
        told = tell_score(resume.ats_score_data, content_of(resume))
        listing = None
        if told["job_id"]:
            listing = show_rows(JobListing, request).select_related("company").filter(pk=told["job_id"]).first()
        context = {
            **self.admin_site.each_context(request),
            "title": f"Score: {resume.title}",
            "crumb": f"{resume.title}: score",
            "opts": self.opts,
            "resume": resume,
            "told": told,
            "listing": listing,
            "back": self.address_of(resume.pk),
        }
        return TemplateResponse(request, "admin/resumes/resume/score.html", context)


def list_jobs(request: HttpRequest, words: str, *, first: str = "") -> list[dict[str, Any]]:
    """Return the jobs that somebody saved, applied to or tracks, the latest first, to choose from; `first` on top."""
    user = cast("User", request.user)
    own = JobUserInteraction.objects.owned_by(user).filter(
        interaction_type__in=(InteractionType.SAVED, InteractionType.APPLIED)
    )
    cards = Job.objects.owned_by(user).filter(is_deleted=False)
    listings = show_rows(JobListing, request).select_related("company").defer(*HEAVY_COLUMNS)
    mine = listings.filter(Q(pk__in=own.values("job_id")) | Q(pk__in=cards.values("listing_id")))
    texts = cards.filter(listing__isnull=True).exclude(jd_text="").only("company_name", "role_title")
    for word in words.split():
        mine = mine.filter(Q(title__icontains=word) | Q(company__name__icontains=word))
        texts = texts.filter(Q(role_title__icontains=word) | Q(company_name__icontains=word))
    found = list(mine.order_by("-listed_at", "-pk")[:MOST_CHOICES])
    if (wanted := _find(listings, first)) is not None:
        found = [wanted, *(listing for listing in found if listing != wanted)]
    return [
        {"value": f"listing:{listing.pk}", "title": listing.title, "company": listing.company.name} for listing in found
    ] + [
        {"value": f"card:{card.pk}", "title": card.role_title, "company": card.company_name}
        for card in texts.order_by("-created_at", "-pk")[:MOST_CHOICES]
    ]


def read_choice(request: HttpRequest, choice: str, jd_text: str) -> dict[str, Any]:
    """Return the job that was chosen, as the services take it: a listing, or the text of a posting."""
    kind, _, key = choice.partition(":")
    if kind == "listing":
        listing = _find(show_rows(JobListing, request).select_related("company"), key)
        if listing is not None:
            return {"listing": listing}
    elif kind == "card":
        card = _find(Job.objects.owned_by(cast("User", request.user)).filter(is_deleted=False), key)
        if card is not None and card.jd_text:
            return {"jd_text": card.jd_text}
    elif words := jd_text.strip():
        if len(words) < SHORTEST_POSTING:
            raise ValidationError(
                f"Paste the whole posting: at least {SHORTEST_POSTING} characters. This has {len(words)}.",
                code="min_length",
            )
        return {"jd_text": jd_text}
    else:
        raise ValidationError("Choose a job, or paste the text of a posting.", code="required")
    raise ValidationError("This job is not there any more. Choose another one.", code="not_there")


def _find(rows: QuerySet[ModelT], key: str) -> ModelT | None:
    """Return the row with this key, None where there is none or it is no key."""
    try:
        return rows.filter(pk=uuid.UUID(key)).first()
    except ValueError:
        return None
