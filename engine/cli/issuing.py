"""`coupon codes issue`: new codes, custom codes, and batches that go on where they stopped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

from engine.cli.changing import form_option
from engine.cli.options import file_name, new_file_option
from engine.cli.store_options import Desk, open_office, refusals, store_options
from engine.decisions.decoding import convert
from engine.service.codes.batches import MOST_WANTED
from engine.service.codes.issuing import IssueCodes, Issued, Issuing

_REQUEST = ("count", "batch", "customer", "window", "codes", "fields")


@click.command("issue")
@click.argument("coupon", required=False)
@click.option("--count", type=click.IntRange(1, MOST_WANTED), metavar="N", help="How many; else 1.")
@click.option("--batch", metavar="NAME", help="What to call the batch.")
@click.option("--customer", metavar="ID", help="The only customer who can redeem them.")
@click.option("--window", metavar="SENTENCE", help="When they can be redeemed, in a sentence.")
@click.option("--code", "codes", multiple=True, metavar="TEXT", help="A code of this text.")
@click.option("--set", "fields", multiple=True, metavar="FIELD=VALUE", help="A field of the code.")
@click.option("--resume", metavar="BATCH", help="Go on with a batch that lacks codes.")
@new_file_option("A new file; one that is there keeps what it has.")
@store_options
@form_option
def issue(
    coupon: str | None,
    resume: str | None,
    out: TextIO,
    policies: Path,
    form: str,
    **rest: Any,  # noqa: ANN401
) -> None:
    """Issue codes of COUPON, and print them one a line, or to a file.

    They are made as the coupon's format says; `--code` gives their text instead. What has come to
    be when this is ended stays: `--resume` goes on, and `coupon codes export --batch` writes them
    all. Ends with 1 where a code is refused.
    """
    given = {name: rest.pop(name) for name in _REQUEST}
    request = _request(given)
    _check_usage(coupon, resume, request)
    desk = open_office(**rest, policies=policies)
    with refusals():
        steps = _steps(desk, coupon, resume, request)
        done = _Printer(out, form).print(steps)
    if done.refused:
        raise SystemExit(1)


def _request(given: dict[str, Any]) -> dict[str, Any]:
    """What is asked for, as the request of HTTP."""
    given["codes"] = list(given["codes"])
    given["fields"] = dict(_field(text) for text in given["fields"])
    return {name: value for name, value in given.items() if value}


def _field(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"`{text}` is no field with its value: write `points=50`")
    return name.strip(), value.strip()


def _check_usage(coupon: str | None, resume: str | None, request: dict[str, Any]) -> None:
    if (coupon is None) == (resume is None):
        raise click.UsageError("name a coupon, or a batch with `--resume`")
    if resume is not None and request:
        raise click.UsageError("a batch that is resumed goes on as it began: give nothing else")


def _steps(
    desk: Desk, coupon: str | None, resume: str | None, request: dict[str, Any]
) -> Iterator[Issued]:
    issuing = Issuing(desk.office)
    if coupon is None:
        return issuing.more(resume or "", desk.caller, MOST_WANTED)
    return issuing.steps(coupon, convert(request, IssueCodes), desk.caller, MOST_WANTED)


class _Printer:
    """Prints codes as they come to be, and how far it is on a terminal."""

    def __init__(self, out: TextIO, form: str) -> None:
        self._out = out
        self._form = form
        self._codes: list[str] = []
        self._refused: list[Any] = []
        self._written = 0

    def print(self, steps: Iterator[Issued]) -> Issued:
        """Print what the steps issue; what the last one says, with all that was refused."""
        last: Issued | None = None
        try:
            last = self._first(steps)
            done = self._rest(last, steps)
        except BaseException:
            if last is not None and last.batch is not None and not last.is_whole:
                click.echo(_unfinished(last.batch), err=True)
            raise
        if self._form == "json":
            whole = msgspec.structs.replace(done, codes=tuple(self._codes))
            click.echo(msgspec.json.format(msgspec.json.encode(whole)).decode(), self._out)
        if (name := file_name(self._out)) is not None:
            click.echo(f"wrote {_counted(self._written, done.batch)} to {name}", err=True)
        return done

    def _first(self, steps: Iterator[Issued]) -> Issued:
        first = next(steps)
        self._take(first)
        return first

    def _rest(self, first: Issued, steps: Iterator[Issued]) -> Issued:
        last = first
        with click.progressbar(
            length=first.wanted,
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
            label=f"issuing {first.batch or first.coupon}",
        ) as bar:
            bar.update(first.issued)
            for last in steps:
                self._take(last)
                bar.update(len(last.codes))
        return msgspec.structs.replace(last, refused=tuple(self._refused))

    def _take(self, step: Issued) -> None:
        for each in step.refused:
            click.echo(each.message, err=True)
        self._refused += step.refused
        self._written += len(step.codes)
        if self._form == "json":
            self._codes += step.codes
        else:
            self._out.writelines(f"{code}\n" for code in step.codes)
            self._out.flush()


def _counted(codes: int, batch: str | None) -> str:
    of = f" of the batch {batch}" if batch is not None else ""
    return f"{codes} code{'s' * (codes != 1)}{of}"


def _unfinished(batch: str) -> str:
    return (
        f"the batch lacks codes: go on with `coupon codes issue --resume {batch}`; "
        f"`coupon codes export --batch {batch}` writes all that it has"
    )
