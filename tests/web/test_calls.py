"""Each call does what it says."""

from __future__ import annotations

from tests.benchmarks.echoing import ECHO
from tests.web.asking import Web, fee


def evaluation(*codes: str) -> dict[str, object]:
    return {"subscription": {"id": "sub-1"}, "charges": [fee("le-1")], "codes": list(codes)}


def test_evaluate_says_what_each_charge_is_discounted(web: Web) -> None:
    answer = web.ask("POST /v1/evaluate", evaluation("SPRING"))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    (line,) = answer.body["charges"]
    assert (line["discount"], line["net"]) == ("10.00", "90.00")


def test_evaluate_changes_nothing(web: Web) -> None:
    for _ in range(5):
        assert web.ask("POST /v1/evaluate", evaluation("SPRING")).body["charges"][0]["discounts"]


def test_redeem_creates_a_redemption(web: Web) -> None:
    answer = web.redeem()
    assert answer.status == 201
    assert answer.body["coupon"] == "spring"
    assert answer.body["grants"] is None


def test_a_dry_run_creates_nothing(web: Web) -> None:
    answer = web.redeem(dry_run=True)
    assert (answer.status, answer.body["id"]) == (200, None)
    assert web.redeem().status == 201


def test_a_refusal_is_a_problem_with_every_reason(web: Web) -> None:
    answer = web.redeem("PASTOFFER")
    assert (answer.status, answer.problem) == (409, "refused")
    assert answer.body["coupon"] == "past"
    assert answer.body["reasons"][0]["source"].startswith("policies.yaml:")


def test_a_removed_redemption_gives_its_place_back(web: Web) -> None:
    taken = web.redeem().body["id"]
    answer = web.ask(f"DELETE /v1/redemptions/{taken}")
    assert (answer.status, answer.body["how"]) == (200, "removed")
    assert web.redeem().status == 201


def test_what_is_removed_can_not_be_removed_again(web: Web) -> None:
    taken = web.redeem().body["id"]
    web.ask(f"DELETE /v1/redemptions/{taken}")
    assert web.ask(f"DELETE /v1/redemptions/{taken}").problem == "not-possible"


def test_a_hold_is_confirmed(web: Web) -> None:
    held = web.redeem(hold="15 minutes").body
    assert held["until"] == "2026-03-01T12:15:00Z"
    answer = web.ask(f"POST /v1/redemptions/{held['id']}/confirm")
    assert (answer.status, answer.body["until"]) == (200, None)


def test_a_hold_is_released(web: Web) -> None:
    held = web.redeem(hold="15 minutes").body
    answer = web.ask(f"POST /v1/redemptions/{held['id']}/release", {"at": "2026-03-01T12:01:00Z"})
    assert (answer.status, answer.body["how"]) == (200, "released")


def test_charges_are_recorded_with_their_discounts(web: Web) -> None:
    web.redeem()
    answer = web.charge("le-1", "le-2")
    assert answer.status == 200
    assert answer.body["totals"] == [
        {"currency": "CHF", "gross": "200.00", "discount": "20.00", "net": "180.00"}
    ]


def test_all_or_none_that_is_none_is_a_problem(web: Web) -> None:
    web.charge("le-1")
    body = {"subscription": {"id": "sub-1"}, "charges": [fee("le-2"), fee("le-1", amount="7.00")]}
    answer = web.ask("POST /v1/charges", {**body, "atomic": True})
    assert (answer.status, answer.problem) == (409, "not-recorded")
    assert len(answer.body["charges"]) == 2
    assert [each["charge"] for each in ledger(web)] == ["le-1"]


def test_a_charge_is_reversed_in_part(web: Web) -> None:
    web.redeem()
    web.charge("le-1")
    answer = web.ask("POST /v1/charges/le-1/reverse", {"amount": "50.00"})
    assert (answer.status, answer.body["discount"]) == (200, "5.00")


def test_more_than_is_left_can_not_be_reversed(web: Web) -> None:
    web.charge("le-1")
    web.ask("POST /v1/charges/le-1/reverse")
    assert web.ask("POST /v1/charges/le-1/reverse").problem == "not-possible"


def ledger(web: Web) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = web.ask("GET /v1/subscriptions/sub-1/ledger").body["entries"]
    return entries


def test_attached_codes_are_redeemed_when_the_account_is_activated(web: Web) -> None:
    for code in ("SPRING", "PASTOFFER"):
        assert web.ask("POST /v1/accounts/acc-1/codes", {"code": code}).status == 201
    assert web.ask("GET /v1/accounts/acc-1/codes").body["codes"] == ["SPRING", "PASTOFFER"]
    answer = web.ask("POST /v1/accounts/acc-1/activate", {"subscription": {"id": "sub-1"}})
    assert answer.status == 200
    assert ["id" in each for each in answer.body["codes"]] == [True, False]


def test_stored_facts_are_shown_with_what_is_redeemed(web: Web) -> None:
    facts = {"customer": {"id": "cus-1", "country": "CH"}}
    assert web.ask("PUT /v1/subscriptions/sub-1", facts).status == 200
    web.redeem("SWISS")
    shown = web.ask("GET /v1/subscriptions/sub-1").body
    assert shown["facts"]["customer"] == {"id": "cus-1", "country": "CH"}
    assert [each["code"] for each in shown["redemptions"]] == ["SWISS"]


def test_a_subscription_moves_with_its_redemptions(web: Web) -> None:
    web.redeem()
    assert web.ask("POST /v1/subscriptions/sub-1/move", {"to": "sub-2"}).status == 200
    found = web.ask("GET /v1/subscriptions/sub-2/redemptions").body["redemptions"]
    assert [each["code"] for each in found] == ["SPRING"]


def test_the_facts_of_a_customer_are_erased(web: Web) -> None:
    web.ask("PUT /v1/subscriptions/sub-1", {"customer": {"id": "cus-1", "country": "CH"}})
    assert web.ask("DELETE /v1/customers/cus-1/facts").status == 200
    assert "cus-1" not in str(web.ask("GET /v1/subscriptions/sub-1").body)


def test_a_bill_sums_a_stretch_of_time(web: Web) -> None:
    web.redeem()
    web.charge("le-1")
    call = "GET /v1/subscriptions/sub-1/bill?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z"
    assert web.ask(call).body["totals"][0]["net"] == "90.00"


def test_an_invoice_is_json_or_pdf(web: Web) -> None:
    web.charge("le-1")
    made = web.ask("POST /v1/subscriptions/sub-1/invoices")
    assert made.status == 201
    path = f"GET /v1/subscriptions/sub-1/invoices/{made.body['number']}"
    assert web.ask(path).body == made.body
    for printed in (web.ask(path, Accept="application/pdf"), web.ask(f"{path}.pdf")):
        assert printed.headers["Content-Type"] == "application/pdf"
        assert printed.body.startswith(b"%PDF")
    listed = web.ask("GET /v1/subscriptions/sub-1/invoices").body["invoices"]
    assert [each["number"] for each in listed] == [made.body["number"]]


def test_an_invoice_is_found_only_under_its_subscription(web: Web) -> None:
    web.charge("le-1")
    number = web.ask("POST /v1/subscriptions/sub-1/invoices").body["number"]
    assert web.ask(f"GET /v1/subscriptions/sub-2/invoices/{number}").problem == "not-found"


def test_coupons_are_listed_part_by_part(web: Web) -> None:
    first = web.ask("GET /v1/coupons?limit=2").body
    assert [each["coupon"] for each in first["coupons"]] == ["past", "spring"]
    rest = web.ask(f"GET /v1/coupons?limit=2&cursor={first['next']}").body
    assert ([each["coupon"] for each in rest["coupons"]], rest["next"]) == (["swiss"], None)


def test_codes_are_listed_part_by_part(web: Web) -> None:
    first = web.ask("GET /v1/coupons/spring/codes?limit=1").body
    rest = web.ask(f"GET /v1/coupons/spring/codes?limit=1&cursor={first['next']}").body
    assert [each["code"] for each in first["codes"] + rest["codes"]] == ["Primavera", "SPRING"]
    assert rest["next"] is None


def test_a_code_is_found_in_any_case(web: Web) -> None:
    assert web.ask("GET /v1/codes/primavera").body["coupon"] == "spring"


def dearer(web: Web) -> str:
    document: str = web.ask("GET /v1/coupons/spring").body["document"]
    return document.replace("10%", "25%")


def test_a_change_waits_until_it_is_enacted(web: Web) -> None:
    saved = web.ask("PUT /v1/coupons/spring/pending", {"document": dearer(web)})
    assert (saved.status, saved.body["outcome"]) == (200, "pending")
    shown = web.ask("GET /v1/coupons/spring/pending").body
    assert shown["change"]["author"] == "tests"
    assert shown["plan"]["differences"]
    assert web.ask("POST /v1/coupons/spring/pending/enact").body["version"] == 2
    versions = web.ask("GET /v1/coupons/spring/versions?limit=1").body
    assert [each["version"] for each in versions["versions"]] == [2]
    rest = web.ask(f"GET /v1/coupons/spring/versions?limit=1&cursor={versions['next']}").body
    assert [each["version"] for each in rest["versions"]] == [1]
    assert web.ask("GET /v1/coupons/spring/versions/1").body["in_force"] is False


def test_a_version_is_restored_as_a_pending_change(web: Web) -> None:
    web.ask("PUT /v1/coupons/spring/pending", {"document": dearer(web)})
    web.ask("POST /v1/coupons/spring/pending/enact")
    assert web.ask("PUT /v1/coupons/spring/pending", {"version": 1}).body["outcome"] == "pending"


def test_a_pending_change_is_discarded(web: Web) -> None:
    web.ask("PUT /v1/coupons/spring/pending", {"document": dearer(web)})
    assert web.ask("DELETE /v1/coupons/spring/pending").status == 200
    assert web.ask("GET /v1/coupons/spring/pending").problem == "not-found"


def test_another_person_approves(web: Web) -> None:
    web.ask("PUT /v1/coupons/spring/pending", {"document": dearer(web)})
    assert web.ask("POST /v1/coupons/spring/pending/approve").problem == "conflict"


def test_a_change_with_errors_is_refused_at_its_lines(web: Web) -> None:
    answer = web.ask(
        "PUT /v1/coupons/spring/pending", {"document": "coupon: spring\ndiscont: 1%\n"}
    )
    assert (answer.status, answer.problem) == (422, "invalid")
    assert answer.body["errors"][0]["message"].startswith("line ")


def test_a_coupon_that_is_off_can_not_be_redeemed(web: Web) -> None:
    why = {"because": "a test"}
    assert web.ask("POST /v1/coupons/spring/off", why).body["active"] is False
    assert web.redeem().problem == "refused"
    assert web.ask("POST /v1/coupons/spring/on", why).body["active"] is True
    assert web.redeem().status == 201


def test_a_code_is_switched_by_itself(web: Web) -> None:
    why = {"because": "a test"}
    assert web.ask("POST /v1/codes/SPRING/off", why).status == 200
    assert web.redeem("SPRING").problem == "refused"
    assert web.redeem("Primavera").status == 201
    assert web.ask("POST /v1/codes/SPRING/on", why).status == 200


def test_a_decision_is_kept_with_its_trace(web: Web) -> None:
    decision = web.redeem("PASTOFFER").body["decision"]
    kept = web.ask(f"GET /v1/decisions/{decision}").body
    assert [each["holds"] for each in kept["trace"]].count(False) == 1


def test_rates_are_added_and_listed(web: Web) -> None:
    row = {"at": "2026-01-01T00:00:00Z", "rates": {"EUR": "1.05"}}
    added = web.ask("POST /v1/rates", {"base": "CHF", "rows": [row]})
    assert (added.status, added.body["figures"]) == (200, 1)
    assert web.ask("GET /v1/rates").body["rows"] == [row]


def test_a_further_call_stands_behind_the_same_checks() -> None:
    web = Web(extra=(ECHO,))
    assert web.ask("POST /v1/echo", {"a": ["1.0"]}).body == {"a": ["1.0"]}
    assert web.ask("POST /v1/echo", {}, key=None).status == 401
