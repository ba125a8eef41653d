"""`coupon features`: what the bits of a feature set mean, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from engine.cli.changing import form_option, show
from engine.cli.options import policies_option, right_catalogue
from engine.codes.features import FeatureSet, UndeclaredBit, UnknownFeature
from engine.diagnostics.suggest import did_you_mean


class Bit(msgspec.Struct, frozen=True):
    """A bit and its feature; a reserved one has none."""

    bit: int
    hex: str
    feature: str | None


class Table(msgspec.Struct, frozen=True):
    """A whole feature set, the highest bit first."""

    features: str
    width: int
    bits: tuple[Bit, ...]
    named: dict[str, str]


class Value(msgspec.Struct, frozen=True):
    """A value of a feature set; `reserved` are bits without a meaning yet."""

    features: str
    hex: str
    named: str | None
    names: tuple[str, ...]
    reserved: tuple[int, ...]


@click.command("features")
@click.argument("name")
@click.argument("words", metavar="[HEX|FEATURE]...", nargs=-1)
@policies_option
@form_option
def command(name: str, words: tuple[str, ...], policies: Path, form: str) -> None:
    """Say what HEX means in the feature set NAME, or which HEX has these FEATUREs.

    A FEATURE is a feature or the name of a combination; several are added up. Without any, the
    whole set is shown. Ends with 1 for a HEX that no code can have.
    """
    features = _the_set(name, policies)
    if not words:
        table = _table(features)
        show(table, form, lambda: "\n".join(_table_lines(table)))
        return
    value = 0
    for word in words:
        value |= _bits(features, word)
    found = _value(features, value)
    show(found, form, lambda: "\n".join(_value_lines(found, features)))


def _the_set(name: str, policies: Path) -> FeatureSet:
    sets = right_catalogue(policies).features
    if name not in sets:
        advice = did_you_mean(name, sets) or f"there are {', '.join(sets) or 'none'}"
        raise click.UsageError(f"no feature set is called `{name}`: {advice}")
    return sets[name]


def _bits(features: FeatureSet, word: str) -> int:
    """The bits of a name, else of hexadecimal digits."""
    try:
        return features.value([word])
    except UnknownFeature as unknown:
        try:
            return features.read(word)
        except UndeclaredBit as error:
            raise click.ClickException(f"`{word}` is in no code: {error}") from None
        except ValueError:
            names = {*features.bits.values(), *features.named}
            advice = did_you_mean(word, names) or f"`coupon features {features.name}` lists them"
            raise click.UsageError(f"{unknown}: {advice}") from None


def _value(features: FeatureSet, value: int) -> Value:
    return Value(
        features.name,
        features.hex(value),
        features.called(value),
        features.names(value),
        features.reserved_in(value),
    )


def _value_lines(value: Value, features: FeatureSet) -> Iterator[str]:
    yield value.hex if value.named is None else f"{value.hex}: {value.named}"
    yield from (f"  {name}" for name in value.names)
    if value.reserved:
        yield f"  reserved, without a meaning: bit {', '.join(map(str, value.reserved))}"
    if not value.names and not value.reserved:
        yield f"  nothing of {features.name}"


def _table(features: FeatureSet) -> Table:
    bits = sorted({*features.bits, *features.reserved}, reverse=True)
    return Table(
        features.name,
        features.width,
        tuple(Bit(bit, features.hex(1 << bit), features.bits.get(bit)) for bit in bits),
        {name: features.hex(value) for name, value in features.named.items()},
    )


def _table_lines(table: Table) -> Iterator[str]:
    yield f"{table.features}, {table.width} bits"
    for each in table.bits:
        yield f"  {each.bit:>2}  {each.hex}  {each.feature or '(reserved)'}"
    if table.named:
        yield "named"
        yield from (f"  {value}  {name}" for name, value in table.named.items())
