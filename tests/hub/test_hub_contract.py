"""F28: requests made from the document of the hub; the long form is `tests.hub.contract`."""

from tests.hub.contract import check


def test_f28_the_hub_keeps_to_its_document() -> None:
    some = "claims$|changes|have|sessions|moves|/status"
    assert check(examples=1, seed=28, only=some) == ""
