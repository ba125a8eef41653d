"""Batches go on where they stopped, are switched as one, and leave as files that come back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from engine.codes.formats import Format
from engine.decisions.flaws import RequestError
from engine.service.caller import Caller
from engine.service.codes import custom_codes
from engine.service.codes.batches_shown import BatchFilters, ShownBatch
from engine.service.codes.code_files import CodeFiles, ImportedCode
from engine.service.codes.code_lines import COLUMNS, read_code_lines
from engine.service.codes.code_rows import Owner
from engine.service.codes.codes import Filters
from engine.service.codes.codes_looked_up import owners_of
from engine.service.codes.issuing import CHUNK, IssueCodes
from engine.service.errors import Conflict, NotFound
from engine.service.work import Work
from engine.store.database import Transaction
from tests.databases import in_memory
from tests.service.desk import ME
from tests.service.issuing import KEY, POLICIES, Mint, mint, mint_of

__all__ = ["mint"]
HEAD = ",".join(COLUMNS)
THEN = "2026-02-01T00:00:00Z"
KILLED = """
import sys
from engine.service.codes.issuing import IssueCodes
from engine.store.database import Database
from tests.service.desk import ME
from tests.service.issuing import KEY, mint_of
issuing = mint_of(Database(sys.argv[1]), KEY).issuing
for _ in issuing.steps("pro", IssueCodes(count=100_000, batch="job"), ME, 100_000):
    print("one more step", flush=True)
"""


@pytest.fixture
def alone() -> Mint:
    """A mint over a store in memory."""
    return fresh()


def fresh() -> Mint:
    found = mint_of(in_memory(), KEY)
    found.desk.push(POLICIES)
    return found


def take(mint: Mint, *lines: str, head: str = HEAD) -> list[ImportedCode]:
    """Take the lines of a CSV file."""
    data = "\n".join([head, *lines]).encode()
    return list(mint.files.take(read_code_lines(data), ME))


def batch(mint: Mint, name: str = "job") -> ShownBatch:
    return mint.batches.show(name, ME)


# --- jobs ---------------------------------------------------------------------------------------


def test_a_job_that_stopped_in_the_middle_is_resumed(mint: Mint) -> None:
    steps = mint.issuing.steps("pro", IssueCodes(count=2500, batch="job", customer="c-1"), ME)
    first = next(steps)
    assert (first.wanted, first.issued, len(first.codes)) == (2500, CHUNK, CHUNK)
    rest = mint.issuing.resume("job", ME)
    assert (rest.issued, len(rest.codes)) == (2500, 1500)
    assert mint.issuing.resume("job", ME).codes == ()
    assert len({*first.codes, *rest.codes}) == 2500
    assert mint.show(rest.codes[-1]).customer == "c-1"


def test_a_killed_job_loses_nothing_and_issues_nothing_twice(mint: Mint) -> None:
    url = mint.desk.office.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as job:  # noqa: S603
        assert job.stdout is not None
        job.stdout.readline()
        time.sleep(0.05)
        job.kill()
    found = batch(mint)
    assert found.wanted == 100_000
    assert 0 < found.issued < 100_000
    assert mint.rows("SELECT count(*), count(DISTINCT code) FROM codes WHERE batch = 'job'") == [
        (found.issued, found.issued)
    ]
    more = mint.issuing.more("job", ME, CHUNK)
    assert next(more).issued == found.issued + CHUNK


def test_several_may_resume_one_batch_at_once(mint: Mint) -> None:
    next(mint.issuing.steps("spring", IssueCodes(count=5 * CHUNK, batch="job"), ME))
    with ThreadPoolExecutor(3) as pool:
        codes = [
            code
            for done in pool.map(lambda _: mint.issuing.resume("job", ME), range(3))
            for code in done.codes
        ]
    assert len(set(codes)) == len(codes) == 4 * CHUNK
    assert (batch(mint).issued, batch(mint).wanted) == (5 * CHUNK, 5 * CHUNK)


def test_a_batch_goes_on_with_what_it_began_with(alone: Mint) -> None:
    next(alone.issuing.steps("pro", IssueCodes(count=4, batch="job"), ME, 2))
    alone.desk.push(POLICIES.replace("points: 50", "points: 60"))
    alone.desk.changes.enact("pro", ME)
    codes = alone.issuing.resume("job", ME).codes
    assert [alone.show(code).specification for code in codes] == [1, 1]


def test_one_request_issues_ten_thousand_at_most(alone: Mint) -> None:
    first = alone.issue("spring", count=10_001, batch="job")
    assert (first.wanted, first.issued, len(first.codes)) == (10_001, 10_000, 10_000)
    assert len(alone.issuing.resume("job", ME).codes) == 1


def test_a_name_is_taken_once(mint: Mint) -> None:
    mint.issue("spring", batch="job")
    with pytest.raises(Conflict, match="there is a batch `job` already") as refused:
        mint.issue("spring", batch="job")
    assert refused.value.advice == "resume it, or choose another name"


def test_a_batch_that_nobody_began_is_not_resumed(alone: Mint) -> None:
    with pytest.raises(NotFound, match="no batch is called `job`"):
        alone.issuing.resume("job", ME)


# --- shown and switched -------------------------------------------------------------------------


def test_a_batch_shows_what_became_of_its_codes(mint: Mint) -> None:
    codes = mint.issue("spring", count=3, batch="job", window="through 2026-12-31").codes
    mint.desk.redeemed(codes[0], "sub-1")
    removed = mint.desk.redeemed(codes[1], "sub-2")
    mint.desk.remove(removed)
    mint.desk.changes.switch("code", codes[2], on=False, because="lost", caller=ME)
    assert batch(mint) == ShownBatch(
        "job", "spring", 3, 3, None, "through 2026-12-31", "2026-03-01T12:00:00Z", "tests", 1, 1
    )


def test_a_batch_is_switched_as_one(mint: Mint) -> None:
    codes = mint.issue("spring", count=3, batch="job").codes
    other = mint.one("spring")
    done = mint.desk.changes.switch("batch", "job", on=False, because="stolen", caller=ME)
    assert (done.kind, done.name, done.active) == ("batch", "job", False)
    assert batch(mint).off == 3
    assert mint.desk.refused(codes[0], "sub-1") == ["code_inactive"]
    mint.desk.redeemed(other, "sub-1")
    mint.desk.changes.switch("batch", "job", on=True, because="found", caller=ME)
    assert batch(mint).off == 0
    assert mint.noted("switch batch off") == [
        '{"after":{"active":false,"because":"stolen","codes":3},"before":null}'
    ]
    with pytest.raises(NotFound, match="no batch is called `nope`"):
        mint.desk.changes.switch("batch", "nope", on=False, because="x", caller=ME)


def test_a_code_is_switched_in_whatever_spelling(mint: Mint) -> None:
    code = mint.one("spring")
    typed = code.replace("-", "").lower()
    assert mint.desk.changes.switch(None, typed, on=False, because="x", caller=ME).name == code
    assert not mint.show(typed).active


def test_codes_are_listed_by_what_is_asked_of_them(mint: Mint) -> None:
    one = mint.one("spring", customer="c-1", batch="a")
    two = mint.one("spring", batch="b")
    three = mint.one("pro", customer="c-1", batch="c")
    mint.desk.changes.switch("code", two, on=False, because="x", caller=ME)
    assert set(mint.listed(customer="c-1")) == {one, three}
    assert set(mint.listed(coupon="spring", active=True)) == {one, "SPRING"}
    assert mint.listed(active=False) == [two]
    assert mint.listed(batch="c", coupon="spring") == []
    assert mint.listed(batch="b") == [two]
    with pytest.raises(NotFound, match="no coupon is called `nope`"):
        mint.listed(coupon="nope")


def test_lists_are_walked_by_cursor(mint: Mint) -> None:
    codes = sorted(mint.issue("spring", count=5, batch="job").codes)
    found: list[str] = []
    cursor = None
    while True:
        part = mint.codes.list(Filters(batch="job"), cursor, 2, ME)
        found += [each.code for each in part.codes]
        cursor = part.next
        if cursor is None:
            break
    assert found == codes
    for name in "abc":
        mint.issue("spring", batch=name, customer="c-1")
    first = mint.batches.list(BatchFilters(customer="c-1"), None, 2, ME)
    rest = mint.batches.list(BatchFilters("spring", "c-1"), first.next, 2, ME)
    assert [each.batch for each in (*first.batches, *rest.batches)] == ["a", "b", "c"]
    assert rest.next is None


def test_a_held_code_is_reserved(mint: Mint) -> None:
    code = mint.one("pro")
    mint.desk.redeemed(code, "sub-1", hold="15 minutes")
    assert mint.show(code).status == "reserved"
    mint.desk.at("2026-03-01T12:15:00Z")
    assert mint.show(code).status == "unused"


def test_a_code_is_not_known_that_was_never_issued(mint: Mint) -> None:
    with pytest.raises(NotFound, match="no code is called `NOPE`"):
        mint.show("NOPE")


# --- files --------------------------------------------------------------------------------------


def test_what_is_exported_is_imported_elsewhere_as_it_was(mint: Mint) -> None:
    mint.issue("spring", count=3, batch="job", customer="=1+1", window="through 2026-12-31")
    mint.issue("pro", count=2, batch="cards")
    mint.issue("spring", codes=["+10OFF", "'quoted"], batch="custom")
    lost = mint.one("pro", batch="lost")
    mint.desk.changes.switch("code", lost, on=False, because="x", caller=ME)
    text = mint.exported()
    assert text.startswith(f"{HEAD}\n")
    other = fresh()
    answers = take(other, *text.splitlines()[1:])
    assert {each.outcome for each in answers} == {"imported", "unchanged"}
    assert sorted(other.exported().splitlines()) == sorted(text.splitlines())
    assert batch(other, "cards").issued == 2
    assert "'=1+1" in text
    assert "'+10OFF" in text
    assert "''quoted" in text


def test_codes_issued_after_an_import_are_others(mint: Mint) -> None:
    codes = mint.issue("pro", count=3).codes
    other = fresh()
    take(other, *mint.exported(coupon="pro").splitlines()[1:])
    assert not {*codes} & {*other.issue("pro", count=3).codes}
    assert [other.show(code).specification for code in codes] == [1, 1, 1]


def test_a_specification_never_changes_its_meaning_by_an_import(mint: Mint) -> None:
    first = mint.issue("bonus", count=2).codes[1]
    other = fresh()
    other.issue("pro")
    (answer,) = take(other, f"{first},bonus,,,,,,")
    assert answer.message == "its specification 1 is not what its coupon grants"


def test_the_same_lines_again_change_nothing(mint: Mint) -> None:
    lines = ["OLD-1,spring,c-1,,,,mail,", "OLD-2,spring,,,,,,"]
    first, second = take(mint, *lines), take(mint, *lines)
    assert [each.outcome for each in first] == ["imported", "imported"]
    assert [each.outcome for each in second] == ["unchanged", "unchanged"]
    assert (batch(mint, "mail").wanted, batch(mint, "mail").issued) == (1, 1)


def test_an_imported_code_is_what_its_line_says(mint: Mint) -> None:
    until = "2026-03-02T00:00:00Z"
    line = f"Old-1,spring,c-1,{THEN},{until},false,mail,from 2026-03-01"
    assert take(mint, line) == [ImportedCode(2, "imported", "Old-1")]
    found = msgspec.to_builtins(mint.show("OLD-1"))
    assert found == {
        "code": "Old-1",
        "coupon": "spring",
        "status": "unused",
        "active": False,
        "issued": THEN,
        "expires": until,
        "customer": "c-1",
        "window": "from 2026-03-01",
        "batch": "mail",
        "redemptions": 0,
        "grants": None,
        "specification": None,
    }
    mint.desk.at(until)
    assert mint.desk.refused("old-1", "sub-1", customer={"id": "c-1"}) == [
        "code_inactive",
        "code_expired",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",spring,,,,,,", "the code is empty"),
        ("X,,,,,,,", "`coupon` is empty"),
        ("X,nope,,,,,,", "no coupon is called `nope`"),
        ("SPRING,pro,,,,,,", "`SPRING` is no code of the format `voucher`: "),
        ("X,spring,,soon,,,,", "`issued` is `soon`, not an instant with an offset such as"),
        ("X,spring,,2026-03-02T00:00:00Z,,,,", "`issued` lies in the future"),
        (f"X,spring,,{THEN},{THEN},,,", "`expires` does not lie after `issued`"),
        ("X,spring,,,,yes,,", "`active` is `yes`: it is true, false or empty"),
        ("X,spring,,,,,a b,", "`a b` can't name a batch: letters, digits, `.`, `_` and `-` can"),
        ("X,spring,,,,,,until Friday", "column 7: "),
        (f"X,spring,{'c' * 256},,,,,", "`customer` is longer than 255 characters"),
        ("X,spring,,,,,,,more", "9 fields stand here, the first line has 8"),
        ("X", "1 fields stand here, the first line has 8"),
        ('"X,spring,,,,,,', "this is no line of CSV: "),
        ('"X"Y,spring,,,,,,', "this is no line of CSV: "),
        ("а-X,spring,,,,,,", "`а` is U+0430 CYRILLIC SMALL LETTER A, which looks like"),
    ],
)
def test_a_broken_line_is_refused_with_its_reason_and_harms_no_other(
    alone: Mint, line: str, said: str
) -> None:
    answers = take(alone, "A,spring,,,,,,", line, '"B",spring,,,,,,')
    assert [each.outcome for each in answers] == ["imported", "refused", "imported"]
    assert [each.line for each in answers] == [2, 3, 4]
    assert str(answers[1].message).startswith(said)
    assert sorted(alone.listed(coupon="spring")) == ["A", "B", "SPRING"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the column `code` is missing: the columns are `code`, `coupon`, `customer`"),
        (b"code\n", "the column `coupon` is missing"),
        (b"code,coupon,plan\n", "no column is called `plan`"),
        (b"code,coupon,code\n", "the column `code` stands twice"),
        (b"code\xff\n", "byte 5 is not UTF-8"),
        (b'code,"coupon\n', "this is no CSV file: "),
    ],
)
def test_a_file_with_other_columns_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        read_code_lines(data)


def test_columns_may_be_left_out_or_stand_in_another_order(mint: Mint) -> None:
    (answer,) = take(mint, "spring,OLD-1", head="\ufeffcoupon, code ")
    assert (answer.outcome, answer.code) == ("imported", "OLD-1")


def test_garbage_is_answered_quickly_line_by_line(alone: Mint) -> None:
    broken = [f'"{number}' for number in range(5_000)]
    unreadable = [f"SH-{number:05}U,brief,,,,,," for number in range(5_000)]
    start = time.process_time()
    answers = take(alone, *broken, *unreadable)
    assert time.process_time() - start < 8
    assert [each.line for each in answers] == list(range(2, 10_002))
    assert {each.outcome for each in answers} == {"refused"}
    assert "is no code of the format `short`" in str(answers[-1].message)


def test_custom_codes_are_taken_without_reading_why_formats_do_not(
    alone: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Format, "misread", fail)
    (answer,) = take(alone, "BACK-DEAR-26,spring,,,,,job,")
    assert answer.outcome == "imported"


def test_many_lines_are_looked_up_with_few_statements(
    alone: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    for name in ("row", "rows"):
        monkeypatch.setattr(Transaction, name, _counting(getattr(Transaction, name), asked))
    answers = take(alone, *(f"OLD-{number},spring,,,,,job," for number in range(500)))
    assert {each.outcome for each in answers} == {"imported"}
    assert len(asked) < 50


def _counting(ask: Any, asked: list[object]) -> Any:
    def counted(tx: Transaction, statement: object, **values: object) -> object:
        asked.append(statement)
        return ask(tx, statement, **values)

    return counted


def test_a_code_that_another_import_adds_meanwhile_is_unchanged(
    alone: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(alone, "OLD-1,spring,,,,,,")
    look_up, blind = owners_of, iter([True])

    def late(work: Work, keys: Iterable[str]) -> dict[str, Owner | None]:
        """The first time, as if the other import had not been committed yet."""
        return dict.fromkeys(keys) if next(blind, False) else look_up(work, keys)

    monkeypatch.setattr(custom_codes, "owners_of", late)
    (answer,) = take(alone, "OLD-1,spring,,,,,,")
    assert (answer.outcome, answer.code) == ("unchanged", "OLD-1")


def test_entries_of_a_request_are_taken_each_by_itself(mint: Mint) -> None:
    caller = Caller("tests", key="k-1")
    body: dict[str, Any] = {
        "codes": [
            {"code": "OLD-1", "coupon": "spring", "customer": "c-1", "issued": THEN},
            {"code": "OLD-2"},
            {"code": "OLD-3", "coupon": "spring", "issued": "soon"},
            7,
            {"code": "OLD-4", "coupon": "spring", "active": False},
        ]
    }
    done = mint.files.take_entries(body, caller)
    assert [(each.line, each.outcome) for each in done.codes] == [
        (1, "imported"),
        (2, "refused"),
        (3, "refused"),
        (4, "refused"),
        (5, "imported"),
    ]
    assert [each.message for each in done.codes[1:4]] == [
        "`coupon` is missing",
        "/issued: `soon` is not an instant with an offset such as `2026-11-28T10:00:00+01:00`",
        "an object is expected",
    ]
    assert mint.files.take_entries(body, caller) == done
    assert not mint.show("OLD-4").active


def test_an_export_is_written_some_codes_at_a_time(alone: Mint) -> None:
    alone.issue("spring", count=2500, batch="job")
    parts = list(CodeFiles(alone.desk.office).export(Filters(batch="job"), ME))
    assert len(parts) == 4
    assert len("".join(parts).splitlines()) == 2501
