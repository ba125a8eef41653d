"""The reports that there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.diagnostics.suggest import did_you_mean
from engine.reports import (
    clients_listed,
    codes_listed,
    discounts,
    grants_listed,
    groups,
    inventory,
    purchases_listed,
)
from engine.reports.asked import Wanted
from engine.reports.dated import Dated
from engine.reports.listing import Found, Part
from engine.service.errors import NotFound
from engine.service.work import Work

Find: TypeAlias = Callable[[Work, Wanted, Part], Found]


@dataclass(frozen=True, slots=True)
class Named:
    """A report by its name: what it says, the filters that it takes, and how it is found.

    `dated` is how its rows become events of a calendar. One that is `whole` is made at once and
    has no parts; one that is the `space`'s own is not for partners.
    """

    name: str
    title: str
    about: str
    takes: tuple[str, ...]
    find: Find
    dated: Dated | None = None
    whole: bool = False
    space: bool = False


_WHOSE = ("client", "partner")
_STRETCH = ("from", "through")
_ALL = (
    Named(
        "inventory",
        "Inventory",
        "How many codes of each client and coupon are unused, reserved, redeemed, activated, "
        "expired or cancelled.",
        _WHOSE,
        inventory.find,
        whole=True,
    ),
    Named(
        "allocations",
        "Allocations",
        "Codes assigned to clients: project, reference, planned day, who is responsible; "
        "`from` and `through` are of the assignment.",
        (*_WHOSE, *_STRETCH),
        codes_listed.ALLOCATIONS.find,
    ),
    Named(
        "activations",
        "Activations",
        "Codes that were activated: on which account, as which subscription, when, from when "
        "until when.",
        (*_WHOSE, *_STRETCH),
        grants_listed.ACTIVATIONS.find,
    ),
    Named(
        "expiring",
        "Expiring codes",
        "Unused and reserved codes that end soon.",
        (*_WHOSE, "within"),
        codes_listed.EXPIRING.find,
        Dated("expiring", "expires", "code", "Last day of {code} ({coupon})"),
    ),
    Named(
        "renewals",
        "Renewals",
        "Granted subscriptions that end soon, and that nothing goes on after.",
        (*_WHOSE, "within"),
        grants_listed.RENEWALS.find,
        Dated("renewal", "until", "subscription", "Last day of {subscription} ({coupon})"),
    ),
    Named(
        "deployments",
        "Deployments",
        "Codes that are to be activated on a planned day and are not yet, with a warning where "
        "they expire before it.",
        (*_WHOSE, *_STRETCH),
        codes_listed.DEPLOYMENTS.find,
        Dated("deployment", "planned", "code", "Activate {code} ({coupon})"),
    ),
    Named(
        "clients",
        "Clients",
        "Each client's accounts, codes, activations and renewals that are due.",
        (*_WHOSE, "within"),
        clients_listed.LISTING.find,
    ),
    Named(
        "purchases",
        "Purchases",
        "Who bought how many codes, when and for how much.",
        (*_WHOSE, *_STRETCH),
        purchases_listed.find,
    ),
    Named(
        "groups",
        "Groups",
        "The seats of each way into each group, the members who came and left, and the discount "
        "that they were given.",
        _STRETCH,
        groups.find,
        whole=True,
        space=True,
    ),
    Named(
        "discounts",
        "Discounts",
        "Discounted charges by any of coupon, code, product, plan, group, component, fee and "
        "month, without what was taken back.",
        ("by", *_STRETCH),
        discounts.find,
        whole=True,
        space=True,
    ),
)
NAMED = {each.name: each for each in _ALL}


def the_report(name: str) -> Named:
    """The report of a name. Raises `NotFound`."""
    found = NAMED.get(name)
    if found is None:
        known = f"there are {', '.join(f'`{each}`' for each in NAMED)}"
        raise NotFound(f"no report is called `{name}`", did_you_mean(name, NAMED) or known)
    return found
