"""The service with a call more, which answers what it was sent, in one worker."""

from __future__ import annotations

import sys

from granian.constants import Interfaces

from engine.service import settings
from engine.service.caller import Scope
from engine.store.database import Database
from web import server
from web.api import SUBJECTS
from web.app import create_app
from web.call import Call
from web.gateway import Gateway, quick_paths
from web.server import Place, Target
from web.services import read_options
from web.subjects import Body, Subject

ECHO = Subject("echo", "Echo", is_quick=True)


@ECHO.call(
    "POST",
    "/v1/echo",
    Scope.EVALUATE,
    {200: object},
    body=Body(lambda _: object, {}),
    repeatable=False,
)
def echo(call: Call) -> object:
    """Answer the body of the request, whatever JSON it is."""
    return call.body()


def from_environment() -> Gateway:
    """The application with the echo, as the environment sets it."""
    database, options = Database(settings.value_of(settings.DATABASE)), read_options()
    application = create_app(database, options, extra=(ECHO,))
    return Gateway(application, database, options.max_body, quick_paths((*SUBJECTS, ECHO)))


def main(port: int) -> None:
    """Serve as `coupon serve` does."""
    bounds = (settings.THREADS, settings.BACKLOG, settings.STOP_SECONDS)
    place = Place("127.0.0.1", port, 1, *map(settings.number_of, bounds))
    server.run(place, {}, Target("tests.benchmarks.echoing:from_environment", Interfaces.RSGI))


if __name__ == "__main__":
    main(int(sys.argv[1]))
