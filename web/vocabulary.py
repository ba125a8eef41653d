"""The vocabulary in which the calls are described."""

from __future__ import annotations

from functools import cache

from engine.language.vocabulary import STANDARD
from engine.service.caller import Caller
from engine.service.requests import Requests
from engine.service.spaces import names
from web.keys import find
from web.services import Services

_READER = Caller("openapi", frozenset())


def requests_for(services: Services, header: str | None) -> Requests:
    """The types of requests in the space of a key; without one, in the only space there is."""
    space = find(services.keys, header).space if header else _only(services)
    if space is None:
        return _standard()
    return services.desks.of(space).office.read(lambda work: work.book.types, _READER)


def _only(services: Services) -> str | None:
    found = names(services.database)
    return found[0] if len(found) == 1 else None


@cache
def _standard() -> Requests:
    return Requests(STANDARD)
