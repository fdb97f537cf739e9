"""F28: requests made from the document of the hub; the long form is `tests.hub.contract`."""

from tests.hub.contract import check


def test_f28_the_hub_keeps_to_its_document() -> None:
    assert check(examples=2, seed=28, phases=("fuzzing", "stateful")) == ""


def test_f28_what_is_at_the_edges_of_the_document() -> None:
    assert check(examples=1, seed=28, phases=("coverage",), only="claims$|sessions") == ""
