"""`coupon init`: a folder of policies to start from."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import click

from engine.catalogue.kinds import SUFFIXES
from engine.diagnostics.suggest import did_you_mean
from engine.resources import folder

START = "black-friday"
_NAMED = re.compile(r"^(?:coupon|format|features): *([\w.-]+)", re.MULTILINE)
_WORD = re.compile(r"[\w.-]+")
_LOGO = re.compile(r"^logo: *(\S+)", re.MULTILINE)
_SPACE = re.compile(r"^space: .*$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_STRANGE = re.compile(r"[^a-z0-9]+")
_MODELINE = re.compile(r"\$schema=\S*?(?=[a-z]+\.schema\.json)")


@click.command("init")
@click.argument("target", metavar="[FOLDER]", default="policies", type=click.Path(path_type=Path))
@click.option(
    "--from", "example", default=START, show_default=True, help="The example to start from."
)
def command(target: Path, example: str) -> None:
    """Make a FOLDER of policies to start from: a shipped example, and the space around it.

    What the example names, such as the format of its codes, comes with it. The JSON
    Schemas that editors use are put into its folder `.schemas`.

    The space is called as the folder, so that two folders don't archive each other's coupons in
    one store; a name with other signs than letters, digits, `.`, `_` and `-` is made plain.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise click.UsageError(f"`{target}` is there already and not empty: nothing was changed")
    shipped = folder("policies")
    chosen = _chosen(shipped, example)
    common = sorted(path for path in shipped.iterdir() if path.suffix in SUFFIXES)
    policies = list(dict.fromkeys([*common, *chosen]))
    logos = [logo for path in policies for logo in _logos(path)]
    space = _space_name(target)
    try:
        for path in policies:
            _copy(path, target, space)
        for logo in logos:
            (target / logo.name).write_bytes(logo.read_bytes())
        _copy_schemas(target)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise click.UsageError(f"`{target}` can't be made: {why}") from None
    click.echo(f"made {target}: {len(policies) + len(logos)} files of the space `{space}`")
    click.echo(f"next: coupon check {target}")


def _examples(shipped: Path) -> dict[str, list[Path]]:
    """The examples by name: each folder, and each file of one."""
    found: dict[str, list[Path]] = {}
    for inside in sorted(path for path in shipped.iterdir() if path.is_dir()):
        files = sorted(path for path in inside.iterdir() if path.suffix in SUFFIXES)
        found[inside.name] = files
        found |= {path.stem: _with_needed(path, files) for path in files}
    return found


def _with_needed(path: Path, files: list[Path]) -> list[Path]:
    """A file and those beside it that say what it names, and what these name in turn."""
    texts = {each: each.read_text("utf-8") for each in files}
    needed = [path]
    for each in needed:
        words = set(_WORD.findall(texts[each]))
        named = [other for other in files if not words.isdisjoint(_NAMED.findall(texts[other]))]
        needed += [other for other in named if other not in needed]
    return needed


def _chosen(shipped: Path, example: str) -> list[Path]:
    examples = _examples(shipped)
    if example not in examples:
        advice = did_you_mean(example, examples) or f"there are {', '.join(examples)}"
        raise click.UsageError(f"no example is called `{example}`: {advice}")
    return examples[example]


def _space_name(target: Path) -> str:
    """What the space of a folder is called: as the folder, where that is plain to type."""
    name = target.absolute().name
    if _NAME.fullmatch(name):
        return name
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _STRANGE.sub("-", ascii_.lower()).strip("-") or "policies"


def _copy(path: Path, target: Path, space: str) -> None:
    text = _MODELINE.sub("$schema=.schemas/", path.read_text("utf-8"))
    text = _SPACE.sub(f"space: {space}", text)
    target.mkdir(parents=True, exist_ok=True)
    (target / path.name).write_text(text, "utf-8")


def _logos(path: Path) -> list[Path]:
    """The pictures that the partners of a file name."""
    return [path.parent / name for name in _LOGO.findall(path.read_text("utf-8"))]


def _copy_schemas(target: Path) -> None:
    inside = target / ".schemas"
    inside.mkdir()
    for path in sorted(folder("schemas").glob("*.schema.json")):
        (inside / path.name).write_bytes(path.read_bytes())
