"""Settings come from the environment, and say what they are when they are wrong."""

from __future__ import annotations

import ipaddress

import pytest

from engine.service import settings
from engine.service.settings import (
    SETTINGS,
    BadSetting,
    networks_of,
    number_of,
    seconds_of,
    value_of,
)


def test_a_setting_has_its_default_where_its_variable_is_not_set() -> None:
    assert value_of(settings.PORT, {}) == "8000"
    assert value_of(settings.PORT, {"COUPON_PORT": ""}) == "8000"
    assert value_of(settings.PORT, {"COUPON_PORT": "80"}) == "80"


def test_names_and_variables_tell_settings_apart() -> None:
    assert len({each.name for each in SETTINGS}) == len(SETTINGS)
    assert len({each.variable for each in SETTINGS}) == len(SETTINGS)


def test_values_are_read_by_their_kind() -> None:
    assert number_of(settings.MAX_BODY, {}) == 1_048_576
    assert seconds_of(settings.REFUSAL_STEP, {}) == 0.025
    given = {"COUPON_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::/32"}
    networks = [ipaddress.ip_network(text) for text in ("10.0.0.0/8", "2001:db8::/32")]
    assert networks_of(settings.TRUSTED_PROXIES, given) == tuple(networks)
    assert networks_of(settings.TRUSTED_PROXIES, {}) == ()


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "\u0661"])
def test_a_number_is_whole(value: str) -> None:
    with pytest.raises(BadSetting, match=r"`COUPON_PORT` is `.*`: a whole number is expected"):
        number_of(settings.PORT, {"COUPON_PORT": value})


@pytest.mark.parametrize("value", ["-1", "x", "nan", "4000"])
def test_seconds_are_few(value: str) -> None:
    with pytest.raises(BadSetting, match="a number of seconds"):
        seconds_of(settings.REFUSAL_STEP, {"COUPON_REFUSAL_STEP": value})


@pytest.mark.parametrize("value", ["10.0.0.1/8", "localhost"])
def test_networks_are_networks(value: str) -> None:
    with pytest.raises(BadSetting, match="networks"):
        networks_of(settings.TRUSTED_PROXIES, {"COUPON_TRUSTED_PROXIES": value})
