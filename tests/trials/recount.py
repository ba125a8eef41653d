"""What the rows say, read by plain SQL and counted by other code than the service's."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from fractions import Fraction
from sqlite3 import Row as SqliteRow
from sqlite3 import connect
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy.engine import make_url

from engine.service.caller import Caller
from engine.service.office import Office
from engine.service.usage.recount import differences
from engine.service.work import Work
from engine.store import journal
from engine.store.database import Database
from tests.trials.serving import SPACE

HOUR = 3_600_000_000
Rows = list[dict[str, Any]]


def rows(url: str, query: str) -> Rows:
    """What a query answers, each row by the names of its columns."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(connect(str(parsed.database))) as opened:
            opened.row_factory = SqliteRow
            return [dict(each) for each in opened.execute(query)]
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query.encode()).fetchall()


def count(url: str, query: str) -> int:
    """The one number that a query answers."""
    (row,) = rows(url, query)
    (number,) = row.values()
    return int(number)


def standing(url: str) -> Rows:
    """The redemptions and holds that have a place, with the facts that limits count by."""
    return _with_facts(rows(url, "SELECT * FROM redemptions WHERE ended IS NULL"))


def counting_removed(url: str) -> Rows:
    """The redemptions and holds that have a place, and the redemptions that were removed."""
    query = "SELECT * FROM redemptions WHERE ended IS NULL OR how = 'removed'"
    return _with_facts(rows(url, query))


def applied(url: str) -> Rows:
    """The applications that were not taken back."""
    query = "SELECT * FROM applications WHERE NOT reversed AND amount > 0"
    return _with_facts(rows(url, query))


def _with_facts(found: Rows) -> Rows:
    return [{**row, "facts": json.loads(row["facts"])} for row in found]


def most_of(found: Rows, *keys: str) -> int:
    """The most rows that share the values of some columns."""
    return max(Counter(tuple(row[key] for key in keys) for row in found).values(), default=0)


def most_within(found: Rows, length: int, moment: str, *keys: str) -> int:
    """The most rows that any stretch of time holds, of those that share some columns."""
    return int(_heaviest(found, length, moment, keys, lambda _: Fraction(1)))


def most_money_within(found: Rows, length: int, moment: str, *keys: str) -> Fraction:
    """The most cents that any stretch of time holds, of the rows that share some columns."""
    return _heaviest(found, length, moment, keys, cents)


def _heaviest(found: Rows, length: int, moment: str, keys: Iterable[str], weight: Any) -> Fraction:
    together: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in found:
        together[tuple(row[key] for key in keys)].append(row)
    stretches = (
        sum(weight(other) for other in group if 0 <= other[moment] - row[moment] < length)
        for group in together.values()
        for row in group
    )
    return max(map(Fraction, stretches), default=Fraction(0))


RATES = {"EUR": Fraction(1), "CHF": Fraction(100, 95)}


def cents(row: dict[str, Any]) -> Fraction:
    """What is left of the discount of an application, in euro cents."""
    return (row["amount"] - row["returned"]) * RATES[row["currency"]]


def broken_sums(url: str) -> list[str]:
    """The charges whose figures don't add up."""
    taken = "SELECT SUM({}) FROM {} x WHERE x.space = c.space AND x.charge = c.charge"
    amounts, returned = (taken.format(name, "applications") for name in ("amount", "returned"))
    gross, discount = (taken.format(name, "reversals") for name in ("gross", "discount"))
    query = f"""
        SELECT charge FROM charges c WHERE gross > 0 AND (
            reversed > gross OR discount > gross
            OR discount <> COALESCE(({amounts}), 0)
            OR reversed <> COALESCE(({gross}), 0)
            OR COALESCE(({returned}), 0) <> COALESCE(({discount}), 0))
    """  # noqa: S608 - of this module's own words
    over = "SELECT charge FROM applications WHERE returned > amount"
    whole = "SELECT charge FROM applications WHERE reversed AND returned <> amount"
    return [str(row["charge"]) for each in (query, over, whole) for row in rows(url, each)]


def faults(url: str) -> list[str]:
    """Where the service's own counters and journal are not what the rows say."""
    database = Database(url)
    try:
        return Office(database, SPACE).read(_faults, Caller("trial"))
    finally:
        database.close()


def _faults(work: Work) -> list[str]:
    journal.verify(work.tx, work.space)
    coupons = work.book.coupons.values()
    return [each for found in coupons for each in differences(work.tx, work.space, found.ready)]
