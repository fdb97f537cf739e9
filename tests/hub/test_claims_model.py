from pathlib import Path

import pytest

from tests.hub import claims_model
from tests.hub.postgres import Postgres


def test_any_order_of_events_agrees_with_the_model(tmp_path: Path) -> None:
    claims_model.run(claims_model.on_files(tmp_path), 8)


def test_any_order_of_events_agrees_with_the_model_on_postgresql(postgres: Postgres) -> None:
    claims_model.run(claims_model.on_postgres(postgres), 3)


def test_the_model_notices_a_mutant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*claims_model.MUTANTS["no limit"])
    with pytest.raises((AssertionError, ExceptionGroup)):
        claims_model.run(claims_model.on_files(tmp_path), 20, steps=20, shrink=False)
