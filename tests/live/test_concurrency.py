"""Many callers at once, on the real application: nothing is lost, doubled, or half done."""

import threading
import time
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from tests.live.site import PASSWORD, Caller, Site, Web, Writers, name, size, statuses, together

# Appending and counting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "clients"), [(32, 32), (size(96, 1000), 16)])
def test_parallel_notes_all_survive_in_a_stable_order(ada: Caller, count: int, clients: int) -> None:
    card = ada.add_job()
    texts = [f"note {number}" for number in range(count)]
    calls = [partial(ada.api, "POST", f"jobs/{card}/notes/", {"text": text}) for text in texts]
    answers = together(calls, clients=clients)
    assert statuses(answers) == [200] * count
    notes = ada.get(f"jobs/{card}/")["notes"]
    assert sorted(note["text"] for note in notes) == sorted(texts)
    assert [note["created_at"] for note in notes] == sorted(note["created_at"] for note in notes)
    assert ada.get(f"jobs/{card}/")["notes"] == notes
    # Each caller saw a list that ends in its own note and only ever grew.
    for text, answer in zip(texts, answers, strict=True):
        assert answer.json["notes"] == notes[: len(answer.json["notes"])]
        assert answer.json["notes"][-1]["text"] == text


def test_parallel_follow_ups_are_all_counted(ada: Caller) -> None:
    card = ada.add_job()
    answers = together([partial(ada.api, "PATCH", f"jobs/{card}/followup/", {"note": f"{n}"}) for n in range(32)])
    assert statuses(answers) == [200] * 32
    assert sorted(answer.json["followup_count"] for answer in answers) == list(range(1, 33))
    job = ada.get(f"jobs/{card}/")
    assert job["followup_count"] == 32
    assert len(job["notes"]) == 32


# One of a kind --------------------------------------------------------------------------------------------------------


def test_of_parallel_equal_jobs_one_is_made_and_the_others_name_it(ada: Caller, site: Site) -> None:
    for _ in range(size(4, 50)):
        job = {"company_name": name(), "role_title": "Engineer"}
        answers = together([partial(ada.api, "POST", "jobs/", job)] * 10)
        assert statuses(answers) == [201] + [409] * 9
        [made] = [answer.json["id"] for answer in answers if answer.status == 201]
        refusals = [answer.json for answer in answers if answer.status == 409]
        assert {(refusal["code"], refusal["existing_id"]) for refusal in refusals} == {("duplicate_open_job", made)}
        assert len(site.sql("SELECT 1 FROM jobs WHERE company_name = %s", job["company_name"])) == 1


@pytest.mark.parametrize("with_website", [False, True])
def test_people_who_track_one_company_share_one_entry(people: list[Caller], site: Site, with_website: bool) -> None:
    for _ in range(size(2, 25)):
        company = name("Shared")
        given = {"name": company}
        if with_website:
            given["website"] = f"https://{company.split()[-1]}.com"
        answers = together([partial(person.api, "POST", "target-companies/", given) for person in people])
        assert statuses(answers) == [201] * 10
        assert len(site.sql("SELECT 1 FROM companies WHERE name = %s", company)) == 1
        again = together([partial(person.api, "POST", "target-companies/", given) for person in people])
        assert statuses(again) == [409] * 10
        assert {answer.json["code"] for answer in again} == {"already_tracked"}


def test_parallel_sign_ups_with_one_address_make_one_account_and_tell_nobody(web: Web, site: Site) -> None:
    for turn in range(size(1, 10)):
        anyone = Caller(web.port, source=f"127.0.2.{turn + 1}")
        address = f"{name('twin').replace(' ', '-')}@example.com"
        body = {"email": address, "password": PASSWORD, "full_name": "Twin"}
        answers = together([partial(anyone.api, "POST", "auth/register", body)] * 8)
        assert statuses(answers) == [201] * 8
        assert len({answer.body for answer in answers}) == 1
        [user] = site.sql("SELECT id FROM accounts_user WHERE lower(email) = %s", address)
        assert len(site.sql("SELECT 1 FROM user_profiles WHERE user_id = %s", user["id"])) == 1


# Idempotency-Key ------------------------------------------------------------------------------------------------------


def test_parallel_requests_with_one_key_have_one_effect_and_one_answer(ada: Caller, ben: Caller, site: Site) -> None:
    for _ in range(size(2, 30)):
        job, key = {"company_name": name(), "role_title": "Engineer"}, name("key").replace(" ", "-")
        answers = together([partial(ada.api, "POST", "jobs/", job, Idempotency_Key=key)] * 16)
        assert statuses(answers) == [201] * 16
        assert len({answer.body for answer in answers}) == 1
        assert len({answer.headers["ETag"] for answer in answers}) == 1
        replayed = [answer.headers.get("Idempotent-Replayed") for answer in answers]
        assert sorted(replayed, key=str) == [None] + ["true"] * 15
        assert len(site.sql("SELECT 1 FROM jobs WHERE company_name = %s", job["company_name"])) == 1
        other = ada.api("POST", "jobs/", job | {"role_title": "Designer"}, Idempotency_Key=key)
        assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
        assert ben.api("POST", "jobs/", job, Idempotency_Key=key).headers.get("Idempotent-Replayed") is None


def test_killed_workers_lose_and_double_nothing(people: list[Caller], site: Site, web: Web) -> None:
    """Clients that try again with their key, and clients that do not, while workers are SIGKILLed every 0.8 s."""
    kills, clients = size(5, 24), 5
    over = threading.Event()
    made: list[tuple[Caller, str, Any]] = []
    writers = Writers(people[clients:8])
    refused = []

    def create(person: Caller) -> None:
        while not over.is_set():
            job = {"company_name": name("Killed"), "role_title": "Engineer", "notes": [{"text": "first"}]}
            answer = person.insist("POST", "jobs/", job, key=name("key").replace(" ", "-"))
            assert answer.status == 201, answer
            made.append((person, job["company_name"], answer.json))

    def write(person: Caller) -> None:
        while not over.is_set():
            try:
                answer = writers.write(person)
            except Exception as error:
                refused.append(error)
                time.sleep(0.05)
            else:
                assert answer.status == 200, answer

    def kill() -> None:
        for turn in range(kills):
            time.sleep(0.8)
            web.kill_worker(turn)
        over.set()

    together(
        [kill, *(partial(create, person) for person in people[:clients]), *(partial(write, p) for p in writers.cards)]
    )
    for person, company, shown in made:
        rows = site.sql("SELECT id, user_id FROM jobs WHERE company_name = %s", company)
        assert [(str(row["id"]), str(row["user_id"])) for row in rows] == [(shown["id"], person.id)]
        told = site.sql("SELECT 1 FROM timeline_events WHERE job_id = %s AND event_type = 'job_saved'", shown["id"])
        assert len(told) == 1
    asked_for = {company for _, company, _ in made}
    present = site.sql("SELECT company_name FROM jobs WHERE company_name LIKE 'Killed %%'")
    assert {row["company_name"] for row in present} == asked_for
    acknowledged, kept = writers.check(site)
    print(
        f"{kills} kills: {len(made)} keyed creates, 0 lost, 0 doubled; {acknowledged} notes acknowledged, {kept} kept,"
    )
    print(f"{len(refused)} unanswered.")
    web.wait_until_up()


# Changing the same thing ----------------------------------------------------------------------------------------------


def test_parallel_changes_of_different_fields_both_survive(ada: Caller) -> None:
    card = ada.add_job()
    for turn in range(size(10, 60)):
        changes = [
            {"prep_notes": f"prepared {turn}"},
            {"referral_contact": f"Grace {turn}"},
            {"cover_letter": f"{turn}"},
        ]
        answers = together([partial(ada.api, "PATCH", f"jobs/{card}/", change) for change in changes])
        assert statuses(answers) == [200] * 3
        job = ada.get(f"jobs/{card}/")
        assert [{field: job[field]} for change in changes for field in change] == changes


def test_of_parallel_changes_of_one_state_one_wins_and_the_others_are_stale(ada: Caller) -> None:
    card = ada.add_job()
    for turn in range(size(4, 60)):
        seen = ada.api("GET", f"jobs/{card}/").headers["ETag"]
        calls = [
            partial(ada.api, "PATCH", f"jobs/{card}/", {"prep_notes": f"{turn} {n}"}, If_Match=seen) for n in range(6)
        ]
        answers = together(calls)
        assert statuses(answers) == [200] + [412] * 5
        [winner] = [answer for answer in answers if answer.status == 200]
        now = ada.api("GET", f"jobs/{card}/")
        assert now.json == winner.json
        assert now.headers["ETag"] == winner.headers["ETag"] != seen


@pytest.mark.parametrize(
    ("method", "path", "body", "done"),
    [
        ("PATCH", "", {"prep_notes": "late"}, 200),
        ("PATCH", "", {"status": "Applied"}, 200),
        ("POST", "notes/", {"text": "late"}, 200),
        ("PATCH", "followup/", {"note": "late"}, 200),
        ("POST", "interview/", {"interview_date": "2031-01-15T10:00:00Z", "round": "Late"}, 201),
    ],
)
def test_deleted_job_stays_gone(ada: Caller, site: Site, method: str, path: str, body: Any, done: int) -> None:
    outcomes = []
    for _ in range(size(4, 30)):
        card = ada.add_job()
        change = partial(ada.api, method, f"jobs/{card}/{path}", body)
        first, deleted, last = together([change, partial(ada.api, "DELETE", f"jobs/{card}/"), change])
        changed = [first, last]
        assert deleted.status == 204, deleted
        assert {answer.status for answer in changed} <= {done, 404, 409}, changed
        outcomes += [answer.status for answer in changed]
        assert ada.api("GET", f"jobs/{card}/").status == 404
        assert change().status == 404
        [row] = site.sql("SELECT is_deleted, notes FROM jobs WHERE id = %s", card)
        assert row["is_deleted"]
        interviews = site.sql("SELECT 1 FROM interviews WHERE job_id = %s", card)
        kept = {"notes/": len(row["notes"]), "followup/": len(row["notes"]), "interview/": len(interviews)}
        assert kept.get(path, 0) == (sum(answer.status == done for answer in changed) if path else 0)
        [*_, told] = site.sql("SELECT event_data FROM timeline_events WHERE job_id = %s ORDER BY event_date, id", card)
        assert told["event_data"] == {"action": "deleted"}
    print(f"{method} {path}: {sorted(outcomes)}")


def test_parallel_moves_leave_a_legal_card_and_a_history_without_gaps(ada: Caller, site: Site) -> None:
    moves = [
        {"status": "Closed", "closed_reason": "Rejected"},
        {"status": "Interview"},
        {"status": "Closed"},
        {"status": "Offer"},
    ]
    card = ada.add_job()
    for turn in range(size(10, 60)):
        pair = [moves[turn % 4], moves[(turn + 1 + turn // 4) % 4]]
        answers = together([partial(ada.api, "PATCH", f"jobs/{card}/", move) for move in pair])
        assert statuses(answers) == [200, 200]
        for shown in (ada.get(f"jobs/{card}/"), *(answer.json for answer in answers)):
            assert (shown["status"] == "Closed") == bool(shown["closed_reason"]), shown
    history = [
        (event["event_data"]["from"], event["event_data"]["to"])
        for event in site.sql(
            "SELECT event_data FROM timeline_events WHERE job_id = %s AND event_data ? 'from' ORDER BY event_date, id",
            card,
        )
    ]
    assert [before for before, _ in history] == ["Tracking", *(after for _, after in history[:-1])]
    assert history[-1][1] == ada.get(f"jobs/{card}/")["status"]


def test_parallel_interviews_debriefs_and_moves_of_one_card_do_not_deadlock(ada: Caller, site: Site) -> None:
    for turn in range(size(3, 30)):
        card = ada.add_job()
        first = ada.api(
            "POST", f"jobs/{card}/interview/", {"interview_date": "2026-01-15T10:00:00Z", "round": "Screen"}
        )
        assert first.status == 201, first
        interview = first.json["id"]
        schedule = [
            partial(
                ada.api,
                "POST",
                f"jobs/{card}/interview/",
                {"interview_date": f"2031-01-{day}T10:00:00Z", "round": "On"},
            )
            for day in (11, 12, 13, 14)
        ]
        debrief = partial(ada.api, "POST", f"jobs/{card}/debrief/", {"rating": 8, "went_well": "Most."})
        answers = together(
            [
                *schedule,
                *(debrief, debrief, debrief),
                partial(ada.api, "PATCH", f"interviews/{interview}/", {"notes": f"turn {turn}"}),
                partial(ada.api, "PATCH", f"interviews/{interview}/", {"interviewer_name": "Grace"}),
                partial(ada.api, "POST", f"interviews/{interview}/cancel/"),
                partial(ada.api, "PATCH", f"jobs/{card}/", {"status": "Offer"}),
                partial(ada.api, "POST", f"jobs/{card}/notes/", {"text": "meanwhile"}),
            ]
        )
        scheduled, debriefed, [*changed, cancelled, offered, noted] = answers[:4], answers[4:7], answers[7:]
        assert statuses(scheduled) == [201] * 4
        assert statuses([*changed, offered, noted]) == [200] * 4
        assert {answer.status for answer in debriefed} <= {200, 404}, debriefed  # 404 where nothing was scheduled yet.
        assert cancelled.status in (200, 400), cancelled  # 400 where a debrief had come first.
        rows = site.sql("SELECT status, interview_date FROM interviews WHERE job_id = %s ORDER BY interview_date", card)
        assert len(rows) == 5
        job = ada.get(f"jobs/{card}/")
        assert job["status"] == "Offer"
        coming = next(row["interview_date"] for row in rows if row["status"] == "Scheduled")
        assert datetime.fromisoformat(job["interview_date"]) == coming
        shown = ada.get(f"interviews/{interview}/")
        assert (shown["notes"], shown["interviewer_name"]) == (f"turn {turn}", "Grace")


def test_connections_stay_within_what_the_server_has(ada: Caller, site: Site) -> None:
    together([partial(ada.api, "GET", "jobs/") for _ in range(200)], clients=40)
    assert site.count_connections() <= 4 * 4 + 1
