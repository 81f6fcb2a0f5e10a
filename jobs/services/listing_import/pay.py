"""What does a posting pay a year? Only what is certain counts. Values in, values out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

CURRENCIES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "ANG",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
    ]
)
# In these nobody is paid as much by the month or the hour, so an amount without a period is a yearly one from here on.
CERTAINLY_YEARLY = Decimal(20_000)
HARD_CURRENCIES = frozenset({"USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD"})
LARGEST = Decimal(10) ** 10  # Of the column.
_PERIODS = {
    "year": re.compile(r"year|annual|annum|\byr\b|\bp\.?a\.?\b", re.IGNORECASE),
    "month": re.compile(r"month", re.IGNORECASE),
    "week": re.compile(r"week", re.IGNORECASE),
    "day": re.compile(r"\bday|daily|diem", re.IGNORECASE),
    "hour": re.compile(r"hour|\bhr\b", re.IGNORECASE),
}
_NUMBER = re.compile(r"^(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(k)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Offer:
    """A pay range as the source words it."""

    low: Any = None
    high: Any = None
    currency: Any = None
    period: Any = None


@dataclass(frozen=True)
class YearlyPay:
    """What a year pays, before tax; at least one bound is there."""

    low: Decimal | None
    high: Decimal | None
    currency: str


def find_yearly_pay(offers: Sequence[Offer]) -> tuple[YearlyPay | None, list[str]]:
    """Return the yearly pay that several offers span, if it is certain, and a note on whatever was left aside."""
    notes: list[str] = []
    found = [pay for offer in offers if (pay := _read_offer(offer, notes)) is not None]
    if len({pay.currency for pay in found}) > 1:
        notes.append("Pay in several currencies is not taken over.")
        return None, notes
    if not found:
        return None, notes
    if len(set(found)) > 1:
        notes.append(f"Pay spans {len(set(found))} ranges.")
    lows, highs = [pay.low for pay in found if pay.low], [pay.high for pay in found if pay.high]
    return YearlyPay(min(lows, default=None), max(highs, default=None), found[0].currency), notes


def _read_offer(offer: Offer, notes: list[str]) -> YearlyPay | None:
    low, high = _read_amount(offer.low, notes), _read_amount(offer.high, notes)
    if low is None and high is None:
        return None
    currency = str(offer.currency or "").strip().upper()
    if currency not in CURRENCIES:
        notes.append(f"Pay in an unknown currency ({currency or 'none given'}) is not taken over.")
        return None
    if low is not None and high is not None and low > high:
        low, high = high, low
        notes.append("The pay range ran backwards and was turned round.")
    period = read_period(str(offer.period or ""))
    if not period and not offer.period and currency in HARD_CURRENCIES and (low or high or 0) >= CERTAINLY_YEARLY:
        period = "year"
    if period != "year":
        notes.append(
            f"Pay by the {period} is not yearly pay." if period else f"Pay without a known period: {_show(offer)}."
        )
        return None
    return YearlyPay(low, high, currency)


def _show(offer: Offer) -> str:
    return f"{offer.low} to {offer.high} {offer.currency} ({str(offer.period or 'none given')[:60]})"


def read_period(words: str) -> str:
    """Return year, month, week, day or hour; '' for any other words and for more than one of these."""
    named = [period for period, pattern in _PERIODS.items() if pattern.search(words)]
    return named[0] if len(named) == 1 else ""


def _read_amount(value: Any, notes: list[str]) -> Decimal | None:
    if value is None or value == "":
        return None
    amount = _parse(value)
    if amount is None or amount >= LARGEST:
        notes.append(f"{str(value)[:60]!r} is no amount of pay.")
        return None
    if amount <= 0:
        notes.append("Pay of zero is not taken over." if amount == 0 else "Pay below zero is not taken over.")
        return None
    return amount


def _parse(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = str(value).strip().lstrip("$€£ ") if isinstance(value, str) else str(value)
    number = _NUMBER.match(text)
    try:
        amount = Decimal(number[1].replace(",", "") + (number[2] or "")) if number else Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount) >= LARGEST:
        return None
    return (amount * 1000 if number and number[3] else amount).quantize(Decimal("0.01"))
