"""Everything that can be done to codes of the inventory, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.decisions.decoding import plain
from engine.inventory.acting import Action, act
from engine.inventory.activating import ACTIVATE
from engine.inventory.annotating import NOTE, PLAN, REFERENCE
from engine.inventory.approving import APPROVE, DECLINE
from engine.inventory.assigning import ASSIGN, TRANSFER, UNASSIGN
from engine.inventory.cancelling import CANCEL
from engine.inventory.exchanging import EXCHANGE
from engine.inventory.extending import EXTEND
from engine.inventory.lines import Done, DoneLine, Line, summed
from engine.service.caller import Caller
from engine.service.office import Office

Body = bytes | str | dict[str, Any]

ACTIONS: Mapping[str, Action] = {
    each.name: each
    for each in (
        ASSIGN,
        UNASSIGN,
        TRANSFER,
        NOTE,
        REFERENCE,
        PLAN,
        EXTEND,
        EXCHANGE,
        CANCEL,
        ACTIVATE,
        APPROVE,
        DECLINE,
    )
}
"""What can be done. Nothing gives money back for a code."""


class InventoryActions:
    """The use cases that change codes of the inventory."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def run(self, action: Action, body: Body, caller: Caller) -> Done:
        """Do something to the codes of a request, each line by itself. Raises `RequestError`."""
        value = plain(body)
        return summed(self.steps(action, action.read(value), value, caller))

    def steps(
        self, action: Action, lines: Sequence[Line], content: object, caller: Caller
    ) -> Iterator[DoneLine]:
        """The same line by line, each answered once it is kept; `content` names the request."""
        return act(self.office, action, lines, content, caller)
