"""The running service keeps to its own description, whatever it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.trials.serving import SPACE, Service

POLICIES = f"""
space: {SPACE}
timezone: Europe/Zurich
currency: EUR
---
coupon: spring
discount: 10%
codes: [SPRING]
redemption:
  - at most 5 redemptions per code
application:
  - fee is period
  - at most 6 applications per subscription
"""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


def try_every_call(folder: Path, url: str, examples: int) -> None:
    with Service(folder, url, POLICIES, workers=1) as service:
        base = f"http://127.0.0.1:{service.port}"
        headers = {"Authorization": f"Bearer {service.key()}"}
        schema = schemathesis.openapi.from_url(f"{base}/openapi.json")
        for operation in schema.get_all_operations():
            try_call(operation.ok(), headers, examples)


def try_call(operation: Any, headers: dict[str, str], examples: int) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    attempt()


def test_every_answer_is_as_the_service_describes_it(tmp_path: Path, stored_url: str) -> None:
    try_every_call(tmp_path, stored_url, examples=2)


@pytest.mark.trial
def test_every_answer_to_many_is_as_described(tmp_path: Path, stored_url: str) -> None:
    try_every_call(tmp_path, stored_url, examples=300)
