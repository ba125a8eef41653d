"""Steps of scenarios, done through the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from engine.calendar import format_instant
from engine.catalogue import steps
from engine.catalogue.steps import Step
from engine.decisions.answers import ChargeAnswer
from engine.decisions.explanation import Reason
from engine.decisions.flaws import RequestError
from engine.groups.answers import Admitted, Waiting
from engine.service.answers import (
    Activated,
    Attached,
    Ended,
    Redemption,
    Refusal,
    RefusedCharge,
    Reversal,
)
from engine.service.caller import Caller
from engine.service.changes.changed import Enacted, Saved, Switched
from engine.service.codes.issuing import IssueCodes
from engine.service.errors import ServiceError
from engine.testing.naming import IssuedCodes, NotIssued
from engine.testing.parsing import Parsed, parse
from engine.testing.stage import Services, Stage

_CALLER = Caller("scenario")
_BECAUSE = "the scenario says so"


class Problem(msgspec.Struct, frozen=True):
    """A step that could not be done at all."""

    message: str


class Given(msgspec.Struct, frozen=True):
    """Codes that were issued."""

    codes: tuple[str, ...]


Came: TypeAlias = (
    Redemption
    | Refusal
    | Ended
    | ChargeAnswer
    | RefusedCharge
    | Reversal
    | Attached
    | Activated
    | Admitted
    | Waiting
    | Saved
    | Enacted
    | Switched
    | Given
    | Parsed
    | Problem
)
"""What comes of a step."""


class Actor:
    """Does the steps of one scenario, one after the other."""

    def __init__(self, stage: Stage, services: Services) -> None:
        self._stage = stage
        self._services = services
        self._subscriptions: dict[str, str] = {}
        self._members: dict[str, str] = {}
        self._issued = IssuedCodes()

    def meant(self, step: Step) -> Step:
        """A step with the codes that it names; as it is where nothing has their names."""
        try:
            return self._issued.meant(step)
        except NotIssued:
            return step

    def act(self, step: Step) -> Came:
        """Do a step at its moment; what can't be done is told, not raised."""
        if step.at is not None:
            self._stage.now = step.at
        try:
            return self._do(self._issued.meant(step))
        except NotIssued as error:
            return Problem(str(error))
        except RequestError as error:
            return Problem(str(error))
        except ServiceError as error:
            return Problem(f"{error.message}: {error.advice}" if error.advice else error.message)

    def _do(self, step: Step) -> Came:  # noqa: C901 - one line for each kind of step
        match step:
            case steps.Redeem():
                return self._redeem(step, {"code": step.code})
            case steps.Hold():
                return self._redeem(step, {"code": step.code, "hold": step.length})
            case steps.Confirm() | steps.Release() | steps.Remove():
                return self._end(step)
            case steps.Charge():
                return self._charge(step)
            case steps.Evaluate():
                return self._evaluate(step)
            case steps.Reverse():
                return self._services.charging.reverse(step.charge, _moment(step), _CALLER)
            case steps.Attach() | steps.Onboard():
                return self._board(step)
            case steps.Switch() | steps.Change() | steps.Enact():
                return self._alter(step)
            case steps.Issue():
                return self._issue(step)
            case steps.Parse():
                office = self._services.office
                return office.read(lambda work: parse(work, step.code), _CALLER)
            case steps.Admit():
                return self._admit(step)

    def _issue(self, step: steps.Issue) -> Came:
        request = IssueCodes(count=step.count)
        steps_done = self._services.issuing.steps(step.coupon, request, _CALLER, step.count)
        codes = tuple(code for done in steps_done for code in done.codes)
        if step.name is not None:
            self._issued.keep(step.name, codes)
        return Given(codes)

    def _redeem(self, step: steps.Redeem | steps.Hold, said: Mapping[str, str]) -> Came:
        body = {**step.facts, **_moment(step), **_running(step), **said}
        answer = self._services.redemptions.redeem(body, _CALLER)
        self._remember(answer)
        return answer

    def _admit(self, step: steps.Admit) -> Came:
        # Whoever is let in comes by themselves, whatever other steps say of who redeems.
        facts = {key: each for key, each in step.facts.items() if key != "by"}
        answer = self._services.groups.admit(step.group, {**facts, **_moment(step)}, _CALLER)
        if isinstance(answer, Admitted):
            self._members[answer.customer] = answer.subscription
            self._subscriptions[self._key(answer.coupon)] = answer.subscription
        return answer

    def _remember(self, answer: Came) -> None:
        """Remember where a code is redeemed, for steps that don't say it."""
        if isinstance(answer, Redemption) and answer.subscription is not None:
            self._subscriptions[self._key(answer.code)] = answer.subscription

    def _event(self, step: Step) -> dict[str, Any]:
        """The facts of a step; without a subscription, that of the group's member whom it names."""
        event = {**step.facts, **_moment(step)}
        member = self._members.get(event.get("customer", {}).get("id"))
        if member is not None and "id" not in event.get("subscription", {}):
            event["subscription"] = {**event.get("subscription", {}), "id": member}
        return event

    def _key(self, code: str) -> str:
        """The one spelling of a code."""
        return self._services.office.books.spellings.key(code)

    def _end(self, step: steps.Confirm | steps.Release | steps.Remove) -> Came:
        """Confirm or end what is redeemed or held with a code."""
        redemptions = self._services.redemptions
        asked = (redemptions.find(step.code, each, _CALLER) for each in self._places(step))
        found = next((each for each in asked if each is not None), None)
        if found is None:
            reason = Reason("not_redeemed", f"`{step.code}` is not redeemed on this subscription")
            return Refusal("", step.code, None, None, (reason,))
        if isinstance(step, steps.Confirm):
            return redemptions.confirm(found, self._granting(step), _CALLER)
        if isinstance(step, steps.Release):
            return redemptions.release(found, _moment(step), _CALLER)
        return redemptions.remove(found, _moment(step), _CALLER)

    def _places(self, step: steps.Confirm | steps.Release | steps.Remove) -> Iterator[str]:
        """The subscriptions that a step may mean: that which it names, else those remembered."""
        named = step.facts.get("subscription", {}).get("id")
        if named is not None:
            yield named
            return
        member = self._members.get(step.facts.get("customer", {}).get("id"))
        yield from (
            each for each in (member, self._subscriptions.get(self._key(step.code))) if each
        )

    def _charge(self, step: steps.Charge) -> Came:
        body = {**self._event(step), "charges": [step.charge]}
        (answer,) = self._services.charging.charge(body, _CALLER).charges
        return answer

    def _evaluate(self, step: steps.Evaluate) -> Came:
        body = {**self._event(step), "charges": [step.charge], "codes": list(step.codes)}
        (answer,) = self._services.evaluations.evaluate(body, _CALLER).charges
        return answer

    def _board(self, step: steps.Attach | steps.Onboard) -> Came:
        account = _account(step)
        if account is None:
            return Problem("whose account this is isn't said: give `customer: {id: …}`")
        if isinstance(step, steps.Attach):
            body = {"code": step.code, **_moment(step)}
            return self._services.accounts.attach(account, body, _CALLER)
        answer = self._services.accounts.activate(account, self._granting(step), _CALLER)
        for each in answer.codes:
            self._remember(each)
        return answer

    def _granting(self, step: steps.Confirm | steps.Onboard) -> dict[str, Any]:
        """The body of a request that may grant something."""
        return {**step.facts, **_moment(step), **_running(step)}

    def _alter(self, step: steps.Switch | steps.Change | steps.Enact) -> Came:
        changes = self._services.changes
        if isinstance(step, steps.Enact):
            return self._enact(step)
        if isinstance(step, steps.Change):
            # The empty lines put the places in the document beside the step's.
            document = "\n" * (step.location.line - 1) + step.document
            return changes.save(step.coupon, document, _CALLER, step.location.file)
        if step.code is not None:
            return changes.switch("code", step.code, step.on, _BECAUSE, _CALLER)
        return changes.switch("coupon", str(step.coupon), step.on, _BECAUSE, _CALLER)

    def _enact(self, step: steps.Enact) -> Came:
        """Put a change in force, with which as many agree as the space asks for."""
        people = [Caller(f"person {number}") for number in range(1, self._stage.approvals + 1)]
        for person in people:
            self._services.changes.approve(step.coupon, person)
        return self._services.changes.enact(step.coupon, _CALLER)


def _moment(step: Step) -> dict[str, Any]:
    return {} if step.at is None else {"at": format_instant(step.at)}


def _running(step: steps.Redeem | steps.Hold | steps.Confirm | steps.Onboard) -> dict[str, str]:
    """What becomes of what the account has, where the step says it."""
    return {} if step.running is None else {"running": step.running}


def _account(step: steps.Attach | steps.Onboard) -> str | None:
    """The account: that of the customer, or where none is given, of the subscription."""
    for owner in ("customer", "subscription"):
        found: str | None = step.facts.get(owner, {}).get("id")
        if found is not None:
            return found
    return None
