"""The use cases of the inventory, together."""

from __future__ import annotations

from dataclasses import dataclass

from engine.inventory.accounts import ClientsAccounts
from engine.inventory.actions import InventoryActions
from engine.inventory.clients import Clients
from engine.inventory.partners import Partners
from engine.inventory.projects import Projects
from engine.inventory.searching import Inventory
from engine.service.office import Office


@dataclass(frozen=True, slots=True)
class InventoryDesk:
    """What can be asked of the inventory of one space."""

    codes: Inventory
    actions: InventoryActions
    clients: Clients
    projects: Projects
    accounts: ClientsAccounts
    partners: Partners

    @classmethod
    def of(cls, office: Office) -> InventoryDesk:
        """The use cases of an office."""
        return cls(
            Inventory(office),
            InventoryActions(office),
            Clients(office),
            Projects(office),
            ClientsAccounts(office),
            Partners(office),
        )
