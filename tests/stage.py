"""The cast and everything of Ada's, made once for many tests: what whole-API tests stand on."""

import copy

from rest_framework.test import APIClient

from jobos.accounts.models import User
from jobos.accounts.services import appoint_recruiter, issue_token
from tests.factories import UserFactory
from tests.world import World


class Stage:
    """Rows that a module's tests share; each test takes copies of the objects and leaves the rows as they were."""

    def __init__(self) -> None:
        ada, ben, cleo = (
            UserFactory(email=f"{name}@example.com", full_name=name.title()) for name in ("ada", "ben", "cleo")
        )
        dora = UserFactory(email="dora@example.com", full_name="Dora", is_superuser=True)
        self._people = {"ada": ada, "ben": ben, "cleo": appoint_recruiter(cleo, by=dora), "dora": dora}
        self._world = World(ada)
        self._tokens = {name: issue_token(user, name="Test")[1] for name, user in self._people.items()}

    @property
    def world(self) -> World:
        return copy.deepcopy(self._world)

    def person(self, name: str) -> User:
        return User.objects.get(pk=self._people[name].pk)

    def client(self, name: str) -> APIClient:
        """Return a client of this person; of nobody for "anon"."""
        client = APIClient()
        if name != "anon":
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {self._tokens[name]}")
        return client
