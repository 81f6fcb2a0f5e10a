"""What the real application does while PostgreSQL, its own workers or its callers misbehave."""

import os
import re
import signal
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import pytest

from tests.live.site import (
    CONNECTIONS_AT_MOST,
    FULL,
    PASSWORD,
    SIGN_IN_FAILURE_LIMIT,
    SIGN_IN_RATE,
    SLACK,
    Answer,
    Call,
    Caller,
    Load,
    Site,
    Unanswered,
    Web,
    Writers,
    name,
    size,
    statuses,
    together,
    wait_until,
)

AWAY = 2.5  # Seconds until a request is refused while the database is away.
BACK = 2.0  # Seconds after which nothing may fail any more once the database is back.


@pytest.fixture(scope="module")
def session(site: Site, web: Web, ben: Caller) -> Caller:
    """Ben signed in to the admin in a browser."""
    site.sql("UPDATE accounts_user SET is_staff = true, is_superuser = true WHERE id = %s", ben.id)
    signed_in, cookies = sign_in_to_admin(web, ben, source="127.0.3.1")
    assert signed_in.status == 302, signed_in
    return Caller(web.port, source="127.0.3.1", cookies=f"{cookies}; {read_cookies(signed_in)}")


def sign_in_to_admin(web: Web, person: Caller, *, source: str) -> tuple[Answer, str]:
    """Fill in the admin's sign-in form; return its answer and the cookies that came with the form."""
    page = Caller(web.port, source=source).call("GET", "/admin/login/")
    assert page.status == 200, page
    cookies = read_cookies(page)
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "username": person.email, "password": PASSWORD})
    browser = Caller(web.port, source=source, cookies=cookies)
    return browser.call("POST", "/admin/login/?next=/live", form=form), cookies


def read_cookies(answer: Answer) -> str:
    return "; ".join(line.split(";")[0] for line in answer.headers.get_all("Set-Cookie", []))


def sign_in(web: Web, person: Caller) -> Answer:
    """Sign in from an address that has not done so before, so that no limit is in the way."""
    source = f"127.{uuid.uuid4().int % 200 + 10}.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250 + 1}"
    return Caller(web.port, source=source).api("POST", "auth/login", {"email": person.email, "password": PASSWORD})


@pytest.fixture
def writers(people: list[Caller]) -> Writers:
    return Writers(people[2:6])


@pytest.fixture
def everything(web: Web, session: Caller, ada: Caller, writers: Writers) -> Load:
    """Eight clients: four that write, one that reads, one in the admin, one that signs in, one on a session's first page."""
    load = Load()
    for person in writers.cards:
        load.add("write", partial(writers.write, person))
    load.add("read", partial(ada.api, "GET", "jobs/"))
    load.add("admin", partial(session.call, "GET", "/admin/"))
    load.add("session", partial(session.call, "GET", "/admin/login/?next=/live"))
    load.add("sign-in", partial(sign_in, web, ada))
    return load


GOOD = {"write": 200, "read": 200, "admin": 200, "session": 302, "sign-in": 200}


def is_good(call: Call) -> bool:
    return call.answer is not None and call.answer.status == GOOD[call.kind]


def check_refusal(call: Call) -> None:
    """See that a request that failed was told so in the right way: 503 with Retry-After, as a problem under /api/."""
    answer = call.answer
    assert answer is not None, call
    assert answer.status == 503, call
    assert answer.headers["Retry-After"] == "2", call
    if call.kind in ("write", "read", "sign-in"):
        assert answer.headers["Content-Type"] == "application/problem+json", call
        assert answer.json["code"] == "unavailable"


def describe(calls: list[Call]) -> str:
    slowest = max((call.seconds for call in calls), default=0)
    bad = sum(not is_good(call) for call in calls)
    return f"{len(calls)} requests, {bad} refused, slowest {slowest:.2f} s"


# PostgreSQL -----------------------------------------------------------------------------------------------------------


def test_killed_database_is_started_again_by_the_request_that_needs_it(
    site: Site, everything: Load, writers: Writers, web: Web
) -> None:
    workers = web.find_workers()
    with everything:
        for _ in range(size(1, 10)):
            time.sleep(1)
            killed = time.monotonic()
            site.kill_database()
            back = wait_until(lambda: site.server.status().ready, 15, "the database is back")
            late = everything.wait_for_each(killed + back + BACK)
            during = everything.ended_between(killed, killed + back + BACK)
            print(f"Back after {back:.2f} s; {describe(during)}; then {describe(late)}")
            last_bad = max((call.began for call in during if not is_good(call)), default=killed)
            print(f"The last refused request began {last_bad - killed:.2f} s after the kill.")
            assert [str(call) for call in late if not is_good(call)] == []
    for call in everything.calls:
        if not is_good(call):
            check_refusal(call)
            assert call.seconds <= AWAY + SLACK, call
    assert web.find_workers() == workers
    print("{} notes acknowledged, {} kept.".format(*writers.check(site)))


def test_while_the_database_is_away_everything_says_503_soon_and_then_heals(
    site: Site, everything: Load, writers: Writers, web: Web
) -> None:
    """First another process seems to be starting it, which is waited for; then it cannot start, which is said at once."""
    workers = web.find_workers()
    pings: list[tuple[str, Answer]] = []

    def ping(seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            pings.extend((path, web.anyone.call("GET", path)) for path in ("/live", "/ready"))
            time.sleep(0.1)

    with everything:
        time.sleep(0.5)
        with site.broken_cluster():
            with site.start_lock():
                site.kill_database()
                killed = time.monotonic()
                ping(size(2, 5))
            ping(size(1, 5))
        free = time.monotonic()
        wait_until(lambda: site.server.status().ready, 15, "the database is back")
        back = time.monotonic()
        ready = wait_until(lambda: web.answers("/ready"), 10, "/ready says 200")
        late = everything.wait_for_each(back + BACK)
    during = [call for call in everything.calls if call.began >= killed and call.began + call.seconds < free]
    healing = [call.began - back for call in everything.begun_after(free) if not is_good(call)]
    print(
        f"Away {free - killed:.1f} s: {describe(during)}. Back {back - free:.2f} s after it could be, /ready {ready:.2f} s"
    )
    print(
        f"later; {len(healing)} refused after it could, the last begun {max(healing, default=0):.2f} s after it was back;"
    )
    print(f"then {describe(late)}")
    for path in ("/live", "/ready"):
        print(f"{path}: slowest {max(answer.seconds for asked, answer in pings if asked == path):.2f} s")
    assert {call.kind for call in during} == set(GOOD)
    assert [str(call) for call in during if is_good(call)] == []
    assert [str(call) for call in late if not is_good(call)] == []
    for call in everything.calls:
        if not is_good(call):
            check_refusal(call)
            assert call.seconds <= AWAY + SLACK, call
    for path, answer in pings:
        assert answer.status == (200 if path == "/live" else 503), (path, answer)
        assert answer.seconds <= (1 if path == "/live" else AWAY) + SLACK, (path, answer)
    assert web.find_workers() == workers
    print("{} notes acknowledged, {} kept.".format(*writers.check(site)))


def test_terminated_sessions_cost_at_most_one_request_each(
    site: Site, everything: Load, writers: Writers, web: Web
) -> None:
    with everything:
        for _ in range(size(2, 20)):
            time.sleep(0.5)
            moment = time.monotonic()
            ended = site.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            time.sleep(1.3)
            bad = [call for call in everything.begun_after(moment - 5) if not is_good(call)]
            assert len([call for call in bad if call.began + call.seconds > moment]) <= len(ended)
            assert not [call for call in bad if call.began > moment + 1]
    failed = [call for call in everything.calls if not is_good(call)]
    for call in failed:
        check_refusal(call)
    print(f"{describe(everything.calls)}; {len(ended)} sessions ended each time.")
    writers.check(site)


def answers_sql(site: Site) -> bool:
    try:
        return site.sql("SELECT 1") != []
    except psycopg.OperationalError:
        return False


def test_killed_session_restarts_the_server_and_nothing_else(
    site: Site, everything: Load, writers: Writers, web: Web
) -> None:
    """PostgreSQL ends every session when one is killed, recovers and goes on by itself."""
    postmaster = site.server.status().pid
    with everything:
        time.sleep(0.5)
        [victim, *_] = site.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' LIMIT 1")
        moment = time.monotonic()
        os.kill(victim["pid"], signal.SIGKILL)
        time.sleep(0.05)
        wait_until(lambda: answers_sql(site), 30, "the database has recovered")
        back = time.monotonic()
        late = everything.wait_for_each(back + BACK)
    assert [str(call) for call in late if not is_good(call)] == []
    failed = [call for call in everything.calls if not is_good(call)]
    for call in failed:
        check_refusal(call)
        assert call.seconds <= AWAY + SLACK, call
    healed = max((call.began + call.seconds - back for call in failed), default=0)
    print(
        f"Recovered {back - moment:.2f} s after the kill; {describe(everything.calls)}, the last {healed:.2f} s after."
    )
    assert site.server.status().pid == postmaster
    writers.check(site)


def test_locked_row_and_slow_statement_are_refused_and_not_a_hang(
    ada: Caller, ben: Caller, site: Site, slow_insert: str
) -> None:
    card = ada.add_job()
    calls = [
        partial(ada.api, "PATCH", f"jobs/{card}/", {"prep_notes": "late"}),
        partial(ada.api, "POST", f"jobs/{card}/notes/", {"text": "late"}),
        partial(ada.api, "DELETE", f"jobs/{card}/"),
        partial(ada.api, "POST", f"jobs/{card}/interview/", {"interview_date": "2031-01-15T10:00:00Z", "round": "On"}),
    ]
    with site.session() as stranger:
        stranger.execute("SELECT 1 FROM jobs WHERE id = %s FOR UPDATE", [card])
        slow = partial(ben.api, "POST", "jobs/", {"company_name": slow_insert, "role_title": "Engineer"})
        reads = [partial(ada.api, "GET", f"jobs/{card}/"), partial(ada.api, "GET", "jobs/")]
        *writes, read, listed, cut = together([*calls, *reads, slow])
        assert statuses(writes) == [409] * 4
        for answer in writes:
            assert answer.json["code"] == "busy"
            assert answer.headers["Retry-After"] == "1"
            assert 1.5 < answer.seconds <= 3.5 + SLACK, answer
        assert statuses([read, listed]) == [200, 200]
        assert max(read.seconds, listed.seconds) < 1 + SLACK
    print(f"Busy after {max(answer.seconds for answer in writes):.2f} s, read after {read.seconds:.2f} s,")
    print(f"slow statement cut after {cut.seconds:.2f} s.")
    assert (cut.status, cut.headers["Retry-After"], cut.json["code"]) == (503, "2", "unavailable")
    assert 4.5 < cut.seconds <= 5.5 + SLACK
    assert site.sql("SELECT 1 FROM jobs WHERE company_name = %s", slow_insert) == []
    assert ada.api("POST", f"jobs/{card}/notes/", {"text": "now"}).status == 200
    assert [note["text"] for note in ada.get(f"jobs/{card}/")["notes"]] == ["now"]


def test_busy_is_not_the_answer_that_a_key_keeps(ada: Caller, site: Site) -> None:
    card = ada.add_job()
    write = partial(ada.api, "POST", f"jobs/{card}/notes/", {"text": "once"}, Idempotency_Key=uuid.uuid4().hex)
    with site.session() as stranger:
        stranger.execute("SELECT 1 FROM jobs WHERE id = %s FOR UPDATE", [card])
        assert write().json["code"] == "busy"
    for replayed in (None, "true"):
        answer = write()
        assert (answer.status, answer.headers.get("Idempotent-Replayed")) == (200, replayed), answer
    assert [note["text"] for note in ada.get(f"jobs/{card}/")["notes"]] == ["once"]


@pytest.mark.skipif(not FULL, reason="takes 10 s; LIVE_FULL=1 runs it")
def test_more_waiting_writers_than_threads_do_not_stop_the_site(ada: Caller, site: Site, web: Web) -> None:
    card = ada.add_job()
    with site.session() as stranger:
        stranger.execute("SELECT 1 FROM jobs WHERE id = %s FOR UPDATE", [card])
        calls = [partial(ada.api, "POST", f"jobs/{card}/notes/", {"text": f"{n}"}) for n in range(40)]
        answers = together(calls)
        most = site.count_connections()
    assert {answer.json["code"] for answer in answers} == {"busy"}
    assert most <= 4 * 4 + 2 < CONNECTIONS_AT_MOST
    began = time.monotonic()
    assert statuses(together([partial(ada.api, "GET", "jobs/")] * 16)) == [200] * 16
    slowest = max(answer.seconds for answer in answers)
    print(
        f"40 refused within {slowest:.2f} s over {most} connections; 16 reads {time.monotonic() - began:.2f} s after."
    )


@pytest.fixture
def slow_insert(site: Site) -> Iterator[str]:
    """A company name whose jobs take PostgreSQL 30 s to insert."""
    slow = name("Slow")
    site.sql(
        "CREATE FUNCTION live_sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END'"
    )
    site.sql(
        "CREATE TRIGGER live_slow BEFORE INSERT ON jobs FOR EACH ROW"
        f" WHEN (NEW.company_name = '{slow}') EXECUTE FUNCTION live_sleep()"
    )
    yield slow
    site.sql("DROP FUNCTION live_sleep CASCADE")


@pytest.mark.skipif(not FULL, reason="takes 12 s; LIVE_FULL=1 runs it")
def test_frozen_worker_does_not_keep_its_row_locked(ada: Caller, site: Site, web: Web) -> None:
    """A worker that is stopped in the middle of a transaction loses it after 10 s, and the row is free."""
    card = ada.add_job()
    frozen: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        try:
            with site.session() as stranger:
                stranger.execute("SELECT 1 FROM jobs WHERE id = %s FOR UPDATE", [card])
                stuck = pool.submit(ada.api, "POST", f"jobs/{card}/notes/", {"text": "stuck"})
                wait_until(lambda: count_waiting(site), 3, "the note waits for the row")
                for pid in web.find_workers():
                    os.kill(pid, signal.SIGSTOP)
                    frozen.append(pid)
            began = time.monotonic()
            with site.session() as stranger:
                stranger.execute("SELECT 1 FROM jobs WHERE id = %s FOR UPDATE", [card])
            print(f"The row was free after {time.monotonic() - began:.2f} s.")
            assert time.monotonic() - began <= 10.5 + SLACK
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        answer = stuck.result(30)
    assert answer.status == 503, answer
    assert ada.get(f"jobs/{card}/")["notes"] == []


def count_waiting(site: Site) -> int:
    """Return how many of the site's sessions wait for a lock."""
    return len(site.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


# gunicorn -------------------------------------------------------------------------------------------------------------


def test_reload_fails_no_request(site: Site, everything: Load, writers: Writers, web: Web) -> None:
    with everything:
        for _ in range(size(1, 5)):
            before = set(web.find_workers())
            web.process.send_signal(signal.SIGHUP)
            wait_until(
                lambda before=before: len(now := set(web.find_workers())) == web.workers and not now & before,
                60,
                "every worker is a new one",
            )
            everything.wait_for_each(time.monotonic())
    assert [str(call) for call in everything.calls if not is_good(call)] == []
    print(describe(everything.calls))
    acknowledged, kept = writers.check(site)
    assert acknowledged == kept


@pytest.fixture(scope="module")
def late_web(site: Site, web: Web) -> Web:
    """A second gunicorn, started while the database was away and could not be started."""
    site.kill_database()
    with site.start_lock():
        late = site.serve(workers=2)
        late.wait_until_up()
        late.workers_before = late.find_workers()
        late.refused = [
            late.anyone.call("GET", "/ready"),
            late.anyone.api("GET", "jobs/", Authorization="Bearer " + "0" * 64),
        ]
    late.seconds_until_ready = wait_until(lambda: late.answers("/ready"), 30, "/ready says 200")
    return late


def test_site_that_starts_without_a_database_waits_for_it(late_web: Web) -> None:
    for answer in late_web.refused:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert answer.seconds <= AWAY + SLACK
    refused, ready = late_web.refused[0].seconds, late_web.seconds_until_ready
    print(f"/ready refused after {refused:.2f} s; 200 {ready:.2f} s after the database could start.")
    assert ready < 5 + SLACK
    assert late_web.process.poll() is not None or late_web.find_workers() == late_web.workers_before


def test_terminated_gunicorn_finishes_what_it_has_begun(ada: Caller, site: Site, late_web: Web) -> None:
    card = ada.add_job()
    here = Caller(late_web.port, ada.token)
    with ThreadPoolExecutor(4) as pool:
        with site.session() as stranger:
            stranger.execute("SELECT 1 FROM jobs WHERE id = %s FOR UPDATE", [card])
            begun = [pool.submit(here.api, "POST", f"jobs/{card}/notes/", {"text": f"{n}"}) for n in range(4)]
            wait_until(lambda: count_waiting(site) == 4, 10, "four notes wait for the row")
            late_web.process.terminate()
            time.sleep(0.5)
            assert late_web.process.poll() is None
        answers = [call.result(30) for call in begun]
    assert statuses(answers) == [200] * 4
    assert late_web.process.wait(10) == 0
    assert len(ada.get(f"jobs/{card}/")["notes"]) == 4
    with pytest.raises(Unanswered):
        here.api("GET", "jobs/")


# Limits ---------------------------------------------------------------------------------------------------------------


def test_wrong_passwords_lock_the_account_on_every_worker(web: Web, site: Site) -> None:
    """Ten wrong ones, from ten addresses; then the right one is refused as well, in the admin too. Others sign in."""
    victim = site.sign_up(web, "victim", source="127.4.1.1")
    wrong = {"email": victim.email, "password": "wrong"}
    answers = [
        Caller(web.port, source=f"127.4.2.{turn}").api("POST", "auth/login", wrong, X_Forwarded_For=f"10.0.0.{turn}")
        for turn in range(1, SIGN_IN_FAILURE_LIMIT + 3)
    ]
    assert [answer.status for answer in answers] == [401] * (SIGN_IN_FAILURE_LIMIT - 1) + [429] * 3
    right = {"email": victim.email.upper(), "password": PASSWORD}
    for turn in range(8):
        refused = Caller(web.port, source=f"127.4.3.{turn + 1}").api("POST", "auth/login", right)
        assert (refused.status, refused.json["code"]) == (429, "sign_in_locked")
        assert int(refused.headers["Retry-After"]) == 900
    assert sign_in_to_admin(web, victim, source="127.4.3.9")[0].status == 429
    assert victim.api("GET", "jobs/").status == 200  # Who is signed in already stays so.
    other = site.sign_up(web, "other", source="127.4.1.2")
    assert other.token


def test_wrong_passwords_for_many_accounts_lock_the_address(web: Web, ada: Caller) -> None:
    guesser = Caller(web.port, source="127.4.4.1")
    answers = [
        guesser.api(
            "POST",
            "auth/login",
            {"email": f"{uuid.uuid4().hex}@example.com", "password": "wrong"},
            X_Forwarded_For=f"10.0.1.{turn}, 10.0.2.{turn}",
            X_Real_IP=f"10.0.3.{turn}",
            Forwarded=f"for=10.0.4.{turn}",
        )
        for turn in range(SIGN_IN_FAILURE_LIMIT + 2)
    ]
    assert [answer.status for answer in answers] == [401] * (SIGN_IN_FAILURE_LIMIT - 1) + [429] * 3
    assert guesser.api("POST", "auth/login", {"email": ada.email, "password": PASSWORD}).status == 429
    assert sign_in(web, ada).status == 200


def test_address_limit_lets_exactly_its_number_through(web: Web) -> None:
    """Of ten times as many as may, over four workers, whatever the forged headers say."""
    left = 60 - time.time() % 60
    if left < 10:
        time.sleep(left + 0.1)  # The window is the minute on the clock.
    caller = Caller(web.port, source="127.4.5.1")
    calls = [
        partial(caller.api, "POST", "auth/login", {}, X_Forwarded_For=f"10.1.{n // 250}.{n % 250}")
        for n in range(10 * SIGN_IN_RATE)
    ]
    answers = together(calls, clients=24)
    assert (
        statuses(answers) == [400] * SIGN_IN_RATE + [429] * 9 * SIGN_IN_RATE
    )  # 400 is what came through: the body is empty.
    for answer in answers:
        if answer.status == 429:
            assert answer.json["code"] == "throttled"
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
    elsewhere = Caller(web.port, source="127.4.5.2").api("POST", "auth/login", {})
    assert elsewhere.status == 400


def test_bad_tokens_are_refused_at_once(web: Web) -> None:
    tokens = ["x", "0" * 64, "0" * 63 + "g", "é" * 64, "a b", uuid.uuid4().hex * 2, "0" * 4000]
    answers = together(
        [partial(Caller(web.port).api, "GET", "jobs/", Authorization=f"Bearer {token}") for token in tokens * 20],
        clients=8,
    )
    assert statuses(answers) == [401] * len(answers)
    slowest = max(answer.seconds for answer in answers)
    print(f"slowest {slowest:.2f} s")
    assert slowest < 1 + SLACK
