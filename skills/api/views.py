"""The skill bank over REST: the whole of it as one document, and its entries one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from jobos.core.errors import ParameterError
from jobos.core.viewsets import ResourceViewSet, RetrieveMixin, StrictView
from skills.api import filters, serializers
from skills.api.examples import BANK, GIVEN, SHOWN_ENTRIES, name_example
from skills.models import (
    Certification,
    Education,
    EducationVariation,
    ExperienceVariation,
    Project,
    ProjectVariation,
    Skill,
    SkillBank,
    SummaryVariation,
    WorkExperience,
)
from skills.services import bank as banks
from skills.services import taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from rest_framework.request import Request

    from skills.api.serializers import EntrySerializer

SHOWN_BANK = OpenApiExample("Shown", BANK, response_only=True)


class SkillBankViewSet(RetrieveMixin, ResourceViewSet):
    """The caller's skill bank as one document; the first look at it opens it, empty."""

    queryset = SkillBank.objects.none()
    serializer_class = representation_class = serializers.BankSerializer

    def represent(self, instance: Model) -> dict[str, Any]:
        """Return the whole bank."""
        return banks.read_document(instance)  # type: ignore[arg-type]

    def get_object(self) -> SkillBank:
        """Return the caller's bank: locked, and compared with If-Match, where it will be written."""
        bank = banks.open_bank(self.user)
        if self.request.method not in SAFE_METHODS:
            bank = banks.lock_bank(bank.pk)
            self.check_preconditions(bank)
        return bank

    @extend_schema(
        summary="Read my whole skill bank",
        description="A new one has three headings and nothing in them.",
        responses=serializers.BankSerializer,
        examples=[SHOWN_BANK],
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change my default summary and the headings of my skills",
        description="`rename_categories` comes first and takes the skills along; `skill_categories` is then the whole "
        "new list. 409 where a heading that still holds skills is left out of it.",
        request=serializers.BankPatchSerializer,
        responses={200: serializers.BankSerializer},
        examples=[
            OpenApiExample(
                "Rename",
                {"rename_categories": {"Tools & Platforms": "Tools"}, "default_summary": "I build engines."},
                request_only=True,
            ),
            SHOWN_BANK,
        ],
    )
    def partial_update(self, request: Request) -> Response:
        bank = self.get_object()
        given = self.read_input(serializers.BankPatchSerializer, bank)
        return self.answer(banks.change_bank(bank, **given))


ENTRY = OpenApiParameter("entry", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The record it tells.")


def described(
    one: str, many: str, serializer: type[EntrySerializer], *, is_nested: bool = False
) -> Callable[[Any], Any]:
    """Describe the operations on one kind of entry."""
    place: dict[str, Any] = {"parameters": [ENTRY]} if is_nested else {}
    order = {"ids": [str(name_example(number)) for number in (1, 2)]}
    example = GIVEN[serializer.Meta.model]
    shown = OpenApiExample("Shown", SHOWN_ENTRIES[serializer.Meta.model], response_only=True)
    return extend_schema_view(
        list=extend_schema(summary=f"List {many}", **place),
        retrieve=extend_schema(summary=f"Read {one}", responses=serializer, examples=[shown], **place),
        create=extend_schema(
            summary=f"Add {one}",
            request=serializer,
            responses={201: serializer},
            examples=[OpenApiExample("Add", example, request_only=True), shown],
            **place,
        ),
        partial_update=extend_schema(
            summary=f"Change {one}",
            request=serializer,
            responses={200: serializer},
            examples=[OpenApiExample("Change", dict([next(iter(example.items()))]), request_only=True), shown],
            **place,
        ),
        destroy=extend_schema(summary=f"Delete {one}", responses={204: None}, **place),
        reorder=extend_schema(
            summary=f"Put {many} into an order",
            description="Name every one of them once; 409 says which are missing or unknown.",
            request=serializers.OrderSerializer,
            responses={200: serializers.OrderSerializer},
            examples=[OpenApiExample("Order", order)],
            **place,
        ),
    )


class EntryViewSet(mixins.ListModelMixin, RetrieveMixin, ResourceViewSet):
    """One kind of entry in the caller's bank."""

    kind: ClassVar[Any]
    ordering = ("display_order",)
    ordering_fields: tuple[str, ...] = ("display_order", "created_at", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        return banks.with_variations(self.kind.objects.owned_by(self.user))

    def get_object(self) -> Any:
        """Return the entry; for a write with the bank locked first, in the order every writer takes."""
        if self.request.method not in SAFE_METHODS:
            SkillBank.objects.owned_by(self.user).select_for_update(no_key=True).first()
        return super().get_object()

    def add(self, **given: Any) -> Any:
        return banks.add_entry(banks.open_bank(self.user), self.kind, **given)

    def change(self, entry: Any, **changes: Any) -> Any:
        return banks.change_entry(entry, **changes)

    def create(self, request: Request, **path: str) -> Response:
        return self.answer(self.add(**self.read_input(self.representation_class)), status_code=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, **path: str) -> Response:
        entry = self.get_object()
        return self.answer(self.change(entry, **self.read_input(self.representation_class, entry)))

    def destroy(self, request: Request, **path: str) -> Response:
        banks.delete_entry(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=False, methods=["post"], pagination_class=None, filter_backends=())
    def reorder(self, request: Request, **path: str) -> Response:
        rows = self.get_queryset()
        given = self.read_input(serializers.OrderSerializer)
        return Response({"ids": banks.reorder_entries(banks.open_bank(self.user), rows, given["ids"])})


@described(
    "a skill",
    "my skills",
    serializers.SkillSerializer,
)
class SkillViewSet(EntryViewSet):
    """The caller's skills."""

    queryset = Skill.objects.none()
    kind = Skill
    serializer_class = representation_class = serializers.SkillSerializer
    filterset_class = filters.SkillFilter
    ordering_fields = ("display_order", "name", "years_experience", "created_at", "updated_at")

    def add(self, **given: Any) -> Skill:
        return banks.add_skill(banks.open_bank(self.user), **given)

    def change(self, entry: Skill, **changes: Any) -> Skill:
        return banks.change_skill(entry, **changes)


@described(
    "a summary",
    "my summaries",
    serializers.SummarySerializer,
)
class SummaryViewSet(EntryViewSet):
    """Ways of summing the caller up."""

    queryset = SummaryVariation.objects.none()
    kind = SummaryVariation
    serializer_class = representation_class = serializers.SummarySerializer
    filterset_class = filters.VariationFilter


@described(
    "a position",
    "my work experience",
    serializers.ExperienceSerializer,
)
class ExperienceViewSet(EntryViewSet):
    """The positions that the caller held."""

    queryset = WorkExperience.objects.none()
    kind = WorkExperience
    serializer_class = representation_class = serializers.ExperienceSerializer
    filterset_class = filters.ExperienceFilter
    ordering_fields = ("display_order", "start_date", "end_date", "created_at", "updated_at")


@described(
    "a course of studies",
    "my education",
    serializers.EducationSerializer,
)
class EducationViewSet(EntryViewSet):
    """What the caller studied."""

    queryset = Education.objects.none()
    kind = Education
    serializer_class = representation_class = serializers.EducationSerializer
    ordering_fields = ("display_order", "start_date", "end_date", "created_at", "updated_at")


@described(
    "a project",
    "my projects",
    serializers.ProjectSerializer,
)
class ProjectViewSet(EntryViewSet):
    """The caller's projects."""

    queryset = Project.objects.none()
    kind = Project
    serializer_class = representation_class = serializers.ProjectSerializer
    ordering_fields = ("display_order", "start_date", "end_date", "created_at", "updated_at")


@described(
    "a certificate",
    "my certificates",
    serializers.CertificationSerializer,
)
class CertificationViewSet(EntryViewSet):
    """The caller's certificates and licences."""

    queryset = Certification.objects.none()
    kind = Certification
    serializer_class = representation_class = serializers.CertificationSerializer
    ordering_fields = ("display_order", "issue_date", "expiry_date", "created_at", "updated_at")


class EntryVariationViewSet(EntryViewSet):
    """The ways of telling one record of the caller's; `kind` is the record's."""

    filterset_class = filters.VariationFilter

    def get_entry(self) -> Any:
        return get_object_or_404(self.kind.objects.owned_by(self.user), pk=self.kwargs["entry"])

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.get_entry().variations.all()
        return rows

    def add(self, **given: Any) -> Any:
        return banks.add_variation(self.get_entry(), **given)


@described(
    "a variation of a position",
    "the variations of a position",
    serializers.ExperienceVariationSerializer,
    is_nested=True,
)
class ExperienceVariationViewSet(EntryVariationViewSet):
    """The ways of telling one position."""

    queryset = ExperienceVariation.objects.none()
    kind = WorkExperience
    serializer_class = representation_class = serializers.ExperienceVariationSerializer


@described(
    "a variation of studies",
    "the variations of studies",
    serializers.EducationVariationSerializer,
    is_nested=True,
)
class EducationVariationViewSet(EntryVariationViewSet):
    """The ways of telling one course of studies."""

    queryset = EducationVariation.objects.none()
    kind = Education
    serializer_class = representation_class = serializers.EducationVariationSerializer


@described(
    "a variation of a project",
    "the variations of a project",
    serializers.ProjectVariationSerializer,
    is_nested=True,
)
class ProjectVariationViewSet(EntryVariationViewSet):
    """The ways of telling one project."""

    queryset = ProjectVariation.objects.none()
    kind = Project
    serializer_class = representation_class = serializers.ProjectVariationSerializer


class SkillTaxonomyView(StrictView):
    """Typing ahead over the shared taxonomy."""

    query_params = ("q",)

    @extend_schema(
        summary="Type ahead over known skills",
        description="At most twenty; those whose name, or another spelling of it, begins with the text come first.",
        parameters=[OpenApiParameter("q", str, required=True, description="At least two characters, literally.")],
        responses=serializers.ConceptSerializer(many=True),
        examples=[
            OpenApiExample(
                "Found",
                {"id": str(name_example(1)), "name": "PostgreSQL", "kind": "technology", "is_hot": True},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        try:
            found = taxonomy.search_concepts(request.query_params.get("q", ""))
        except ValidationError as exc:
            raise ParameterError(exc.message_dict, code="invalid") from exc
        return Response(serializers.ConceptSerializer(found, many=True).data)
