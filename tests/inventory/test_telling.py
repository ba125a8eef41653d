"""Who is told of what happens to codes: people who look after them, and of no code in clear."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from engine.outbox.webhooks import Webhooks
from engine.store.statements import Statement
from engine.store.tables import OUTBOX
from tests.inventory.stocking import ACME, Depot, careful, depot

__all__ = ["careful", "depot"]
ADA = {"name": "Ada", "email": "ada@solar.example"}
EVE = {"name": "Eve", "email": "eve@solar.example"}
_ALL = Statement(select(OUTBOX.c.kind, OUTBOX.c.receiver, OUTBOX.c.body, OUTBOX.c.partner))


def told(depot: Depot) -> list[tuple[str, str, Any]]:
    """What was told to whom, in any order."""
    with depot.desk.office.database.read() as tx:
        rows = tx.rows(_ALL)
    return [(kind, receiver, json.loads(body)["data"]) for kind, receiver, body, _ in rows]


def test_people_hear_of_their_codes_and_read_no_code(depot: Depot) -> None:
    depot.client("solar", partner="acme-energy", responsible=ADA)
    depot.own.projects.put("solar", "roof", {"responsible": EVE}, depot.caller)
    depot.own.projects.put("solar", "wall", {}, depot.caller)
    first, second, third = depot.codes("core", 3, partner="acme-energy")
    depot.done("assign", first, client="solar", project="roof")
    depot.done("assign", second, client="solar", project="wall")
    depot.done("extend", third, by="1 month", because="late", fee="20.00 EUR")
    new = depot.done("exchange", first, to="pro", because="larger").replaced_by
    depot.done("cancel", second, because="twice")
    said = told(depot)
    assert sorted((kind, receiver) for kind, receiver, _ in said) == [
        ("code.assigned", "ada@solar.example"),
        ("code.assigned", "eve@solar.example"),
        ("code.cancelled", "ada@solar.example"),
        ("code.exchanged", "eve@solar.example"),
        ("code.extended", "hello@acme.example"),
    ]
    for code in (first, second, third, new):
        assert str(code) not in json.dumps(said)
    (extended,) = [data for kind, _, data in said if kind == "code.extended"]
    assert (extended["fee"], extended["partner"]) == ("20.00 EUR", "acme-energy")
    assert extended["code"].endswith(third[-4:])


def test_a_partner_hears_that_an_approval_is_needed_and_its_client_does_not(careful: Depot) -> None:
    acme = careful.as_(ACME)
    acme.client("muster", "cus-1", email="office@muster.example")
    code = careful.code(partner="acme-energy")
    acme.done("assign", code, client="muster")
    acme.one("activate", code, account="cus-1")
    (asked,) = [each for each in told(careful) if each[0] == "approval.needed"]
    assert asked[1] == "hello@acme.example"
    said = asked[2]
    assert (said["account"], said["asked_by"], said["missing"]) == ("cus-1", "acme's", 1)


def test_of_approvals_of_the_space_only_its_listeners_hear(careful: Depot) -> None:
    careful.client("muster", "cus-1", email="office@muster.example")
    code = careful.code()
    careful.done("assign", code, client="muster")
    listening = {"url": "mailto:desk@acme.example", "events": ["approval.needed"]}
    Webhooks(careful.desk.office).create(listening, careful.caller)
    careful.one("activate", code, account="cus-1")
    asked = [each for each in told(careful) if each[0] == "approval.needed"]
    assert [each[1] for each in asked] == ["desk@acme.example"]


def test_whoever_looks_after_a_code_hears_of_its_activation(depot: Depot) -> None:
    depot.client("solar", "cus-1", partner="acme-energy", responsible=ADA, email="o@solar.example")
    depot.client("plain", "cus-2", partner="acme-energy", email="o@plain.example")
    depot.own.projects.put("solar", "roof", {"responsible": EVE}, depot.caller)
    depot.own.projects.put("solar", "wall", {}, depot.caller)
    codes = depot.codes("pro", 4, partner="acme-energy")
    depot.done("assign", codes[0], client="solar", project="roof")
    depot.done("assign", codes[1], client="solar", project="wall")
    depot.done("assign", codes[2], client="plain")
    for code, account in zip(codes, ("cus-1", "cus-1", "cus-2", "cus-3"), strict=True):
        depot.done("activate", code, account=account)
    activated = [receiver for kind, receiver, _ in told(depot) if kind == "code.activated"]
    assert sorted(activated) == [
        "ada@solar.example",
        "eve@solar.example",
        "hello@acme.example",
        "o@plain.example",
    ]


def test_a_refused_line_tells_nobody(depot: Depot) -> None:
    depot.client("muster", email="office@muster.example")
    code = depot.code()
    depot.done("cancel", code, because="twice")
    depot.refused("assign", code, client="muster")
    assert told(depot) == []
