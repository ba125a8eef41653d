"""What is lent to a test is as if it had just been made."""

from __future__ import annotations

import psycopg
import pytest

from tests.lending import Lender

ADD = "INSERT INTO spaces (space, revision, rated, created) VALUES ('acme', 0, 0, 0)"


def test_rows_and_open_transactions_are_gone(postgres_lender: Lender) -> None:
    url = postgres_lender.lend()
    with psycopg.connect(url) as connection:
        connection.execute(ADD)
    left = psycopg.connect(url)
    left.execute("LOCK TABLE spaces")
    postgres_lender.take_back(url)
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    assert postgres_lender.lend() == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT * FROM spaces").fetchall() == []
    postgres_lender.take_back(url)


@pytest.mark.parametrize(
    "change", ["ALTER TABLE codes ADD more TEXT", "DROP TABLE alembic_version"]
)
def test_a_database_with_other_tables_is_not_lent_again(
    postgres_lender: Lender, change: str
) -> None:
    url = postgres_lender.lend()
    with psycopg.connect(url) as connection:
        connection.execute(change.encode())
    postgres_lender.take_back(url)
    other = postgres_lender.lend()
    assert other != url
    postgres_lender.take_back(other)
