"""Partners, as the space's files describe them."""

from __future__ import annotations

from engine.inventory.partners import ListedPartners, ShownPartner
from engine.service.caller import Scope
from web.call import Call
from web.subjects import PAGED, Subject

SUBJECT = Subject("partners", "Partners")


@SUBJECT.call("GET", "/v1/partners", Scope.INVENTORY, {200: ListedPartners}, query=PAGED)
def list_partners(call: Call) -> ListedPartners:
    """List partners by name."""
    return call.desk.inventory.partners.list(call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", "/v1/partners/{partner}", Scope.INVENTORY, {200: ShownPartner})
def show_partner(call: Call, partner: str) -> ShownPartner:
    """Show a partner: how it looks, its prices, and what it has."""
    return call.desk.inventory.partners.show(partner, call.caller)


@SUBJECT.call("GET", "/v1/partner", Scope.INVENTORY, {200: ShownPartner}, partners=True)
def show_own_partner(call: Call) -> ShownPartner:
    """Show the partner whose key makes the call."""
    return call.desk.inventory.partners.own(call.caller)
