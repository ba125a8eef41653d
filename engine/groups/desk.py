"""The use cases of groups together."""

from __future__ import annotations

from dataclasses import dataclass

from engine.groups.confirming import Confirming
from engine.groups.groups import Groups
from engine.groups.importing import Importing
from engine.groups.members import Members
from engine.groups.owners import Owners
from engine.groups.shown import ShownGroups
from engine.groups.unique_codes import UniqueCodes
from engine.service.office import Office


@dataclass(frozen=True, slots=True)
class GroupDesk:
    """What can be done with the groups of a space."""

    groups: Groups
    importing: Importing
    codes: UniqueCodes
    members: Members
    shown: ShownGroups
    owners: Owners
    confirming: Confirming

    @classmethod
    def of(cls, office: Office) -> GroupDesk:
        """The use cases of an office."""
        return cls(
            Groups(office),
            Importing(office),
            UniqueCodes(office),
            Members(office),
            ShownGroups(office),
            Owners(office),
            Confirming(office),
        )
