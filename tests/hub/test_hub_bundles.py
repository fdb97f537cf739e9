import pytest

from trainer_tui.domain.task import BatchHead, Category, Kind, Task
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import bundles, people, publishing
from trainer_tui.hub.state import Caller, Hub

TEAM = "atlas"
new_id = id_maker()


def _task(number: int) -> Task:
    return Task(
        id=f"b.{number}", batch_id="b", kind=Kind.ANSWER, category=Category.CODING, brief="Write."
    )


def _member(hub: Hub, name: str) -> str:
    member = people.create_member(hub, "test", name, None)
    people.set_membership(hub, "test", TEAM, member, role="trainer", certified=True, ended=False)
    return member


@pytest.fixture
def ada(hub: Hub) -> str:
    """A member of a team with a batch of 30 tasks."""
    people.create_team(hub, "test", TEAM, "Atlas")
    head = BatchHead(id="b", title="B", tasks=30)
    publishing.put_batch(hub, "test", TEAM, head, overlap=1, claim_hours=24.0)
    publishing.add_tasks(hub, "test", TEAM, "b", [_task(number) for number in range(30)])
    publishing.open_batch(hub, "test", TEAM, "b")
    return _member(hub, "ada")


def _caller(hub: Hub, member: str) -> Caller:
    return bundles._caller(hub, member, "")
