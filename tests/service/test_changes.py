from __future__ import annotations

from threading import Thread

import pytest

from engine.decisions.flaws import RequestError
from engine.service.caller import Caller
from engine.service.changes.changed import Agreed, Difference, Enacted, Saved, Switched
from engine.service.errors import BadPolicies, Conflict, KeyReused, NotFound
from engine.service.office import Office
from engine.store.database import Database
from tests.service.changing import (
    ANN,
    AUTUMN,
    BEN,
    CID,
    DEARER,
    HOUR,
    NOW,
    SPACE,
    SPRING,
    Acme,
)


@pytest.fixture
def acme() -> Acme:
    """A space with one coupon."""
    found = Acme()
    found.push(SPRING)
    return found


def share(acme: Acme) -> str:
    return acme.book().coupons["spring"].ready.policy.discount[0].text


def rules(*sentences: str) -> str:
    return SPRING.replace("[at most 5 redemptions per code]", f"[{', '.join(sentences)}]")


# --- saving -------------------------------------------------------------------------------------


def test_a_saved_change_waits(acme: Acme) -> None:
    assert acme.changes.save("spring", DEARER, BEN) == Saved("spring", "pending", 1)
    assert share(acme) == "10%"
    assert acme.noted()[-1] == ("ben", "save change", "spring")


def test_a_new_coupon_is_in_force_at_once(acme: Acme) -> None:
    assert acme.changes.save("autumn", AUTUMN, BEN) == Saved("autumn", "in force", 1)
    assert acme.codes() == {"SPRING": True, "AUTUMN": True}


def test_saving_what_is_in_force_takes_the_change_away(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, BEN)
    assert acme.changes.save("spring", f"# dear\n{SPRING}", ANN).outcome == "unchanged"
    assert acme.changes.pending(ANN) == []


def test_places_of_a_saved_document_are_told_by_its_coupon(acme: Acme) -> None:
    with pytest.raises(BadPolicies) as error:
        acme.changes.save("spring", SPRING.replace("fee is", "fees is"), ANN)
    assert str(error.value) == "spring:6:15: error[unknown-fact]: no fact is called `fees`"
    assert error.value.files["spring"].startswith("coupon: spring")
    assert acme.changes.pending(ANN) == []


def test_a_document_is_checked_in_what_surrounds_it(acme: Acme) -> None:
    acme.push("vocabulary: ours\nfacts: {customer.vip: yes/no}\n", SPRING, AUTUMN)
    other = SPRING.replace("[at most", "[customer.vip, not together with autumn, at most")
    assert acme.changes.save("spring", other, ANN).outcome == "pending"
    with pytest.raises(BadPolicies, match="no coupon is called `winter`"):
        acme.changes.save("spring", other.replace("with autumn", "with winter"), ANN)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "one document that begins with `coupon: NAME` is expected"),
        ("space: other\n", "one document that begins"),
        (f"{SPRING}---\n{AUTUMN}", "one document that begins"),
        (AUTUMN, "the document is of `autumn`: to rename `spring` add `was: spring`"),
    ],
)
def test_a_document_of_something_else_is_refused(acme: Acme, document: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        acme.changes.save("spring", document, ANN)


def test_text_that_is_no_yaml_is_refused(acme: Acme) -> None:
    with pytest.raises(BadPolicies, match="yaml-syntax"):
        acme.changes.save("spring", "coupon: [", ANN)


def test_a_code_of_another_coupon_is_refused_with_its_name(acme: Acme) -> None:
    with pytest.raises(Conflict, match="the code `Spring` belongs to the coupon `spring`") as error:
        acme.changes.save("autumn", AUTUMN.replace("[AUTUMN]", "[Spring]"), ANN)
    assert error.value.advice.startswith("take it out of `spring` and enact that first")


# --- single keys --------------------------------------------------------------------------------


def test_keys_replace_those_in_force_and_all_else_keeps_its_place(acme: Acme) -> None:
    before = acme.book().coupons["spring"].ready.policy.application[0].location
    values = {"discount": ["20% when fee is period", "5%"], "best of": "year"}
    assert acme.changes.replace_keys("spring", values, ANN).outcome == "pending"
    acme.changes.enact("spring", ANN)
    after = acme.book().coupons["spring"].ready.policy
    assert [each.text for each in after.discount] == ["20% when fee is period", "5%"]
    assert (after.best_of, after.codes) == ("year", ("SPRING",))
    assert after.application[0].location == before


def test_keys_replace_those_of_the_change_that_waits(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, ANN)
    acme.changes.replace_keys("spring", {"title": "Dearer"}, ANN)
    assert [each[0] for each in acme.differences()] == ["title", "discount"]


def test_keys_of_a_document_in_braces_can_be_replaced(acme: Acme) -> None:
    acme.push(SPRING, "{coupon: only, discount: 1%, redemption: [at most 1 redemption per code]}\n")
    acme.changes.replace_keys("only", {"discount": "2%"}, ANN)
    assert acme.differences("only") == [("discount", "1% off", "2% off")]


def test_a_key_over_several_lines_is_replaced_as_a_whole(acme: Acme) -> None:
    long = SPRING.replace(
        "[at most 5 redemptions per code]", "\n  # four\n  - at most 4 redemptions per code"
    )
    acme.changes.save("spring", long, ANN)
    acme.changes.replace_keys("spring", {"redemption": ["at most 6 redemptions per code"]}, ANN)
    text = acme.changes.pending(ANN)[0].document
    assert text.split("\n")[4:8] == [
        'redemption: ["at most 6 redemptions per code"]',
        "",
        "",
        "application: [fee is period]",
    ]


# --- plans --------------------------------------------------------------------------------------


def test_a_plan_says_in_sentences_what_differs(acme: Acme) -> None:
    acme.changes.save(
        "spring",
        SPRING.replace("10%", "20% up to 5 EUR")
        .replace("[SPRING]", "[MARCH]")
        .replace("5 redemptions", "3 redemptions")
        .replace("[fee is period]", "[product is pro]"),
        BEN,
    )
    plan = acme.plan()
    assert (plan.coupon, plan.version, plan.author) == ("spring", 1, "ben")
    assert plan.differences == (
        Difference("discount", "10% off", "20% off, at most 5.00 EUR on each charge"),
        Difference(
            "redemption",
            "at most 5 redemptions for each code",
            "at most 3 redemptions for each code",
        ),
        Difference("application", "the fee is period", None),
        Difference("application", None, "the product is pro"),
        Difference("codes", "SPRING", None),
        Difference("codes", None, "MARCH"),
    )


def test_a_plan_says_what_else_differs(acme: Acme) -> None:
    more = (
        "labels: {own: x}\nvalid: 12 months\nalerts: [80%]\nbest of: year\ntimezone: Asia/Tokyo\n"
    )
    grants = "grants: {plan: pro, points: 5, duration: 1 month}\n"
    acme.changes.save(
        "spring", SPRING.replace("title: Spring", "title: March") + more + grants, ANN
    )
    assert acme.differences() == [
        ("title", "Spring", "March"),
        ("timezone", "Europe/Zurich", "Asia/Tokyo"),
        ("grants", None, "plan pro; points 5; duration 1 month"),
        ("valid", None, "12 months"),
        ("alerts", None, "80%"),
        ("best of", None, "year"),
        ("labels", None, "own: x"),
    ]


def test_a_plan_says_what_people_and_programs_are_told(acme: Acme) -> None:
    told = "[{rule: fee is period, because: Only periods., reason: wrong_fee}]"
    acme.changes.save("spring", SPRING.replace("[fee is period]", told), ANN)
    said = 'the fee is period; whom it refuses is told "Only periods."; programs are told wrong_fee'
    assert acme.differences() == [("application", "the fee is period", said)]


def test_a_plan_says_how_many_rows_lack_a_fact_that_a_new_key_needs(acme: Acme) -> None:
    for number in range(3):
        acme.redeemed(f"sub-{number}", {"code": "SPRING"})
    acme.changes.save("spring", rules("at most 5 redemptions per customer"), ANN)
    assert acme.plan().uncounted == 3
    assert acme.changes.enact("spring", ANN) == Enacted("spring", 2, None, 3)


def test_a_plan_says_what_stands_in_its_way(acme: Acme) -> None:
    acme.push(SPRING, AUTUMN.replace("[AUTUMN]", "[]"))
    acme.changes.save("spring", SPRING.replace("[SPRING]", "[SPRING, FALL]"), ANN)
    acme.changes.save("autumn", AUTUMN.replace("[AUTUMN]", "[FALL]"), ANN)
    acme.changes.enact("autumn", ANN)
    assert acme.plan().notes[0].startswith("the code `FALL` belongs to the coupon `autumn`")
    with pytest.raises(Conflict, match="the code `FALL` belongs to the coupon `autumn`"):
        acme.changes.enact("spring", ANN)
    assert acme.book().coupons["spring"].version == 1


def test_a_plan_says_that_an_end_has_passed(acme: Acme) -> None:
    window = "from 2026-02-01 through 2026-02-28"
    acme.changes.save("spring", rules(window), ANN)
    assert acme.plan().notes[0].startswith("its end has passed: from 1 February 2026")
    acme.changes.enact("spring", ANN)
    passed = acme.changes.plan(None, ANN).passed
    assert [each.coupon for each in passed] == ["spring"]
    acme.now = NOW - 365 * 24 * HOUR  # type: ignore[assignment]
    assert acme.changes.plan(None, ANN).passed == ()


def test_there_is_no_plan_of_an_unknown_coupon(acme: Acme) -> None:
    with pytest.raises(NotFound, match="no coupon is called `winter`"):
        acme.changes.plan("winter", ANN)
    assert acme.changes.plan("spring", ANN).changes == ()


# --- enacting -----------------------------------------------------------------------------------


def test_an_enacted_change_is_the_next_version(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, BEN)
    before = acme.book().revision
    assert acme.changes.enact("spring", ANN) == Enacted("spring", 2)
    assert (share(acme), acme.book().revision) == ("20%", before + 1)
    assert acme.changes.pending(ANN) == []
    assert acme.changes.version("spring", 2, ANN).author == "ben"
    assert acme.noted()[-1] == ("ann", "enact", "spring")


def test_without_a_change_there_is_nothing_to_enact(acme: Acme) -> None:
    with pytest.raises(Conflict, match="`spring` has no pending change"):
        acme.changes.enact("spring", ANN)
    with pytest.raises(NotFound, match="no coupon is called `winter`"):
        acme.changes.enact("winter", ANN)


def test_codes_come_and_go_when_a_change_is_enacted(acme: Acme) -> None:
    acme.changes.save("spring", SPRING.replace("[SPRING]", "[MARCH]"), ANN)
    assert acme.codes() == {"SPRING": True}
    acme.changes.enact("spring", ANN)
    assert acme.codes() == {"SPRING": False, "MARCH": True}
    acme.changes.save("spring", SPRING.replace("[SPRING]", "[spring, MARCH]"), ANN)
    acme.changes.enact("spring", ANN)
    assert acme.codes() == {"SPRING": True, "MARCH": True}
    assert ("spring",) in acme.rows("SELECT spelling FROM codes")


def test_a_code_that_was_switched_off_stays_off_while_it_is_listed(acme: Acme) -> None:
    acme.changes.switch("code", "SPRING", on=False, because="leaked", caller=ANN)
    acme.changes.save("spring", DEARER, ANN)
    acme.changes.enact("spring", ANN)
    assert acme.codes() == {"SPRING": False}


def test_enacting_counts_anew_and_keeps_usage(acme: Acme) -> None:
    acme.redeemed("sub-1", {"code": "SPRING", "customer.id": "c"})
    acme.changes.save("spring", rules("at most 1 redemption per customer"), ANN)
    acme.changes.enact("spring", ANN)
    assert acme.rows("SELECT key, n FROM counters") == [('["c"]', 1)]


def test_a_discarded_change_is_gone(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, ANN)
    acme.changes.discard("spring", BEN)
    assert acme.changes.pending(ANN) == []
    assert acme.noted()[-1] == ("ben", "discard change", "spring")
    with pytest.raises(Conflict, match="`spring` has no pending change"):
        acme.changes.discard("spring", BEN)


def test_a_change_can_be_meant_by_the_name_that_it_gives(acme: Acme) -> None:
    march = SPRING.replace("coupon: spring", "coupon: march") + "was: spring\n"
    acme.changes.save("spring", march, ANN)
    assert acme.changes.enact("march", ANN) == Enacted("march", 2)


def test_the_same_key_enacts_once(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, ANN)
    keyed = Caller("ann", key="k-1")
    first = acme.changes.enact("spring", keyed)
    assert acme.changes.enact("spring", keyed) == first
    with pytest.raises(KeyReused):
        acme.changes.discard("spring", keyed)


# --- at a set time ------------------------------------------------------------------------------


def test_a_change_comes_into_force_at_its_time_for_every_process(acme: Acme) -> None:
    other = Office(acme.database, "acme", lambda: acme.now)
    other.read(lambda task: task.book, ANN)
    acme.changes.save("spring", DEARER, ANN)
    at = NOW + HOUR
    assert acme.changes.enact("spring", ANN, at).at == "2026-06-01T13:00:00Z"  # type: ignore[arg-type]
    assert acme.plan().enact_at == "2026-06-01T13:00:00Z"
    assert share(acme) == "10%"
    acme.now = at  # type: ignore[assignment]
    found = other.read(lambda task: task.book, ANN).coupons["spring"]
    assert (found.version, found.ready.policy.discount[0].text) == (2, "20%")
    assert acme.noted()[-2:] == [("ann", "schedule", "spring"), ("clock", "enact", "spring")]


def test_a_write_also_meets_what_was_due(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, ANN)
    acme.changes.enact("spring", ANN, NOW + 1)  # type: ignore[arg-type]
    acme.now = NOW + 2  # type: ignore[assignment]
    versions = acme.office.write(lambda task: task.book.coupons["spring"].version, ANN)
    assert versions == 2


def test_a_time_that_has_passed_is_refused(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, ANN)
    with pytest.raises(Conflict, match="2026-06-01T12:00:00Z has passed"):
        acme.changes.enact("spring", ANN, NOW)


@pytest.mark.parametrize("how", ["discard", "save"])
def test_a_change_that_was_to_come_does_not_when_it_is_taken_away(acme: Acme, how: str) -> None:
    acme.changes.save("spring", DEARER, ANN)
    acme.changes.enact("spring", ANN, NOW + 1)  # type: ignore[arg-type]
    if how == "discard":
        acme.changes.discard("spring", ANN)
    else:
        acme.changes.save("spring", SPRING.replace("10%", "30%"), ANN)
    acme.now = NOW + 2  # type: ignore[assignment]
    assert acme.office.read(lambda task: task.book, ANN).coupons["spring"].version == 1


def test_a_change_that_can_t_come_into_force_at_its_time_waits_and_says_why(acme: Acme) -> None:
    acme.changes.save("spring", SPRING.replace("[SPRING]", "[SPRING, FALL]"), ANN)
    acme.changes.enact("spring", ANN, NOW + 1)  # type: ignore[arg-type]
    acme.changes.save("autumn", AUTUMN.replace("[AUTUMN]", "[FALL]"), ANN)
    acme.now = NOW + 2  # type: ignore[assignment]
    assert acme.book().coupons["spring"].version == 1
    assert acme.changes.pending(ANN)[0].enact_at is None
    assert acme.noted()[-1] == ("clock", "not enacted", "spring")


# --- agreement ----------------------------------------------------------------------------------

ASKING = f"{SPACE}approvals: {{changes: 1}}\n"


@pytest.fixture
def careful() -> Acme:
    """A space in which another person agrees to a change."""
    found = Acme()
    found.push(SPRING, space=ASKING)
    found.changes.save("spring", DEARER, ANN)
    return found


def test_an_author_can_t_enact_alone(careful: Acme) -> None:
    with pytest.raises(Conflict) as error:
        careful.changes.enact("spring", ANN)
    assert error.value.message == (
        "the change of `spring` by `ann` needs the agreement of 1 other person"
    )
    assert error.value.advice == "ask them for `coupon approve spring`"


def test_another_person_who_enacts_agrees(careful: Acme) -> None:
    assert careful.changes.enact("spring", BEN).version == 2


def test_an_author_enacts_what_another_person_approved(careful: Acme) -> None:
    assert careful.plan().missing == 1
    assert careful.changes.approve("spring", BEN) == Agreed("spring", ("ben",), 0)
    assert careful.plan().missing == 0
    assert careful.changes.enact("spring", ANN).version == 2
    assert ("ben", "approve", "spring") in careful.noted()


def test_an_author_s_own_word_does_not_count(careful: Acme) -> None:
    with pytest.raises(Conflict, match="the change of `spring` is by `ann`, and another person"):
        careful.changes.approve("spring", ANN)


def test_each_person_counts_once(careful: Acme) -> None:
    careful.push(SPRING, space=ASKING.replace("1", "2"))
    careful.changes.approve("spring", BEN)
    assert careful.changes.approve("spring", BEN) == Agreed("spring", ("ben",), 1)
    with pytest.raises(Conflict, match="1 other person"):
        careful.changes.enact("spring", BEN)
    assert careful.changes.enact("spring", CID).version == 2


def test_a_change_that_is_saved_again_is_agreed_to_again(careful: Acme) -> None:
    careful.changes.approve("spring", BEN)
    careful.changes.save("spring", SPRING.replace("10%", "30%"), ANN)
    assert careful.plan().missing == 1


def test_who_sets_the_time_agrees(careful: Acme) -> None:
    careful.changes.enact("spring", BEN, NOW + 1)  # type: ignore[arg-type]
    careful.now = NOW + 2  # type: ignore[assignment]
    assert careful.book().coupons["spring"].version == 2


# --- versions -----------------------------------------------------------------------------------


def test_every_version_is_kept_and_can_be_shown(acme: Acme) -> None:
    acme.changes.save("spring", DEARER, ANN)
    acme.changes.enact("spring", ANN)
    found = acme.changes.versions("spring", ANN)
    assert [(each.version, each.in_force) for each in found] == [(2, True), (1, False)]
    assert acme.changes.version("spring", 1, ANN).document == SPRING
    with pytest.raises(NotFound, match="`spring` has no version 3"):
        acme.changes.version("spring", 3, ANN)


def test_a_restored_version_waits_with_what_it_was_read_with() -> None:
    acme = Acme()
    acme.push(rules("from 2026-05-01 through 2026-08-31"))
    acme.push(rules("from 2026-05-01 through 2026-08-31"), space=SPACE.replace("Zurich", "London"))
    acme.changes.enact("spring", ANN)
    assert acme.changes.restore("spring", 1, ANN) == Saved("spring", "pending", 2)
    assert acme.differences()[0] == ("timezone", "Europe/London", "Europe/Zurich")
    acme.changes.enact("spring", ANN)
    assert [each.version for each in acme.changes.versions("spring", ANN)] == [3, 2, 1]


def test_a_version_of_an_older_name_is_restored_under_the_new_one(acme: Acme) -> None:
    march = DEARER.replace("coupon: spring", "coupon: march") + "was: spring\n"
    acme.changes.save("spring", march, ANN)
    acme.changes.enact("spring", ANN)
    acme.changes.restore("march", 1, ANN)
    assert acme.differences("march") == [("discount", "20% off", "10% off")]
    acme.changes.enact("march", ANN)
    assert acme.book().coupons["march"].ready.name == "march"


def test_only_what_exists_is_restored(acme: Acme) -> None:
    with pytest.raises(NotFound, match="`spring` has no version 4") as error:
        acme.changes.restore("spring", 4, ANN)
    assert error.value.advice == "its versions are 1 to 1"
    assert acme.changes.restore("spring", 1, ANN).outcome == "unchanged"


# --- switching ----------------------------------------------------------------------------------


def test_a_coupon_is_switched_at_once_and_gets_no_version(acme: Acme) -> None:
    done = acme.changes.switch(None, "spring", on=False, because="too many", caller=BEN)
    assert done == Switched("coupon", "spring", active=False)
    assert not acme.book().coupons["spring"].ready.policy.active
    assert acme.book().coupons["spring"].version == 1
    assert acme.noted()[-1] == ("ben", "switch coupon off", "spring")
    assert "too many" in acme.rows("SELECT payload FROM journal ORDER BY seq DESC")[0][0]


def test_a_code_is_switched_however_it_is_typed(acme: Acme) -> None:
    done = acme.changes.switch(None, " Spring ", on=False, because="leaked", caller=ANN)
    assert done == Switched("code", "SPRING", active=False)
    assert acme.codes() == {"SPRING": False}


def test_switching_again_is_no_change(acme: Acme) -> None:
    before = acme.noted()
    acme.changes.switch("coupon", "spring", on=True, because="", caller=ANN)
    assert acme.noted() == before


def test_what_is_a_coupon_and_a_code_must_be_said(acme: Acme) -> None:
    acme.push(SPRING, AUTUMN.replace("[AUTUMN]", "[autumn]"))
    with pytest.raises(Conflict, match="`autumn` is a coupon and a code"):
        acme.changes.switch(None, "autumn", on=False, because="x", caller=ANN)
    acme.changes.switch("code", "autumn", on=False, because="x", caller=ANN)
    assert acme.codes()["AUTUMN"] is False


@pytest.mark.parametrize("kind", [None, "coupon", "code"])
def test_what_is_unknown_can_t_be_switched(acme: Acme, kind: str) -> None:
    with pytest.raises(NotFound, match="is called `winter`"):
        acme.changes.switch(kind, "winter", on=False, because="x", caller=ANN)  # type: ignore[arg-type]


def test_a_switched_coupon_stays_so_when_a_change_is_enacted(acme: Acme) -> None:
    acme.changes.switch("coupon", "spring", on=False, because="x", caller=ANN)
    acme.changes.save("spring", DEARER + "active: true\n", ANN)
    acme.changes.enact("spring", ANN)
    assert not acme.book().coupons["spring"].ready.policy.active


# --- either database ----------------------------------------------------------------------------


def test_changes_are_the_same_on_either_database(database: Database) -> None:
    acme = Acme(database)
    acme.push(SPRING, 'rates: ours\nbase: EUR\ntable: [{at: 2026-01-01, USD: "1.10"}]\n')
    acme.redeemed("sub-1", {"code": "SPRING"})
    march = DEARER.replace("coupon: spring", "coupon: march") + "was: spring\n"
    acme.push(march.replace("[SPRING]", "[SPRING, MARCH]"))
    acme.changes.enact("march", ANN)
    found = acme.book().coupons["march"]
    assert (found.version, found.ready.policy.discount[0].text) == (2, "20%")
    assert acme.rows("SELECT coupon, n FROM counters") == [("march", 1)]
    assert acme.codes() == {"SPRING": True, "MARCH": True}
    acme.changes.switch("coupon", "march", on=False, because="x", caller=ANN)
    assert acme.noted()[-1] == ("ann", "switch coupon off", "march")


def test_changes_made_side_by_side_are_made_one_after_the_other(database: Database) -> None:
    acme = Acme(database)
    acme.push(SPRING)
    failures: list[Exception] = []

    def change(number: int) -> None:
        own = Acme(database)
        try:
            for turn in range(5):
                text = SPRING.replace("10%", f"{number}.{turn}%")
                own.changes.save("spring", text, ANN)
        except Exception as error:  # noqa: BLE001 - any failure fails the test
            failures.append(error)

    threads = [Thread(target=change, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len([each for each in acme.noted() if each[1] == "save change"]) == 20
