"""`coupon serve`: the web service over a store and a folder of policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from engine.cli.options import existing
from engine.cli.store_options import Desk, open_office, refusals, store_options
from engine.outbox.courier import Courier, Means, read_means
from engine.service import settings
from engine.service.settings import BadSetting, Setting
from web import server
from web.folder import Folder
from web.server import ONE_THREAD, THREADS, Place, PortTaken
from web.services import read_options
from web.welcome import curl, first_key, first_request


def _option(setting: Setting, **rest: Any) -> Callable[..., Any]:  # noqa: ANN401 - click's
    return click.option(
        f"--{setting.name}",
        envvar=setting.variable,
        default=setting.default,
        show_default=True,
        help=f"{setting.meaning[0].upper()}{setting.meaning[1:]}; also {setting.variable}.",
        **rest,
    )


@click.command("serve")
@_option(settings.HOST)
@_option(settings.PORT, type=click.IntRange(0, 65535))
@_option(settings.WORKERS, type=click.IntRange(1, 256))
@click.option(
    "--trusted-proxies",
    "proxies",
    metavar="CIDR",
    multiple=True,
    help="A network whose forwarded headers are believed; may be given several times.",
)
@store_options
def command(
    host: str,
    port: int,
    workers: int,
    proxies: tuple[str, ...],
    policies: Path,
    database: str,
    **where: Any,  # noqa: ANN401 - the space, and who asks
) -> None:
    """Serve the HTTP interface.

    The tables are made where there are none, and the policies are read, now and whenever a file
    changes: a new coupon comes into force, a changed one gets a pending change. Where the space
    has no key yet, one is made and printed once.
    """
    place = _place(host, port, workers)
    environment = _environment(database, proxies)
    desk = open_office(database, policies=existing((policies,))[0], **where)
    if desk.office.database.in_memory:
        raise click.UsageError("the service needs a store on disk: its processes share it")
    folder = Folder(policies, desk)
    means = _means()
    with _followed(folder), _couriered(Courier(desk.office.database, means)):
        with refusals():
            folder.push()
            _greet(desk, place)
        # Threads hide how long PostgreSQL takes to answer; a file answers at once.
        is_file = desk.office.database.is_file
        server.run(place, environment, ONE_THREAD if is_file else THREADS)


def _means() -> Means:
    try:
        return read_means()
    except BadSetting as error:
        raise click.UsageError(str(error)) from None


def _place(host: str, port: int, workers: int) -> Place:
    try:
        place = Place(
            host,
            port or server.free_port(host),
            workers,
            settings.number_of(settings.THREADS),
            settings.number_of(settings.BACKLOG),
            settings.number_of(settings.STOP_SECONDS),
        )
        server.check_free(place)
    except BadSetting as error:
        raise click.UsageError(str(error)) from None
    except PortTaken as error:
        raise click.ClickException(str(error)) from None
    return place


def _environment(database: str, proxies: tuple[str, ...]) -> dict[str, str]:
    """The environment of the workers, which read all other settings as this process does."""
    given = {settings.DATABASE.variable: database}
    if proxies:
        given[settings.TRUSTED_PROXIES.variable] = ",".join(proxies)
    try:
        read_options(given)
    except BadSetting as error:
        raise click.UsageError(str(error)) from None
    return given


def _greet(desk: Desk, place: Place) -> None:
    """Say where the service is, and with its first key how to ask it."""
    key = first_key(desk.office, desk.caller.who)
    click.echo(
        f"serving `{desk.office.space}` at {place.address}, described at {place.address}/docs"
    )
    if key is None:
        return
    click.echo(f"\nthe first key, shown only now:\n\n  {key}\n\ntry it:\n")
    click.echo(f"  {curl(place.address, key, first_request(desk.office))}\n")


@contextmanager
def _followed(folder: Folder) -> Iterator[None]:
    """Read the folder at each change of a file, as long as the service runs."""
    stop = Event()
    follower = Thread(target=folder.follow, args=(stop,), name="policies")
    follower.start()
    try:
        yield
    finally:
        stop.set()
        follower.join()


@contextmanager
def _couriered(courier: Courier) -> Iterator[None]:
    """Deliver what waits in the outbox, as long as the service runs."""
    stop = Event()
    thread = Thread(target=courier.follow, args=(stop,), name="courier")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
