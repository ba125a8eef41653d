"""Exchange rates."""

from __future__ import annotations

from engine.service.caller import Scope
from engine.service.changes.rates import NewRates, RatesAdded, RatesPage
from web import examples
from web.call import Call
from web.subjects import PAGED, Body, Subject

SUBJECT = Subject("rates", "Exchange rates")


@SUBJECT.call("GET", "/v1/rates", Scope.READ, {200: RatesPage}, query=PAGED)
def list_rates(call: Call) -> RatesPage:
    """List the rows of rates, the last first."""
    return call.desk.rates.list(call.cursor(), call.limit(), call.caller)


@SUBJECT.call(
    "POST",
    "/v1/rates",
    Scope.MANAGE,
    {200: RatesAdded},
    body=Body(lambda _: NewRates, examples.RATES),
)
def add_rates(call: Call) -> RatesAdded:
    """Add rows of rates, which act at once; charges that were recorded keep theirs."""
    return call.desk.rates.add(call.body(), call.caller)
