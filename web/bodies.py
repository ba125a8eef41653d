"""Bodies and headers of requests, read within bounds."""

from __future__ import annotations

import re
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.json_text import read_json
from web.problems import Error, Failed
from web.subjects import JSON

_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def read_bytes(request: Request, most: int) -> bytes:
    """The bytes of a body. Raises `Failed` where there are too many."""
    try:
        data = request.get_data(cache=False)
    except RequestEntityTooLarge:
        data = None
    # A body that comes in chunks is cut off at the bound of Flask, which is therefore one more.
    if data is None or len(data) > most:
        raise Failed("too-large", f"a body may have {most} bytes")
    return data


def read_object(data: bytes) -> dict[str, Any]:
    """The JSON object that a body is. Raises `Failed` for no JSON, `RequestError` for other."""
    try:
        value = read_json(data)
    except RequestError as error:
        errors = (Error(flaw.message, pointer=flaw.pointer) for flaw in error.flaws)
        raise Failed("not-json", error.flaws[0].message, *errors) from None
    if not isinstance(value, dict):
        raise RequestError(Flaw("", "an object is expected"))
    return value


def idempotency_key(request: Request) -> str | None:
    """The idempotency key of a request. Raises `Failed` for one that can't be kept."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and _KEY.fullmatch(key) is None:
        message = "1 to 255 printable ASCII characters are expected"
        raise Failed("bad-request", message, Error(message, header="Idempotency-Key"))
    return key


def check_media(request: Request) -> None:
    """Raise `Failed` for a body that does not say that it is JSON, as it stands."""
    coding = request.environ.get("HTTP_CONTENT_ENCODING")
    if coding and coding.lower() != "identity":
        message = f"`{coding}` is not read here: send the body as it is, not compressed"
        raise Failed("unsupported-media-type", message, Error(message, header="Content-Encoding"))
    kind = request.mimetype
    if kind != JSON and not (kind.startswith("application/") and kind.endswith("+json")):
        said = f"`{kind}` is not read here" if kind else "the body came without a media type"
        raise Failed("unsupported-media-type", said)
