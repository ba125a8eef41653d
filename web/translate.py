"""A call as a view of Flask: the key is checked, the handler asked, its answer put into HTTP."""

from __future__ import annotations

from collections.abc import Callable

from flask import Request, Response, g, request

from engine.service.caller import Caller, Scope
from engine.service.keeping.keys import KeyInForce
from web import keys, uniform
from web.bodies import idempotency_key
from web.call import Call, check_ids
from web.replies import reply
from web.services import Services
from web.subjects import Route


def view(route: Route, services: Services) -> Callable[..., Response]:
    """The view of a call."""
    scope = route.scope
    if scope is None:
        return lambda **ids: reply(route, route.handler(services, **ids))

    def answer(**ids: str) -> Response:
        # Each look at what stands for the request costs as much as many at the request.
        asked: Request = request._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
        key = g.key = keys.check(services.keys, asked.headers.get("Authorization"), route, scope)
        check_ids(ids)
        call = _call(route, asked, key, services)
        found = route.handler(call, **ids)
        services.metrics.decided(found)
        if Scope.REASONS not in key.scopes:
            found = _veiled(found, call, services)
        return reply(route, found)

    return answer


def _call(route: Route, request: Request, key: KeyInForce, services: Services) -> Call:
    repeat = _own(idempotency_key(request), key) if route.keyed else None
    caller = Caller(key.name, key.scopes, repeat, request.remote_addr, key.partner)
    desk = services.desks.of(key.space)
    return Call(route, request, desk, caller, services.options.max_body)


def _own(repeat: str | None, key: KeyInForce) -> str | None:
    """An idempotency key, which partners choose each for themselves."""
    if repeat is None or key.partner is None:
        return repeat
    # A line break stands in no key that comes with a request; two in none that has steps.
    return f"{key.partner}\n\n{repeat}"


def _veiled(answer: object, call: Call, services: Services) -> object:
    found = uniform.veil(answer, call.body)
    if found is not answer:
        uniform.hold_back(call.request.environ, g.started, services.options.refusal_step)
    return found
