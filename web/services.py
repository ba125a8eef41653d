"""What an application has at hand, made once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.calendar import SECOND
from engine.service.guessing import FREE, Budget
from engine.service.keeping.keys import Keys
from engine.service.office import Clock, system_clock
from engine.service.settings import (
    GUESS_KEY_POINTS,
    GUESS_POINTS,
    GUESS_SECONDS,
    MAX_BODY,
    REFUSAL_STEP,
    TRUSTED_PROXIES,
    WEBHOOK_NETWORKS,
    Network,
    networks_of,
    number_of,
    seal_keys_of,
    seconds_of,
    signing_key_of,
)
from engine.store.database import Database
from web.desks import Desks
from web.logs import Log
from web.metrics import Metrics
from web.subjects import Subject


@dataclass(frozen=True, slots=True)
class Options:
    """What can be set about an application."""

    max_body: int = int(MAX_BODY.default)
    refusal_step: float = float(REFUSAL_STEP.default)
    trusted_proxies: tuple[Network, ...] = ()
    seal_keys: str = field(default="", repr=False)
    budget: Budget = FREE
    webhook_networks: tuple[Network, ...] = ()
    signing_key: Ed25519PrivateKey | None = field(default=None, repr=False)


def read_options(given: Mapping[str, str] | None = None) -> Options:
    """The options that the environment sets, or that are given instead. Raises `BadSetting`."""
    environment = {**os.environ, **(given or {})}
    return Options(
        number_of(MAX_BODY, environment),
        seconds_of(REFUSAL_STEP, environment),
        networks_of(TRUSTED_PROXIES, environment),
        seal_keys_of(environment),
        Budget(
            number_of(GUESS_POINTS, environment),
            number_of(GUESS_KEY_POINTS, environment),
            max(SECOND, round(seconds_of(GUESS_SECONDS, environment) * SECOND)),
        ),
        networks_of(WEBHOOK_NETWORKS, environment),
        signing_key_of(environment),
    )


@dataclass(frozen=True, slots=True)
class Services:
    """The store, the use cases, and what watches over them."""

    database: Database
    desks: Desks
    keys: Keys
    options: Options
    subjects: tuple[Subject, ...]
    log: Log = field(default_factory=Log)
    metrics: Metrics = field(default_factory=Metrics)

    @classmethod
    def of(
        cls,
        database: Database,
        options: Options,
        subjects: tuple[Subject, ...],
        clock: Clock = system_clock,
    ) -> Services:
        """Everything over one database."""
        desks = Desks(
            database,
            clock,
            options.seal_keys,
            options.budget,
            options.webhook_networks,
            options.signing_key,
        )
        return cls(database, desks, Keys(database), options, subjects)
