"""The inventory: codes found, assigned, annotated, extended, exchanged, activated."""

from __future__ import annotations

from typing import Any

from flask import Response

from engine.inventory.actions import ACTIONS
from engine.inventory.activating import ACTIVATE
from engine.inventory.annotating import NOTE, PLAN, REFERENCE
from engine.inventory.approving import APPROVE, DECLINE
from engine.inventory.assigning import ASSIGN, TRANSFER, UNASSIGN
from engine.inventory.cancelling import CANCEL
from engine.inventory.exchanging import EXCHANGE
from engine.inventory.extending import EXTEND
from engine.inventory.filters import STATUSES, InventoryFilters
from engine.inventory.lines import Done
from engine.inventory.searching import Dashboard
from engine.inventory.shown_codes import ListedCodes, WholeCode
from engine.service.caller import Scope
from web import examples
from web.call import Call, bad_parameter
from web.files import CSV, file
from web.subjects import PAGED, Body, Parameter, Subject

SUBJECT = Subject("inventory", "The inventory of pre-paid codes")

_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
_DAY = "a day such as `2027-02-01`, in the zone of the space, or an instant"
_FILTERS = (
    Parameter("status", "Only those of this status.", {"type": "string", "enum": [*STATUSES]}),
    Parameter("coupon", "Only those of this coupon.", _TEXT),
    Parameter("partner", "Only those of this partner.", _TEXT),
    Parameter("client", "Only those that are assigned to this client.", _TEXT),
    Parameter("project", "Only those that are assigned to this project.", _TEXT),
    Parameter("purchase", "Only those of this purchase.", _TEXT),
    Parameter("batch", "Only those of this batch.", _TEXT),
    Parameter("customer", "Only those that are bound to this customer.", _TEXT),
    Parameter("reference", "Only those of this reference; `muster-*` is how it begins.", _TEXT),
    Parameter("q", "Only those with this text in code, reference or notes.", _TEXT),
    Parameter("expires_before", f"Only those that expire before {_DAY}.", _TEXT),
    Parameter("expires_after", f"Only those that expire from then on: {_DAY}.", _TEXT),
    Parameter("planned_before", f"Only those that are planned for before {_DAY}.", _TEXT),
    Parameter("planned_after", f"Only those that are planned for then or later: {_DAY}.", _TEXT),
)


@SUBJECT.call("GET", "/v1/inventory", Scope.INVENTORY, {200: Dashboard}, partners=True)
def show_inventory(call: Call) -> Dashboard:
    """Sum the inventory up: codes by status and coupon, what expires soon, what waits."""
    return call.desk.inventory.codes.dashboard(call.caller)


@SUBJECT.call(
    "GET",
    "/v1/inventory/codes",
    Scope.INVENTORY,
    {200: ListedCodes},
    query=(*PAGED, *_FILTERS),
    partners=True,
)
def list_inventory(call: Call) -> ListedCodes:
    """List the codes of the inventory, all or some, each with all that it grants.

    In it are codes that grant a subscription, and those that were bought or assigned. The status
    is `reserved` while a code is assigned, held, or waits for approval.
    """
    filters = _filters(call)
    return call.desk.inventory.codes.list(filters, call.cursor(), call.limit(), call.caller)


@SUBJECT.call(
    "GET",
    "/v1/inventory/export",
    Scope.INVENTORY,
    {200: None},
    query=_FILTERS,
    media=(CSV,),
    partners=True,
)
def export_inventory(call: Call) -> Response:
    """Write the codes of the inventory as CSV, all or some.

    A text that a spreadsheet would take for a formula stands behind a `'`.
    """
    parts = call.desk.inventory.codes.export(_filters(call), call.caller)
    return file((part.encode() for part in parts), "inventory.csv", CSV)


@SUBJECT.call("GET", "/v1/inventory/codes/{code}", Scope.INVENTORY, {200: WholeCode}, partners=True)
def show_inventory_code(call: Call, code: str) -> WholeCode:
    """Show a code of the inventory, its notes, and what happened to it."""
    return call.desk.inventory.codes.show(code, call.caller)


def _filters(call: Call) -> InventoryFilters:
    found = InventoryFilters(**{each.name: call.parameter(each.name) for each in _FILTERS})
    if found.status not in (None, *STATUSES):
        raise bad_parameter("status", f"it is one of {', '.join(STATUSES)}")
    return found


# --- actions ------------------------------------------------------------------------------------


def _acts(name: str, scope: Scope = Scope.INVENTORY, *, partners: bool = True) -> dict[str, Any]:
    """The declaration of a call that does something to many codes."""
    action = ACTIONS[name]
    return {
        "method": "POST",
        "path": f"/v1/inventory/{name}",
        "scope": scope,
        "answers": {200: Done},
        "body": Body(lambda _: action.body, examples.INVENTORY[name]),
        "partners": partners,
    }


@SUBJECT.call(**_acts("assign"))
def assign_codes(call: Call) -> Done:
    """Assign up to 1,000 codes to clients and their projects, before they are activated.

    A code that lacks a reference gets one by the pattern of the partner or space. A planned day
    after the end of a code's life is a warning.
    """
    return call.desk.inventory.actions.run(ASSIGN, call.body(), call.caller)


@SUBJECT.call(**_acts("unassign"))
def unassign_codes(call: Call) -> Done:
    """Take assigned codes back from their clients."""
    return call.desk.inventory.actions.run(UNASSIGN, call.body(), call.caller)


@SUBJECT.call(**_acts("transfer"))
def transfer_codes(call: Call) -> Done:
    """Transfer assigned codes to another client, before they are activated."""
    return call.desk.inventory.actions.run(TRANSFER, call.body(), call.caller)


@SUBJECT.call(**_acts("note"))
def note_codes(call: Call) -> Done:
    """Add a note to codes."""
    return call.desk.inventory.actions.run(NOTE, call.body(), call.caller)


@SUBJECT.call(**_acts("reference"))
def reference_codes(call: Call) -> Done:
    """Give codes references by hand, which follow the pattern where there is one."""
    return call.desk.inventory.actions.run(REFERENCE, call.body(), call.caller)


@SUBJECT.call(**_acts("plan"))
def plan_codes(call: Call) -> Done:
    """Plan the day on which codes are to be activated."""
    return call.desk.inventory.actions.run(PLAN, call.body(), call.caller)


@SUBJECT.call(**_acts("extend", Scope.MANAGE, partners=False))
def extend_codes(call: Call) -> Done:
    """Extend the life of codes, also of expired ones.

    They last `through` a day, all of it included, `until` an instant, or longer `by` a length of
    time.
    The reason and a fee, which may be zero, are kept in the history of each code. Nothing refunds
    money for a code.
    """
    return call.desk.inventory.actions.run(EXTEND, call.body(), call.caller)


@SUBJECT.call(**_acts("exchange", Scope.MANAGE, partners=False))
def exchange_codes(call: Call) -> Done:
    """Exchange codes, also expired ones, for new codes of another coupon.

    Each is cancelled, and the one that comes for it has its partner, client, purchase and
    reference. The reason and a fee are kept in the history of both. Nothing refunds money.
    """
    return call.desk.inventory.actions.run(EXCHANGE, call.body(), call.caller)


@SUBJECT.call(**_acts("cancel", Scope.MANAGE, partners=False))
def cancel_codes(call: Call) -> Done:
    """Cancel codes that nobody activated, for good. No money is given back."""
    return call.desk.inventory.actions.run(CANCEL, call.body(), call.caller)


@SUBJECT.call(**_acts("activate"))
def activate_codes(call: Call) -> Done:
    """Activate codes on accounts, or ask for the approval that the space demands.

    Each line is a transaction of its own: redeemed, granted, linked, and told to its client. Sent
    again with the same idempotency key, it goes on where it was ended; a code that is activated on
    the same account is `unchanged` in any case.
    """
    return call.desk.inventory.actions.run(ACTIVATE, call.body(), call.caller)


@SUBJECT.call(**_acts("approve"))
def approve_codes(call: Call) -> Done:
    """Agree to activations that wait, as another person than who asked; the last one activates."""
    return call.desk.inventory.actions.run(APPROVE, call.body(), call.caller)


@SUBJECT.call(**_acts("decline"))
def decline_codes(call: Call) -> Done:
    """Decline activations that wait for approval."""
    return call.desk.inventory.actions.run(DECLINE, call.body(), call.caller)
