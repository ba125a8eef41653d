"""What tests of the web share."""

from __future__ import annotations

import pytest

from tests.web.asking import Web


@pytest.fixture
def web() -> Web:
    """The application with a space `acme`."""
    return Web()
