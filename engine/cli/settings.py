"""`coupon settings`: every setting, its variable and its value."""

from __future__ import annotations

import os
from collections.abc import Mapping

import click
import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.cli.changing import form_option, show
from engine.service.settings import DATABASE, SETTINGS, Setting, value_of

_SECRETS = ("password", "sslpassword", "passfile")


class ShownSetting(msgspec.Struct, frozen=True):
    """A setting as it is; `is_set` says whether its variable is, else it is as without it."""

    name: str
    variable: str
    value: str
    is_set: bool
    meaning: str


@click.command("settings")
@form_option
def command(form: str) -> None:
    """List every setting of the service, its variable and its value; secrets are not shown."""
    found = [shown(setting, os.environ) for setting in SETTINGS]
    show(found, form, lambda: "\n".join(map(_text, found)))


def shown(setting: Setting, environment: Mapping[str, str]) -> ShownSetting:
    """A setting with its value, without what is secret in it."""
    value = value_of(setting, environment)
    return ShownSetting(
        setting.name,
        setting.variable,
        _shown(setting, value) if setting.secret else value,
        bool(environment.get(setting.variable)),
        setting.meaning,
    )


def _shown(setting: Setting, value: str) -> str:
    """What may be shown of a secret: of a database all but its passwords, of a key that it is."""
    if setting is DATABASE:
        return _without_passwords(value)
    return "(secret)" if value else ""


def _without_passwords(value: str) -> str:
    """A database URL without its passwords; what is no URL is not shown at all."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        return "(no database URL)"
    return url.difference_update_query(_SECRETS).render_as_string(hide_password=True)


def _text(each: ShownSetting) -> str:
    origin = "" if each.is_set else " (not set)"
    return f"{each.name}: {each.value or 'none'}\n  {each.variable}{origin}: {each.meaning}"
