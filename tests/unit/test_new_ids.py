import threading
import uuid

import pytest

from trainer_tui.services.system import id_maker

NOW = 1_770_000_000_000


def test_an_id_is_a_uuid_of_version_seven_with_the_moment_in_front() -> None:
    made = uuid.UUID(id_maker(now=lambda: NOW)())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == NOW


@pytest.mark.parametrize("chance", [0, 255])
@pytest.mark.parametrize("step", [0, 1, -1, -365 * 86_400_000])
def test_ids_sort_in_the_order_of_writing_whatever_the_clock_does(chance: int, step: int) -> None:
    moments = iter(range(NOW, NOW + 101 * step, step) if step else [NOW] * 100)
    new_id = id_maker(now=lambda: next(moments), random=lambda count: bytes([chance]) * count)
    made = [new_id() for _ in range(100)]
    assert made == sorted(set(made))
    assert all(uuid.UUID(one).version == 7 for one in made)


def test_ids_come_after_all_that_are_known() -> None:
    ahead = id_maker(now=lambda: NOW + 86_400_000)()
    known = ["not-an-id", "", "x" * 32, "g" * 12 + "7" + "g" * 3 + "8" + "g" * 15, ahead]
    assert id_maker(lambda: known, now=lambda: NOW)() > ahead


def test_what_is_known_is_asked_for_once_and_not_before_it_is_needed() -> None:
    asked: list[int] = []

    def known() -> list[str]:
        asked.append(1)
        return []

    new_id = id_maker(known)
    assert not asked
    new_id(), new_id()
    assert asked == [1]


def test_threads_never_get_the_same_id() -> None:
    new_id = id_maker(now=lambda: NOW, random=lambda count: bytes(count))
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.extend(new_id() for _ in range(200))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == len(made) == 1_600
