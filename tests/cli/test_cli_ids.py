import uuid

from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.services.system import SystemClock


def maker(times, known=(), random=lambda size: b"\x80" * size):
    left = iter(times)
    return id_maker(lambda: known, now=lambda: next(left), random=random)


def test_they_are_uuid7_with_the_time_in_front():
    new_id = maker([0x0123456789AB])
    made = uuid.UUID(new_id())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert str(made).startswith("01234567-89ab-7")
    assert len({id_maker()() for _ in range(1000)}) == 1000


def test_they_grow_within_a_millisecond_and_when_the_clock_goes_back():
    new_id = maker([1000] * 500 + list(range(999, 499, -1)))
    made = [new_id() for _ in range(1000)]
    assert made == sorted(set(made))


def test_they_grow_from_the_greatest_chance_there_is():
    new_id = maker([1000] * 3, random=lambda size: b"\xff" * size)
    made = [new_id() for _ in range(3)]
    assert made == sorted(set(made))
    assert all(uuid.UUID(id).version == 7 and uuid.UUID(id).variant == uuid.RFC_4122 for id in made)


def test_they_are_never_below_what_is_known():
    newest = maker([2_000_000_000_000])()
    other = ["no id", "", str(uuid.uuid4()), "z" * 36, newest, maker([5])()]
    made = maker([1_000_000_000_000], other)()
    assert made > newest
    assert uuid.UUID(made).version == 7


def test_what_is_known_is_asked_once_and_late():
    asked = []

    def known():
        asked.append(1)
        return ()

    new_id = id_maker(known)
    assert not asked
    new_id(), new_id()
    assert len(asked) == 1


def test_clock():
    clock = SystemClock()
    assert clock.now().tzinfo is not None
    assert clock.monotonic() <= clock.monotonic()
