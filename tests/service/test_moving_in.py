"""Redemptions of another system count as if they had been made here."""

from __future__ import annotations

import pytest

from engine.decisions.flaws import RequestError
from engine.service.answers import Redemption, Refusal
from engine.service.billing.charges import Charging
from engine.service.billing.import_lines import COLUMNS, Line, read_lines, write_lines
from engine.service.billing.imports import ImportedLine, Imports
from engine.service.keeping.erasing import Erasure
from engine.service.redeeming.redemptions import Redemptions
from engine.service.usage.recount import differences
from engine.store.database import Database
from tests.service.changing import ANN, SPRING, Acme

HEAD = ",".join(COLUMNS)
THEN = "2026-05-01T00:00:00Z"
LIMITED = SPRING.replace(
    "[at most 5 redemptions per code]", "[at most 2 redemptions per code]"
).replace("[fee is period]", "[at most 3 applications per subscription]")
BUDGET = SPRING.replace("[fee is period]", "[at most 50.00 EUR of discount per customer]")
PERIODS = SPRING.replace("[fee is period]", "[at most 3 periods per subscription]")


@pytest.fixture
def acme() -> Acme:
    return having(LIMITED)


def having(*coupons: str, store: Database | None = None) -> Acme:
    found = Acme() if store is None else Acme(store)
    found.push(*coupons)
    return found


def take(acme: Acme, *lines: str, head: str = HEAD) -> list[ImportedLine]:
    data = "\n".join([head, *lines]).encode()
    answers = list(Imports(acme.office).take(read_lines(data), ANN))
    _check(acme)
    return answers


def _check(acme: Acme) -> None:
    """What is counted is what the rows say."""
    with acme.database.read() as tx:
        for coupon in acme.office.books.in_force(tx).coupons.values():
            assert differences(tx, "acme", coupon.ready) == []
    acme.noted()


def line(
    subscription: str = "sub-1",
    *,
    code: str = "SPRING",
    customer: str = "cus-1",
    redeemed: str = THEN,
    by: str = "merchant",
    so_far: str = "0,",
) -> str:
    return f"{code},{subscription},{customer},{redeemed},{by},{so_far}"


def exported(acme: Acme) -> str:
    return write_lines(Imports(acme.office).export(ANN))


def charged(acme: Acme, name: str, subscription: str = "sub-1", **more: object) -> str:
    one = {"id": name, "fee": "period", "amount": "100.00", "currency": "EUR", **more}
    whose = {"subscription": {"id": subscription}, "customer": {"id": "cus-1"}}
    answer = Charging(acme.office).charge({**whose, "charges": [one]}, ANN)
    return str(answer.charges[0].discount)


def redeemed(acme: Acme, subscription: str) -> Redemption | Refusal:
    body = {"code": "SPRING", "subscription": {"id": subscription}, "customer": {"id": "cus-2"}}
    return Redemptions(acme.office).redeem(body, ANN)


def test_what_is_imported_applies_from_the_next_charge_on(acme: Acme) -> None:
    (answer,) = take(acme, line(code="spring", so_far="0,"))
    assert (answer.line, answer.outcome) == (2, "imported")
    assert charged(acme, "le-1") == "10.00"


def test_imported_redemptions_take_places(acme: Acme) -> None:
    take(acme, line("sub-1"), line("sub-2"))
    answer = redeemed(acme, "sub-3")
    assert isinstance(answer, Refusal)
    assert [each.reason for each in answer.reasons] == ["limit_reached"]


def test_what_happened_is_taken_whatever_limits_allow(acme: Acme) -> None:
    answers = take(acme, *(line(f"sub-{index}", so_far="9,90.00 EUR") for index in range(4)))
    assert [each.outcome for each in answers] == ["imported"] * 4
    assert isinstance(redeemed(acme, "sub-9"), Refusal)
    assert charged(acme, "le-1", "sub-1") == "0.00"


def test_applications_so_far_are_counted(acme: Acme) -> None:
    take(acme, line(so_far="2,20.00 EUR"))
    assert [charged(acme, f"le-{index}") for index in range(2)] == ["10.00", "0.00"]


def test_the_discount_so_far_counts_against_a_budget_to_the_cent() -> None:
    acme = having(BUDGET)
    take(acme, line(so_far="3,44.99 EUR"))
    assert sorted(acme.rows("SELECT amount FROM applications")) == [(1499,), (1500,), (1500,)]
    assert charged(acme, "le-1") == "5.01"


def test_each_application_so_far_counts_as_a_period() -> None:
    acme = having(PERIODS)
    take(acme, line(so_far="2,20.00 EUR"))
    period = {"period": {"start": THEN}}
    assert charged(acme, "le-1", **period) == "10.00"
    assert charged(acme, "le-2", period={"start": "2026-06-01T00:00:00Z"}) == "0.00"


def test_several_currencies_keep_their_sums() -> None:
    acme = having(SPRING)
    take(acme, line(so_far="5,7.01 EUR + 100 JPY"))
    found = acme.rows("SELECT currency, count(*), sum(amount) FROM applications GROUP BY currency")
    assert sorted(found) == [("EUR", 4, 701), ("JPY", 1, 100)]


def test_the_same_lines_again_change_nothing(acme: Acme) -> None:
    lines = (line("sub-1", so_far="2,20.00 EUR"), line("sub-2"))
    first, second = take(acme, *lines), take(acme, *lines)
    assert [each.outcome for each in second] == ["unchanged", "unchanged"]
    assert [each.redemption for each in first] == [each.redemption for each in second]
    assert acme.rows("SELECT count(*) FROM applications") == [(2,)]


def test_a_removed_import_does_not_come_back(acme: Acme) -> None:
    (first,) = take(acme, line())
    Redemptions(acme.office).remove(str(first.redemption), {}, ANN)
    (second,) = take(acme, line())
    assert second.outcome == "unchanged"
    assert charged(acme, "le-1") == "0.00"


def test_an_imported_customer_can_be_erased(acme: Acme) -> None:
    take(acme, line(so_far="2,20.00 EUR"))
    Erasure(acme.office).erase("cus-1", ANN)
    for table in ("redemptions", "applications", "journal", "counters", "uses"):
        assert "cus-1" not in str(acme.rows(f"SELECT * FROM {table}"))  # noqa: S608 - one of these
    _check(acme)


def test_columns_may_be_left_out_or_stand_in_another_order(acme: Acme) -> None:
    (answer,) = take(acme, f"{THEN},sub-1,SPRING", head="redeemed, subscription ,code")
    assert answer.outcome == "imported"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (line(code="NOPE"), "no coupon has the code `NOPE`"),
        (line(code=""), "`code` is empty"),
        (line(subscription=""), "`subscription` is empty"),
        (line(subscription="x" * 256), "`subscription` is longer than 255 characters"),
        (line(subscription="a/b"), "`subscription`: `a/b` holds `/`, which this id can't have"),
        (line(subscription="a\tb"), "`subscription`: `a\\tb` holds a control character"),
        (line(subscription="a\x7f"), "`subscription`: `a\\x7f` holds a control character"),
        (line(redeemed="yesterday"), "`redeemed` is `yesterday`, not an instant with an offset"),
        (line(redeemed="2026-06-02T00:00:00Z"), "`redeemed` lies in the future"),
        (line(by="me"), "`by` is `me`: it is merchant, subscriber, automatic or empty"),
        (line(so_far="x,1.00 EUR"), "`applications` is `x`: a number up to 10000 is expected"),
        (line(so_far="10001,1.00 EUR"), "`applications` is `10001`: a number up to 10000"),
        (line(so_far="1,1.001 EUR"), "`discount` is `1.001 EUR`: an amount such as"),
        (line(so_far="1,-1.00 EUR"), "`discount` is `-1.00 EUR`: it is zero or more"),
        (line(so_far="2,1.00 EUR + 1.00 EUR"), "each currency stands once"),
        (line(so_far="0,1.00 EUR"), "`applications` and `discount` stand together"),
        (line(so_far="1,"), "`applications` and `discount` stand together"),
        ('"' + line(), "this is no line of CSV: "),
        (line() + ",more", "8 fields stand here, the first line has 7"),
        (line(by="subscriber"), "`SPRING` of the same coupon is redeemed on `sub-1` already"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason_and_harms_no_other(
    acme: Acme, bad: str, said: str
) -> None:
    first, refused, last = take(acme, line("sub-1"), bad, line("sub-2"))
    assert (first.outcome, refused.outcome, last.outcome) == ("imported", "refused", "imported")
    assert refused.line == 3
    assert said in str(refused.message)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the column `code` is missing: the columns are `code`, `subscription`"),
        (b"code,subscription\n", "the column `redeemed` is missing"),
        (b"code,subscription,redeemed,plan\n", "no column is called `plan`"),
        (b"code,subscription,redeemed,code\n", "the column `code` stands twice"),
        (b"code\xff\n", "byte 5 is not UTF-8"),
        (b'"code' + b"x" * 200_000, "this is no CSV file: field larger"),
    ],
)
def test_a_file_with_other_columns_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        read_lines(data)


def test_what_stands_is_exported_and_imports_elsewhere_as_it_is(acme: Acme) -> None:
    take(acme, line("sub-1", so_far="1,9.99 EUR"), line("sub-2", customer="", by=""))
    charged(acme, "le-1")
    text = exported(acme)
    head, *lines = text.splitlines()
    assert head == HEAD
    assert sorted(lines) == [
        f"SPRING,sub-1,cus-1,{THEN},merchant,2,19.99 EUR",
        f"SPRING,sub-2,,{THEN},,0,",
    ]
    other = having(LIMITED)
    assert {each.outcome for each in take(other, *lines)} == {"imported"}
    assert sorted(exported(other).splitlines()) == sorted(text.splitlines())


def test_either_database_takes_and_gives_the_same_lines(database: Database) -> None:
    acme = having(LIMITED, store=database)
    lines = [line("sub-1", so_far="2,19.99 EUR + 5 JPY"), line("sub-2", customer="", by="")]
    assert {each.outcome for each in take(acme, *lines)} == {"imported"}
    assert {each.outcome for each in take(acme, *lines)} == {"unchanged"}
    assert sorted(exported(acme).splitlines()[1:]) == sorted(lines)
    assert charged(acme, "le-1") == "10.00"
    Erasure(acme.office).erase("cus-1", ANN)
    assert "cus-1" not in exported(acme)


def test_what_was_taken_back_removed_or_held_is_not_exported(acme: Acme) -> None:
    take(acme, line("sub-1"))
    charged(acme, "le-1")
    Charging(acme.office).reverse("le-1", {}, ANN)
    (kept,) = Imports(acme.office).export(ANN)
    assert (kept.applications, kept.discounts) == (0, ())
    Redemptions(acme.office).remove(kept.id, {}, ANN)
    body = {"code": "SPRING", "subscription": {"id": "sub-2"}, "hold": "1 hour"}
    Redemptions(acme.office).redeem(body, ANN)
    assert Imports(acme.office).export(ANN) == []


def test_many_lines_are_taken_some_at_a_time() -> None:
    acme = having(SPRING)
    answers = take(acme, *(line(f"sub-{index}") for index in range(1100)))
    assert [each.line for each in answers] == list(range(2, 1102))
    assert acme.rows("SELECT count(*) FROM redemptions") == [(1100,)]


def test_shares_of_a_discount_add_up_to_it() -> None:
    (found,) = read_lines(f"{HEAD}\n{line(so_far='7,0.10 EUR')}".encode())
    assert isinstance(found, Line)
    assert [each.minor for each in found.shares()] == [2, 2, 2, 1, 1, 1, 1]
