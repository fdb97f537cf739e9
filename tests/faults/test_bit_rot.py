"""Bit rot, cut, swapped and scribbled files: never silently wrong."""

import shutil
import tempfile
from pathlib import Path

import bit_rot
import pytest
import store_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st


def test_no_damage_is_silently_wrong(fast: Path) -> None:
    row = bit_rot.rotten(fast, 7, 60)
    assert row.clean, row.problems()
    assert row.rounds > 700


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("small") / "data"
    samples.build(home, bit_rot.SMALL)
    return home


@given(data=st.data(), content=st.binary(max_size=600))
@settings(max_examples=40, deadline=None)
def test_bytes_of_any_kind_are_no_work(small: Path, data: st.DataObject, content: bytes) -> None:
    whole = samples.view_of(small)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(shutil.copytree(small, Path(folder) / "data"))
        data.draw(st.sampled_from(bit_rot.data_files(home))).write_bytes(content)
        assert bit_rot.complaint(home, whole) == ""


def test_without_checksums_it_would_be(fast: Path) -> None:
    home = fast / "data"
    with bit_rot.mutated("no checksum"):
        whole = samples.build(home, bit_rot.SMALL)[-1]
        found = [one for one in bit_rot.flips(home, 9) if bit_rot.complaint(home, whole)]
    assert any(".json:" in place for place in found)
    assert any(".jsonl:" in place for place in found)


def test_stock_tinydb_takes_another_text_for_the_saved_one(fast: Path) -> None:
    assert bit_rot.stock(fast).lost
