"""Policies in a store of their own, to be asked from Python tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.calendar import parse_instant
from engine.decisions.answers import ChargeAnswer
from engine.decisions.flaws import Flaw, RequestError
from engine.service.answers import Ended, Evaluation, Redemption, Refusal, RefusedCharge
from engine.service.caller import Caller
from engine.service.errors import NotFound
from engine.testing.stage import Services, Stage

_CALLER = Caller("test")

Said = Mapping[str, Any]


class Coupons:
    """Evaluates, redeems and charges as the service does, beginning with empty state.

    Every request says its moment, as `at`.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._begun: Services | None = None

    def evaluate(self, request: Said | None = None, **said: Any) -> Evaluation:  # noqa: ANN401
        """Answer an evaluate request, the JSON of `POST /v1/evaluate`; it changes nothing."""
        body = self._body(request or {}, said)
        return self._services.evaluations.evaluate(body, _CALLER)

    def redeem(self, code: str | Said, **said: Any) -> Redemption | Refusal:  # noqa: ANN401
        """Redeem a code with some facts; or a whole request, the JSON of `POST /v1/redeem`."""
        body = self._body({"code": code} if isinstance(code, str) else code, said)
        return self._services.redemptions.redeem(body, _CALLER)

    def remove(self, code: str, **said: Any) -> Ended | Refusal:  # noqa: ANN401
        """Remove the redemption of a code on a subscription. Raises `NotFound`."""
        body = self._body({}, said)
        subscription = body.get("subscription", {}).get("id", "")
        found = self._services.redemptions.find(code, subscription, _CALLER)
        if found is None:
            raise NotFound(f"`{code}` is not redeemed on the subscription `{subscription}`")
        return self._services.redemptions.remove(found, {"at": body["at"]}, _CALLER)

    def charge(self, charge: Said, **said: Any) -> ChargeAnswer | RefusedCharge:  # noqa: ANN401
        """Decide and record one charge with some facts beside it."""
        body = self._body({"charges": [dict(charge)]}, said)
        (answer,) = self._services.charging.charge(body, _CALLER).charges
        return answer

    @property
    def _services(self) -> Services:
        """The services; the policies are first read at the moment of the first request."""
        if self._begun is None:
            self._begun = self._stage.begin(self._stage.now)
        return self._begun

    def _body(self, request: Said, said: Said) -> dict[str, Any]:
        """The request, at whose moment the clock is set."""
        body = {**request, **said}
        try:
            self._stage.now = parse_instant(str(body["at"]))
        except (KeyError, ValueError):
            message = "the moment is missing: give `at`, such as `2026-11-28T10:00:00+01:00`"
            raise RequestError(Flaw("/at", message)) from None
        return body
