from collections.abc import Callable

import pytest

from tests.hub import delivering, following

KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@KINDS
def test_the_same_batch_many_times_at_once(kind: str, new_hub_url: Callable[[str], str]) -> None:
    assert delivering.deliver(new_hub_url(kind), rounds=3, seed=1) == []


@pytest.mark.parametrize("mutant", delivering.MUTANTS, ids=lambda mutant: mutant.__name__)
def test_what_delivering_catches(
    mutant: Callable[[], object], new_hub_url: Callable[[str], str]
) -> None:
    with mutant():
        assert delivering.deliver(new_hub_url("sqlite"), rounds=1, seed=1, times=3)


@KINDS
def test_who_follows_a_feed_misses_nothing(kind: str, new_hub_url: Callable[[str], str]) -> None:
    assert following.follow(new_hub_url(kind), rounds=10, seed=1) == []


@KINDS
def test_numbers_taken_early_are_caught(kind: str, new_hub_url: Callable[[str], str]) -> None:
    def caught(seed: int) -> bool:
        how = following.number_first
        faults = following.follow(new_hub_url(kind), rounds=20, seed=seed, how=how)
        return any("missed" in fault for fault in faults)

    # On a busy machine a reader may sleep through a whole run.
    assert any(caught(seed) for seed in range(5))
