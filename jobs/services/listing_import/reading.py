"""From a file to records, one by one: JSON documents, pages with JSON-LD, JSON lines, CSV; gzip or not.

Memory stays bounded: lines and documents have a largest size, and what unpacks to far more than it weighs is refused.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

from django.core.exceptions import ValidationError
from rest_framework.exceptions import APIException

from jobos.core.parsers import check_bounds
from jobs.services.listing_import import boards, schema_org
from jobs.services.listing_import.mapping import FieldMapping, guess_mapping, make_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jobs.services.listing_import.boards import Record
    from jobs.services.listing_import.posting import Draft

LONGEST_LINE = 2_000_000
LARGEST_DOCUMENT = 64_000_000
# gzip makes text some ten times smaller; what grows by more than this, once it is large, was made to grow.
LARGEST_GROWTH = 100
FREE_GROWTH = 50_000_000
GZIP = b"\x1f\x8b"
# So far one looks ahead: whatever has no end of line in it is not JSON lines.
_PEEK = LONGEST_LINE + 1
_CHUNK = 65_536
MOST_FAULTY_AHEAD = 100
MOST_BLANK_LINES = 10_000
_DELIMITERS = ",;\t|"
SAVE_AS_UTF8 = "Save the file as UTF-8."
NOT_UTF8 = f"record: is not UTF-8. {SAVE_AS_UTF8}"
# What Python's reader of tables complains of, in words for whoever made the table.
_CSV_FAULTS = {
    "new-line character": "a carriage return in it ends no line",
    "field larger": f"a cell has more than {csv.field_size_limit():,} characters",
    "unexpected end": "a quoted cell does not end",
}
# What makes a spreadsheet calculate: such a cell was exported with an apostrophe before it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# How the records of each format are read; the others go through a mapping.
BOARDS: dict[str, Callable[[Record], Draft]] = {
    "greenhouse": boards.read_greenhouse,
    "lever": boards.read_lever,
    "ashby": boards.read_ashby,
    "jsonld": schema_org.read_job_posting,
}
FORMATS = ("auto", *BOARDS, "jsonl", "csv")
SOURCES = {"jsonld": "schema.org"}


# Bytes that one can look ahead in.
Bytes: TypeAlias = "io.BufferedReader[Any]"


class Readable(Protocol):
    """A binary file, standard input or an upload."""

    def read(self, size: int, /) -> bytes: ...


class Refused(Exception):
    """The file cannot be read on from here; says where and why."""


@dataclass(frozen=True)
class Row:
    """One posting of a file: its fields, or what is wrong with it."""

    line: int
    record: Record
    fault: str = ""


@dataclass(frozen=True)
class Feed:
    """A file that is understood: its format, how its records are read, and the records."""

    format: str
    read: Callable[[Record], Draft]
    source: str
    rows: Iterator[Row]
    unit: str
    """What rows are counted by: "line", or "entry" where they are no lines of the file."""


class _Counted(io.RawIOBase):
    """Any binary source as Python's buffers want it, which knows how much was taken from it."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the whole buffer unless the source ends: a pipe gives little at a time."""
        count = 0
        while count < len(buffer) and (chunk := self._source.read(len(buffer) - count)):
            buffer[count : count + len(chunk)] = chunk
            count += len(chunk)
        self.taken += count
        return count


class _Unpacked(io.RawIOBase):
    """What a gzip file holds, as long as it does not grow out of all proportion."""

    def __init__(self, packed: Bytes, counted: _Counted) -> None:
        self._stream = gzip.GzipFile(fileobj=packed)
        self._counted = counted
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = 0
        try:
            while count < len(buffer) and (chunk := self._stream.read(len(buffer) - count)):
                buffer[count : count + len(chunk)] = chunk
                count += len(chunk)
        except (OSError, EOFError, zlib.error) as exc:
            raise Refused(f"The gzip file is damaged: {exc}.") from exc
        self._given += count
        if self._given > FREE_GROWTH + LARGEST_GROWTH * self._counted.taken:
            raise Refused(f"The gzip file unpacks to more than {LARGEST_GROWTH} times its size.")
        return count


def open_feed(file: Readable, *, kind: str, mapping: Mapping[str, Any] | str | None) -> Feed:
    """Return what a file holds; raise ValidationError where that cannot be told."""
    if kind not in FORMATS:
        raise ValidationError(f"The format is one of {', '.join(FORMATS)}.", code="format")
    chosen = make_mapping(mapping) if mapping is not None else None
    counted = _Counted(file)
    stream: Bytes = io.BufferedReader(counted, _PEEK)
    try:
        if stream.peek(2)[:2] == GZIP:
            stream = io.BufferedReader(_Unpacked(stream, counted), _PEEK)
        head = stream.peek(_PEEK)[:_PEEK].removeprefix(b"\xef\xbb\xbf").lstrip()
        return _understand(stream, head, kind=kind, mapping=chosen)
    except Refused as exc:
        raise ValidationError(str(exc), code="unreadable") from exc


def _understand(stream: Bytes, head: bytes, *, kind: str, mapping: FieldMapping | None) -> Feed:
    if not head:
        raise ValidationError("The file is empty.", code="empty")
    rows: Iterator[Row]
    unit = "line"
    if head.startswith(b"<") and kind in ("auto", "jsonld"):
        kind, rows, unit = "jsonld", _number(_read_page(stream)), "entry"
    elif head[:1] in (b"{", b"[") and kind != "csv":
        if _is_lines(head):
            rows = _read_lines(stream)
        else:
            rows, unit = _number(_unfold(_read_document(stream))), "entry"
    elif kind in ("auto", "csv"):
        kind, rows = "csv", _read_table(stream)
    else:
        raise ValidationError(f"The file is no {kind}.", code="format")
    first, rows = _look_ahead(rows, unit)
    if mapping is None and kind == "auto":
        kind = _find_board(first)
    if mapping is None and kind in BOARDS:
        return Feed(kind, BOARDS[kind], SOURCES.get(kind, kind), rows, unit)
    mapping = mapping or _find_mapping(first)
    if mapping is None:
        names = "columns" if kind == "csv" else "keys of the first record"
        raise ValidationError(
            f"The {names} say neither title nor company in words that are known here; give a mapping.", code="mapping"
        )
    return Feed("csv" if kind == "csv" else "jsonl", mapping.read, mapping.source, rows, unit)


def _look_ahead(rows: Iterator[Row], unit: str) -> tuple[Record, Iterator[Row]]:
    """Return the first record that can be read, by which the file is understood, and all the rows."""
    seen: list[Row] = []
    for row in islice(rows, MOST_FAULTY_AHEAD):
        seen.append(row)
        if not row.fault:
            break
    if not seen:
        raise ValidationError("The file holds no postings.", code="empty")
    if seen[-1].fault:
        raise ValidationError(f"Nothing can be read: {unit} {seen[0].line}: {seen[0].fault}", code="unreadable")
    return seen[-1].record, chain(seen, rows)


def _find_board(record: Record) -> str:
    """Return the format that a record shows by itself; jsonl for any other."""
    if schema_org.is_posting(record):
        return "jsonld"
    if "absolute_url" in record and "title" in record:
        return "greenhouse"
    if "hostedUrl" in record and "text" in record:
        return "lever"
    if "jobUrl" in record and "title" in record:
        return "ashby"
    return "jsonl"


def _find_mapping(record: Record) -> FieldMapping | None:
    if {"control_number", "position_title"} <= set(record):
        return make_mapping("usajobs")
    return guess_mapping(record)


# JSON -----------------------------------------------------------------------------------------------------------------


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _parse(text: str | bytes) -> Any:
    """Return a JSON value; raise ValueError with what is wrong."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as exc:
        raise ValueError("it is nested too deeply") from exc


def _number(records: Iterable[Any]) -> Iterator[Row]:
    for line, record in enumerate(records, 1):
        yield record if isinstance(record, Row) else make_row(line, record)


def make_row(line: int, value: Any) -> Row:
    """Return the row of a record, with its fault where it is none, or holds what must not be stored."""
    if not isinstance(value, dict):
        return Row(line, {}, "record: is no JSON object.")
    try:
        check_bounds(value)
    except APIException as exc:
        return Row(line, value, f"record: {_explain(exc.detail)}")
    return Row(line, value)


def _explain(detail: Any) -> str:
    if isinstance(detail, dict):
        return "; ".join(f"{place}: {_explain(text)}" for place, text in detail.items())
    if isinstance(detail, list):
        return " ".join(_explain(text) for text in detail)
    return str(detail).replace("The body", "It", 1)


def _is_lines(head: bytes) -> bool:
    """Tell whether the text is one JSON object for each line: the first line is whole, and not all there is."""
    first, ended, rest = head.partition(b"\n")
    if not ended:
        return False
    try:
        _parse(first)
    except ValueError:
        return rest.lstrip().startswith(b"{") and first.rstrip().endswith(b"}")
    return first.startswith(b"{") and bool(rest.strip())


def _read_document(stream: Bytes) -> Any:
    return _parse_document(_read_whole(stream))


def _read_whole(stream: Bytes) -> bytes:
    content = bytearray()
    while chunk := stream.read(_CHUNK):
        content += chunk
        if len(content) > LARGEST_DOCUMENT:
            raise Refused(f"One document is larger than {LARGEST_DOCUMENT:,} bytes; JSON lines may be of any length.")
    return bytes(content).removeprefix(b"\xef\xbb\xbf")


def _parse_document(content: bytes) -> Any:
    try:
        return _parse(content)
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise Refused(f"Line {line} is not UTF-8. {SAVE_AS_UTF8}") from exc
    except ValueError as exc:
        raise Refused(f"The document is not JSON: {exc}.") from exc


def _unfold(document: Any) -> list[Any]:
    """Return the postings of a document: a board's `jobs`, a list, JSON-LD, or one posting."""
    postings = list(schema_org.find_postings(document))
    if postings:
        return postings
    if isinstance(document, list):
        return document
    jobs = document.get("jobs")
    return jobs if isinstance(jobs, list) else [document]


def _read_lines(stream: Bytes) -> Iterator[Row]:
    for line, raw in _split_lines(stream):
        if not raw.strip():
            continue
        try:
            value = _parse(raw.decode("utf-8-sig" if line == 1 else "utf-8"))
        except UnicodeDecodeError:
            yield Row(line, {}, NOT_UTF8)
        except ValueError as exc:
            yield Row(line, {}, f"record: is not JSON: {exc}.")
        else:
            yield make_row(line, value)


def _split_lines(stream: Bytes) -> Iterator[tuple[int, bytes]]:
    line = blank = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        line += 1
        blank = 0 if raw.strip() else blank + 1
        if len(raw) > LONGEST_LINE:
            raise Refused(f"Line {line} is longer than {LONGEST_LINE:,} bytes.")
        if blank > MOST_BLANK_LINES:
            raise Refused(f"Line {line} ends {blank:,} lines with nothing in them.")
        yield line, raw


# Pages ----------------------------------------------------------------------------------------------------------------


class _Scripts(HTMLParser):
    """Collects the JSON-LD of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").strip().lower()
        if tag == "script" and kind.split(";")[0] == "application/ld+json":
            self._is_inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data


def _read_page(stream: Bytes) -> Iterator[Any]:
    page = _Scripts()
    page.feed(_read_whole(stream).decode("utf-8", "replace"))
    page.close()
    for place, text in enumerate(page.texts, 1):
        try:
            yield from schema_org.find_postings(_parse(text))
        except ValueError as exc:
            yield Row(place, {}, f"record: the page's JSON-LD is not JSON: {exc}.")


# Tables ---------------------------------------------------------------------------------------------------------------


def _read_table(stream: Bytes) -> Iterator[Row]:
    """Return the rows of a CSV file; each is named by the line it begins on."""
    lines = _decode_lines(stream)
    header_line = next(lines, "")
    if "\0" in header_line:
        raise Refused("The file is no text.")
    if not _is_utf8(header_line):
        raise Refused(f"Line 1 is not UTF-8. {SAVE_AS_UTF8}")
    delimiter = max(_DELIMITERS, key=header_line.count)
    table = csv.reader(chain([header_line], lines), delimiter=delimiter, strict=True)
    begins = 1
    try:
        header = [name.strip() for name in next(table)]
        named = [name for name in header if name]
        if len(set(named)) != len(named):
            raise Refused("Line 1 names a column twice.")
        begins = table.line_num + 1
        for cells in table:
            line, begins = begins, table.line_num + 1
            if not any(cells):
                continue
            if not all(map(_is_utf8, cells)):
                yield Row(line, {}, NOT_UTF8)
            elif len(cells) != len(header):
                yield Row(line, {}, f"record: has {len(cells)} cells for {len(header)} columns.")
            else:
                yield make_row(line, {name: _plain(cell) for name, cell in zip(header, cells, strict=True) if name})
    except csv.Error as exc:
        words = next((ours for theirs, ours in _CSV_FAULTS.items() if theirs in str(exc)), str(exc))
        raise Refused(f"Line {begins} is not CSV: {words}.") from exc


def _is_utf8(text: str) -> bool:
    """Tell whether a text that `_decode_lines` gave was all UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _decode_lines(stream: Bytes) -> Iterator[str]:
    """Return lines as text; what is not UTF-8 becomes halves of surrogate pairs, which refuse their row and no other."""
    for line, raw in _split_lines(stream):
        yield raw.decode("utf-8-sig" if line == 1 else "utf-8", "surrogateescape")


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
