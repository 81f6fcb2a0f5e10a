"""The public boards of Greenhouse, Lever and Ashby, record by record. Values in, values out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jobs.services.listing_import.page_text import read_text
from jobs.services.listing_import.pay import Offer
from jobs.services.listing_import.posting import Draft
from jobs.services.listing_import.words import read_heading

if TYPE_CHECKING:
    from collections.abc import Iterable

# On these hosts the first part of the path is the employer's short name.
BOARD_HOSTS = ("greenhouse.io", "lever.co", "ashbyhq.com")
Record = dict[str, Any]


def as_record(value: Any) -> Record:
    """Return an object as it is and anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one and anything else as a list of itself."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def name_employer(draft: Draft, addresses: Iterable[Any]) -> None:
    """Name the employer by the board's short name, or by the website that shows the board; these are no more than hints."""
    draft.is_employer_named = False
    for address in addresses:
        try:
            place = urlsplit(address if isinstance(address, str) else "")
        except ValueError:
            continue
        host = (place.hostname or "").removeprefix("www.")
        slug = place.path.strip("/").split("/")[0]
        if any(host.endswith(board) for board in BOARD_HOSTS):
            if slug and slug != "embed":
                draft.company = slug
                return
        elif host:
            draft.company, draft.website = host, f"{place.scheme}://{place.netloc}"
            return


# Greenhouse -----------------------------------------------------------------------------------------------------------


def read_greenhouse(record: Record) -> Draft:
    draft = Draft(
        key=record.get("id"),
        title=record.get("title"),
        company=record.get("company_name"),
        locations=[as_record(record.get("location")).get("name")],
        description=record.get("content"),
        job_type=_find_metadata(record, "employment type"),
        workplace=_find_metadata(record, "workplace type") + _find_metadata(record, "location type"),
        pay=[_read_cents(entry) for entry in as_list(record.get("pay_input_ranges"))],
        job_url=record.get("absolute_url"),
        posted=record.get("first_published"),
        deadline=record.get("application_deadline"),
        kept_texts=frozenset({"content"}),
    )
    if "internal_job_id" in record and record["internal_job_id"] is None:
        draft.withheld = "internal_job_id: is empty, so this gathers prospects and is no open job."
    draft.untold = _untold(
        record,
        content=("description",),
        pay_input_ranges=("salary_min", "salary_max", "salary_currency"),
        metadata=("job_type", "remote_type"),
        first_published=("posted_date",),
        application_deadline=("application_deadline",),
    )
    if not draft.company:
        name_employer(draft, [draft.job_url])
    return draft


def _untold(record: Record, **columns: tuple[str, ...]) -> frozenset[str]:
    """Return the columns of keys that the record leaves out."""
    return frozenset(column for key, names in columns.items() if key not in record for column in names)


def _find_metadata(record: Record, name: str) -> list[Any]:
    fields = [as_record(entry) for entry in as_list(record.get("metadata"))]
    return [
        value
        for entry in fields
        if str(entry.get("name", "")).strip().casefold() == name
        for value in as_list(entry.get("value"))
    ]


def _read_cents(entry: Any) -> Offer:
    """Return an entry of pay_input_ranges: whole cents, no period unless the words beside it name one."""
    pay = as_record(entry)
    words = read_text(f"{pay.get('title') or ''} {pay.get('blurb') or ''}")
    period = words if any(word in words.casefold() for word in ("hour", "month", "week", "day", "year", "annu")) else ""
    return Offer(_from_cents(pay.get("min_cents")), _from_cents(pay.get("max_cents")), pay.get("currency_type"), period)


def _from_cents(value: Any) -> Any:
    return Decimal(value) / 100 if isinstance(value, int) and not isinstance(value, bool) else value


# Lever ----------------------------------------------------------------------------------------------------------------


def read_lever(record: Record) -> Draft:
    categories = as_record(record.get("categories"))
    pay = as_record(record.get("salaryRange"))
    draft = Draft(
        key=record.get("id"),
        title=record.get("text"),
        locations=as_list(categories.get("allLocations")) or as_list(categories.get("location")),
        job_type=as_list(categories.get("commitment")),
        workplace=as_list(record.get("workplaceType")),
        pay=[Offer(pay.get("min"), pay.get("max"), pay.get("currency"), pay.get("interval"))] if pay else [],
        job_url=record.get("hostedUrl"),
        application_url=record.get("applyUrl"),
        posted=record.get("createdAt"),
        kept_texts=frozenset(
            {"description", "descriptionPlain", "descriptionBody", "descriptionBodyPlain", "lists", "additional",
             "additionalPlain", "opening", "openingPlain"}
        ),
    )  # fmt: skip
    texts = [record.get("description") or record.get("descriptionPlain") or ""]
    columns: dict[str, list[str]] = {"requirements": [], "responsibilities": [], "benefits": []}
    for entry in map(as_record, as_list(record.get("lists"))):
        heading, content = str(entry.get("text") or ""), str(entry.get("content") or "")
        column = read_heading(heading)
        if column:
            columns[column].append(content)
        else:
            texts.append(f"<h3>{heading}</h3>{content}")
    texts.append(record.get("additional") or record.get("additionalPlain") or "")
    draft.description = "\n\n".join(read for text in texts if (read := read_text(str(text))))
    draft.requirements = "\n".join(map(read_text, columns["requirements"]))
    draft.responsibilities = "\n".join(map(read_text, columns["responsibilities"]))
    draft.benefits = columns["benefits"]
    name_employer(draft, [draft.job_url, draft.application_url])
    return draft


# Ashby ----------------------------------------------------------------------------------------------------------------


def read_ashby(record: Record) -> Draft:
    places = [
        record.get("location"),
        *(as_record(e).get("location") for e in as_list(record.get("secondaryLocations"))),
    ]
    draft = Draft(
        key=record.get("id"),
        title=record.get("title"),
        locations=places,
        description=record.get("descriptionHtml") or record.get("descriptionPlain"),
        job_type=as_list(record.get("employmentType")),
        workplace=as_list(record.get("workplaceType")) or (["remote"] if record.get("isRemote") is True else []),
        pay=list(_read_tiers(record)),
        job_url=record.get("jobUrl"),
        application_url=record.get("applyUrl"),
        posted=record.get("publishedAt"),
        kept_texts=frozenset({"descriptionHtml", "descriptionPlain"}),
    )
    if record.get("isListed") is False:
        draft.withheld = "isListed: is false, so its employer shows it to nobody."
    draft.untold = _untold(record, compensation=("salary_min", "salary_max", "salary_currency"))
    name_employer(draft, [draft.job_url, draft.application_url])
    return draft


def _read_tiers(record: Record) -> Iterable[Offer]:
    for tier in as_list(as_record(record.get("compensation")).get("compensationTiers")):
        for part in map(as_record, as_list(as_record(tier).get("components"))):
            if str(part.get("compensationType")).casefold() == "salary":
                yield Offer(part.get("minValue"), part.get("maxValue"), part.get("currencyCode"), part.get("interval"))
