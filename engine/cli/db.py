"""`coupon db`: looks after the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from engine.cli.store_options import database_option, open_database, system_user
from engine.service.keeping import upkeep
from engine.service.office import system_clock
from engine.store import dump, upgrade
from engine.store.database import StoreUnavailable


@click.group("db")
def command() -> None:
    """Look after the store: upgrade, check, back up, restore, prune, verify its journal."""


@command.command("upgrade")
@database_option
def upgrade_(database: str) -> None:
    """Make the tables, or bring them up to date."""
    store = open_database(database)
    click.echo(f"the tables are those of step {upgrade.current(store)}, the last one")


@command.command("check")
@database_option
def check(database: str) -> None:
    """Check the file, every counter against its rows, and the journal. Ends with 1 if wrong."""
    with problems():
        found = upkeep.check(open_database(database))
    for said in found:
        click.echo(said)
    if found:
        raise SystemExit(1)
    click.echo("all is well")


@command.command("verify-journal")
@database_option
def verify_journal(database: str) -> None:
    """Verify that each space's journal is as it was written. Ends with 1 where one is not."""
    with problems():
        found = upkeep.verify(open_database(database))
    for each in found:
        said = each.problem or f"{each.entries} entries, the chain is whole"
        click.echo(f"{each.space}: {said}")
    if any(each.problem for each in found):
        raise SystemExit(1)


@command.command("prune")
@database_option
def prune(database: str) -> None:
    """Forget what is older than 30 days: decisions, answers under keys, messages done with."""
    with problems():
        done = upkeep.prune(open_database(database), system_clock(), f"cli:{system_user()}")
    click.echo(
        f"forgot decisions: {done.decisions}, idempotency keys: {done.idempotency_keys}, "
        f"delivered messages: {done.messages}"
    )


@command.command("backup")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@database_option
def backup(target: Path, database: str) -> None:
    """Write everything in the store, as it is at one moment, to a new FILE.

    The store may be in use. The file holds personal facts and the hashes of keys: keep it safe.
    """
    if target.exists():
        raise click.UsageError(f"`{target}` is there already: nothing was written")
    with problems(target):
        rows = dump.back_up(open_database(database), target)
    click.echo(f"wrote {rows} rows to {target}")


@command.command("restore")
@click.argument(
    "source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@database_option
def restore(source: Path, database: str) -> None:
    """Write everything in FILE into an empty database, of either kind."""
    with problems(source):
        rows = dump.restore(open_database(database), source)
    click.echo(f"restored {rows} rows")


@contextmanager
def problems(path: Path | None = None) -> Iterator[None]:
    """Ends a command with 1, and says why, where the store or a file can't be used."""
    try:
        yield
    except dump.NotEmpty as error:
        raise click.ClickException(f"{error}: restore into an empty database") from None
    except (StoreUnavailable, dump.BadBackup) as error:
        where = f"`{path}`: " if isinstance(error, dump.BadBackup) else ""
        raise click.ClickException(f"{where}{error}") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise click.ClickException(f"`{path}` can't be used: {why}") from None
