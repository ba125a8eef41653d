"""A walk through `Subscription Coupon Inventory`, one test for each thing that it says.

The table in `policies/coupon-inventory/README.md` names these tests.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from tests.walks.walking import CORE, DAY, PARTNER, PROFESSIONAL, Walk

SHAPE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")
YEAR = 366 * DAY


def validated(walk: Walk, *codes: str, key: str | None = None) -> list[dict[str, Any]]:
    """What validating says of codes."""
    found: list[dict[str, Any]] = walk.done("POST /v1/validate", {"codes": codes}, key)["codes"]
    return found


def activated(walk: Walk, code: str, account: str, **more: Any) -> dict[str, Any]:
    """What became of the one line of an activation by the partner."""
    lines = [{"code": code, "account": account, **more}]
    answer = walk.done("POST /v1/inventory/activate", {"lines": lines}, walk.partner)
    (line,) = answer["lines"]
    found: dict[str, Any] = line
    return found


def a_client(walk: Walk, name: str = "muster", *accounts: str) -> None:
    """A client of the partner, with a project and accounts."""
    body = {"title": f"{name.title()} AG", "email": f"office@{name}.example"}
    walk.done(f"PUT /v1/clients/{name}", body, walk.partner)
    walk.done(f"PUT /v1/clients/{name}/projects/roof", {"title": "Roof"}, walk.partner)
    for account in accounts:
        walk.done(f"PUT /v1/clients/{name}/accounts/{account}", key=walk.partner)


def assigned(walk: Walk, code: str, client: str = "muster", **more: Any) -> dict[str, Any]:
    """What became of the one line of an assignment by the partner."""
    body = {"codes": [code], "client": client, **more}
    (line,) = walk.done("POST /v1/inventory/assign", body, walk.partner)["lines"]
    found: dict[str, Any] = line
    return found


def report(walk: Walk, name: str, *options: str) -> list[dict[str, str]]:
    """The rows of a report as the command writes them."""
    text = walk.command("report", name, "--format", "csv", *options)
    return list(csv.DictReader(io.StringIO(text)))


# --- how subscription coupons work: structure


def test_a_code_has_sixteen_symbols_in_four_groups(walk: Walk) -> None:
    assert all(SHAPE.fullmatch(code) for code in walk.codes(count=5))
    assert SHAPE.fullmatch(walk.command("codes", "issue", PROFESSIONAL).strip())


def test_a_code_is_sealed_so_that_none_can_be_made_up_or_altered(walk: Walk) -> None:
    code, _ = walk.codes()
    altered = code[:-6] + ("0" if code[-6] != "0" else "1") + code[-5:]
    assert validated(walk, altered)[0]["reason"] in ("code_malformed", "seal_invalid")
    assert "refused" in walk.command("validate", altered, code=1)
    assert validated(walk, code)[0]["proof"] == "seal"


def test_a_code_says_plan_features_points_duration_and_add_ons(walk: Walk) -> None:
    code, _ = walk.codes("core-interconnect-12-months")
    (found,) = validated(walk, code)
    assert found["grants"]["plan"] == "core"
    assert found["grants"]["points"] == 10
    assert found["grants"]["duration"] == "12 months"
    assert found["grants"]["add-ons"] == ["Interconnect"]
    assert "Interconnect" in walk.command("validate", code)


def test_a_code_is_valid_for_twelve_months_from_its_issue(walk: Walk) -> None:
    early, late = walk.codes()
    (found,) = validated(walk, early)
    assert 364 <= found["days_left"] <= 366
    walk.ahead = 364 * DAY
    assert activated(walk, early, "acc-1")["outcome"] == "done"
    walk.ahead = YEAR
    assert activated(walk, late, "acc-2")["outcome"] == "refused"


def test_a_code_is_activated_once(walk: Walk) -> None:
    code, _ = walk.codes()
    assert activated(walk, code, "acc-1")["outcome"] == "done"
    again = activated(walk, code, "acc-2")
    assert again["outcome"] == "refused"
    line = walk.command("inventory", "activate", code, "--account", "acc-3", code=1)
    assert code in line


# --- how subscription coupons work: activation


def test_a_customer_enters_a_code_on_the_account(walk: Walk) -> None:
    over_http, by_command = walk.codes()
    body = {"code": over_http, "by": "subscriber", "customer": {"id": "acc-1"}}
    answer = walk.http("POST /v1/redeem", body)
    assert (answer.status, answer.body["grants"]["plan"]) == (201, "professional")
    walk.done("POST /v1/accounts/acc-2/codes", {"code": by_command})
    done = walk.done("POST /v1/accounts/acc-2/activate", {"subscription": {"id": "sub-2"}})
    assert done["codes"][0]["code"] == by_command


def test_authenticity_and_end_are_checked_at_activation(walk: Walk) -> None:
    code, _ = walk.codes()
    forged = activated(walk, "0000-0000-0000-0000", "acc-1")
    assert forged["outcome"] == "refused"
    walk.ahead = YEAR
    expired = activated(walk, code, "acc-1")
    assert [each["reason"] for each in expired["reasons"]] == ["code_expired"]


def test_features_are_there_at_once(walk: Walk) -> None:
    code, _ = walk.codes()
    activated(walk, code, "acc-1")
    found = walk.done("GET /v1/accounts/acc-1/entitlements")
    (subscription,) = found["subscriptions"]
    assert subscription["status"] == "running"
    assert "Map module" in str(found)
    assert "Map module" in walk.command("subscription", "entitlements", "acc-1")


def test_an_activated_code_is_marked_in_the_inventory(walk: Walk) -> None:
    code, _ = walk.codes()
    activated(walk, code, "acc-1")
    assert walk.code(code)["code"]["status"] == "activated"
    assert "activated" in walk.command("inventory", "show", code)


# --- pre-purchasing benefits


def test_what_is_bought_now_is_activated_in_a_later_period(walk: Walk) -> None:
    found = walk.bought()
    walk.ahead = 200 * DAY
    assert activated(walk, found["codes"][0]["code"], "acc-1")["outcome"] == "done"
    assert walk.done(f"GET /v1/inventory/purchases/{found['purchase']}")["at"] == found["at"]


def test_codes_wait_until_systems_are_ready(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk)
    assert assigned(walk, code, planned="2027-02-01")["outcome"] == "done"
    assert walk.code(code)["code"]["planned"].startswith("2027-02-01")


def test_many_codes_at_once_cost_less_each(walk: Walk) -> None:
    one, ten, fifty = (walk.bought(count=count) for count in (1, 10, 50))
    units = [each["lines"][0]["unit"] for each in (one, ten, fifty)]
    assert units == ["480.00", "456.00", "432.00"]
    assert fifty["total"] == "21600.00"
    said = walk.command("inventory", "prices", PARTNER, "--coupon", PROFESSIONAL, "--count", "10")
    assert "456.00" in said


def test_a_new_account_is_provisioned_at_once(walk: Walk) -> None:
    code, _ = walk.codes()
    line = activated(walk, code, "brand-new")
    assert line["outcome"] == "done"
    assert walk.done("GET /v1/accounts/brand-new/entitlements")["subscriptions"]


def test_a_partner_keeps_codes_for_its_clients(walk: Walk) -> None:
    walk.codes(count=3)
    found = walk.done("GET /v1/inventory/codes?status=unused", key=walk.partner)
    assert len(found["codes"]) == 3
    assert {each["partner"] for each in found["codes"]} == {PARTNER}


# --- standard account inventory management


def test_codes_are_delivered_by_email_after_the_purchase(walk: Walk) -> None:
    walk.bought(email="buyer@acme.example")
    assert "buyer@acme.example" in walk.command("outbox", "list")


def test_the_receipt_names_every_code_and_what_is_in_it(walk: Walk, tmp_path: Path) -> None:
    found = walk.bought(count=3)
    paper = tmp_path / "receipt.pdf"
    walk.command("inventory", "receipt", found["purchase"], "--out", paper)
    text = "\n".join(page.extract_text() for page in PdfReader(paper).pages)
    assert all(each["code"] in text for each in found["codes"])
    assert "Professional, 12 months" in text
    over_http = walk.http(f"GET /v1/inventory/purchases/{found['purchase']}/receipt.pdf")
    assert over_http.body == paper.read_bytes()


def test_records_of_unused_codes_can_be_kept_elsewhere(walk: Walk) -> None:
    used, unused = walk.codes()
    activated(walk, used, "acc-1")
    answer = walk.http("GET /v1/inventory/export?status=unused", key=walk.partner)
    assert unused in answer.body.decode()
    assert used not in answer.body.decode()
    assert unused in walk.command("inventory", "export", "--status", "unused")


def test_whoever_has_the_code_can_set_a_system_up(walk: Walk) -> None:
    code, other = walk.codes()
    assert activated(walk, code, "an-account-of-the-team")["outcome"] == "done"
    answer = walk.http("POST /v1/redeem", {"code": other, "customer": {"id": "another-one"}})
    assert answer.status == 201


def test_the_validity_of_each_code_is_tracked(walk: Walk) -> None:
    walk.codes()
    found = walk.done("GET /v1/inventory/codes", key=walk.partner)["codes"]
    assert all(each["expires"] and each["days_left"] >= 364 for each in found)


def test_ends_come_as_calendar_reminders(walk: Walk, tmp_path: Path) -> None:
    code, _ = walk.codes()
    file = tmp_path / "ends.ics"
    walk.command("report", "expiring", "--within", "13 months", "--format", "ics", "--out", file)
    assert code in str(Calendar.from_ical(file.read_bytes()))
    answer = walk.http("GET /v1/reports/expiring?within=13%20months&format=ics", key=walk.partner)
    assert code in answer.body.decode().replace("\r\n ", "")


def test_deployments_are_planned_before_codes_end(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk)
    assert assigned(walk, code, planned="2029-01-01")["warnings"]
    deployments = report(walk, "deployments")
    assert code in str(deployments)


def test_no_money_is_given_back_for_codes(walk: Walk) -> None:
    document = str(walk.done("GET /openapi.json")["paths"].keys())
    assert "refund" not in document
    code, _ = walk.codes()
    walk.ahead = YEAR
    assert activated(walk, code, "acc-1")["outcome"] == "refused"


# --- white label inventory management


def test_a_dashboard_sums_the_inventory_up(walk: Walk) -> None:
    code, _ = walk.codes()
    activated(walk, code, "acc-1")
    found = str(walk.done("GET /v1/inventory", key=walk.partner))
    assert "activated" in found
    assert "unused" in found
    assert "activated" in walk.command("inventory", "summary")


def test_the_status_of_each_code_is_live(walk: Walk) -> None:
    used, reserved, expired = walk.codes(count=3)
    a_client(walk)
    activated(walk, used, "acc-1")
    assigned(walk, reserved)
    statuses = [walk.code(each)["code"]["status"] for each in (used, reserved, expired)]
    assert statuses == ["activated", "reserved", "unused"]
    walk.ahead = YEAR
    assert walk.code(expired)["code"]["status"] == "expired"


def test_codes_can_be_searched_and_filtered(walk: Walk) -> None:
    code, other = walk.codes()
    walk.codes(CORE)
    a_client(walk)
    assigned(walk, code, reference="muster-roof-777")
    for query in ("client=muster", "status=reserved", "q=777", f"q={code}", "reference=muster-*"):
        found = walk.done(f"GET /v1/inventory/codes?{query}", key=walk.partner)["codes"]
        assert [each["code"] for each in found] == [code], query
    said = walk.command("inventory", "list", "--status", "unused", "--coupon", PROFESSIONAL)
    assert other in said
    assert code not in said


def test_many_codes_are_handled_together(walk: Walk) -> None:
    codes = walk.codes(count=4)
    a_client(walk)
    body = {"codes": [*codes, "0000-0000-0000-0000"], "client": "muster", "project": "roof"}
    done = walk.done("POST /v1/inventory/assign", body, walk.partner)
    assert (done["done"], done["refused"]) == (4, 1)
    walk.command("inventory", "note", *codes, "--text", "on the roof")
    assert [each["text"] for each in walk.code(codes[0])["notes"]] == ["on the roof"]


def test_each_code_shows_its_whole_specification(walk: Walk) -> None:
    code, _ = walk.codes()
    grants = walk.code(code)["code"]["grants"]
    assert (grants["plan"], grants["points"], grants["subaccounts"]) == ("professional", 50, 4)
    assert "Advanced Dashboards" in grants["features"]
    assert "Advanced Dashboards" in walk.command("inventory", "show", code)


def test_codes_are_assigned_to_clients_and_projects(walk: Walk) -> None:
    code, other = walk.codes()
    a_client(walk)
    assigned(walk, code, project="roof")
    found = walk.code(code)["code"]
    assert (found["client"], found["project"]) == ("muster", "roof")
    walk.command("inventory", "assign", other, "--client", "muster", "--project", "roof")
    assert walk.code(other)["code"]["client"] == "muster"


def test_codes_that_are_reserved_for_deployments_are_tracked(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk)
    assigned(walk, code, planned="2027-02-01")
    (row,) = report(walk, "deployments")
    assert code in row.values()
    found = walk.done("GET /v1/reports/deployments", key=walk.partner)
    assert code in str(found)


def test_assignments_are_transferred_between_clients(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk)
    a_client(walk, "meier", "acc-9")
    assigned(walk, code)
    body = {"codes": [code], "client": "meier"}
    assert walk.done("POST /v1/inventory/transfer", body, walk.partner)["done"] == 1
    assert activated(walk, code, "acc-9")["outcome"] == "done"


def test_codes_have_notes_and_references(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk)
    assert assigned(walk, code, project="roof")["reference"] == "muster-roof-001"
    body = {"codes": [code], "text": "call before you come"}
    walk.done("POST /v1/inventory/note", body, walk.partner)
    assert walk.code(code)["notes"][0]["text"] == "call before you come"
    assert "call before you come" in walk.command("inventory", "show", code)


def test_reports_are_made_for_one_client(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk)
    a_client(walk, "meier")
    assigned(walk, code)
    rows = report(walk, "allocations", "--client", "muster")
    assert code in str(rows)
    assert report(walk, "allocations", "--client", "meier") == []


def test_a_partner_activates_a_code_with_one_call(walk: Walk) -> None:
    code, other = walk.codes()
    assert activated(walk, code, "acc-1")["outcome"] == "done"
    walk.command("inventory", "activate", other, "--account", "acc-2")
    assert walk.code(other)["code"]["subscription"]["account"] == "acc-2"


def test_a_batch_is_activated_for_many_accounts(walk: Walk, tmp_path: Path) -> None:
    codes = walk.codes(count=4)
    lines = [{"code": code, "account": f"acc-{n}"} for n, code in enumerate(codes[:2])]
    lines.append({"code": "0000-0000-0000-0000", "account": "acc-9"})
    answer = walk.done("POST /v1/inventory/activate", {"lines": lines}, walk.partner)
    assert [each["outcome"] for each in answer["lines"]] == ["done", "done", "refused"]
    file = tmp_path / "batch.csv"
    file.write_text(f"code,account\n{codes[2]},acc-2\n{codes[3]},acc-3\n")
    walk.command("inventory", "activate", file)
    assert walk.code(codes[3])["code"]["status"] == "activated"


def test_clients_are_told_of_activations(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk, "muster", "acc-1")
    assigned(walk, code)
    activated(walk, code, "acc-1")
    assert "office@muster.example" in walk.command("outbox", "list")


def test_code_and_subscription_are_linked(walk: Walk) -> None:
    code, _ = walk.codes()
    activated(walk, code, "acc-1")
    subscription = walk.code(code)["code"]["subscription"]["subscription"]
    (entitled,) = walk.done("GET /v1/accounts/acc-1/entitlements")["subscriptions"]
    assert (entitled["subscription"], entitled["code"]) == (subscription, code)


# --- reseller management


def test_a_partner_sees_its_own_inventory_under_its_own_name(walk: Walk) -> None:
    own = walk.done("GET /v1/partner", key=walk.partner)
    assert (own["title"], own["contact"]["email"]) == ("Acme Energy", "hello@acme.example")
    assert walk.http("GET /v1/partners", key=walk.partner).status == 403


def test_branded_sheets_are_printed_for_clients(walk: Walk, tmp_path: Path) -> None:
    found = walk.bought()
    paper = tmp_path / "sheets.pdf"
    walk.command("inventory", "sheets", "--purchase", found["purchase"], "--out", paper)
    text = "\n".join(page.extract_text() for page in PdfReader(paper).pages)
    assert "Acme Energy" in text
    assert "hello@acme.example" in text
    assert all(each["code"] in text for each in found["codes"])
    call = f"GET /v1/inventory/sheets.pdf?purchase={found['purchase']}"
    assert walk.http(call, key=walk.partner).body.startswith(b"%PDF")


def test_resale_prices_follow_the_markup(walk: Walk) -> None:
    line = walk.bought(count=10)["lines"][0]
    assert (line["unit"], line["resale"]) == ("456.00", "524.40")
    call = f"GET /v1/partners/{PARTNER}/prices?coupon={PROFESSIONAL}&count=10"
    assert "524.40" in str(walk.done(call))


def test_subscriptions_of_clients_are_reported(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk, "muster", "acc-1")
    assigned(walk, code)
    activated(walk, code, "acc-1")
    assert "muster" in str(report(walk, "clients"))
    assert code in str(report(walk, "activations"))
    assert "acc-1" in str(report(walk, "renewals", "--within", "13 months"))


def test_renewals_are_announced_before_subscriptions_end(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk, "muster", "acc-1")
    assigned(walk, code)
    activated(walk, code, "acc-1")
    assert "renewal" in str(walk.done("GET /v1/reports", key=walk.operator))
    assert "acc-1" in str(report(walk, "renewals", "--within", "13 months"))


# --- coupon validation


@pytest.mark.parametrize("public", [True, False])
def test_everybody_can_validate_a_code_without_activating_it(walk: Walk, *, public: bool) -> None:
    code, _ = walk.codes()
    (found,) = validated(walk, code, key=walk.partner if not public else None)
    assert found["valid"] is True
    assert walk.code(code)["code"]["status"] == "unused"
    assert "valid" in walk.command("validate", code)


def test_validation_previews_what_is_in_a_code_and_how_long_it_lasts(walk: Walk) -> None:
    code, _ = walk.codes()
    (found,) = validated(walk, code)
    assert found["grants"]["subaccounts"] == 4
    assert found["days_left"] >= 364
    assert found["status"] == "unused"


def test_validation_says_that_a_code_was_activated_before(walk: Walk) -> None:
    code, _ = walk.codes()
    activated(walk, code, "acc-1")
    (found,) = validated(walk, code)
    assert (found["valid"], found["status"]) == (False, "activated")


def test_programs_validate_many_codes_with_all_details(walk: Walk) -> None:
    codes = walk.codes(count=50)
    found = validated(walk, *codes, key=walk.partner)
    assert [each["code"] for each in found] == codes
    assert all(each["valid"] and each["format"] == "voucher" for each in found)
    many = walk.command("validate", *codes[:3], "--format", "json")
    assert many.count('"valid": true') == 3


# --- best practices for inventory management


def test_references_follow_a_naming_convention(walk: Walk) -> None:
    code, other = walk.codes()
    a_client(walk)
    assert assigned(walk, code, project="roof")["reference"] == "muster-roof-001"
    assert assigned(walk, other, project="roof")["reference"] == "muster-roof-002"
    body = {"codes": [other], "reference": "whatever"}
    (line,) = walk.done("POST /v1/inventory/reference", body, walk.partner)["lines"]
    assert line["outcome"] == "refused"


def test_codes_that_expire_soon_are_reviewed(walk: Walk) -> None:
    code, _ = walk.codes()
    assert report(walk, "expiring") == []
    walk.ahead = 340 * DAY
    found = walk.done("GET /v1/reports/expiring", key=walk.partner)
    assert code in str(found)


def test_the_inventory_can_be_documented_elsewhere(walk: Walk) -> None:
    walk.codes(count=3)
    rows = list(csv.DictReader(io.StringIO(walk.command("inventory", "export"))))
    assert len(rows) == 3


def test_somebody_is_responsible_for_each_client(walk: Walk) -> None:
    person = {"name": "Ada Muster", "email": "ada@muster.example"}
    body = {"title": "Muster AG", "responsible": person}
    walk.done("PUT /v1/clients/muster", body, walk.partner)
    assert walk.done("GET /v1/clients/muster", key=walk.partner)["responsible"] == person
    assert "Ada Muster" in walk.command("inventory", "client", "show", "muster")


def test_a_second_person_approves_activations(walk: Walk, tmp_path: Path) -> None:
    """The shipped space asks for none, so this one does."""
    code, _ = walk.codes()
    walk.asks_for_approval(tmp_path)
    assert activated(walk, code, "acc-1")["outcome"] == "waiting"
    assert walk.code(code)["code"]["status"] == "reserved"
    refused = walk.http("POST /v1/redeem", {"code": code, "customer": {"id": "acc-1"}})
    assert [each["reason"] for each in refused.body["reasons"]] == ["approval_needed"]
    body = {"codes": [code]}
    assert walk.done("POST /v1/inventory/approve", body, walk.partner)["refused"] == 1
    assert walk.done("POST /v1/inventory/approve", body)["done"] == 1
    assert walk.code(code)["code"]["status"] == "activated"


# --- FAQ


def test_an_unused_code_is_exchanged_for_another_subscription(walk: Walk) -> None:
    code, _ = walk.codes(CORE)
    body = {"codes": [code], "to": PROFESSIONAL, "because": "a larger site", "fee": "300.00 EUR"}
    (line,) = walk.done("POST /v1/inventory/exchange", body)["lines"]
    assert walk.code(code)["code"]["status"] == "cancelled"
    assert walk.code(line["replaced_by"])["code"]["grants"]["plan"] == "professional"
    assert activated(walk, code, "acc-1")["outcome"] == "refused"
    assert "300.00 EUR" in str(walk.code(code)["history"])


def test_an_expired_code_is_extended_for_a_fee(walk: Walk) -> None:
    code, _ = walk.codes()
    walk.ahead = YEAR
    assert activated(walk, code, "acc-1")["outcome"] == "refused"
    body = {"codes": [code], "through": "2028-12-31", "because": "late", "fee": "20.00 EUR"}
    assert walk.done("POST /v1/inventory/extend", body)["done"] == 1
    assert activated(walk, code, "acc-1")["outcome"] == "done"
    assert "20.00 EUR" in str(walk.code(code)["history"])


def test_a_code_goes_to_any_account_until_it_is_activated_and_then_to_none(walk: Walk) -> None:
    code, _ = walk.codes()
    a_client(walk, "muster", "acc-1")
    assigned(walk, code)
    assert activated(walk, code, "stranger")["reasons"][0]["reason"] == "other_customer"
    assert activated(walk, code, "acc-1")["outcome"] == "done"
    a_client(walk, "meier", "acc-2")
    body = {"codes": [code], "client": "meier"}
    assert walk.done("POST /v1/inventory/transfer", body, walk.partner)["refused"] == 1


def test_partners_see_how_many_codes_they_have(walk: Walk) -> None:
    walk.codes(count=7)
    assert "7" in str(walk.done("GET /v1/inventory", key=walk.partner))
    (row,) = report(walk, "inventory")
    assert "7" in row.values()


def test_a_quote_takes_the_place_of_the_list_price(walk: Walk) -> None:
    lines = [{"coupon": PROFESSIONAL, "count": 20, "price": "400.00", "currency": "EUR"}]
    found = walk.done("POST /v1/inventory/purchases", {"partner": PARTNER, "lines": lines})
    assert (found["lines"][0]["unit"], found["total"]) == ("400.00", "8000.00")
    walk.command("inventory", "buy", "--partner", PARTNER, f"{CORE}:2")
