"""The application: calls of the interface as routes of Flask."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask

from engine.service.office import Clock, system_clock
from engine.service.settings import DATABASE, value_of
from engine.store.database import Database
from web import api, failures
from web.forwarded import Forwarded
from web.orphans import stop_with_parent
from web.replies import Answered
from web.services import Options, Services, read_options
from web.subjects import LONG_ID, LongId, Subject
from web.translate import view
from web.uniform import Unhurried
from web.watch import observe


def create_app(
    database: Database,
    options: Options | None = None,
    *,
    clock: Clock = system_clock,
    extra: Sequence[Subject] = (),
) -> Flask:
    """The application over a database; `extra` subjects stand beside those of the interface."""
    subjects = (*api.SUBJECTS, *extra)
    services = Services.of(database, options or Options(), subjects, clock)
    app = Flask("web")
    app.response_class = Answered
    app.config["MAX_CONTENT_LENGTH"] = services.options.max_body + 1
    app.url_map.merge_slashes = False
    app.url_map.converters[LONG_ID] = LongId
    for subject in subjects:
        app.register_blueprint(_blueprint(subject, services))
    observe(app, services)
    failures.register(app, services.log)
    if services.options.trusted_proxies:
        app.wsgi_app = Forwarded(app.wsgi_app, services.options.trusted_proxies)  # type: ignore[assignment]
    return app


def _blueprint(subject: Subject, services: Services) -> Blueprint:
    blueprint = Blueprint(subject.name, __name__)
    for route in subject.routes:
        blueprint.add_url_rule(
            route.rule,
            route.name,
            view(route, services),
            methods=[route.method],
            provide_automatic_options=False,
        )
    return blueprint


def from_environment() -> Flask:
    """The application as the environment sets it: what a worker with many threads makes."""
    stop_with_parent()
    app = create_app(Database(value_of(DATABASE)), read_options())
    app.wsgi_app = Unhurried(app.wsgi_app)  # type: ignore[assignment]
    return app
