"""Users are imported line by line, and again without taking a second seat."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decisions.flaws import RequestError
from engine.groups import importing
from engine.groups.answers import ImportedUser, ImportedUsers
from engine.groups.importing import CHUNK
from engine.groups.members import Filters
from engine.groups.user_lines import MOST, read_entries, read_users
from engine.service.caller import Caller
from engine.service.errors import Conflict, NotFound
from engine.store.database import Database
from tests.groups.belonging import ADA, POLICIES, Belonging, belonging, quick, quick_database, xyz
from tests.service.desk import ME, fee

__all__ = ["quick", "quick_database", "xyz"]

FILTERS = Filters()


def take(desk: Belonging, text: str) -> list[ImportedUser]:
    return list(desk.own.importing.take("xyz", read_users(text.encode()).lines, ME))


def outcomes(answers: list[ImportedUser]) -> list[str]:
    return [each.outcome for each in answers]


def wide(database: Database, seats: int) -> Belonging:
    """The group with a list of so many seats."""
    return belonging(database, POLICIES.replace("list: 2", f"list: {seats}"))


def test_each_line_takes_a_seat_of_the_list(quick: Belonging) -> None:
    answers = take(quick, f"customer,email\nu1,{ADA}\nu2,\n")
    assert outcomes(answers) == ["imported", "imported"]
    assert quick.seats("xyz-list") == (2, 2, 0)
    assert (quick.member("u1").email, quick.member("u2").email) == (ADA, None)
    assert quick.discounts(str(answers[1].subscription), fee("c1", "20.00")) == ["20.00"]


def test_lines_that_were_imported_before_are_left_alone(xyz: Belonging) -> None:
    text = "customer,email\nu1,\nu2,\n"
    first = take(xyz, text)
    again = take(xyz, text)
    assert outcomes(again) == ["unchanged", "unchanged"]
    assert [each.subscription for each in again] == [each.subscription for each in first]
    assert xyz.seats("xyz-list") == (2, 2, 0)


def test_a_full_list_refuses_each_line_that_is_too_many(xyz: Belonging) -> None:
    answers = take(xyz, "customer\nu1\nu2\nu3\nu1\n")
    assert outcomes(answers) == ["imported", "imported", "refused", "unchanged"]
    assert answers[2].message == "limit_reached: at most 2 redemptions for the whole coupon"


def test_a_freed_seat_is_taken_when_the_file_is_imported_again(quick: Belonging) -> None:
    take(quick, "customer\nu1\nu2\nu3\n")
    quick.leave("u1")
    answers = take(quick, "customer\nu2\nu3\nu1\n")
    assert outcomes(answers) == ["unchanged", "imported", "refused"]
    assert quick.members(standing=True) == ["u2", "u3"]


def test_a_member_by_another_way_is_left_alone(quick: Belonging) -> None:
    where = quick.admitted("u1", email=ADA).subscription
    (answer,) = take(quick, "customer\nu1\n")
    assert answer == ImportedUser(
        1 + 1, "unchanged", "u1", where, "a member already, by xyz-email-domain"
    )
    assert quick.seats("xyz-list") == (2, 0, 2)


def test_bad_lines_harm_no_other(quick: Belonging) -> None:
    answers = take(
        quick,
        "customer,email\n,ada@xyz.example\nu1,nobody\nu2,a@b@xyz.example\n"
        f'"u3\nu4,{ADA},more\n{"u" * 256},\nu\t5,\nu6,ada@xyz.example\n',
    )
    assert [(each.line, each.outcome, each.message) for each in answers] == [
        (2, "refused", "`customer` is empty"),
        (3, "refused", "`nobody` is no email address such as `ada@xyz.example`"),
        (4, "refused", "`a@b@xyz.example` is no email address such as `ada@xyz.example`"),
        (5, "refused", "this is no line of CSV: unexpected end of data"),
        (6, "refused", "3 fields stand here, the first line has 2"),
        (7, "refused", "`customer` is longer than 255 characters"),
        (8, "refused", "`customer` holds a character that can't be seen"),
        (9, "imported", None),
    ]
    assert quick.members() == ["u6"]


def test_doubles_are_said(quick: Belonging) -> None:
    answers = take(
        quick, f"customer,email\nu1,{ADA}\nu1,{ADA}\nu1,b@xyz.example\nu2,ADA@xyz.example\n"
    )
    assert [(each.outcome, each.message) for each in answers] == [
        ("imported", None),
        ("unchanged", "`u1` stands in line 2 already"),
        ("unchanged", "`u1` stands in line 2 already, with another address"),
        ("imported", "the address stands in line 2 too, of `u1`"),
    ]


def test_a_double_says_how_its_address_differs(quick: Belonging) -> None:
    answers = take(quick, f"customer,email\nu1,{ADA}\nu1,\nu2,\nu2,b@xyz.example\n")
    assert [each.message for each in answers] == [
        None,
        "`u1` stands in line 2 already, there with an address",
        None,
        "`u2` stands in line 4 already, there without an address",
    ]


def test_further_columns_say_nothing() -> None:
    found = read_users(b"name,customer,city,email\nAda,u1,Paris,ada@xyz.example\n")
    assert found.ignored == ("name", "city")
    (line,) = found.lines
    assert (line.number, line.customer) == (2, "u1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"email\nada@xyz.example\n", "the column `customer` is missing"),
        (b"customer,customer\nu1,u1\n", "the column `customer` stands twice"),
        (b"customer\n", "no user stands here"),
        (b"\xff", "byte 1 is not UTF-8"),
        (b'"customer\n', "this is no CSV file"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(text: bytes, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        read_users(text)


def test_a_file_has_so_many_lines_at_most() -> None:
    text = "customer\n" + "".join(f"u{number}\n" for number in range(MOST + 1))
    with pytest.raises(RequestError, match="10001 users stand here, at most 10000"):
        read_users(text.encode())


def test_entries_of_a_request_are_read_one_by_one(quick: Belonging) -> None:
    entries: list[Any] = [
        {"customer": "u1", "email": ADA},
        "u2",
        {"customer": "u3", "colour": "red"},
        {"customer": ""},
        {"customer": "u4", "email": "nobody"},
        {"customer": "u5"},
    ]
    answers = quick.own.importing.take_entries("xyz", {"users": entries}, ME).users
    assert [(each.line, each.outcome, each.customer) for each in answers] == [
        (1, "imported", "u1"),
        (2, "refused", None),
        (3, "refused", "u3"),
        (4, "refused", ""),
        (5, "refused", "u4"),
        (6, "imported", "u5"),
    ]
    with pytest.raises(RequestError, match="/users"):
        read_entries({"users": "u1"})


def test_a_request_of_several_steps_goes_on_where_it_was_ended(database: Database) -> None:
    desk = wide(database, 2 * CHUNK)
    body = {"users": [{"customer": f"u{number}"} for number in range(2 * CHUNK)]}
    caller = Caller("tests", key="k1")
    _end_after_one_step(desk, body, caller)
    assert len(desk.own.members.list("xyz", FILTERS, None, 1000, ME).members) == CHUNK
    answers = desk.own.importing.take_entries("xyz", body, caller).users
    assert outcomes(list(answers)) == ["imported"] * 2 * CHUNK
    assert desk.own.importing.take_entries("xyz", body, caller).users == answers
    assert desk.seats("xyz-list") == (2 * CHUNK, 2 * CHUNK, 0)
    desk.check()


def test_a_group_without_a_list_says_so(quick_database: Database) -> None:
    desk = belonging(quick_database, POLICIES.replace("  - list: 2\n", ""))
    with pytest.raises(Conflict, match="the group `xyz` has no list"):
        take(desk, "customer\nu1\n")
    with pytest.raises(NotFound, match="no group is called `abc`"):
        list(desk.own.importing.take("abc", read_entries({"users": [{"customer": "u1"}]}), ME))


def test_a_second_list_is_asked_where_the_first_is_full(quick_database: Database) -> None:
    desk = belonging(
        quick_database, POLICIES.replace("  - list: 2\n", "  - list: 1\n  - list: 1\n")
    )
    answers = take(desk, "customer\nu1\nu2\nu3\n")
    assert outcomes(answers) == ["imported", "imported", "refused"]
    assert [desk.member(each).coupon for each in ("u1", "u2")] == ["xyz-list", "xyz-list-2"]


def _end_after_one_step(desk: Belonging, body: object, caller: Caller) -> None:
    """Have a process end when the first step is kept."""
    steps = iter([importing._take])

    def take_one(*given: Any) -> ImportedUsers:
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        return step(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "_take", take_one)
        with pytest.raises(KeyboardInterrupt):
            desk.own.importing.take_entries("xyz", body, caller)
