"""Bearer keys: who makes a call, and whether the key may."""

from __future__ import annotations

from engine.service.caller import Scope
from engine.service.keeping.keys import KeyInForce, Keys
from web.problems import Failed
from web.subjects import Route

_REALM = 'Bearer realm="coupon"'


def check(keys: Keys, header: str | None, route: Route, scope: Scope) -> KeyInForce:
    """The key of a call. Raises `Failed` without one, and where it may not make the call.

    The store is asked at each call, so that a revoked key stops at the next one.
    """
    found = find(keys, header)
    if found.partner is not None:
        if not route.partners:
            raise Failed("operators-call", "this call is not open to the key of a partner")
        # What a partner does is all within its inventory, whatever others need for the call.
        scope = Scope.INVENTORY
    if scope not in found.scopes:
        raise Failed(
            "forbidden",
            f"this call needs a key with the scope `{scope.value}`",
            headers=(
                (
                    "WWW-Authenticate",
                    f'{_REALM}, error="insufficient_scope", scope="{scope.value}"',
                ),
            ),
        )
    return found


def find(keys: Keys, header: str | None) -> KeyInForce:
    """The key that a header brings. Raises `Failed` where it brings none in force."""
    if header is None:
        raise Failed(
            "unauthorized", "the call came without a key", headers=(("WWW-Authenticate", _REALM),)
        )
    scheme, _, token = header.partition(" ")
    found = keys.find(token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        challenge = f'{_REALM}, error="invalid_token"'
        raise Failed(
            "unauthorized",
            "the key is none that is in force",
            headers=(("WWW-Authenticate", challenge),),
        )
    return found
