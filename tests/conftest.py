"""Settings of the whole test run."""

from __future__ import annotations

import os
import sys
import zoneinfo

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.postgres", "tests.databases"]

# The reference interpreter reads the zones that the engine reads, not those of the machine.
zoneinfo.reset_tzpath(to=())

# The tests start some hundred processes of the program: it is compiled for all of them once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]

# Every run of the whole suite asks the same cases; the thorough one asks new ones.
settings.register_profile(
    "default", max_examples=300, deadline=None, derandomize=True, suppress_health_check=_QUIET
)
settings.register_profile(
    "thorough", max_examples=50_000, deadline=None, suppress_health_check=_QUIET
)
settings.load_profile("default")
