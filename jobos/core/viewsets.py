"""The base of every API view: one transaction a write, declared parameters only, ETags, idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.http import Http404
from django_filters import rest_framework as filters
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from jobos.core import idempotency
from jobos.core.errors import ParameterError, translate
from jobos.core.filters import check_encoding, check_parameters
from jobos.core.models import lock_one
from jobos.core.preconditions import check_if_match, is_listed, make_etag
from jobos.core.serializers import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer

    from jobos.accounts.models import User


class StrictView(APIView):
    """Refuses undeclared query parameters and runs every write in one transaction.

    `query_params` names what an action takes besides its filters; @action(query_params=...) sets it.
    """

    http_method_names = ["get", "post", "patch", "delete", "head"]
    query_params: ClassVar[tuple[str, ...]] = ()
    takes_body = True  # @action(takes_body=False) says that a call has nothing to read; a DELETE never has.
    keeps_answers = True  # Whether Idempotency-Key is honoured; never where an answer holds a secret.
    is_atomic = True  # Whether a refusal undoes everything; not where a refused attempt must be remembered.

    def declared_parameters(self) -> set[str]:
        return set(self.query_params)

    def repeatable_parameters(self) -> set[str]:
        """Return the parameters that may be given several times, for any of their values."""
        declared = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        return {name for name, parameter in declared.items() if isinstance(parameter, filters.MultipleChoiceFilter)}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_encoding(request.META.get("QUERY_STRING", ""))
        check_parameters(request.query_params, self.declared_parameters(), repeatable=self.repeatable_parameters())
        if request.method == "DELETE" or (request.method not in SAFE_METHODS and not self.takes_body):
            refuse_body(request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Do what DRF's dispatch does, with the transaction around the handler.

        The transaction ends before errors are translated, so that what the database refuses at commit is translated
        as well.
        """
        self.args, self.kwargs = args, kwargs
        wrapped = self.initialize_request(request, *args, **kwargs)
        self.request = wrapped
        self.headers = self.default_response_headers
        try:
            self.initial(wrapped, *args, **kwargs)
            method = (wrapped.method or "").lower()
            handler = (
                getattr(self, method, self.http_method_not_allowed)
                if method in self.http_method_names
                else self.http_method_not_allowed
            )
            response = self._run(wrapped, lambda: handler(wrapped, *args, **kwargs))
        except Exception as exc:  # noqa: BLE001 - DRF's contract: everything raised becomes an answer here.
            response = self.handle_exception(exc)
        self.response = self.finalize_response(wrapped, response, *args, **kwargs)
        return self.response

    def _run(self, request: Request, handler: Callable[[], Response]) -> Response:
        if request.method in SAFE_METHODS or not self.is_atomic:
            return handler()
        key = idempotency.read_key(request) if self.keeps_answers else None
        with transaction.atomic():
            if key is None:
                return handler()
            return idempotency.answer_once(request, key, lambda: self._answer_refusals(handler))

    def _answer_refusals(self, handler: Callable[[], Response]) -> Response:
        """Run the handler; a refusal becomes its response, so that it can be kept.

        A fault goes on up, and so does a refusal for the moment (`wait`): kept, it would answer every new try.
        """
        try:
            with transaction.atomic():
                return handler()
        except Exception as exc:
            translated = translate(exc)
            if not isinstance(translated, APIException) or status.is_server_error(translated.status_code):
                raise
            if getattr(translated, "wait", None):
                raise
            return self.handle_exception(exc)


def refuse_body(request: Request) -> None:
    """Raise for a body on a call that takes none: whoever sent it meant something by it."""
    if not isinstance(request.data, dict):
        raise ParseError("This call takes no body.")
    if request.data:
        unknown = ErrorDetail("There is no such field.", code="unknown_field")
        raise ValidationError(dict.fromkeys(request.data, unknown))


class ResourceViewSet(GenericViewSet[Any], StrictView):
    """A resource: rows that the caller may see, each with an ETag.

    Subclasses give `get_queryset` (through `visible_to`); the class attribute `queryset` stays `none()`, so that
    forgetting shows nothing. A row that is going to be written is locked when it is fetched, and If-Match is compared
    under that lock.
    """

    lookup_value_regex = "[^/]+"
    representation_class: type[BaseSerializer[Any]]

    def declared_parameters(self) -> set[str]:
        declared = set(self.query_params)
        if self.action == "list":
            declared |= getattr(self.pagination_class, "parameters", frozenset())
            filterset_class = getattr(self, "filterset_class", None)
            if filterset_class is not None:
                declared |= set(filterset_class.base_filters)
            if getattr(self, "ordering_fields", None):
                declared.add("ordering")
        return declared

    @property
    def user(self) -> User:
        """The caller, who has signed in."""
        return cast("User", self.request.user)

    def represent(self, instance: Model) -> dict[str, Any]:
        """Return the row as a GET of it shows it."""
        serializer: Any = self.representation_class(instance, context=self.get_serializer_context())
        return plain(serializer.data)

    def get_object(self) -> Any:
        """Return the row that the path names: locked, and compared with If-Match, where it will be written."""
        if self.request.method in SAFE_METHODS:
            return super().get_object()
        try:
            instance = lock_one(self.get_queryset(), self._key)
        except (ObjectDoesNotExist, DjangoValidationError, ValueError, TypeError) as exc:
            raise Http404 from exc
        self.check_preconditions(instance)
        return instance

    def check_preconditions(self, instance: Model, *, required: bool = False) -> None:
        if required or "If-Match" in self.request.headers:
            check_if_match(self.request, make_etag(self.represent(instance)), required=required)

    @property
    def _key(self) -> Any:
        return self.kwargs[self.lookup_url_kwarg or self.lookup_field]

    def _find(self, queryset: QuerySet[Any]) -> Any:
        return get_object_or_404(queryset, pk=self._key)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Apply filters and ordering to lists only; a single row is found by its key."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def answer(self, instance: Model, *, status_code: int = status.HTTP_200_OK) -> Response:
        """Return the whole resource as it now is, with its ETag."""
        representation = self.represent(instance)
        return Response(representation, status=status_code, headers={"ETag": make_etag(representation)})

    def read_input(self, serializer_class: type[BaseSerializer[Any]], instance: Model | None = None) -> dict[str, Any]:
        """Return the request's body as validated by a serializer: partially where there is an instance."""
        serializer: Any = serializer_class(
            instance,
            data=self.request.data,
            partial=instance is not None,
            context=self.get_serializer_context(),
        )
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class FullListMixin:
    """A list that leaves long fields out unless it is asked for in full (`full=true`)."""

    @property
    def leaves_out(self: Any) -> bool:
        """Tell whether what is asked for is the list without its long fields."""
        if self.action != "list":
            return False
        text = self.request.query_params.get("full", "false").lower()
        if text not in ("true", "false", "1", "0"):
            raise ParameterError({"full": "Give true or false."}, code="invalid")
        return text in ("false", "0")

    def declared_parameters(self: Any) -> set[str]:
        declared: set[str] = super().declared_parameters()  # type: ignore[misc] # The view has it.
        return declared | ({"full"} if self.action == "list" else set())


class RetrieveMixin:
    """GET of one row, with ETag and If-None-Match."""

    def retrieve(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = self.answer(self.get_object())
        header = request.headers.get("If-None-Match")
        if header and is_listed(header.replace("W/", ""), response["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": response["ETag"]})
        return response


class LenientRouter(SimpleRouter):
    """Routes with and without a trailing slash, for every method."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"
