"""Reading JobPilot's cells: a value as SQLite or PostgreSQL has it in, what our column stores out.

Whatever a cell holds, a reader returns something that its column takes, or raises: `Amended` with what is stored instead,
`Refused` where no row can be made without it. A COPY must never fail for one cell; the whole table would be lost.
The readers are called for every cell of a million rows, so the common value leaves at the first line.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from jobos.accounts.models import LINKEDIN_PATTERN
from jobos.crossing.services import documents
from jobos.crossing.services.loading import CANONICAL, SHARED_KEYS, Amended, Refused

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping

    Reader = Callable[[Any], Any]

LARGEST_INTEGER = 2**31 - 1
LARGEST_SMALL = 2**15 - 1
LONGEST_SKILL = 500  # Characters.
LARGEST_SALARY = 9_999_999_999.99
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?")
OTHER_TIME = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T](?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?P<fraction>\.[0-9]+)?"
    r" ?(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2})?)?)?)?",
    re.IGNORECASE,
)
LONGEST_FRACTION = len(".123456")
# A number is seconds, or milliseconds, since 1970 only where no other reading lies between 2000 and 2100.
FIRST_SECOND = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
LAST_SECOND = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
FLAGS = {
    word: value
    for value, words in ((True, "1 t true y yes on"), (False, "0 f false n no off"))
    for word in words.split()
}
ABSENT = "null"

HAS_SCHEME = re.compile(r"https?://\S+", re.IGNORECASE | re.ASCII)
BARE_ADDRESS = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?(?:[/?#]\S*)?", re.IGNORECASE | re.ASCII)
LINKEDIN = re.compile(LINKEDIN_PATTERN.removeprefix("^").removesuffix("$"), re.IGNORECASE | re.ASCII | re.DOTALL)


# Texts ----------------------------------------------------------------------------------------------------------------


def text(value: Any) -> str | None:
    """Read a text; what PostgreSQL cannot store of it is taken out."""
    if value is None:
        return None
    if type(value) is str:
        if "\0" not in value and (value.isascii() or documents.is_encodable(value)):
            return value
        raise Amended(documents.UNSTORABLE.sub("", value), "A text holds no NUL and no half of a character.")
    if type(value) is bytes:
        raise Amended(as_words(value), "Bytes stood where a text belongs.")
    return str(value)


def as_words(value: bytes) -> str:
    """Read bytes as the text that they most likely are: UTF-8, else the Western code page."""
    try:
        return value.decode().replace("\0", "")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace").replace("\0", "")


def required_text(value: Any) -> str:
    """Read a text that the column must have: '' stands in for none."""
    if value is None:
        raise Amended("", "There was none.", "derived")
    return text(value) or ""


def plain(value: Any) -> tuple[str, str]:
    """Read a text, or '' for none, together with what was amended of it."""
    try:
        return text(value) or "", ""
    except Amended as amended:
        return amended.value, amended.reason


def long_text(value: Any) -> str:
    """Read a text that is '' for none."""
    return text(value) or ""


def cut(longest: int) -> Reader:
    """Make a reader of texts that are '' for none and end where the column does."""

    def read(value: Any) -> str:
        if type(value) is str and len(value) <= longest and value.isascii() and "\0" not in value:
            return value
        words, reason = plain(value)
        if len(words) > longest:
            raise Amended(words[:longest], "Too long: cut.")
        if reason:
            raise Amended(words, reason)
        return words

    return read


def _address(fits: re.Pattern[str], longest: int, reason: str) -> Reader:
    def read(value: Any) -> str:
        if value is None:
            return ""
        words, _ = plain(value)
        trimmed = words.strip()
        if not trimmed:
            return ""
        for address in (trimmed, f"https://{trimmed.removeprefix('//')}" if BARE_ADDRESS.fullmatch(trimmed) else ""):
            if len(address) <= longest and fits.fullmatch(address) and HAS_SCHEME.fullmatch(address):
                if address == value:
                    return address
                raise Amended(address, "An address begins with https:// and has no blanks around it.")
        raise Amended("", reason, "quarantined")

    return read


linkedin_address = _address(LINKEDIN, 1000, "It is no address on linkedin.com.")
web_address = _address(HAS_SCHEME, 1000, "It is no web address.")


# Keys -----------------------------------------------------------------------------------------------------------------


def key(make: Callable[[Any], uuid.UUID], *, required: str = "") -> Reader:
    """Make a reader of keys; `make` is asked for those that are no UUIDs. `required` says what a row without one lacks."""

    def read(value: Any) -> str | None:
        if type(value) is str and CANONICAL.fullmatch(value) and value not in SHARED_KEYS:
            return value
        if value is None or value == "":
            if required:
                raise Refused(required)
            return None
        return str(make(value))

    return read


# Times ----------------------------------------------------------------------------------------------------------------


def time(value: Any) -> str | None:
    """Read a time, meant as UTC where it has no offset, as PostgreSQL reads it in a session of that zone."""
    if value is None:
        return None
    if type(value) is str:
        if TIME.fullmatch(value):
            try:
                datetime.fromisoformat(value)
            except ValueError:
                refuse_time()
            return value
        return other_time(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        for unit in (1, 1000):
            if FIRST_SECOND <= value / unit < LAST_SECOND:
                read = datetime.fromtimestamp(value / unit, UTC).replace(tzinfo=None).isoformat(" ")
                raise Amended(read, f"Read as {'milli' if unit > 1 else ''}seconds since 1970.")
    if type(value) is bytes:
        words = as_words(value)
        raise Amended(time(words), "Bytes stood where a time belongs.")
    return refuse_time()


def refuse_time() -> NoReturn:
    raise Amended(None, "It is no time.", "quarantined")


def other_time(value: str) -> str | None:
    """Read a time that is written in another way than JobPilot wrote it."""
    trimmed = value.strip()
    if not trimmed:
        return None
    parts = OTHER_TIME.fullmatch(trimmed)
    if parts is None:
        refuse_time()
    zone = (parts["zone"] or "").upper()
    spelled = f"{parts['day']} {parts['clock'] or '00:00'}{(parts['fraction'] or '')[:LONGEST_FRACTION]}"
    try:
        read = datetime.fromisoformat(f"{spelled}{'+00:00' if zone in {'', 'Z'} else zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        refuse_time()
    read_text = read.replace(tzinfo=None).isoformat(" ")
    if len(parts["fraction"] or "") > LONGEST_FRACTION:
        raise Amended(read_text, "A time is kept to the microsecond.")
    return read_text


# Numbers and flags ----------------------------------------------------------------------------------------------------


def number(value: Any) -> float | None:
    """Read a number; the infinite ones and those that are none stay in the ledger."""
    if value is None:
        return None
    if type(value) is float and math.isfinite(value):
        return value
    try:
        read = float(value.replace("_", "x") if type(value) is str else value)
    except (ValueError, TypeError, OverflowError):
        read = math.nan
    if math.isfinite(read) and type(value) is not bytes:
        return read
    raise Amended(None, "It is no number that can be stored.", "quarantined")


def required_number(value: Any) -> float:
    """Read a number that a row is nothing without."""
    try:
        read = number(value)
    except Amended:
        read = None
    if read is None:
        raise Refused("Its number is missing, or none.")
    return read


def integer(value: Any) -> int | None:
    """Read a whole number of 32 bits."""
    if value is None:
        return None
    if type(value) is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    if type(value) is str and INTEGER.fullmatch(value):
        return int(value)
    try:
        read = number(value)
    except Amended:
        read = None
    if read is not None and read.is_integer() and abs(read) <= LARGEST_INTEGER:
        return int(read)
    raise Amended(None, "It is no whole number that can be stored.", "quarantined")


def share(value: Any) -> float:
    """Read a share from 0 to 1 that the column must have: 0 stands in for none."""
    try:
        read = number(value)
    except Amended as amended:
        raise Amended(0.0, amended.reason, "quarantined")
    if read is None:
        raise Amended(0.0, "There was none.", "derived")
    return read


def required_integer(value: Any) -> int:
    if value is None:
        raise Amended(0, "There was none.", "derived")
    try:
        return integer(value) or 0
    except Amended as amended:
        raise Amended(0, amended.reason, "quarantined")


def years(value: Any) -> int | None:
    """Read whole years of experience."""
    if value is None:
        return None
    try:
        read = number(value)
    except Amended:
        read = None
    if read is None or not 0 <= read <= LARGEST_SMALL:
        raise Amended(None, "It is no number of years.", "quarantined")
    if not read.is_integer():
        raise Amended(int(read), "Only whole years are counted.")
    return int(read)


def salary(value: Any) -> float | None:
    """Read a salary in two decimals, as the columns of a profile hold it."""
    read = number(value)
    if read is None:
        return None
    if not 0 <= read < LARGEST_SALARY:
        raise Amended(None, "It is no salary.", "quarantined")
    if round(read, 2) != read:
        raise Amended(round(read, 2), "A salary has two decimals.")
    return read


def flag(value: Any) -> bool | None:
    """Read yes or no in any of its spellings."""
    if value is None:
        return None
    if type(value) is int and value in {0, 1}:
        return value == 1
    read = FLAGS.get(str(value).strip().lower()) if type(value) is not float else {0.0: False, 1.0: True}.get(value)
    if read is None:
        raise Amended(None, "It says neither yes nor no.", "quarantined")
    return read


# Documents ------------------------------------------------------------------------------------------------------------


def document(value: Any) -> str | None:
    """Read a document, as it is stored: JSON text, None for none at all.

    A text inside may be JSON again, which the migrations decode; it must be storable, too.
    """
    if value is None or value == ABSENT:
        return None
    if type(value) is str:
        return documents.read(value)
    if type(value) is bytes:
        words = as_words(value)
        raise Amended(documents.settle(words), "Bytes stood where a document belongs.")
    if isinstance(value, float) and not math.isfinite(value):
        raise Amended(None, "It is no number that can be stored.", "quarantined")
    return json.dumps(value)


def skills(value: Any) -> str | None:
    """Read a list of skills, none of them so long that no index holds it."""
    if value is None or (type(value) is str and len(value) <= LONGEST_SKILL):
        return document(value)
    amended = None
    try:
        read = document(value)
    except Amended as amendment:
        read, amended = amendment.value, amendment
    said = None if read is None else documents.decode(read)
    entries = said.split(",") if isinstance(said, str) else said if isinstance(said, list) else []
    if any(isinstance(entry, str) and len(entry) > LONGEST_SKILL for entry in entries):
        cut = [entry.strip()[:LONGEST_SKILL] if isinstance(entry, str) else entry for entry in entries]
        raise Amended(json.dumps(cut), f"No skill is longer than {LONGEST_SKILL} characters: cut.")
    if amended is not None:
        raise amended
    return read


def required_document(value: Any) -> str:
    """Read a document that the column must have: `null` stands in for none."""
    if value is None:
        raise Amended(ABSENT, "There was none.", "derived")
    try:
        return document(value) or ABSENT
    except Amended as amended:
        raise Amended(amended.value or ABSENT, amended.reason, amended.outcome)


def unwrapped(value: Any) -> str | None:
    """Read a document that the migrations take as it is: one that was encoded again and again is decoded here."""
    read = document(value)
    if read is None or not read.lstrip().startswith('"'):
        return read
    inner = documents.decode(read)
    if type(inner) is str:
        return read
    raise Amended(None if inner is None else json.dumps(inner), "It was encoded more than once.")


def listed(read: Reader) -> Reader:
    """Make a reader of documents that are lists: where words stand in place of one, they are its parts between commas."""

    def read_list(value: Any) -> Any:
        amended = None
        try:
            spelled = read(value)
        except Amended as amendment:
            spelled, amended = amendment.value, amendment
        said = None if spelled is None else documents.decode(spelled)
        if isinstance(said, str) and (parts := [part.strip() for part in said.split(",") if part.strip()]):
            raise Amended(json.dumps(parts), "Words with commas between them are a list.")
        if amended is not None:
            raise amended
        return spelled

    return read_list


# Lists of a profile ---------------------------------------------------------------------------------------------------


def texts(longest: int, known: Mapping[str, str] | None = None) -> Reader:
    """Make a reader of lists of texts, as an array; with `known`, of these only, by how they may be spelled."""

    def read(value: Any) -> list[str]:
        if value is None or value in {ABSENT, "[]"}:
            return []
        try:
            spelled, reason = document(value), ""
        except Amended as amended:
            spelled, reason = amended.value, amended.reason
        said = None if spelled is None else documents.decode(spelled)
        if isinstance(said, str):
            items, is_plain = [part.strip() for part in said.split(",")], False
        else:
            items, is_plain = (said, not reason) if isinstance(said, list) else ([], said is None and not reason)
        kept: list[str] = []
        for item in items:
            entry = _entry(item, known)[:longest]
            is_plain = is_plain and entry == item and entry not in kept
            if entry and entry not in kept:
                kept.append(entry)
        if is_plain:
            return kept
        raise Amended(kept, "A list of texts, each once and in its own spelling; the rest found no place.")

    return read


def _entry(item: Any, known: Mapping[str, str] | None) -> str:
    if isinstance(item, bool) or not isinstance(item, str | int | float):
        return ""
    entry = str(item).strip()
    return entry if known is None else known.get(fold(entry), "")


def fold(spelling: str) -> str:
    """Return a spelling of a member of an enumeration without what names and values differ in."""
    return re.sub(r"[\s_-]+", "", spelling).lower()
