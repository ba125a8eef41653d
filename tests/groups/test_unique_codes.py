"""The unique codes of a group are issued once, as many as its document says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.groups.answers import GroupCodes
from engine.service.caller import Caller
from engine.service.codes import issuing
from engine.service.codes.issuing import IssueCodes, Issuing
from engine.service.errors import Conflict, NotFound
from engine.store.database import Database
from tests.groups.belonging import POLICIES, Belonging, belonging, quick, quick_database, xyz
from tests.service.desk import ME, reasons

__all__ = ["quick", "quick_database", "xyz"]


def issue(desk: Belonging, caller: Caller = ME) -> GroupCodes:
    return desk.own.codes.issue("xyz", caller)


def test_as_many_are_issued_as_the_document_says(quick: Belonging) -> None:
    (batch,) = issue(quick).batches
    assert (batch.batch, batch.coupon, batch.wanted, batch.issued) == (
        "xyz-unique-codes",
        "xyz-unique-codes",
        3,
        3,
    )
    assert len(set(batch.codes)) == 3


def test_asked_again_it_is_the_same_batch(quick: Belonging) -> None:
    issue(quick)
    (again,) = issue(quick).batches
    assert (again.batch, again.issued, again.codes) == ("xyz-unique-codes", 3, ())


def test_the_same_key_answers_the_same_codes(quick: Belonging) -> None:
    caller = Caller("tests", key="k1")
    assert issue(quick, caller) == issue(quick, caller)


def test_where_the_document_says_more_the_rest_is_issued(xyz: Belonging) -> None:
    issue(xyz)
    xyz.push(POLICIES.replace("unique codes: 3", "unique codes: 5"))
    (batch,) = issue(xyz).batches
    assert (batch.wanted, batch.issued, len(batch.codes)) == (5, 5, 2)
    xyz.push(POLICIES.replace("unique codes: 3", "unique codes: 1"))
    (batch,) = issue(xyz).batches
    assert (batch.wanted, batch.issued, batch.codes) == (5, 5, ())


def test_it_goes_on_where_it_stopped(quick: Belonging) -> None:
    request = IssueCodes(count=3, batch="xyz-unique-codes")
    next(Issuing(quick.office).steps("xyz-unique-codes", request, ME, most=1))
    (batch,) = issue(quick).batches
    assert (batch.wanted, batch.issued, len(batch.codes)) == (3, 3, 2)


def test_each_code_lets_one_customer_in(xyz: Belonging) -> None:
    (batch,) = issue(xyz).batches
    xyz.join(batch.codes[0], "u1")
    assert xyz.member("u1").coupon == "xyz-unique-codes"
    assert reasons(xyz.join(batch.codes[0], "u2")) == ["limit_reached"]
    assert set(reasons(xyz.join(batch.codes[1], "u1"))) == {"already_redeemed", "limit_reached"}
    assert xyz.seats("xyz-unique-codes") == (3, 1, 2)


def test_asked_for_at_once_they_are_issued_once(xyz: Belonging) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: issue(xyz), range(4)))
    codes = [code for each in answers for code in each.batches[0].codes]
    assert len(codes) == len(set(codes)) == 3


def test_a_group_without_unique_codes_says_so(quick_database: Database) -> None:
    desk = belonging(quick_database, POLICIES.replace("  - unique codes: 3\n", ""))
    with pytest.raises(Conflict, match="the group `xyz` has no unique codes"):
        issue(desk)
    with pytest.raises(NotFound, match="no group is called `abc`"):
        desk.own.codes.issue("abc", ME)


def test_a_batch_of_that_name_that_is_another_coupon_s_is_left_alone(quick: Belonging) -> None:
    text = "coupon: plain\ndiscount: 10%\nredemption: [at most 1 redemption per code]\n"
    quick.push(f"{POLICIES}---\n{text}")
    Issuing(quick.office).issue("plain", {"count": 1, "batch": "xyz-unique-codes"}, ME)
    with pytest.raises(Conflict, match="the batch `xyz-unique-codes` holds codes of `plain`"):
        issue(quick)


def test_many_are_issued_in_steps(
    quick_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.groups.unique_codes.CHUNK", 2)
    assert issuing.CHUNK > 2
    desk = belonging(quick_database, POLICIES.replace("unique codes: 3", "unique codes: 5"))
    caller = Caller("tests", key="k1")
    (batch,) = issue(desk, caller).batches
    assert (batch.issued, len(batch.codes)) == (5, 5)
    assert issue(desk, caller).batches == (batch,)
