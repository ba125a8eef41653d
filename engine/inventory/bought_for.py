"""Codes that are bought for a client: assigned from their issue on, as if by hand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, update

from engine.inventory.code_rows import the_code
from engine.inventory.purchase_rows import BoughtCode, PurchaseRow
from engine.inventory.reference_patterns import next_references
from engine.service.notices import Kind, Notice
from engine.service.people import people_of
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES

_KIND: Kind = "code.assigned"
_REFER = Statement(
    update(CODES)
    .where(CODES.c.space == bindparam("in_space"), CODES.c.code == bindparam("of_code"))
    .values(reference=bindparam("to_reference"))
)


def refer(work: Work, codes: Sequence[BoughtCode]) -> None:
    """Give new codes of one line of a purchase the references that the pattern has for them."""
    if not codes:
        return
    # Whoever assigns codes is sealed before taking numbers: the other way round, two would wait
    # for each other.
    work.seal()
    found = next_references(work, the_code(work, codes[0].spelling), len(codes))
    work.tx.run_many(
        _REFER,
        [
            {"in_space": work.space, "of_code": each.code, "to_reference": reference}
            for each, reference in zip(codes, found, strict=False)
        ],
    )


def tell(work: Work, row: PurchaseRow, code: BoughtCode) -> None:
    """Tell those who look after the client of a purchase, once for all codes like one of them."""
    bought = the_code(work, code.spelling)
    to = people_of(work, bought.partner, bought.client, bought.project)
    if not to and not work.is_heard(_KIND, row.partner):
        return
    said = {
        "purchase": row.purchase,
        "partner": row.partner,
        "client": row.client,
        "project": row.content.project,
        "count": sum(each.count for each in row.content.lines),
    }
    told = {name: value for name, value in said.items() if value is not None}
    work.announce(Notice(_KIND, row.purchase, told, row.partner, row.customer, to))
