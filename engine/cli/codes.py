"""`coupon codes`: codes issued, brought in, written out and looked at."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.cli.changing import form_option
from engine.cli.changing import show as show_answer
from engine.cli.importing import summary, taken
from engine.cli.issuing import issue
from engine.cli.store_options import open_office, refusals, store_options
from engine.codes.statements import read_private
from engine.service.codes.code_files import CodeFiles
from engine.service.codes.code_lines import read_code_lines
from engine.service.codes.code_statements import CodeStatements, Signed
from engine.service.codes.codes import Codes, Filters, ShownCode
from engine.service.settings import SIGNING_KEY, value_of


@click.group("codes")
def command() -> None:
    """Issue codes, bring them in, write them out, and look at one."""


command.add_command(issue)


@command.command("import")
@click.argument("file", metavar="FILE|-", type=click.File("rb"))
@store_options
@form_option
def import_(file: BinaryIO, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Take the codes in a CSV FILE, each line by itself.

    Columns are `code`, `coupon`, `customer`, `issued`, `expires`, `active`, `batch` and `window`,
    of which the first two have to be there. Lines that were taken before are left alone. Ends
    with 1 where a line is refused.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        lines = read_code_lines(file.read())
        answers = taken(CodeFiles(desk.office).take(lines, desk.caller), len(lines))
    show_answer(answers, form, lambda: summary(answers))
    if any(each.outcome == "refused" for each in answers):
        raise SystemExit(1)


@command.command("export")
@click.option("--coupon", metavar="NAME", help="Only the codes of this coupon.")
@click.option("--batch", metavar="NAME", help="Only the codes of this batch.")
@click.option("--out", "file", metavar="FILE", type=click.File("w", encoding="utf-8"), default="-")
@store_options
def export(
    coupon: str | None,
    batch: str | None,
    file: TextIO,
    policies: Path,
    **where: Any,  # noqa: ANN401
) -> None:
    """Write codes as the CSV that `import` takes, to FILE or standard output.

    A text that a spreadsheet would take for a formula is written with a `'` before it.
    """
    desk = open_office(**where, policies=policies)
    with refusals():
        for part in CodeFiles(desk.office).export(Filters(coupon, batch), desk.caller):
            file.write(part)


@command.command("statements")
@click.option("--coupon", metavar="NAME", help="Only the codes of this coupon.")
@click.option("--batch", metavar="NAME", help="Only the codes of this batch.")
@click.option("--out", "file", metavar="FILE", type=click.File("w", encoding="utf-8"), default="-")
@store_options
def statements(
    coupon: str | None,
    batch: str | None,
    file: TextIO,
    policies: Path,
    **where: Any,  # noqa: ANN401
) -> None:
    """Write codes, each with a signed statement of what it grants and until when, as CSV.

    Printed as a QR code, a statement is checked without the service, by `coupon validate
    --offline` and the public key of COUPON_SIGNING_KEY. It says what held when it was written: not
    whether the code has been redeemed, extended or cancelled since, nor whether it is switched off
    or for one customer only. Codes that are cancelled already are left out.
    """
    private = _signing_key()
    desk = open_office(**where, policies=policies)
    written = csv.writer(file, lineterminator="\n")
    written.writerow(Signed._fields)
    with refusals():
        signed = CodeStatements(desk.office, private)
        written.writerows(signed.of(Filters(coupon, batch), desk.caller))


def _signing_key() -> Ed25519PrivateKey:
    text = value_of(SIGNING_KEY)
    if not text:
        raise click.ClickException(
            f"{SIGNING_KEY.variable} has no key: `coupon seal new --statements` makes one"
        )
    try:
        return read_private(text)
    except ValueError as error:
        raise click.ClickException(f"{SIGNING_KEY.variable}: {error}") from None


@command.command("show")
@click.argument("code")
@store_options
@form_option
def show(code: str, policies: Path, form: str, **where: Any) -> None:  # noqa: ANN401
    """Show CODE, in whatever spelling, and what became of it."""
    desk = open_office(**where, policies=policies)
    with refusals():
        found = Codes(desk.office).show(code, desk.caller)
    show_answer(found, form, lambda: "\n".join(_code_text(found)))


def _code_text(code: ShownCode) -> Iterator[str]:
    switched = "on" if code.active else "off"
    yield f"{code.code}: a code of {code.coupon}, {code.status}, switched {switched}"
    yield f"  issued at {code.issued}" + (f" in the batch {code.batch}" if code.batch else "")
    if code.expires is not None:
        yield f"  expires at {code.expires}"
    if code.window is not None:
        yield f"  {code.window}"
    if code.customer is not None:
        yield f"  for {code.customer} only"
    if code.redemptions:
        yield f"  redeemed on {code.redemptions} subscription{'s' * (code.redemptions != 1)}"
    if code.subscription is not None:
        of = f" of the account {code.account}" if code.account is not None else ""
        yield f"  activated the subscription {code.subscription}{of} at {code.since}"
    if code.client is not None:
        yield f"  assigned to {code.client}" + (f", project {code.project}" if code.project else "")
    for key, value in (code.grants or {}).items():
        yield f"  grants {key} {', '.join(value) if isinstance(value, list) else value}"
