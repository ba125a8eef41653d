"""`coupon validate`: whether codes can be redeemed, and what is in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import click
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.cli.changing import form_option, show
from engine.cli.offline import Folder, OfflineCode, OfflineStatement, check_statement, is_statement
from engine.cli.options import right_catalogue
from engine.cli.store_options import Desk, open_office, refusals, store_options
from engine.codes.statements import PRIVATE, PUBLIC, read_private, read_public
from engine.service.codes.validated import ValidatedCode, Validation
from engine.service.codes.validation import Validations
from engine.service.office import system_clock
from engine.service.settings import SIGNING_KEY, value_of

AT_ONCE = 1000
_INPUT = "-"

Answered: TypeAlias = ValidatedCode | OfflineCode | OfflineStatement


class Answers(msgspec.Struct, frozen=True):
    """What was answered of each code, in the order given."""

    codes: tuple[Answered, ...]


@click.command("validate")
@click.argument("codes", metavar="CODE...|-", nargs=-1, required=True)
@click.option("--offline", is_flag=True, help="Ask no store: what the codes themselves tell.")
@click.option(
    "--public-key",
    "keys",
    metavar="KEY|FILE",
    multiple=True,
    help="Whose statements (CP1.…) are right, offline; without it, those of COUPON_SIGNING_KEY.",
)
@store_options
@form_option
def command(
    codes: tuple[str, ...],
    offline: bool,
    keys: tuple[str, ...],
    policies: Path,
    form: str,
    **where: Any,  # noqa: ANN401
) -> None:
    """Say whether each CODE could be redeemed now, as far as the code goes, and what is in it.

    With - codes are read from standard input, one a line. Offline a signed statement, as printed
    beside a code, is checked with the public key alone, and any other code by the formats of the
    folder: for typing errors, not for whether it was issued. Ends with 1 where a code is refused.
    """
    texts = [text for given in codes for text in _texts(given)]
    if not texts:
        raise click.UsageError("there is no code on standard input: one a line is expected")
    if offline:
        answers: Answers | Validation = _offline(texts, keys, policies)
    else:
        _check_online(texts, keys)
        answers = _online(texts, open_office(**where, policies=policies))
    show(answers, form, lambda: "\n".join(line for each in answers.codes for line in _lines(each)))
    if any(each.valid is False for each in answers.codes):
        raise SystemExit(1)


def _texts(given: str) -> list[str]:
    """A code, or those of standard input."""
    if given != _INPUT:
        return [given]
    lines = sys.stdin.buffer.read().decode("utf-8-sig", "replace").split("\n")
    return [line.strip() for line in lines if line.strip()]


def _check_online(texts: list[str], keys: tuple[str, ...]) -> None:
    if keys or any(map(is_statement, texts)):
        raise click.UsageError("a statement (CP1.…) is checked with its key and `--offline`")


def _online(texts: list[str], desk: Desk) -> Answers | Validation:
    """What the service answers; one answer for all where they are too many for a request."""
    starts = range(0, len(texts), AT_ONCE)
    validations = Validations(desk.office)
    with refusals():
        parts = [
            validations.validate({"codes": texts[start : start + AT_ONCE]}, desk.caller)
            for start in starts
        ]
    if len(parts) == 1:
        return parts[0]
    return Answers(tuple(code for part in parts for code in part.codes))


# --- offline ------------------------------------------------------------------------------------


def _offline(texts: list[str], keys: tuple[str, ...], policies: Path) -> Answers:
    """What the codes tell; the folder and the keys are read where a code needs them."""
    signed = [is_statement(text) for text in texts]
    publics = _publics(keys) if any(signed) else []
    folder = None if all(signed) else Folder(right_catalogue(policies))
    now = system_clock()
    return Answers(
        tuple(
            check_statement(text, publics, now)
            if folder is None or is_statement(text)
            else folder.check(text)
            for text in texts
        )
    )


def _publics(keys: tuple[str, ...]) -> list[Ed25519PublicKey]:
    """The public keys that were given, else that of the process itself."""
    own = value_of(SIGNING_KEY)
    try:
        if keys:
            return [read_public(text) for key in keys for text in _key_texts(key)]
        if own:
            return [read_private(own).public_key()]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    raise click.UsageError("a statement needs the key of its issuer: give it with `--public-key`")


def _key_texts(given: str) -> list[str]:
    """A key, or those that a file has among other words."""
    if given.startswith((PRIVATE, PUBLIC)):
        return [given]
    path = Path(given)
    words = path.read_text("utf-8", "replace").split() if path.is_file() else []
    found = [word for word in words if word.startswith(PUBLIC)]
    if not found:
        raise ValueError(f"`{given}` is neither a public key nor a file that has one")
    return found


# --- in words -----------------------------------------------------------------------------------


def _lines(answer: Answered) -> Iterator[str]:
    said = msgspec.to_builtins(answer)
    code, valid, message = (said.pop(name) for name in ("code", "valid", "message"))
    verdict = {True: "valid", False: "refused", None: None}[valid]
    yield f"{code}: {', '.join(filter(None, (verdict, message)))}"
    yield from (
        f"  {name.replace('_', ' ')}: {_value(each)}" for name, each in said.items() if each
    )


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
