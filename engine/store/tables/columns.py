"""Columns: every table has these kinds, and a space as the first part of its key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Text
from sqlalchemy.sql.type_api import TypeEngine

METADATA = MetaData()


def key(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    """A part of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def text(name: str) -> Column[str]:
    """A text that is always there."""
    return Column(name, Text, nullable=False)


def number(name: str) -> Column[int]:
    """A number that is always there."""
    return Column(name, BigInteger, nullable=False)


def flag(name: str) -> Column[bool]:
    """A yes or no."""
    return Column(name, Boolean, nullable=False)


def maybe(name: str, kind: type[TypeEngine[Any]] = Text) -> Column[Any]:
    """What may be missing."""
    return Column(name, kind, nullable=True)
