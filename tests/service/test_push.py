from __future__ import annotations

import pytest

from engine.catalogue.loader import assemble
from engine.catalogue.yaml_reader import read
from engine.service.changes.changed import Pushed
from engine.service.errors import BadPolicies, Conflict, NoSuchSpace
from tests.service.changing import ANN, AUTUMN, BEN, DEARER, NOW, SPACE, SPRING, Acme

RATES = 'rates: ours\nbase: EUR\ntable: [{at: 2026-01-01, USD: "1.10", CHF: "0.95"}]\n'


def pushed(*documents: str) -> Acme:
    acme = Acme()
    acme.push(*documents)
    return acme


def in_force(acme: Acme) -> dict[str, int]:
    return {name: each.version for name, each in acme.book().coupons.items()}


def test_the_first_push_founds_the_space_and_puts_all_in_force() -> None:
    acme = Acme()
    assert acme.push(SPRING, AUTUMN) == Pushed(new=("spring", "autumn"))
    assert in_force(acme) == {"spring": 1, "autumn": 1}
    assert acme.codes() == {"SPRING": True, "AUTUMN": True}
    assert acme.noted() == [
        ("ann", "surroundings", "acme"),
        ("ann", "new coupon", "spring"),
        ("ann", "new coupon", "autumn"),
    ]


def test_the_same_folder_again_changes_nothing() -> None:
    acme = pushed(SPRING, RATES)
    before, noted = acme.book().revision, acme.noted()
    assert acme.push(SPRING, RATES) == Pushed()
    assert (acme.book().revision, acme.noted()) == (before, noted)


def test_a_folder_with_errors_changes_nothing_and_founds_no_space() -> None:
    acme = Acme()
    with pytest.raises(BadPolicies, match=r"policy.yaml:9:15: error\[unknown-fact\]") as error:
        acme.push(SPRING.replace("fee is", "fees is"))
    assert [each.name for each in error.value.diagnostics] == ["unknown-fact"]
    with pytest.raises(NoSuchSpace):
        acme.book()


def test_a_changed_coupon_waits() -> None:
    acme = pushed(SPRING)
    before = acme.book().revision
    assert acme.push(DEARER, caller=BEN) == Pushed(pending=("spring",))
    assert (in_force(acme), acme.book().revision) == ({"spring": 1}, before)
    waiting = acme.changes.pending(ANN)[0]
    assert (waiting.coupon, waiting.author, waiting.missing) == ("spring", "ben", 0)
    assert acme.push(DEARER) == Pushed()


def test_the_last_saved_wins_and_the_journal_keeps_the_one_before() -> None:
    acme = pushed(SPRING)
    acme.push(DEARER)
    assert acme.push(SPRING.replace("10%", "30%")) == Pushed(pending=("spring",))
    assert acme.differences()[0][2] == "30% off"
    assert "20%" in acme.rows("SELECT payload FROM journal ORDER BY seq DESC")[0][0]


def test_a_file_that_is_as_in_force_again_takes_its_change_back() -> None:
    acme = pushed(SPRING)
    acme.push(DEARER)
    assert acme.push(SPRING) == Pushed(discarded=("spring",))
    assert acme.changes.pending(ANN) == []
    assert acme.noted()[-1] == ("ann", "discard change", "spring")


def test_a_file_that_is_as_in_force_leaves_a_change_that_it_did_not_make() -> None:
    acme = pushed(SPRING)
    acme.changes.save("spring", DEARER, BEN)
    assert acme.push(SPRING) == Pushed()
    assert len(acme.changes.pending(ANN)) == 1


@pytest.mark.parametrize(
    "spelling",
    [
        SPRING.replace("10%", '"10%"  # ten'),
        SPRING.replace("[fee is period]", "\n  - fee  is   period"),
        SPRING.replace(
            "[at most 5 redemptions per code]", "[{rule: at most 5 redemptions per code}]"
        ),
        SPRING.replace("discount: 10%", "discount: [10%]"),
        SPRING + "active: false\n",
        SPRING + "allow: [no-fee-rule]\n",
        SPRING + "timezone: Europe/Zurich\n",
        "# new words on top\n\n" + SPRING,
    ],
)
def test_another_spelling_is_no_change(spelling: str) -> None:
    assert pushed(SPRING).push(spelling) == Pushed()


def test_the_order_of_rules_and_of_codes_is_no_change() -> None:
    two = SPRING.replace("[fee is period]", "[fee is period, product is pro]")
    acme = pushed(two.replace("[SPRING]", "[SPRING, MARCH]"))
    other = two.replace("[fee is period, product is pro]", "[product is pro, fee is period]")
    assert acme.push(other.replace("[SPRING]", "[MARCH, SPRING]")) == Pushed()


def test_what_people_and_programs_are_told_is_a_change() -> None:
    acme = pushed(SPRING)
    told = "[{rule: fee is period, because: Only periods., reason: wrong_fee}]"
    assert acme.push(SPRING.replace("[fee is period]", told)).pending == ("spring",)


# --- surroundings -------------------------------------------------------------------------------


WINDOW = SPRING.replace("[at most", "[from 2026-05-01 through 2026-08-31, at most")


def test_another_zone_is_a_change_of_the_coupons_that_it_alters() -> None:
    acme = pushed(SPRING, WINDOW.replace("spring", "summer").replace("SPRING", "SUMMER"))
    space = SPACE.replace("Zurich", "London")
    found = acme.push(
        SPRING, WINDOW.replace("spring", "summer").replace("SPRING", "SUMMER"), space=space
    )
    assert found == Pushed(pending=("summer",), surroundings=True)


def test_another_rounding_is_a_change_of_each_discount() -> None:
    grant = "coupon: gift\ntitle: Gift\ngrants: {plan: pro, duration: 30 days}\n"
    limit = "redemption: [at most 1 redemption per code]\n"
    acme = pushed(SPRING, grant + limit)
    found = acme.push(SPRING, grant + limit, space=f"{SPACE}rounding: half-even\n")
    assert found == Pushed(pending=("spring",), surroundings=True)


def test_another_type_of_a_fact_is_a_change_of_those_who_name_it() -> None:
    vip = SPRING.replace("fee is period", "customer.vip is x")
    facts = "vocabulary: ours\nfacts: {customer.vip: text}\n"
    acme = pushed(facts, vip, AUTUMN)
    found = acme.push(facts.replace("text}", '"one of x, y"}'), vip, AUTUMN)
    assert found == Pushed(pending=("spring",), surroundings=True)


def test_a_new_value_of_a_fact_changes_no_coupon_and_may_be_given_at_once() -> None:
    core = SPRING.replace("fee is period", "product is core")
    values = "vocabulary: ours\nvalues: {product: [core]}\n"
    acme = pushed(values, core)
    assert acme.push(values.replace("[core]", "[core, pro]"), core) == Pushed(surroundings=True)
    assert acme.book().types.vocabulary.facts["product"].closed == {"core", "pro"}
    assert acme.noted()[-1] == ("ann", "surroundings", "acme")


def test_another_format_is_a_change_of_the_coupons_that_use_it() -> None:
    written = "format: short\ntemplate: S-{code:random(8)}\n"
    acme = pushed(written, SPRING + "format: short\n", AUTUMN)
    found = acme.push(written.replace("8", "9"), SPRING + "format: short\n", AUTUMN)
    assert found == Pushed(pending=("spring",), surroundings=True)
    assert acme.plan().notes[0].startswith("its sentences stay")


SET = """\
features: platform
width: 8
bits: {7: Dashboards, 6: Map, 5: Tariffs}
reserved: [0]
named: {Core: C0}
"""
YEAR = """\
coupon: year
title: Year
grants: {plan: pro, features: C0, add-ons: [Tariffs]}
redemption: [at most 1 redemption per code]
"""
TRIAL = """\
coupon: trial
title: Trial
format: trial
grants: {from: code}
redemption: [at most 1 redemption per code, by is merchant]
"""
FORMAT = "format: trial\ntemplate: T-{features:flags(platform)}\n"


def test_features_mean_the_same_by_value_and_by_name() -> None:
    acme = pushed(SET, YEAR)
    assert acme.push(SET, YEAR.replace("C0,", "[Map, Dashboards],")) == Pushed()


def test_other_bits_are_a_change_of_what_is_granted() -> None:
    acme = pushed(SET, YEAR)
    assert acme.push(SET, YEAR.replace("C0,", "C1,")) == Pushed(pending=("year",))
    same = "plan pro; features Dashboards, Map; add-ons Tariffs"
    assert acme.differences("year") == [("grants", f"{same}; value E0", f"{same}; value E1")]


def test_another_name_of_a_feature_is_a_change_of_the_coupons_that_grant_it() -> None:
    acme = pushed(SET, YEAR, YEAR.replace("year", "map").replace("C0, add-ons: [Tariffs]", "40"))
    found = acme.push(
        SET.replace("Dashboards", "Boards"),
        YEAR,
        YEAR.replace("year", "map").replace("C0, add-ons: [Tariffs]", "40"),
    )
    assert found == Pushed(pending=("year",), surroundings=True)


def test_another_feature_set_is_a_change_of_the_coupons_whose_codes_say_features() -> None:
    acme = pushed(SET, FORMAT, YEAR, TRIAL)
    found = acme.push(SET.replace("{Core: C0}", "{Basic: C0}"), FORMAT, YEAR, TRIAL)
    assert found == Pushed(pending=("trial",), surroundings=True)


# --- archived and renamed -----------------------------------------------------------------------


def test_a_coupon_whose_file_is_gone_is_archived_and_stays_in_the_book() -> None:
    acme = pushed(SPRING, AUTUMN)
    assert acme.push(AUTUMN) == Pushed(archived=("spring",))
    found = acme.book().coupons["spring"]
    assert found.archived
    assert not found.ready.policy.active
    assert acme.push(AUTUMN) == Pushed()


def test_a_coupon_whose_file_comes_back_is_as_it_was() -> None:
    acme = pushed(SPRING, AUTUMN)
    acme.push(AUTUMN)
    assert acme.push(SPRING, AUTUMN) == Pushed(back=("spring",))
    assert acme.book().coupons["spring"].ready.policy.active
    assert acme.noted()[-2:] == [("ann", "archive", "spring"), ("ann", "back", "spring")]


def test_a_coupon_that_never_had_a_file_is_not_archived() -> None:
    acme = pushed(SPRING)
    acme.changes.save("autumn", AUTUMN, ANN)
    assert acme.push(SPRING) == Pushed()
    assert not acme.book().coupons["autumn"].archived


def test_a_coupon_saved_elsewhere_is_archived_once_it_had_a_file() -> None:
    acme = pushed(SPRING)
    acme.changes.save("autumn", AUTUMN, ANN)
    acme.push(SPRING, AUTUMN)
    assert acme.push(SPRING) == Pushed(archived=("autumn",))


MARCH = SPRING.replace("coupon: spring", "coupon: march") + "was: spring\n"


def test_a_rename_waits_and_archives_nothing() -> None:
    acme = pushed(SPRING)
    assert acme.push(MARCH) == Pushed(pending=("spring",))
    assert in_force(acme) == {"spring": 1}
    assert acme.differences() == [("coupon", "spring", "march")]
    assert acme.push(MARCH) == Pushed()


def test_a_renamed_coupon_keeps_its_usage() -> None:
    acme = pushed(SPRING)
    acme.redeemed("sub-1", {"code": "SPRING"})
    acme.push(MARCH)
    acme.changes.enact("spring", ANN)
    assert in_force(acme) == {"march": 2}
    for table in ("coupons", "versions", "codes", "redemptions", "counters"):
        query = f"SELECT coupon FROM {table}"  # noqa: S608 - one of those above
        assert {name for (name,) in acme.rows(query)} == {"march"}
    assert acme.rows("SELECT n FROM counters") == [(1,)]
    assert acme.push(MARCH.replace("was: spring\n", "")) == Pushed()


def test_a_new_coupon_may_take_a_name_that_became_free() -> None:
    acme = pushed(SPRING)
    acme.push(MARCH)
    acme.changes.enact("spring", ANN)
    other = AUTUMN.replace("coupon: autumn", "coupon: spring")
    assert acme.push(MARCH.replace("was: spring\n", ""), other) == Pushed(new=("spring",))
    assert acme.book().coupons["spring"].ready.policy.codes == ("AUTUMN",)
    assert acme.book().coupons["march"].ready.policy.codes == ("SPRING",)


def test_a_rename_to_a_name_that_is_taken_meanwhile_is_refused() -> None:
    acme = pushed(SPRING)
    acme.push(MARCH)
    acme.changes.save("march", AUTUMN.replace("autumn", "march"), ANN)
    with pytest.raises(Conflict, match="`spring` can't be renamed: there is a coupon `march`"):
        acme.changes.enact("spring", ANN)


# --- codes and rates ----------------------------------------------------------------------------


def test_a_new_coupon_with_a_code_of_another_is_kept_back_and_the_rest_is_read() -> None:
    acme = pushed(SPRING)
    greedy = AUTUMN.replace("[AUTUMN]", "[AUTUMN, spring]")
    found = acme.push(DEARER.replace("[SPRING]", "[]"), greedy)
    assert found.pending == ("spring",)
    assert found.held_back[0].coupon == "autumn"
    assert found.held_back[0].reason.startswith("the code `spring` belongs to the coupon `spring`")
    acme.changes.enact("spring", ANN)
    assert acme.push(DEARER.replace("[SPRING]", "[]"), greedy) == Pushed(new=("autumn",))
    assert acme.rows("SELECT coupon, active FROM codes WHERE code = 'SPRING'") == [("autumn", 1)]


def test_a_code_of_an_archived_coupon_stays_its_own() -> None:
    acme = pushed(SPRING)
    found = acme.push(AUTUMN.replace("[AUTUMN]", "[SPRING]"))
    assert found.archived == ("spring",)
    assert found.held_back[0].reason == (
        "the code `SPRING` belongs to the coupon `spring`: take it out of `spring` and enact that "
        "first, or choose another code"
    )
    found = acme.push(AUTUMN.replace("[AUTUMN]", "[SPRING]"))
    assert "it is archived: choose another code" in found.held_back[0].reason


def test_new_rates_act_when_they_are_read() -> None:
    acme = pushed(SPRING, RATES)
    more = RATES.replace("]", ', {at: 2026-05-01, USD: "1.20"}]').replace("0.95", "0.96")
    before = acme.book().revision
    assert acme.push(SPRING, more) == Pushed(rates=2)
    rates = acme.book().rates
    assert rates is not None
    assert str(rates.at(NOW).per_base["USD"]) == "6/5"
    assert acme.book().revision > before
    assert acme.rows("SELECT figure FROM rates WHERE currency = 'CHF'") == [("0.96",)]
    assert acme.noted()[-1] == ("ann", "rates", "EUR")


def test_rates_that_a_file_leaves_out_stay() -> None:
    acme = pushed(SPRING, RATES)
    assert acme.push(SPRING) == Pushed()
    assert acme.book().rates is not None


def test_rates_of_another_base_are_refused() -> None:
    acme = pushed(SPRING, RATES)
    with pytest.raises(Conflict, match="what one unit of EUR buys, these what one of USD does"):
        acme.push(SPRING, RATES.replace("EUR", "USD").replace('USD: "1.10", ', ""))


# --- preview ------------------------------------------------------------------------------------


def test_a_preview_says_what_a_push_would_change_and_changes_nothing() -> None:
    acme = pushed(SPRING)
    noted = acme.noted()
    sources = [read("policy.yaml", f"{SPACE}---\n{DEARER}---\n{AUTUMN}".encode())]
    found, plans = acme.changes.preview(assemble(sources), sources, ANN)
    assert found == Pushed(new=("autumn",), pending=("spring",))
    assert plans.changes[0].differences[0].after == "20% off"
    assert acme.noted() == noted
    assert in_force(acme) == {"spring": 1}
    assert acme.changes.pending(ANN) == []
