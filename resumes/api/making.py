"""Making, tailoring and scoring resumes over REST: each verb calls one service."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from jobos.core.serializers import ChoiceField, StrictSerializer, WholeNumberField
from jobos.core.viewsets import ResourceViewSet
from jobs.api.serializers import ListingField
from resumes.api import examples
from resumes.api.serializers import ResumeSerializer, TemplateField
from resumes.making.choosing import SECTIONS, Limits
from resumes.models import LONGEST_TITLE, Resume
from resumes.services import documents, making
from skills.models import Focus

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

LONGEST_POSTING = 15_000
BANK_EXAMPLE = {"title": "Backend engineer", "focus": "technical", "limits": {"skills": 20, "achievements": 4}}
TAILOR_EXAMPLE = {"jd_text": examples.POSTING, "title": "Backend engineer at Acme"}
SCORE_EXAMPLE = {"jd_text": examples.POSTING}
SCORED_EXAMPLE = {
    "score": 71.5,
    "max": 100.0,
    "judged": "fit",
    "warning": "",
    "percent": 71.5,
    "as_of": "2026-11",
    "completeness": 87.5,
    "match_score": 60.0,
    "job_id": None,
    "resume_version": 3,
    "parts": [
        {
            "name": "keywords",
            "points": 27.0,
            "max": 45.0,
            "evidence": [
                {
                    "requirement": "PostgreSQL",
                    "found_at": ["/work_experience/0/achievements/1"],
                    "points": 13.5,
                    "max": 13.5,
                    "why": "It is a must, and your texts show it.",
                }
            ],
            "missing": ["Kubernetes"],
        }
    ],
    "formatting_faults": [{"pointer": "/summary", "fault": "It is written in capitals.", "points": 0.5}],
    "suggestions": ["Kubernetes: it is nice to have, and it stands nowhere in the resume. Up to 4.5 points."],
    "requirements": [
        {
            "kind": "skill",
            "name": "PostgreSQL",
            "is_must": True,
            "years": None,
            "alternatives": [],
            "met_by": ["PostgreSQL"],
            "places": [{"field": "jd_text", "quote": "5+ years of experience with Python and PostgreSQL"}],
        }
    ],
}


class LimitsSerializer(StrictSerializer):
    """How much of each kind the resume shows at most."""

    skills = WholeNumberField(min_value=1, max_value=500, required=False)
    achievements = WholeNumberField(min_value=1, max_value=100, required=False, help_text="Of each position.")
    condensed = WholeNumberField(
        min_value=0, max_value=100, required=False, help_text="Of a position that answers nothing of what is asked."
    )
    projects = WholeNumberField(min_value=0, max_value=100, required=False)
    certifications = WholeNumberField(min_value=0, max_value=100, required=False)


class FromBankSerializer(StrictSerializer):
    title = serializers.CharField(max_length=LONGEST_TITLE)
    template = TemplateField(required=False, allow_null=True, pk_field=serializers.UUIDField())
    focus = ChoiceField(Focus.choices, required=False, help_text="Which variations are preferred.")
    target_role = serializers.CharField(
        max_length=255, required=False, help_text="The role that variations are preferred for."
    )
    sections = serializers.ListField(
        child=ChoiceField([(name, name) for name in SECTIONS]),
        required=False,
        min_length=1,
        max_length=len(SECTIONS),
        help_text="What to show; everything where left out.",
    )
    limits = LimitsSerializer(required=False)


class PostingSerializer(StrictSerializer):
    """What a resume is held against: a listing, or the text of a posting."""

    listing = ListingField(
        required=False,
        allow_null=True,
        pk_field=serializers.UUIDField(),
        help_text="Of the catalogue; or give jd_text.",
    )
    jd_text = serializers.CharField(
        min_length=making.SHORTEST_POSTING,
        max_length=LONGEST_POSTING,
        required=False,
        help_text="The text of a posting; or give listing.",
    )


class TailorSerializer(PostingSerializer):
    title = serializers.CharField(max_length=LONGEST_TITLE, required=False)
    limits = LimitsSerializer(required=False)
    another = serializers.BooleanField(
        default=False, help_text="Make one even where this resume is already tailored to the listing."
    )


class PlaceSerializer(StrictSerializer):
    field = serializers.CharField()
    quote = serializers.CharField(help_text="The posting's own words.")


class RequirementSerializer(StrictSerializer):
    kind = ChoiceField([(kind, kind) for kind in ("skill", "years", "degree", "seniority")])
    name = serializers.CharField()
    is_must = serializers.BooleanField()
    years = serializers.FloatField(allow_null=True)
    alternatives = serializers.ListField(
        child=serializers.CharField(), help_text="The skills of which any one will do; empty for one that stands alone."
    )
    met_by = serializers.ListField(child=serializers.CharField(), help_text="What of these the resume shows.")
    places = PlaceSerializer(many=True)


class EvidenceSerializer(StrictSerializer):
    requirement = serializers.CharField()
    found_at = serializers.ListField(child=serializers.CharField(), help_text="JSON pointers into the content.")
    points = serializers.FloatField()
    max = serializers.FloatField()
    why = serializers.CharField()


class PartSerializer(StrictSerializer):
    name = serializers.CharField()
    points = serializers.FloatField(help_text="The sum of its evidence.")
    max = serializers.FloatField()
    evidence = EvidenceSerializer(many=True)
    missing = serializers.ListField(child=serializers.CharField())


class FaultSerializer(StrictSerializer):
    pointer = serializers.CharField()
    fault = serializers.CharField()
    points = serializers.FloatField(help_text="What it costs.")


class ScoreSerializer(StrictSerializer):
    """The score of a resume: it is the sum of the points of its parts, exactly."""

    score = serializers.FloatField()
    max = serializers.FloatField(
        help_text="What could be reached: parts that a posting gives no ground for are not in."
    )
    judged = ChoiceField(
        [("fit", "fit"), ("document", "document")],
        help_text="document: no posting was given, or too little of it could be read; then `warning` says so.",
    )
    warning = serializers.CharField(allow_blank=True)
    percent = serializers.FloatField(
        allow_null=True, help_text="Null beside a warning: there is no figure for the fit."
    )
    as_of = serializers.CharField(help_text="The month until which current positions were counted.")
    completeness = serializers.FloatField(help_text="In percent, counted in eighths.")
    match_score = serializers.FloatField(allow_null=True, help_text="How much of the skills asked for is there.")
    job_id = serializers.UUIDField(allow_null=True)
    resume_version = serializers.IntegerField(help_text="The version of the resume that was scored.")
    parts = PartSerializer(many=True)
    formatting_faults = FaultSerializer(many=True)
    suggestions = serializers.ListField(child=serializers.CharField())
    requirements = RequirementSerializer(many=True)


class ResumeMakingViewSet(ResourceViewSet):
    """What is made of the caller's skill bank and resumes."""

    queryset = Resume.objects.none()
    serializer_class = representation_class = ResumeSerializer

    def get_queryset(self) -> QuerySet[Resume]:
        return Resume.objects.owned_by(self.user).select_related("user", "template")

    def get_object(self) -> Resume:
        """Return the resume, after the lock that every writer of the caller's resumes takes first."""
        documents.lock_resumes(self.user.pk)
        resume: Resume = super().get_object()
        return resume

    @extend_schema(
        summary="Make a resume from my skill bank",
        description="A base resume of what the bank holds, each entry told by its default variation or its own words "
        "unless the focus or the role calls for another. `tailoring_analysis` says where each line is from. An empty "
        "bank is a conflict.",
        request=FromBankSerializer,
        responses={201: ResumeSerializer},
        examples=[
            OpenApiExample("Make", BANK_EXAMPLE, request_only=True),
            OpenApiExample("Made", examples.FROM_BANK, response_only=True),
        ],
    )
    @action(detail=False, methods=["post"], url_path="from-skill-bank")
    def from_skill_bank(self, request: Request) -> Response:
        given = self.read_input(FromBankSerializer)
        limits = given.pop("limits", {})
        resume = making.make_from_bank(self.user, limits=Limits(**{**asdict(making.ROOMY), **limits}), **given)
        return self.answer(resume, status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Tailor a resume to a posting",
        description="Makes another resume that answers most of what the posting asks for, out of this one and the "
        "skill bank. It adds nothing that they do not hold: `tailoring_analysis` says for each line where it is from "
        "and why it was chosen, what was left out, and which skills are missing. A resume that is already tailored to "
        "the listing is a conflict that names it, unless `another` is wanted.",
        request=TailorSerializer,
        responses={201: ResumeSerializer},
        examples=[
            OpenApiExample("Tailor", TAILOR_EXAMPLE, request_only=True),
            OpenApiExample("Tailored", examples.TAILORED_TO, response_only=True),
        ],
    )
    @action(detail=True, methods=["post"])
    def tailor(self, request: Request, pk: str) -> Response:
        resume = self.get_object()
        given = self.read_input(TailorSerializer)
        limits = Limits(**given.pop("limits", {}))
        return self.answer(making.tailor_resume(resume, limits=limits, **given), status_code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Score a resume",
        description="Against a listing or a pasted posting, or as a document alone. Every point has its reason and its "
        "place; a posting of which too little can be read gets a `warning` and no `percent` (English is read, and the "
        "usual words of German, French and Spanish postings); the same input gives the same score within a month. The outcome stays with the resume as "
        "`ats_score_data`.",
        request=PostingSerializer,
        responses={200: ScoreSerializer},
        examples=[
            OpenApiExample("Score", SCORE_EXAMPLE, request_only=True),
            OpenApiExample("Scored", SCORED_EXAMPLE, response_only=True),
        ],
    )
    @action(detail=True, methods=["post"], url_path="ats-score")
    def ats_score(self, request: Request, pk: str) -> Response:
        resume = self.get_object()
        given: dict[str, Any] = self.read_input(PostingSerializer)
        return Response(making.score_resume(resume, **given))
