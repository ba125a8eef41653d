"""Batches: codes that are issued together, some at a time, and go on where they stopped.

The row of a batch says what each of its codes gets, how many it is to have, and how many it has;
both are written with the codes in one transaction, so that nothing that ends a job in between
loses a code or issues one twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, select, update

from engine.codes.formats import Value
from engine.service.codes.code_rows import ADD, NO_STOCK, Issue, Stock, new_row, owner_of
from engine.service.codes.coupon_formats import format_of, issuing_coupon
from engine.service.codes.generating import Recipe, Values, check_room, make, recheck_room, sample
from engine.service.codes.own_windows import spelt_window
from engine.service.codes.specifications import grants_text, taken_from
from engine.service.errors import Conflict, NotFound
from engine.service.moments import fresh_id
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import BATCHES

MOST_WANTED = 1_000_000
COLUMNS = (
    BATCHES.c.batch,
    BATCHES.c.coupon,
    BATCHES.c.wanted,
    BATCHES.c.issued,
    BATCHES.c.customer,
    BATCHES.c.window,
)
"""What is shown of a batch, and asked for by what goes on with it."""

_ROW = select(
    *COLUMNS,
    BATCHES.c.fields,
    BATCHES.c.grants,
    BATCHES.c.partner,
    BATCHES.c.purchase,
    BATCHES.c.client,
    BATCHES.c.project,
).filter_by(**binds("space", "batch"))
_ADD = insertion(BATCHES)
_FIND = Statement(_ROW)
_LOCK = Statement(_ROW.with_for_update())
_COUNT = Statement(
    update(BATCHES)
    .where(BATCHES.c.space == bindparam("space"), BATCHES.c.batch == bindparam("batch"))
    .values(wanted=bindparam("to_have"), issued=bindparam("has"))
)
_FIELDS = msgspec.json.Decoder(dict[str, Value])


@dataclass(frozen=True, slots=True)
class Order:
    """Codes that are wanted: how many, in which batch, and what each of them gets."""

    count: int = 1
    batch: str | None = None
    customer: str | None = None
    window: str | None = None
    fields: Values | None = None
    stock: Stock = NO_STOCK


class Batch(NamedTuple):
    """The row of a batch."""

    batch: str
    coupon: str
    wanted: int
    issued: int
    customer: str | None
    window: str | None
    fields: str | None
    grants: str | None
    partner: str | None = None
    purchase: str | None = None
    client: str | None = None
    project: str | None = None

    @property
    def stock(self) -> Stock:
        """Whose inventory its codes are in."""
        return Stock(self.partner, self.purchase, self.client, self.project)

    @property
    def values(self) -> dict[str, Value]:
        """The values that the fields of its codes have."""
        return {} if self.fields is None else _FIELDS.decode(self.fields)


def open_batch(work: Work, coupon: str, order: Order) -> str:
    """Begin a batch of generated codes, and take the room that it needs; its name.

    Raises `NotFound`, `RequestError` and `Conflict`.
    """
    found = issuing_coupon(work, coupon)
    format_, values = format_of(work, found), order.fields or {}
    reading = sample(format_, values)
    check_room(work, format_, values, order.count)
    policy, name = found.ready.policy, order.batch or fresh_id(work.now)
    if find_batch(work, name) is not None:
        raise Conflict(f"there is a batch `{name}` already", "resume it, or choose another name")
    batch = Batch(
        name,
        coupon,
        order.count,
        0,
        order.customer,
        spelt_window(order.window, policy.zone),
        msgspec.json.encode(values).decode() if values else None,
        grants_text(taken_from(policy.grants, reading, format_.feature_set)),
        *order.stock,
    )
    _add(work, batch)
    return name


def join_batch(work: Work, issue: Issue, count: int) -> None:
    """Write down that so many codes were issued which a batch need not have wanted before."""
    if issue.batch is None:
        work.note("issue codes", issue.coupon, after={"codes": count})
        return
    batch = find_batch(work, issue.batch, lock=True)
    if batch is None:
        batch = Batch(issue.batch, issue.coupon, 0, 0, issue.customer, issue.window, None, None)
        _add(work, batch)
    _count(work, batch._replace(wanted=batch.wanted + count), count)


def _add(work: Work, batch: Batch) -> None:
    work.tx.run(_ADD, space=work.space, **batch._asdict(), created=work.now, who=work.caller.who)


def find_batch(work: Work, name: str, *, lock: bool = False) -> Batch | None:
    """A batch by its name; a locked one nobody else adds to until the commit."""
    row = work.tx.row(_LOCK if lock else _FIND, space=work.space, batch=name)
    return None if row is None else Batch(*row)


def the_batch(work: Work, name: str, *, lock: bool = False) -> Batch:
    """A batch by its name. Raises `NotFound`."""
    found = find_batch(work, name, lock=lock)
    if found is None:
        raise NotFound(f"no batch is called `{name}`", "check its spelling")
    return found


def fill(work: Work, name: str, most: int) -> tuple[Batch, list[str]]:
    """Issue codes that a batch lacks, so many at most; the batch as it is then, and the codes."""
    batch = the_batch(work, name, lock=True)
    count = min(batch.wanted - batch.issued, most)
    codes = _issue(work, batch, count) if count > 0 else []
    return batch._replace(issued=batch.issued + len(codes)), codes


def _count(work: Work, batch: Batch, codes: int) -> None:
    """Write down that a batch has so many codes more, and note it."""
    issued = batch.issued + codes
    where = {"space": work.space, "batch": batch.batch}
    work.tx.run(_COUNT, **where, to_have=batch.wanted, has=issued)
    after = {"coupon": batch.coupon, "codes": codes, "issued": issued, "wanted": batch.wanted}
    work.note("issue codes", batch.batch, after=after, customer=batch.customer)


def _issue(work: Work, batch: Batch, count: int) -> list[str]:
    format_ = format_of(work, issuing_coupon(work, batch.coupon))
    sample(format_, batch.values)
    recheck_room(work, format_, batch.values, batch.wanted - batch.issued)
    recipe = Recipe(format_, batch.values, batch.grants or grants_text(None))
    made = make(work, recipe, count)
    issue = Issue(
        batch.coupon,
        batch=batch.batch,
        customer=batch.customer,
        window=batch.window,
        grants=recipe.grants,
        spec=made.spec,
        stock=batch.stock,
    )
    written = work.tx.run_many(ADD, [new_row(work, code, issue) for code in made.codes])
    if written != count:
        raise _taken(work, recipe, made.codes)
    _count(work, batch, count)
    return made.codes


def _taken(work: Work, recipe: Recipe, codes: list[str]) -> Exception:
    """What to raise where a new code is there already: others are made, where there are others."""
    if not recipe.is_single:
        return Contended()
    owner = owner_of(work, codes[0])
    whose = f"`{owner.coupon}`" if owner is not None else "another coupon"
    return Conflict(f"`{codes[0]}` is a code of {whose} already", "give other values")
