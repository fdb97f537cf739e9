import os
import stat
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.domain.errors import BadInput, TrainerError
from trainer_tui.sync import bundle, bundle_file
from trainer_tui.sync.bundle import BadBundle, Caps, Direction, Head, OutFacts
from trainer_tui.sync.bundle_key import BundleKey, as_line, read_line

KEY = bytes(range(32))
HEAD = Head(
    direction=Direction.OUT,
    hub="hub-1",
    member="ada",
    id="0198c0de-0000-7000-8000-000000000001",
    epoch="first",
    made_at=datetime(2026, 2, 1, tzinfo=UTC),
)


def _facts(count: int) -> OutFacts:
    return OutFacts(operations=count, tasks=3)


def _made(frames: tuple[bytes, ...] = (b'{"a":1}', b"[]"), caps: Caps = bundle.CAPS) -> bytes:
    return bundle.pack(KEY, HEAD, iter(frames), _facts, caps)


def _read(data: bytes, key: bytes = KEY, **other: object) -> bundle.Bundle:
    about = {"direction": Direction.OUT, "hub": "hub-1", "member": "ada", **other}
    return bundle.unseal(data, key, **about)


def _sealed(payload: bytes, head: bytes | None = None) -> bytes:
    """A bundle of whatever bytes, with a seal that fits: what a hostile member can make."""
    rest = (msgspec.json.encode(HEAD) if head is None else head) + b"\n" + payload
    return b"trainer-bundle/1 " + bundle._seal(KEY, rest) + b"\n" + rest


def _framed(*frames: bytes) -> bytes:
    return zlib.compress(b"".join(len(f).to_bytes(4, "big") + f for f in frames))


@given(frames=st.lists(st.binary(max_size=300), max_size=20).map(tuple))
@settings(max_examples=50, deadline=None)
def test_what_is_packed_comes_out(frames: tuple[bytes, ...]) -> None:
    read = _read(_made(frames))
    assert tuple(read.frames()) == frames
    assert read.head == HEAD
    assert bundle.decoded(read.last, OutFacts) == _facts(len(frames))


def test_frames_across_the_steps_of_unpacking() -> None:
    frames = (os.urandom(200_000), b"x" * 300_000, b"", os.urandom(3))
    assert tuple(_read(_made(frames)).frames()) == frames


def test_every_changed_byte_is_refused() -> None:
    data = _made()
    for at in range(len(data)):
        for flip in (1, 0x20, 0x80):
            changed = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
            with pytest.raises(BadBundle):
                _read(changed)


def test_every_cut_and_every_addition_is_refused() -> None:
    data = _made()
    for at in range(len(data)):
        for changed in (data[:at], data[:at] + data[at + 1 :], data[:at] + b"0" + data[at:]):
            with pytest.raises(BadBundle):
                _read(changed)
    with pytest.raises(BadBundle):
        _read(data + b"\n")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"direction": Direction.IN}, "from a workstation to the hub"),
        ({"hub": "hub-2"}, "another hub"),
        ({"member": "bob"}, "another member"),
        ({"key": bytes(32)}, "seal does not fit"),
    ],
)
def test_a_bundle_of_somebody_else_is_refused(other: dict[str, object], why: str) -> None:
    with pytest.raises(BadBundle, match=why):
        _read(_made(), **other)


def test_another_version_and_other_files_are_refused() -> None:
    with pytest.raises(BadBundle, match="another version"):
        _read(_made().replace(b"bundle/1", b"bundle/2", 1))
    for data in (b"", b"PK\x03\x04", b"trainer", b"trainer-bundle/1 ", os.urandom(300)):
        with pytest.raises(BadBundle):
            _read(data)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "to its end"),
        (zlib.compress(b""), "empty"),
        (_framed(), "empty"),
        (b"no zlib", "unpacked"),
        (_framed(b"{}")[:-1], "to its end"),
        (_framed(b"{}") + b"x", "to its end"),
        (_framed(b"{}") + _framed(b"{}"), "to its end"),
        (zlib.compress(b"\0\0\0\5{}"), "its end is missing"),
        (zlib.compress(b"\0\0\0"), "its end is missing"),
        (zlib.compress(b"\xff\xff\xff\xff"), "larger"),
    ],
)
def test_a_seal_that_fits_does_not_open_everything(payload: bytes, why: str) -> None:
    with pytest.raises(BadBundle, match=why):
        _read(_sealed(payload))


@pytest.mark.parametrize(
    "frame",
    [b"", b"[]", b"{", b'{"operations":"x"}', b'{"operations":1}' + b"x", b"\xff", b"[" * 100_000],
)
def test_facts_that_are_none_are_refused(frame: bytes) -> None:
    with pytest.raises(BadBundle):
        bundle.decoded(frame, OutFacts)
    with pytest.raises(BadBundle):
        bundle.decoded(b'{"operations":1,"other":' + b"[" * 40 + b"]" * 40 + b"}", OutFacts)


@pytest.mark.parametrize("id", ["../x", "", "CON", "a\0b", "x" * 300, "a/b", "%2e%2e"])
def test_an_id_that_is_none_is_refused(id: str) -> None:
    head = msgspec.json.encode(msgspec.structs.replace(HEAD, id=id))
    with pytest.raises(BadBundle):
        _read(_sealed(_framed(b"{}"), head))


def test_a_head_has_a_limit() -> None:
    head = msgspec.json.encode(HEAD)
    with pytest.raises(BadBundle, match="beginning"):
        _read(_sealed(_framed(b"{}"), head[:-1] + b" " * 3000 + b"}"))


def _zeros(count: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(count)) + packer.flush()


def test_a_bomb_is_put_down_early() -> None:
    bomb = _sealed(_zeros(300))  # 300 MiB of frames without length
    assert len(bomb) < 2**20
    read = 0

    def counted(payload: memoryview, caps: Caps) -> Iterator[bytes]:
        nonlocal read
        for piece in bundle._plain(payload, caps):
            read += len(piece)
            yield piece

    caps = Caps(free=2**20, ratio=20)
    payload = memoryview(bomb)[bomb.index(b"\n", 100) + 1 :]
    with pytest.raises(BadBundle, match="more than a bundle may hold"):
        for _ in counted(payload, caps):
            pass
    assert read <= 2**20 + 20 * len(bomb)
    with pytest.raises(BadBundle, match="parts"):
        _read(_sealed(_zeros(1)), caps=Caps(frames=1000))
    with pytest.raises(BadBundle, match="larger than 100 bytes"):
        _read(_made(), caps=Caps(file=100))


@pytest.mark.parametrize(
    "caps",
    [
        Caps(frames=5),
        Caps(plain=2**18 + 3000),
        Caps(file=2**18 + 3000),
        Caps(free=2**18 + 2000, ratio=1),
        Caps(frame=1100),
    ],
)
def test_what_is_written_can_be_read_and_the_rest_waits(caps: Caps) -> None:
    random = caps.file < 2**20
    many = (os.urandom(1000) if random else bytes(1000 + n) for n in range(400))
    frames = (b"a" * 600, *many, b"c" * 600)
    read = _read(_made(frames, caps), caps=caps)
    count = bundle.decoded(read.last, OutFacts).operations
    assert tuple(read.frames()) == frames[:count]
    assert 0 < count < len(frames)


def test_a_key_as_a_line() -> None:
    key = BundleKey("hub-1", "0198c0de-0000-7000-8000-000000000001", KEY)
    line = as_line(key)
    assert line.startswith("ttb_") and line.isascii() and len(line.split()) == 1
    assert read_line(f"  {line[:20]}\n {line[20:]}\r\n") == key
    assert KEY.hex() not in repr(key) and repr(KEY) not in repr(key)


def test_a_mistyped_line_is_refused_and_never_quoted() -> None:
    line = as_line(BundleKey("hub-1", "ada", KEY))
    for at in range(len(line)):
        for changed in (line[:at] + line[at + 1 :], line[:at] + "é" + line[at + 1 :], line[:at]):
            with pytest.raises(BadInput) as refused:
                read_line(changed)
            assert line[4:20] not in str(refused.value)
        other = "A" if line[at] != "A" else "B"
        if at < len(line) - 1:  # the last digit has bits that mean nothing
            with pytest.raises(BadInput):
                read_line(line[:at] + other + line[at + 1 :])


def test_a_line_cannot_name_a_path() -> None:
    with pytest.raises(BadInput, match="no hub"):
        read_line(as_line(BundleKey("../hub", "ada", KEY)))


def test_a_file_is_for_its_owner_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "shift.bundle"
    before = os.umask(0)
    try:
        bundle_file.write(path, b"one")
    finally:
        os.umask(before)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(BadInput, match="exists"):
        bundle_file.write(path, b"two")
    assert bundle_file.read(path) == b"one"
    bundle_file.write(path, b"two", replace=True)
    assert bundle_file.read(path) == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["shift.bundle"]


def test_a_stick_without_links_is_good_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "shift.bundle"
    bundle_file.write(path, b"one")
    with pytest.raises(BadInput, match="exists"):
        bundle_file.write(path, b"two")
    assert bundle_file.read(path) == b"one"


@pytest.mark.parametrize("call", ["fsync", "link", "open", "replace"])
def test_a_failing_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "shift.bundle"
    if call == "replace":
        path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(TrainerError, match="No space"):
            bundle_file.write(path, b"new", replace=call == "replace")
    assert [p.read_bytes() for p in tmp_path.iterdir()] == ([b"old"] if call == "replace" else [])


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(11))
    with pytest.raises(BadBundle, match="larger"):
        bundle_file.read(tmp_path / "large", 10)
    with pytest.raises(BadInput):
        bundle_file.read(tmp_path)
    with pytest.raises(BadInput, match="No such file"):
        bundle_file.read(tmp_path / "missing")
    with pytest.raises(BadInput, match="folder"):
        bundle_file.write(tmp_path, b"", replace=True)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(BadInput):
            bundle_file.read(tmp_path / "pipe")
    if hasattr(os, "symlink"):
        os.symlink(tmp_path / "nowhere", tmp_path / "link")
        with pytest.raises(BadInput, match="exists"):
            bundle_file.write(tmp_path / "link", b"")
