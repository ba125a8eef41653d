"""The keys of a space are those of the environment, less those that it has retired."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.codes.sealing import Layout, Sealed
from engine.service.codes import seals
from engine.service.codes.seals import ListedSealKey, Retired, Seals, environment_ring
from engine.service.errors import Conflict, NotFound
from engine.service.office import Office
from engine.store.statements import Statement
from engine.store.tables import JOURNAL
from tests.service.desk import ME, NOW, Desk, desk

__all__ = ["desk"]

LAYOUT = Layout(12, 8, 20, 35, 15)
SECRETS = "bmV3" * 11, "b2xk" * 11
ENVIRONMENT = {"COUPON_SEAL_KEYS": f"new:{SECRETS[0]},old:{SECRETS[1]}"}


def office_of(desk: Desk, space: str = "acme", **environment: str) -> Office:
    ring = environment_ring(space, environment or ENVIRONMENT)
    return Office(desk.office.database, space, desk.office.clock, ring)


@pytest.fixture
def office(desk: Desk) -> Office:
    """A space with the keys `new` and `old`."""
    desk.push("space: acme\ntimezone: UTC\n")
    return office_of(desk)


def seal(office: Office) -> str:
    return office.read(lambda task: seals.ring(task).seal(LAYOUT, Sealed(1, 2, 3), ""), ME)


def test_the_first_key_of_the_environment_seals(office: Office) -> None:
    assert Seals(office).list(ME).keys == (
        ListedSealKey("new", seals=True, retired=None, is_known=True),
        ListedSealKey("old", seals=False, retired=None, is_known=True),
    )


def test_a_retired_key_seals_none_and_reads_what_it_sealed(office: Office) -> None:
    before = seal(office)
    assert Seals(office).retire("new", ME) == Retired("new", "old")
    after = seal(office)
    assert after != before
    for body in (before, after):
        assert office.ring.open(LAYOUT, body, "") == Sealed(1, 2, 3)
    assert Seals(office).list(ME).keys == (
        ListedSealKey("new", seals=False, retired=NOW, is_known=True),
        ListedSealKey("old", seals=True, retired=None, is_known=True),
    )


def test_a_retired_key_stays_retired_when_it_is_taken_out(desk: Desk, office: Office) -> None:
    Seals(office).retire("old", ME)
    office = office_of(desk, COUPON_SEAL_KEYS=f"new:{SECRETS[0]}")
    assert Seals(office).list(ME).keys[1] == ListedSealKey(
        "old", seals=False, retired=NOW, is_known=False
    )


def test_a_space_retires_its_own_keys(desk: Desk, office: Office) -> None:
    Seals(office).retire("new", ME)
    desk.office = other = office_of(desk, "other")
    desk.changes = type(desk.changes)(other)
    desk.push("space: other\ntimezone: UTC\n")
    assert [each.seals for each in Seals(other).list(ME).keys] == [True, False]


def test_spaces_with_the_same_keys_read_none_of_each_other(desk: Desk, office: Office) -> None:
    assert office_of(desk, "other").ring.open(LAYOUT, seal(office), "") is None


def test_what_cannot_be_retired_is_said(office: Office) -> None:
    with pytest.raises(NotFound, match="no key of `COUPON_SEAL_KEYS` is called `older`"):
        Seals(office).retire("older", ME)
    Seals(office).retire("old", ME)
    with pytest.raises(Conflict, match=f"the key `old` was retired at {NOW}"):
        Seals(office).retire("old", ME)


def test_retiring_is_journalled_and_no_secret_is_in_the_store(office: Office) -> None:
    Seals(office).retire("new", ME)
    with office.database.read() as tx:
        rows = tx.rows(Statement(select(JOURNAL.c.what, JOURNAL.c.subject, JOURNAL.c.payload)))
    assert rows[-1] == ("retire seal key", "new", '{"after":{"sealing":"old"},"before":null}')
    assert not any(secret in str(rows) for secret in SECRETS)
