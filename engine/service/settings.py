"""Every setting of the service: its variable, what it is without one, and what it means."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.codes.key_ring import read_key_ring
from engine.codes.statements import read_private
from engine.store.database import DEFAULT_URL

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. The value of a secret one is never shown whole."""

    name: str
    variable: str
    default: str
    meaning: str
    secret: bool = False


DATABASE = Setting(
    "database",
    "COUPON_DATABASE_URL",
    DEFAULT_URL,
    "where the state is kept: sqlite or postgresql",
    secret=True,
)
POLICIES = Setting("policies", "COUPON_POLICIES", "policies", "the folder of policies")
HOST = Setting("host", "COUPON_HOST", "127.0.0.1", "the address that `serve` listens on")
PORT = Setting(
    "port", "COUPON_PORT", "8000", "the port that `serve` listens on; 0 takes a free one"
)
WORKERS = Setting("workers", "COUPON_WORKERS", "1", "how many processes answer requests")
THREADS = Setting(
    "threads",
    "COUPON_THREADS",
    "16",
    "how many requests a process has at hand on PostgreSQL; on SQLite one thread answers all",
)
BACKLOG = Setting("backlog", "COUPON_BACKLOG", "1024", "how many connections may wait to be taken")
STOP_SECONDS = Setting(
    "stop-seconds",
    "COUPON_STOP_SECONDS",
    "30",
    "how long running requests may take to finish when the service stops",
)
TRUSTED_PROXIES = Setting(
    "trusted-proxies",
    "COUPON_TRUSTED_PROXIES",
    "",
    "networks whose forwarded headers are believed, with commas between",
)
MAX_BODY = Setting(
    "max-body", "COUPON_MAX_BODY", "1048576", "how many bytes the body of a request may have"
)
REFUSAL_STEP = Setting(
    "refusal-step",
    "COUPON_REFUSAL_STEP",
    "0.025",
    "refusals without reasons are answered at a multiple of so many seconds after arrival",
)
SEAL_KEYS = Setting(
    "seal-keys",
    "COUPON_SEAL_KEYS",
    "",
    "the keys of sealed codes, as `coupon seal new` writes them, with spaces or commas between",
    secret=True,
)
SIGNING_KEY = Setting(
    "signing-key",
    "COUPON_SIGNING_KEY",
    "",
    "the private key of the statements that are printed beside codes",
    secret=True,
)
GUESS_POINTS = Setting(
    "guess-points",
    "COUPON_GUESS_POINTS",
    "200",
    "what the wrong codes of one address or customer may cost in a while, before they have to "
    "wait: a typing error costs 1, any other 4; 0 slows nobody",
)
GUESS_KEY_POINTS = Setting(
    "guess-key-points",
    "COUPON_GUESS_KEY_POINTS",
    "20000",
    "the same of one API key, which many customers may share; 0 slows no key",
)
GUESS_SECONDS = Setting(
    "guess-seconds",
    "COUPON_GUESS_SECONDS",
    "600",
    "how long such a while is",
)
SMTP_URL = Setting(
    "smtp-url",
    "COUPON_SMTP_URL",
    "",
    "the server that sends mail: `smtp://USER:PASSWORD@HOST:587`, which asks for TLS where there "
    "is a password or `?starttls=1`, or `smtps://…`; mails wait where there is none",
    secret=True,
)
MAIL_FROM = Setting(
    "mail-from", "COUPON_MAIL_FROM", "", "whom mails are from: `Coupons <coupons@acme.example>`"
)
PUBLIC_URL = Setting(
    "public-url",
    "COUPON_PUBLIC_URL",
    "",
    "where people reach the service, as links in mails begin: `https://coupons.acme.example`",
)
WEBHOOK_NETWORKS = Setting(
    "webhook-networks",
    "COUPON_WEBHOOK_NETWORKS",
    "",
    "private networks that webhooks may be in, with commas between; all others must be public",
)

SETTINGS: tuple[Setting, ...] = (
    DATABASE,
    POLICIES,
    HOST,
    PORT,
    WORKERS,
    THREADS,
    BACKLOG,
    STOP_SECONDS,
    TRUSTED_PROXIES,
    MAX_BODY,
    REFUSAL_STEP,
    SEAL_KEYS,
    SIGNING_KEY,
    GUESS_POINTS,
    GUESS_KEY_POINTS,
    GUESS_SECONDS,
    SMTP_URL,
    MAIL_FROM,
    PUBLIC_URL,
    WEBHOOK_NETWORKS,
)


class BadSetting(ValueError):
    """A variable of the environment has a value that its setting can't have."""

    def __init__(self, setting: Setting, value: str, expected: str) -> None:
        super().__init__(f"`{setting.variable}` is `{value}`: {expected} is expected")


class BadKeys(BadSetting):
    """The variable with the keys of sealed codes can't be read; the message shows no secret."""

    def __init__(self, message: str) -> None:
        ValueError.__init__(self, message)


def value_of(setting: Setting, environment: Mapping[str, str] = os.environ) -> str:
    """The value of a setting as text: of its variable, else its default."""
    return environment.get(setting.variable) or setting.default


def number_of(setting: Setting, environment: Mapping[str, str] = os.environ) -> int:
    """The value of a setting that is a whole number. Raises `BadSetting`."""
    value = value_of(setting, environment)
    if not (value.isascii() and value.isdigit()):
        raise BadSetting(setting, value, "a whole number")
    return int(value)


def seconds_of(setting: Setting, environment: Mapping[str, str] = os.environ) -> float:
    """The value of a setting that is a time in seconds. Raises `BadSetting`."""
    value = value_of(setting, environment)
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise BadSetting(setting, value, "a number of seconds up to an hour")
    return seconds


def seal_keys_of(environment: Mapping[str, str] = os.environ) -> str:
    """The keys of sealed codes as they are written. Raises `BadKeys`."""
    value = value_of(SEAL_KEYS, environment)
    try:
        read_key_ring(value, "")
    except ValueError as error:
        raise BadKeys(str(error)) from None
    return value


def signing_key_of(environment: Mapping[str, str] = os.environ) -> Ed25519PrivateKey | None:
    """The key that signs statements of codes; None without one. Raises `BadKeys`."""
    value = value_of(SIGNING_KEY, environment)
    try:
        return read_private(value) if value else None
    except ValueError as error:
        raise BadKeys(f"{SIGNING_KEY.variable}: {error}") from None


def networks_of(
    setting: Setting, environment: Mapping[str, str] = os.environ
) -> tuple[Network, ...]:
    """The value of a setting that lists networks. Raises `BadSetting`."""
    texts = [each.strip() for each in value_of(setting, environment).split(",") if each.strip()]
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError:
        value = value_of(setting, environment)
        raise BadSetting(setting, value, "a list of networks such as `10.0.0.0/8`") from None
