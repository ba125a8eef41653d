"""Whether a code can be redeemed for a subscription at a moment, as the store has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.calendar import Instant
from engine.decisions import redemption
from engine.decisions.answers import RuleTrace
from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.explanation import Reason, Verdict
from engine.decisions.lines import trace_lines
from engine.decisions.redemption import explain_redemption
from engine.decisions.session import Found
from engine.decisions.shown import FactText
from engine.decisions.validity import gate_changes
from engine.language.vocabulary import Fold
from engine.service.caller import Scope
from engine.service.redeeming.activation import NO_TERMS, Activation, Terms, activation
from engine.service.redeeming.memberships import against
from engine.service.requests import Running
from engine.service.usage.held_places import places_free
from engine.service.usage.holdings import Holding, run_out, standing, taken
from engine.service.usage.rows import is_locked
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work


@dataclass(frozen=True)
class Enquiry:
    """One code asked for one subscription.

    `holdings` stand on the subscription; `lapsed` are holds that ran out and count no more.
    `activation` is what the code would grant, if it grants anything.
    """

    work: Work
    found: Found
    at: Instant
    record: Record
    subscription: str | None
    usage: StoredUsage
    holdings: tuple[Holding, ...]
    lapsed: tuple[Holding, ...]
    activation: Activation | None = None

    @cached_property
    def held(self) -> list[ReadyCoupon]:
        """The coupons that stand on the subscription."""
        return [each.held(self.work) for each in self.holdings]

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What every rule says: the decision is kept with it, so that it is asked in any case."""
        return explain_redemption(self.found.coupon, self.record, self.usage, self.held)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that speaks against redeeming; nothing where it can be redeemed."""
        found = self.found
        ruled = redemption.against(found.coupon, self.held, self.verdicts)
        # Where a limit of the coupon says that the code is used, its sentence is the reason.
        said = any(each.reason == "limit_reached" for each in ruled)
        twice = (*self._again(), *(() if said else self._elsewhere()), *self._inside())
        return (*self._unnamed(), *found.against, *twice, *self._granting(), *ruled)

    def _unnamed(self) -> Iterable[Reason]:
        """A discount is redeemed on a subscription; only a grant makes its own."""
        if self.subscription is None and self.found.coupon.tiers:
            message = "can't tell: subscription.id was not given"
            facts: dict[str, FactText] = {"subscription.id": None}
            yield Reason("fact_missing", message, facts=facts, remedy="give subscription.id")

    def _again(self) -> Iterable[Reason]:
        """A code that only grants may not be redeemed twice on one subscription either."""
        spelt = self.found.code
        if not self.found.coupon.tiers and any(each.spelling == spelt for each in self.holdings):
            yield Reason("already_redeemed", "this code is redeemed on the subscription already")

    @cached_property
    def _taken(self) -> Holding | None:
        """Where a code stands that may be redeemed once: one that was issued, and grants."""
        if self.activation is None or self.found.listed:
            return None
        # A hold that ran out by either moment takes no place.
        over = min(self.at, self.work.now)
        return taken(self.work, Fold.CODE.apply(self.found.code), over)

    def _elsewhere(self) -> Iterable[Reason]:
        """A code that was issued grants once, whatever the rules of its coupon say."""
        there = self._taken
        if there is None or there.subscription == self.subscription:
            return
        customer = self.work.book.types.fact(self.record, "customer.id")
        is_told = there.customer is not None and (
            there.customer == customer or self.work.caller.may(Scope.REASONS)
        )
        where = f" on `{there.customer}`" if is_told else ""
        message = f"this code was activated before{where}"
        if there.until is not None:
            message = f"this code is held for a checkout{where}"
        yield Reason("already_redeemed", message, remedy="take another code")

    def _inside(self) -> Iterable[Reason]:
        """A way into a group is not for who is in it by another."""
        customer = self.work.book.types.fact(self.record, "customer.id")
        return against(self.work, self.found.coupon.name, customer)

    def _granting(self) -> Iterable[Reason]:
        """What speaks against granting what the code grants."""
        return () if self.activation is None else self.activation.reasons

    @property
    def running(self) -> Running | None:
        """What was said of what the account has."""
        return None if self.activation is None else self.activation.terms.running

    @property
    def trace(self) -> tuple[RuleTrace, ...]:
        """The verdict of every rule."""
        asked = (*self.found.verdicts, *self.verdicts)
        return trace_lines(self.found.code, "redemption", asked)

    @property
    def valid_until(self) -> int | None:
        """The earliest later instant at which time alone may change the answer."""
        gate = self.found.coupon.redemption
        changes = [*gate_changes(gate, self.record, self.usage), *self.found.changes]
        if self.work.book.next_enactment is not None:
            changes.append(self.work.book.next_enactment)
        changes += [each.until for each in self.holdings if each.until is not None]
        if self._taken is not None and self._taken.until is not None:
            changes.append(self._taken.until)
        if self.activation is not None:
            changes += self.activation.changes
        if self.reasons:
            over = min(self.at, self.work.now)
            coupon = self.found.coupon
            changes += places_free(self.work, coupon, self.record, self.usage, over)
        return min((edge for edge in changes if edge > self.at), default=None)


def enquire(
    work: Work,
    found: Found,
    event: Record,
    at: Instant,
    *,
    lock: bool,
    terms: Terms = NO_TERMS,
) -> Enquiry:
    """Ask about a code for the subscription of an event.

    With `lock` nothing changes until the commit that a limit on single events is decided from.
    """
    types = work.book.types
    subscription = types.fact(event, "subscription.id")
    record = types.with_code(event, found.code, None, found.issued, event[types.by])
    here = standing(work, subscription) if subscription is not None else []
    # An event that is dated ahead takes no place from a hold that lasts now.
    over = min(at, work.now)
    lapsed = {each.id: each for each in here if each.has_run_out(over)}
    lapsed |= {each.id: each for each in run_out(work, found.coupon.name, over)}
    if lock and any(map(is_locked, found.coupon.redemption.strictest)):
        work.seal()
    usage = StoredUsage(work.tx, work.space, work.known.counters)
    for each in lapsed.values():
        usage.forget(each.coupon, each.counts(work))
    standing_here = tuple(each for each in here if each.id not in lapsed)
    customer = types.fact(event, "customer.id")
    grants = activation(work, found, customer, at, terms)
    ended = tuple(lapsed.values())
    return Enquiry(work, found, at, record, subscription, usage, standing_here, ended, grants)
