"""The store against a model of dictionaries, in short."""

import pytest
from hypothesis import settings
from model import MUTANTS, StoreMachine, check

TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)


# The long form looks for "cache kept" as well, which takes an example of several turns.
@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one != "cache kept"])
def test_a_mutant_is_falsified(mutant: str) -> None:
    assert check(2_000, 30, mutant=mutant)
