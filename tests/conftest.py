"""Settings of the whole test run."""

from __future__ import annotations

import zoneinfo

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.postgres", "tests.databases"]

# The reference interpreter reads the zones that the engine reads, not those of the machine.
zoneinfo.reset_tzpath(to=())

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]

# Every run of the whole suite asks the same cases; the thorough one asks new ones.
settings.register_profile(
    "default", max_examples=300, deadline=None, derandomize=True, suppress_health_check=_QUIET
)
settings.register_profile(
    "thorough", max_examples=50_000, deadline=None, suppress_health_check=_QUIET
)
settings.load_profile("default")
