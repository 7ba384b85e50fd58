"""The schema comes about by migrations alone, and is the one that the code means."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from packshot.errors import BadSettings, DatabaseUnavailable
from packshot_gateway.database.migrate import check, migrate


def test_tables_and_migrations_agree(database_url: str) -> None:
    check(database_url)


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    check(database_url)


def test_gateways_that_start_together_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'packshot.db'}"
    with ThreadPoolExecutor(4) as gateways:
        list(gateways.map(migrate, [url] * 4))
    check(url)


def test_a_database_that_is_away_is_named_as_such() -> None:
    with pytest.raises(DatabaseUnavailable):
        migrate("postgresql://postgres@127.0.0.1:9/nowhere")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(BadSettings, match="PACKSHOT_DATABASE_URL"):
        migrate(url)
