from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sync.bundle_storm import KINDS, Step, run

numbers = st.integers(0, 59)


@given(st.lists(st.tuples(st.sampled_from(KINDS), numbers, numbers), min_size=10, max_size=30))
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_all_machines_agree_in_the_end(steps: list[Step]) -> None:
    run(steps)
