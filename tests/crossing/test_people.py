"""Who is who among the users of a source: addresses, twins, placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import is_password_usable

from jobos.crossing.services import people
from jobos.crossing.services.loading import Loader
from jobos.crossing.services.staging import open_staging

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(10)]


class NoSource:
    address = "nowhere"
    tables: dict[str, tuple[str, ...]] = {}
    keys: dict[str, tuple[str, ...]] = {}

    def count(self, table: str) -> int:
        return 0

    def rows(self, table: str, columns: Any) -> Iterator[Any]:
        return iter(())


@pytest.fixture(scope="module")
def empty_loader(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loader]:
    with (
        django_db_blocker.unblock(),
        open_staging("jobos") as staging,
        Loader(NoSource(), staging, system="jobos", key="k", tell=lambda *_: None) as loader,
    ):
        yield loader


@pytest.fixture
def loader(empty_loader: Loader) -> Iterator[Loader]:
    yield empty_loader
    empty_loader.rows.execute(
        "TRUNCATE accounts_user, crossing.people, crossing.users, crossing.user_map, crossing.source_rows, migration_ledger,"
        " jobs CASCADE"
    )


def settle(loader: Loader, *rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Settle these people and return the users by the end of their key."""
    for row in rows:
        key = KEYS[row.pop("n")]
        names, values = ", ".join(["id", "row_id", *row]), [key, key, *row.values()]
        loader.rows.execute(
            f"INSERT INTO crossing.people ({names}) VALUES ({', '.join(['%s'] * len(values))})".encode(), values
        )
        loader.rows.execute(
            "INSERT INTO crossing.source_rows (source_table, row_id, stage_table, stage_id) VALUES ('users', %s, 'accounts_user', %s)",
            [key, key],
        )
    people.settle(loader, "users")
    found = loader.rows.execute("SELECT right(id::text, 1), to_jsonb(u) FROM accounts_user u").fetchall()
    return dict(found)


def read_lines(loader: Loader) -> list[tuple[Any, ...]]:
    return loader.rows.execute(
        'SELECT right(row_id, 1), "column", outcome, before, after, right(target_row_id, 1) FROM migration_ledger'
        ' ORDER BY row_id, "column", outcome'
    ).fetchall()


def test_verified_address_wins_over_a_later_one(loader: Loader) -> None:
    users = settle(
        loader,
        {"n": 1, "email": "Ada@example.com", "is_verified": True, "updated_at": "2024-01-01Z"},
        {"n": 2, "email": "ada@example.com", "is_verified": False, "updated_at": "2025-01-01Z"},
    )
    assert users["1"]["email"] == "Ada@example.com"
    assert users["2"]["email"] == f"imported-{KEYS[2]}@placeholder.invalid"
    verified = loader.rows.execute(
        "SELECT right(id::text, 1), email_is_verified FROM crossing.users ORDER BY 1"
    ).fetchall()
    assert verified == [("1", True), ("2", False)]
    assert ("2", "email", "quarantined", "ada@example.com", users["2"]["email"], "1") in read_lines(loader)


def test_two_verified_spellings_are_one_person(loader: Loader) -> None:
    users = settle(
        loader,
        {
            "n": 1,
            "email": "ADA@example.com",
            "is_verified": True,
            "updated_at": "2024-01-01Z",
            "password": "secret hash",
        },
        {"n": 2, "email": "ada@example.com", "is_verified": True, "updated_at": "2025-01-01Z"},
    )
    assert list(users) == ["2"]
    assert loader.rows.execute(
        "SELECT outcome, right(final_id::text, 1) FROM crossing.source_rows ORDER BY row_id"
    ).fetchall() == [
        ("merged", "2"),
        (None, None),
    ]
    ((_, column, outcome, before, _, target),) = [line for line in read_lines(loader) if line[2] == "merged"]
    assert (column, outcome, target, before["email"]) == ("", "merged", "2", "ADA@example.com")
    assert "secret hash" not in str(read_lines(loader))


def test_letters_that_only_look_alike_make_nobody_the_same_person(loader: Loader) -> None:
    users = settle(
        loader,
        {"n": 1, "email": "\N{KELVIN SIGN}ate@example.com", "is_verified": True, "updated_at": "2024-01-01Z"},
        {"n": 2, "email": "kate@example.com", "is_verified": True, "updated_at": "2025-01-01Z"},
    )
    assert users["2"]["email"] == "kate@example.com"
    assert users["1"]["email"] == f"imported-{KEYS[1]}@placeholder.invalid"
    assert read_lines(loader)[1:2] == [
        ("1", "email", "quarantined", "\N{KELVIN SIGN}ate@example.com", users["1"]["email"], "2")
    ]


def test_rows_of_a_merged_user_become_the_winners(loader: Loader) -> None:
    settle(
        loader,
        {"n": 1, "email": "ADA@example.com", "is_verified": True, "updated_at": "2024-01-01Z"},
        {"n": 2, "email": "ada@example.com", "is_verified": True, "updated_at": "2025-01-01Z"},
    )
    loader.rows.execute(
        "INSERT INTO jobs (id, user_id, company_name, role_title, status, is_deleted) VALUES (%s, %s, 'A', 'B', 'Applied', false)",
        [KEYS[9], KEYS[1]],
    )
    people.reassign(loader, {"jobs": "user_id"})
    assert loader.rows.execute("SELECT right(user_id::text, 1) FROM jobs").fetchall() == [("2",)]


@pytest.mark.parametrize(
    ("email", "outcome"),
    [
        (None, "derived"),
        ("  ", "derived"),
        ("no address", "quarantined"),
        ("a@b", "quarantined"),
        (f"{'a' * 250}@example.com", "quarantined"),
        ("imported-x@placeholder.invalid", "quarantined"),
    ],
    ids=["none", "blank", "words", "no dot", "too long", "a placeholder"],
)
def test_what_is_no_address_gets_a_placeholder(loader: Loader, email: str | None, outcome: str) -> None:
    users = settle(loader, {"n": 3, "email": email, "is_verified": True, "date_joined": "2024-05-01Z"})
    assert users["3"]["email"] == f"imported-{KEYS[3]}@placeholder.invalid"
    assert loader.rows.execute("SELECT email_is_verified FROM crossing.users").fetchall() == [(False,)]
    assert read_lines(loader) == [("3", "email", outcome, email, users["3"]["email"], "")]


def test_blanks_around_an_address_go(loader: Loader) -> None:
    users = settle(loader, {"n": 4, "email": " ada@example.com\n", "date_joined": "2024-05-01Z"})
    assert users["4"]["email"] == "ada@example.com"
    assert read_lines(loader) == [("4", "email", "converted", " ada@example.com\n", "ada@example.com", "")]


def test_user_without_a_password_cannot_sign_in_and_differs_from_others(loader: Loader) -> None:
    users = settle(loader, {"n": 5, "email": "a@example.com"}, {"n": 6, "email": "b@example.com", "password": None})
    passwords = {user["password"] for user in users.values()}
    assert len(passwords) == 2
    assert not any(is_password_usable(password) for password in passwords)


def test_nobody_is_root_and_times_are_taken_from_the_row(loader: Loader) -> None:
    users = settle(
        loader,
        {"n": 7, "email": "a@example.com", "updated_at": "2024-05-01Z", "full_name": "x" * 300, "is_active": False},
    )
    user = users["7"]
    assert (user["is_superuser"], user["is_staff"], user["is_active"]) == (False, True, False)
    assert user["date_joined"].startswith("2024-05-01")
    assert user["full_name"] == "x" * 255
    assert [line[1:3] for line in read_lines(loader)] == [("date_joined", "derived"), ("full_name", "converted")]
