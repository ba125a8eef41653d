"""Codes come into being: drawn, sealed, of given values, or as they were given."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from engine.codes.key_ring import SealKey
from engine.codes.making import FormatSource, make_format
from engine.decisions.flaws import RequestError
from engine.decisions.spellings import ReadCode
from engine.service.codes.batches import Order, fill, open_batch
from engine.service.codes.batches_shown import BatchFilters
from engine.service.codes.code_rows import ADD, Issue, new_row
from engine.service.codes.generating import Recipe, make
from engine.service.codes.issuing import CHUNK, IssueCodes, Issuing
from engine.service.codes.seals import Seals
from engine.service.errors import Conflict, KeyReused, NotFound
from engine.service.office import Office
from engine.service.work import Work
from engine.store.database import Database
from engine.store.upgrade import ensure
from tests.databases import in_memory
from tests.service.desk import ME, desk
from tests.service.issuing import KEY, POLICIES, Mint, mint, mint_of

__all__ = ["desk", "mint"]
_NO = BatchFilters()
VALUES = {"features": "f000", "points": 50, "subaccounts": "4"}
GRANTED = {
    "plan": "Core",
    "features": ["Dashboards", "Archive", "Sensors", "Map"],
    "feature-value": "rayleighconnect F000",
    "points": 50,
    "subaccounts": 4,
    "duration": "12 months",
}


def _renamed(policies: str) -> str:
    """The policies with another feature on the highest bit."""
    return policies.replace("15: Dashboards", "15: Overviews")


OTHER_FEATURES = _renamed(POLICIES).replace("reserved: [3]", "reserved: [4]")


@pytest.fixture
def alone() -> Mint:
    """A mint over a store in memory."""
    found = mint_of(in_memory(), KEY)
    found.desk.push(POLICIES)
    return found


# --- random codes -------------------------------------------------------------------------------


def test_codes_without_a_format_are_twelve_random_symbols_in_groups(mint: Mint) -> None:
    done = mint.issue("spring", count=20)
    assert (done.wanted, done.issued, len(set(done.codes))) == (20, 20, 20)
    symbol = "[0-9A-HJKMNP-TV-Z]{4}"
    assert all(re.fullmatch(f"{symbol}-{symbol}-{symbol}", code) for code in done.codes)


def test_an_issued_code_redeems_however_it_is_typed(mint: Mint) -> None:
    code = mint.one("spring")
    assert mint.desk.redeemed(code.replace("-", "").lower(), "sub-1").code == code
    assert mint.show(code).status == "redeemed"


def test_one_in_ten_thousand_codes_of_a_format_is_issued_at_most(alone: Mint) -> None:
    alone.issue("brief", count=104)
    said = r"there would be 105 codes of the format `short`, whose 4 random symbols .* for 104"
    with pytest.raises(Conflict, match=said) as refused:
        alone.issue("brief")
    assert refused.value.advice == "5 random symbols would do"


def test_codes_that_are_wanted_later_take_their_room_at_once(alone: Mint) -> None:
    steps = alone.issuing.steps("brief", IssueCodes(count=104), ME, 4)
    assert next(steps).issued == 4
    with pytest.raises(Conflict, match="105 codes"):
        alone.issue("brief")
    done = alone.issuing.resume(alone.batches.list(_NO, None, 9, ME).batches[0].batch, ME)
    assert (done.issued, len(done.codes)) == (104, 100)


def test_a_refused_batch_takes_no_room(alone: Mint) -> None:
    for _ in range(3):
        with pytest.raises(Conflict):
            alone.issue("brief", count=105)
    assert alone.issue("brief", count=104).issued == 104


def test_a_drawn_code_that_is_taken_is_drawn_again(
    alone: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.issue("brief", codes=["SH-0000"])
    # First with the code that is taken, then with one that comes twice.
    drawn = iter([b"\0\0\0" + bytes([last]) for last in (0, 1, 1, 1, 2)])
    monkeypatch.setattr(
        "secrets.token_bytes", lambda size: next(drawn) if size == 4 else bytes(size)
    )
    assert sorted(alone.issue("brief", count=2).codes) == ["SH-0001", "SH-0002"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("SH-{code:random(1)}", "104 codes .* 1 random symbols are enough for 0"),
        ("SH-{code:random(3)}", "104 codes .* 3 random symbols are enough for 3"),
    ],
)
def test_a_batch_whose_format_lost_random_symbols_is_refused_its_codes(
    alone: Mint, template: str, said: str
) -> None:
    next(alone.issuing.steps("brief", IssueCodes(count=104, batch="job"), ME, 4))
    narrow = POLICIES.replace("SH-{code:random(4)}", template)
    alone.desk.push(narrow.replace("title: Brief", "title: Brief\nallow: [guessable-format]"))
    assert len(list(alone.issuing.more("job", ME, 1))) == 1
    alone.desk.changes.enact("brief", ME)
    with pytest.raises(Conflict, match=said) as refused:
        alone.issuing.resume("job", ME)
    assert refused.value.advice == "4 random symbols would do"
    assert alone.batches.show("job", ME).issued == 5


def test_more_codes_than_a_format_has_are_never_drawn(alone: Mint) -> None:
    one, _ = make_format(FormatSource("one", "X-{code:random(1)}"), {})
    assert one is not None
    with pytest.raises(Conflict, match="the format `one` has no 40 codes"):
        alone.desk.office.read(lambda work: make(work, Recipe(one, {}, "null"), 40), ME)


# --- sealed codes -------------------------------------------------------------------------------


def test_a_sealed_code_says_its_specification_month_and_serial(mint: Mint) -> None:
    codes = [mint.one("pro"), mint.one("bonus"), mint.one("pro")]
    assert [_opened(mint, code) for code in codes] == [(1, 2, 0), (2, 2, 0), (1, 2, 1)]
    mint.desk.at("2026-04-01T00:00:00Z")
    assert _opened(mint, mint.one("pro")) == (1, 3, 0)


def test_a_month_begins_in_utc(alone: Mint) -> None:
    alone.desk.at("2026-03-31T23:59:59Z")
    assert _opened(alone, alone.one("pro"))[1] == 2


def test_equal_grants_have_one_number_and_others_the_next(alone: Mint) -> None:
    twin = POLICIES.replace("points: 50", "points: 60")
    alone.one("pro")
    alone.desk.push(twin)
    alone.desk.changes.enact("pro", ME)
    assert _opened(alone, alone.one("pro"))[0] == 2
    alone.desk.push(POLICIES)
    alone.desk.changes.enact("pro", ME)
    assert _opened(alone, alone.one("pro"))[0] == 1


def test_an_issued_code_grants_what_it_was_issued_with(mint: Mint) -> None:
    code = mint.one("pro")
    mint.desk.push(POLICIES.replace("points: 50", "points: 60"))
    mint.desk.changes.enact("pro", ME)
    grants = mint.desk.redeemed(code, "sub-1").grants
    assert grants is not None
    assert grants.points == 50
    assert mint.show(code).status == "activated"
    assert mint.show(mint.one("pro")).grants == {
        "plan": "professional",
        "points": 60,
        "duration": "12 months",
    }


@pytest.mark.parametrize("is_enacted", [False, True])
def test_an_issued_code_keeps_its_features_when_their_set_changes(
    mint: Mint, *, is_enacted: bool
) -> None:
    code = mint.one("account", fields=VALUES | {"features": "F008"})
    mint.desk.push(OTHER_FEATURES)
    if is_enacted:
        mint.desk.changes.enact("account", ME)
    kept = GRANTED | {"feature-value": "rayleighconnect F008", "reserved": [3]}
    assert mint.show(code).grants == {name: kept[name] for name in kept if name != "plan"}
    grants = mint.desk.redeemed(code, "sub-1").grants
    assert grants is not None
    assert grants.features == ("Dashboards", "Archive", "Sensors", "Map")
    assert (grants.hex, grants.reserved) == ("F008", (3,))


def test_a_listed_code_follows_the_features_of_the_version_in_force(mint: Mint) -> None:
    listed = POLICIES.replace("title: Account", "title: Account\ncodes: [ACC-8000-P1S1]")
    mint.desk.push(listed)
    mint.desk.changes.enact("account", ME)
    mint.desk.push(_renamed(listed))
    grants = mint.desk.redeemed("ACC-8000-P1S1", "sub-1", dry_run=True).grants
    assert grants is not None
    assert grants.features == ("Dashboards",)
    mint.desk.changes.enact("account", ME)
    grants = mint.desk.redeemed("ACC-8000-P1S1", "sub-1").grants
    assert grants is not None
    assert grants.features == ("Overviews",)


def test_codes_are_read_in_the_format_in_force_until_another_is_enacted(alone: Mint) -> None:
    code = alone.one("brief")
    alone.desk.push(POLICIES.replace("SH-{code", "BR-{code"))
    assert alone.show(code.lower()).code == code
    assert _is_read(alone, "SH-0000")
    assert not _is_read(alone, "BR-0000")
    alone.desk.changes.enact("brief", ME)
    assert _is_read(alone, "BR-0000")


def test_without_a_key_nothing_is_sealed(alone: Mint) -> None:
    keyless = mint_of(alone.desk.office.database)
    with pytest.raises(Conflict, match="no key may seal codes") as refused:
        keyless.issue("pro")
    assert "`coupon seal new`" in refused.value.advice


def test_a_retired_key_seals_nothing_in_any_process(alone: Mint) -> None:
    other = mint_of(alone.desk.office.database, KEY)
    alone.one("pro")
    Seals(other.desk.office).retire("first", ME)
    with pytest.raises(Conflict, match="no key may seal codes"):
        alone.issue("pro")


def test_what_was_begun_before_a_key_is_retired_is_not_sealed_with_it(postgres_url: str) -> None:
    database = Database(postgres_url)
    ensure(database)
    mint = mint_of(database, KEY)
    mint.desk.push(POLICIES)
    other, begun = _again(mint.desk.office), []

    def work(task: Work) -> None:
        begun.append(fill(task, open_batch(task, "pro", Order()), 1))
        if len(begun) == 1:
            Seals(other).retire("first", ME)

    with pytest.raises(Conflict, match="no key may seal codes"):
        mint.desk.office.write(work, ME)
    assert mint.listed(coupon="pro") == []
    for each in (database, other.database):
        each.close()


def test_the_next_key_of_the_ring_seals_when_one_is_retired(alone: Mint) -> None:
    keys = SealKey("second", b"2" * 32), KEY
    both = mint_of(alone.desk.office.database, *keys)
    old, new = alone.one("pro"), both.one("pro")
    assert _opened(alone, new) is None
    assert _opened(both, old) == (1, 2, 0)
    assert _opened(both, new) == (1, 2, 1)


def test_a_sealed_code_that_is_taken_is_passed_over(mint: Mint) -> None:
    first, second, third = (mint.one("pro") for _ in range(3))
    other = mint_of(in_memory(), KEY)
    other.desk.push(POLICIES)
    rows = [(first, "spring"), (third, "spring")]
    other.desk.office.write(lambda work: _occupy(work, rows), ME)
    assert other.issue("pro", count=2).codes[0] == second
    assert other.batches.list(_NO, None, 9, ME).batches[0].issued == 2


def test_serials_that_do_not_fit_are_refused_until_the_next_month(alone: Mint) -> None:
    alone.issue("few", count=3)
    said = "specification 1 has room for 1 more codes this month, and not for 2: .* 2 bits"
    with pytest.raises(Conflict, match=said):
        alone.issue("few", count=2)
    alone.issue("few")
    alone.desk.at("2026-04-01T12:00:00Z")
    assert alone.issue("few", count=4).issued == 4


def test_a_month_that_does_not_fit_is_refused(alone: Mint) -> None:
    alone.desk.at("2026-05-01T12:00:00Z")
    with pytest.raises(Conflict, match="it is month 4 since January 2026, which 2 bits can't say"):
        alone.issue("few")
    alone.desk.at("2025-12-31T12:00:00Z")
    with pytest.raises(Conflict, match="from January 2026 on"):
        alone.issue("few")


def test_a_specification_that_does_not_fit_is_refused(alone: Mint) -> None:
    for points in range(3):
        alone.desk.push(POLICIES.replace("points: 50", f"points: {points}"))
        alone.desk.changes.enact("pro", ME)
        alone.issue("pro")
    with pytest.raises(Conflict, match="would be number 4, which 2 bits can't say"):
        alone.issue("few")
    alone.one("pro")


# --- given values -------------------------------------------------------------------------------


def test_given_values_make_one_code_which_says_what_it_grants(mint: Mint) -> None:
    assert mint.issue("account", fields=VALUES).codes == ("ACC-F000-P50S4",)
    assert mint.show("acc-f000-p50s4").grants == GRANTED


@pytest.mark.parametrize(
    ("request_", "error", "said"),
    [
        ({}, RequestError, "/fields: the field `features` of `subscription` is not given"),
        ({"fields": VALUES | {"x": 1}}, RequestError, "/fields: .* has no field `x`"),
        ({"fields": VALUES | {"features": "0FFF"}}, RequestError, "/fields: the field `features`"),
        ({"fields": VALUES, "count": 2}, Conflict, "writes one code for given values, and not 2"),
        ({"fields": VALUES | {"points": -1}}, RequestError, "/fields: the field `points`"),
    ],
)
def test_values_that_no_code_has_are_refused(
    alone: Mint, request_: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        alone.issue("account", **request_)
    assert alone.rows("SELECT * FROM batches") == []


def test_the_same_values_again_are_refused(mint: Mint) -> None:
    mint.issue("account", fields=VALUES)
    with pytest.raises(Conflict, match="`ACC-F000-P50S4` is a code of `account` already"):
        mint.issue("account", fields=VALUES)


# --- custom codes -------------------------------------------------------------------------------


def test_custom_codes_are_taken_one_by_one(mint: Mint) -> None:
    texts = ["Vip-2026", " late ", "", "SPRING", "acc-f000-p1s1", "a\tb", "SРRING", "x" * 256]
    done = mint.issue("spring", codes=texts)
    assert (done.codes, done.wanted, done.issued) == (("Vip-2026", "late"), 2, 2)
    assert [each.message for each in done.refused] == [
        "the code is empty",
        "`SPRING` is a code of `spring` already",
        "the format `subscription` reads `acc-f000-p1s1` as a code of its own",
        "the code has a character that can't be seen",
        "`Р` is U+0420 CYRILLIC CAPITAL LETTER ER, which looks like another character",
        "the code is longer than 255 characters",
    ]
    assert mint.desk.redeemed("VIP-2026", "sub-1").code == "Vip-2026"


def test_a_coupon_with_a_format_has_codes_of_that_format_only(mint: Mint) -> None:
    done = mint.issue("account", codes=["acc-f000-p1s2", "ACC-F00-P1S2"])
    assert done.codes == ("ACC-F000-P1S2",)
    assert done.refused[0].message.startswith("`ACC-F00-P1S2` is no code of the format")
    grants = mint.show("ACC-F000-P1S2").grants
    assert grants is not None
    assert (grants["points"], grants["subaccounts"]) == (1, 2)


def test_a_sealed_code_is_nobodys_invention(alone: Mint) -> None:
    other = mint_of(in_memory(), SealKey("other", b"2" * 32))
    other.desk.push(POLICIES)
    foreign = other.one("pro")
    (refused,) = alone.issue("pro", codes=[foreign]).refused
    assert refused.message == f"no key in `COUPON_SEAL_KEYS` made the seal of `{foreign}`"


def test_a_code_that_is_typed_like_an_issued_one_is_refused(mint: Mint) -> None:
    code = mint.one("spring")
    bare = code.replace("-", "")
    (refused,) = mint.issue("spring", codes=[bare]).refused
    assert refused.message == f"`{bare}` is read as `{code}`, a code of `spring` already"


def test_the_same_custom_codes_again_change_nothing(mint: Mint) -> None:
    for _ in range(2):
        done = mint.issue("spring", codes=["VIP", "vip", "GOLD"], batch="mail")
        assert (done.codes, done.issued) == (("VIP", "VIP", "GOLD"), 2)
    (refused,) = mint.issue("spring", codes=["VIP"], batch="other").refused
    assert refused.message == "`VIP` is a code of `spring` already"


def test_a_batch_of_another_coupon_takes_no_code(mint: Mint) -> None:
    mint.issue("spring", batch="mail")
    (refused,) = mint.issue("account", codes=["ACC-F000-P1S1"], batch="mail").refused
    assert refused.message == "the batch `mail` is one of `spring`"


def test_a_listed_code_never_takes_an_issued_one(mint: Mint) -> None:
    mint.issue("spring", codes=["VIP"])
    mint.desk.changes.switch("code", "VIP", on=False, because="gone", caller=ME)
    twin = (
        "---\ncoupon: autumn\ntitle: Autumn\ndiscount: 5%\ncodes: [VIP]\nallow: [similar-names]\n"
        "redemption: [at most 5 redemptions per code]\napplication: [fee is period]\n"
    )
    mint.desk.push(POLICIES + twin)
    assert mint.show("VIP").coupon == "spring"


# --- what codes get -----------------------------------------------------------------------------


def test_a_code_may_be_for_one_customer(mint: Mint) -> None:
    code = mint.one("spring", customer="cus-1")
    assert mint.desk.refused(code, "sub-1", customer={"id": "cus-2"}) == ["other_customer"]
    mint.desk.redeemed(code, "sub-1", customer={"id": "cus-1"})


def test_a_code_may_have_a_window_of_its_own(mint: Mint) -> None:
    code = mint.one("spring", window="from  2026-03-02 through 2026-03-03")
    assert mint.show(code).window == "from 2026-03-02 through 2026-03-03"
    assert mint.desk.refused(code, "sub-1") == ["not_yet"]
    mint.desk.at("2026-03-03T22:59:59Z").redeemed(code, "sub-1")


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("until 2026-11-30", "/window: column 7: `until 2026-11-30` doesn't say whether"),
        ("from 2026-11-27 thru 2026-11-30", "/window: column 17: `thru` can't stand here"),
        ("at most 5 redemptions per code", "/window: column 1: a window such as `from"),
        ("", "/window: column 1: "),
    ],
)
def test_a_sentence_that_is_no_window_is_refused_at_its_word(
    alone: Mint, window: str, said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        alone.issue("spring", window=window)


def test_a_code_lives_as_long_as_its_coupon_says(mint: Mint) -> None:
    code = mint.one("pro")
    assert mint.show(code).expires == "2027-03-01T12:00:00Z"
    mint.desk.at("2027-03-01T12:00:00Z")
    assert mint.show(code).status == "expired"
    assert mint.desk.refused(code, "sub-1") == ["code_expired"]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"count": 0}, "/count"),
        ({"count": 1_000_001}, "/count"),
        ({"codes": []}, "/codes"),
        ({"codes": ["A"], "count": 1}, "/count: `count` and `codes` can't stand together"),
        ({"codes": ["A"], "fields": {"x": 1}}, "/fields: `fields` and `codes`"),
        ({"batch": "no spaces"}, "/batch"),
        ({"batch": ""}, "/batch"),
        ({"customer": ""}, "/customer"),
        ({"plan": "x"}, "/plan"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    alone: Mint, request_: dict[str, Any], said: str
) -> None:
    with pytest.raises(RequestError, match=said):
        alone.issue("spring", **request_)


def test_unknown_and_archived_coupons_have_no_new_codes(alone: Mint) -> None:
    with pytest.raises(NotFound, match="no coupon is called `nope`"):
        alone.issue("nope")
    alone.desk.push(POLICIES.partition("---\ncoupon: brief")[0])
    with pytest.raises(Conflict, match="`brief` is archived"):
        alone.issue("brief")


# --- together -----------------------------------------------------------------------------------


def test_many_who_issue_at_once_never_write_one_code_twice(mint: Mint) -> None:
    office = mint.desk.office
    others = [_again(office) for _ in range(4)]
    start = threading.Barrier(8)

    def work(number: int) -> list[str]:
        start.wait()
        issuing = Issuing(others[number % 4])
        coupon = "pro" if number < 6 else "spring"
        return [code for _ in range(5) for code in issuing.issue(coupon, {"count": 7}, ME).codes]

    with ThreadPoolExecutor(8) as pool:
        codes = [code for some in pool.map(work, range(8)) for code in some]
    assert len(set(codes)) == len(codes) == 8 * 35
    assert mint.rows("SELECT count(*) FROM codes WHERE batch IS NOT NULL") == [(280,)]
    sealed = [_opened(mint, code) for code in codes if len(code) == 19]
    assert sorted(sealed) == [(1, 2, serial) for serial in range(6 * 35)]
    for other in others:
        other.database.close()


def test_the_same_key_answers_the_same_codes_and_issues_none_anew(mint: Mint) -> None:
    caller, body = replace(ME, key="k-1"), {"count": 2 * CHUNK + 5, "batch": "mail"}
    first = mint.issuing.issue("spring", body, caller)
    assert mint.issuing.issue("spring", body, caller) == first
    assert (first.issued, len(first.codes)) == (2005, 2005)
    assert mint.rows("SELECT count(*) FROM codes WHERE batch = 'mail'") == [(2005,)]
    with pytest.raises(KeyReused):
        mint.issuing.issue("spring", {**body, "count": 1}, caller)


def test_a_request_that_was_killed_in_between_goes_on_under_its_key(mint: Mint) -> None:
    caller, request = replace(ME, key="k-1"), IssueCodes(count=3 * CHUNK)
    steps = mint.issuing.steps("spring", request, caller)
    before = [*next(steps).codes, *next(steps).codes]
    done = mint.issuing.issue("spring", {"count": 3 * CHUNK}, caller)
    assert list(done.codes[: 2 * CHUNK]) == before
    assert mint.rows("SELECT count(*) FROM codes WHERE batch IS NOT NULL") == [(3 * CHUNK,)]


def test_custom_codes_answer_the_same_under_their_key(mint: Mint) -> None:
    caller, body = replace(ME, key="k-1"), {"codes": [f"C-{n}" for n in range(CHUNK + 2)]}
    first = mint.issuing.issue("spring", body, caller)
    assert (first.wanted, first.issued) == (1002, 1002)
    assert mint.issuing.issue("spring", body, caller) == first


def test_the_journal_counts_codes_and_does_not_say_them(mint: Mint) -> None:
    code = mint.one("pro", customer="cus-1", batch="mail")
    mint.issue("spring", codes=["SECRET"], batch="vip")
    said = mint.noted("issue codes")
    assert said == [
        '{"after":{"codes":1,"coupon":"pro","issued":1,"wanted":1},"before":null}',
        '{"after":{"codes":1,"coupon":"spring","issued":1,"wanted":1},"before":null}',
    ]
    everything = str(mint.rows("SELECT * FROM journal"))
    assert code not in everything
    assert "SECRET" not in everything


def test_codes_of_an_erased_customer_belong_to_nobody(mint: Mint) -> None:
    code = mint.one("spring", customer="cus-1")
    mint.desk.erasure.erase("cus-1", ME)
    assert str(mint.show(code).customer).startswith("erased-")
    assert mint.desk.refused(code, "sub-1", customer={"id": "cus-1"}) == ["other_customer"]
    for table in ("codes", "batches", "journal", "idempotency"):
        assert "cus-1" not in str(mint.rows(f"SELECT * FROM {table}"))  # noqa: S608 - one of these


def test_a_renamed_coupon_keeps_its_codes_and_batches(mint: Mint) -> None:
    code = mint.one("brief", batch="mail")
    renamed = POLICIES.replace("coupon: brief", "coupon: terse\nwas: brief")
    mint.desk.push(renamed)
    mint.desk.changes.enact("brief", ME)
    assert mint.show(code).coupon == "terse"
    assert mint.batches.show("mail", ME).coupon == "terse"


def _opened(mint: Mint, code: str) -> tuple[int, int, int] | None:
    """What a sealed code says."""
    return mint.desk.office.read(lambda work: _read(work, code), ME)


def _read(work: Any, code: str) -> tuple[int, int, int] | None:
    found = work.book.spellings.read(code)
    opened = work.ring.open(found.format.sealed, found.reading.body, found.reading.rest)
    return None if opened is None else tuple(opened)


def _is_read(mint: Mint, text: str) -> bool:
    return mint.desk.office.read(
        lambda work: isinstance(work.book.spellings.read(text), ReadCode), ME
    )


def _occupy(work: Work, rows: list[tuple[str, str]]) -> None:
    """Let codes belong to other coupons."""
    for code, coupon in rows:
        work.tx.run(ADD, **new_row(work, code, Issue(coupon)))


def _again(office: Office) -> Office:
    """The same space as another process has it."""
    return Office(Database(office.database.url), office.space, office.clock, office.ring)
