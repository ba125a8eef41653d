"""What the service says of itself: its health, its metrics, its calls and its problems."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, render_template, request

from engine.store.upgrade import is_current
from web import vocabulary
from web.docs import sections
from web.metrics import MEDIA as METRICS
from web.openapi import document
from web.problems import TYPES, Failed
from web.replies import Answered
from web.services import Services
from web.subjects import JSON, Subject

SUBJECT = Subject("service", "The service itself")
HTML = "text/html"


class Health(msgspec.Struct, frozen=True):
    """What can be said of the service."""

    status: str


@SUBJECT.call("GET", "/healthz", None, {200: Health})
def healthz(_: Services) -> Health:
    """Say that the process answers."""
    return Health("up")


@SUBJECT.call("GET", "/readyz", None, {200: Health})
def readyz(services: Services) -> Health:
    """Say that the store can be read, and has the tables of this version."""
    if not is_current(services.database):
        raise Failed("unavailable", "the tables are not those of this version: `coupon db upgrade`")
    return Health("ready")


@SUBJECT.call("GET", "/metrics", None, {200: None}, media=("text/plain",))
def metrics(services: Services) -> Response:
    """Show what was counted, in the text format of Prometheus."""
    return Answered(services.metrics.text(), content_type=METRICS)


@SUBJECT.call("GET", "/openapi.json", None, {200: dict[str, Any]}, problems=("unauthorized",))
def openapi(services: Services) -> Response:
    """Describe the calls: this document.

    With a key it has the facts of the key's space; without one, those of the only space.
    """
    found = vocabulary.requests_for(services, request.headers.get("Authorization"))
    return Answered(document(services.subjects, found), content_type=JSON)


@SUBJECT.call("GET", "/docs", None, {200: None}, media=(HTML,))
def docs(services: Services) -> Response:
    """Show the calls to people."""
    page = render_template("docs.html", sections=sections(services.subjects), problems=TYPES)
    return Answered(page, mimetype=HTML)


@SUBJECT.call("GET", "/problems/{name}", None, {200: None}, media=(HTML,), problems=("not-found",))
def problem_page(_: Services, name: str) -> Response:
    """Show what a type of problem means, and what to do about it."""
    kind = TYPES.get(name)
    if kind is None:
        raise Failed("not-found", "no problem is called so")
    return Answered(render_template("problem.html", problem=kind), mimetype=HTML)
