"""What one of many clients does that want the places of a code; each process of them reads it."""

from __future__ import annotations

from tests.trials.clients import Client

ATTEMPTS = 12


def redeem(port: int, token: str, client: int) -> list[str]:
    """What became of the attempts of one client, each for a subscription of its own."""
    caller = Client(port, token)
    said = [attempt(caller, f"{client}-{number}") for number in range(ATTEMPTS)]
    caller.close()
    return said


def attempt(caller: Client, name: str) -> str:
    customer, subscription = {"id": f"cus-{name}"}, {"id": f"sub-{name}"}
    body = {"code": "PLACES", "customer": customer, "subscription": subscription}
    answer = caller.redeem(body, key=name)
    return "redeemed" if answer.status == 201 else f"{answer.status} {' '.join(answer.reasons)}"
