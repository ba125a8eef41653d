"""One call whose key was checked, as its handler sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Request

from engine.service.caller import Caller
from web.bodies import check_media, read_bytes, read_object
from web.desks import Desk
from web.problems import Error, Failed
from web.subjects import CURSOR, LIMIT, Route

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MAX_ID = 255


@dataclass(slots=True)
class Call:
    """A request, who makes it, and the use cases of the space that the key opens."""

    route: Route
    request: Request
    desk: Desk
    caller: Caller
    max_body: int
    _data: bytes | None = None

    def data(self) -> bytes:
        """The bytes of the body, which say that they are JSON. Raises `Failed`."""
        if self._data is None:
            self._data = read_bytes(self.request, self.max_body)
            if self._data or not self._may_be_empty:
                check_media(self.request)
        return self._data

    def body(self) -> dict[str, Any]:
        """The JSON of the body; an empty object where it may be left out. Raises `Failed`."""
        data = self.data()
        return read_object(data) if data or not self._may_be_empty else {}

    @property
    def _may_be_empty(self) -> bool:
        return self.route.body is not None and self.route.body.optional

    def parameter(self, name: str) -> str | None:
        """What the query says under a name. Raises `Failed` for what can't be read."""
        values = self.request.args.getlist(name)
        if len(values) > 1:
            raise bad_parameter(name, f"`{name}` stands twice")
        if values and _CONTROL.search(values[0]):
            raise bad_parameter(name, f"`{name}` holds a control character")
        return values[0] if values else None

    def cursor(self) -> str | None:
        """Where the part of the list that is asked for begins. Raises `Failed`."""
        text = self.parameter(CURSOR.name)
        if text == "":
            raise bad_parameter(CURSOR.name, "the first part has no cursor: leave it out")
        return text

    def limit(self) -> int:
        """How many entries of a list are asked for. Raises `Failed`."""
        text = self.parameter(LIMIT.name)
        if text is None:
            return int(LIMIT.schema["default"])
        most = int(LIMIT.schema["maximum"])
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
            raise bad_parameter(LIMIT.name, f"a whole number from 1 to {most} is expected")
        return int(text)

    def prefers(self, *media: str) -> str:
        """The kind of answer that the request likes best of some."""
        return self.request.accept_mimetypes.best_match(media) or media[0]


def check_ids(ids: dict[str, str]) -> None:
    """Refuse ids in a path that nothing can have. Raises `Failed`."""
    for name, value in ids.items():
        if len(value) > MAX_ID or _CONTROL.search(value):
            raise Failed("not-found", f"nothing has such a {name}")


def bad_parameter(name: str, message: str) -> Failed:
    """The failure of a call with a parameter that can't be read."""
    return Failed("bad-request", message, Error(message, parameter=name))
