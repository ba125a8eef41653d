"""The lines of a CSV file of redemptions, as another system has them.

Columns are `code`, `subscription`, `customer`, `redeemed`, `by`, `applications` and `discount`:
how many charges were discounted so far, and by how much, such as `24.00 EUR`, several currencies
with ` + ` between. Only the first two and `redeemed` have to be there.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from engine.calendar import Instant, format_instant
from engine.language.vocabulary import Fold
from engine.money import BadAmount, Money, TooManyDecimals, UnknownCurrency, parse_money
from engine.service.csv_lines import Columns, RawLine, instant, needed, plain_id, raw_lines, short

COLUMNS = ("code", "subscription", "customer", "redeemed", "by", "applications", "discount")
NEEDED = ("code", "subscription", "redeemed")
PLUS = " + "
IMPORTED = "import:"
"""What the ids of imported applications begin with, in the place of a charge's."""
MAX_APPLICATIONS = 10_000
_BY = ("", "merchant", "subscriber", "automatic")


@dataclass(frozen=True, slots=True)
class Line:
    """One redemption, and what was discounted by it so far."""

    number: int
    code: str
    subscription: str
    customer: str | None
    redeemed: Instant
    by: str | None
    applications: int
    discounts: tuple[Money, ...]

    @property
    def id(self) -> str:
        """The id of the redemption, the same for the same content however often it is read."""
        said = [Fold.CODE.apply(self.code), *self.text_fields()[1:]]
        digest = hashlib.sha256(msgspec.json.encode(said)).hexdigest()
        return f"{max(self.redeemed, 0):014x}{digest[:12]}"

    def text_fields(self) -> list[str]:
        """The fields as they are written."""
        return [
            self.code,
            self.subscription,
            self.customer or "",
            format_instant(self.redeemed),
            self.by or "",
            str(self.applications),
            PLUS.join(map(str, self.discounts)),
        ]

    def shares(self) -> list[Money]:
        """The discount of each application; together they are exactly those of the line."""
        first, *others = self.discounts or (Money(0, ""),)
        parts = self.applications - len(others)
        whole, over = divmod(first.minor, parts) if parts else (0, 0)
        split = [Money(whole + (index < over), first.currency) for index in range(parts)]
        return [*split, *others]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that can't be read, and why."""

    number: int
    message: str


def read_lines(data: bytes) -> list[Line | BadLine]:
    """Every line of a file. Raises `RequestError` where its first line names no such columns."""
    return [_line(each) for each in raw_lines(data, Columns(COLUMNS, NEEDED))]


def write_lines(lines: Iterable[Line]) -> str:
    """Lines as a CSV file."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(line.text_fields() for line in lines)
    return target.getvalue()


def _line(raw: RawLine) -> Line | BadLine:
    try:
        return _read(raw.number, raw.said())
    except ValueError as error:
        return BadLine(raw.number, str(error))


def _read(number: int, fields: dict[str, str]) -> Line:
    """One line. Raises `ValueError` with the reason where it can't be read."""
    applications, discounts = _taken(fields["applications"], fields["discount"])
    return Line(
        number,
        short("code", needed("code", fields["code"])),
        plain_id("subscription", fields["subscription"]),
        short("customer", fields["customer"]) or None,
        instant("redeemed", fields["redeemed"]),
        _by(fields["by"]) or None,
        applications,
        discounts,
    )


def _by(text: str) -> str:
    if text not in _BY:
        raise ValueError(f"`by` is `{text}`: it is merchant, subscriber, automatic or empty")
    return text


def _taken(applications: str, discount: str) -> tuple[int, tuple[Money, ...]]:
    count = applications or "0"
    if not (count.isascii() and count.isdigit()) or int(count) > MAX_APPLICATIONS:
        raise ValueError(
            f"`applications` is `{count}`: a number up to {MAX_APPLICATIONS} is expected"
        )
    discounts = tuple(_money(part) for part in discount.split(PLUS)) if discount else ()
    if len({each.currency for each in discounts}) < len(discounts):
        raise ValueError(f"`discount` is `{discount}`: each currency stands once")
    if int(count) < len(discounts) or (int(count) and not discounts):
        raise ValueError(
            "`applications` and `discount` stand together, each discount of one or more"
        )
    return int(count), discounts


def _money(text: str) -> Money:
    amount, _, currency = text.strip().partition(" ")
    try:
        found = parse_money(amount, currency)
    except (UnknownCurrency, BadAmount, TooManyDecimals):
        raise ValueError(
            f"`discount` is `{text}`: an amount such as `24.00 EUR` is expected"
        ) from None
    if found.minor < 0:
        raise ValueError(f"`discount` is `{text}`: it is zero or more")
    return found
