"""Show the shift, the task list and the store at a glance.

Works while the workstation is open in another window.

Example:
  trainer-tui status --json
"""

from argparse import Namespace
from collections import Counter
from typing import Any

from trainer_tui.cli.opening import no_tasks, reading
from trainer_tui.cli.output import moment, put_json, say
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.domain.progress import State
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.words import counted, duration


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_json(parser)


def run(args: Namespace) -> int:
    """Print it."""
    with reading() as workstation:
        states = Counter(row.state for row in workstation.rows())
        if args.json:
            put_json(_facts(workstation, states))
        else:
            _tell(workstation, states)
    return 0


def _facts(workstation: Workstation, states: Counter[State]) -> dict[str, Any]:
    figures, shift = workstation.figures(), workstation.shifts.current
    return {
        "trainer": workstation.profile.trainer,
        "team": workstation.profile.team,
        "shift": shift,
        "active_seconds": figures.time.active,
        "idle_seconds": figures.time.idle,
        "paused_seconds": figures.time.paused,
        "done_in_shift": figures.done,
        "tasks": figures.total,
        "states": {state.name.lower(): states[state] for state in State},
        "batches": len(workstation.batches()),
        "closed_batches": len(workstation.profile.closed_batches),
        "waiting_for_hub": figures.waiting,
        "staying_here": figures.staying,
        "hub": _hub(workstation),
        "troubles": workstation.troubles(),
        "home": workstation.home,
    }


def _hub(workstation: Workstation) -> dict[str, Any] | None:
    state = workstation.store.hub()
    if state.link is None:
        return None
    from trainer_tui.domain.sync import SyncState

    records = (*workstation.tasks.own_records(), *workstation.shifts.all())
    refused = [one.id for one in records if one.sync is SyncState.REFUSED]
    return {
        "address": state.link.url,
        "member": state.link.name,
        "exchanged_at": state.exchanged_at,
        "refused": len(set(refused) - set(state.kept)),
        "set_aside": sum(not one.confirmed for one in state.unread),
        "claimed": len(state.held),
    }


def _tell(workstation: Workstation, states: Counter[State]) -> None:
    figures, shift = workstation.figures(), workstation.shifts.current
    profile = workstation.profile
    if profile.trainer:
        say(f"Trainer: {profile.trainer}" + (f", team {profile.team}" if profile.team else ""))
    if shift is None:
        say("Shift: none open")
    else:
        paused = f", paused since {moment(shift.paused_at)}" if shift.paused_at else ""
        say(f"Shift: open since {moment(shift.started_at)}{paused}")
        time = figures.time
        say(
            f"Time: {duration(time.active)} active, {duration(time.idle)} idle, "
            f"{duration(time.paused)} paused"
        )
        say(f"Done in this shift: {counted(figures.done, 'task')}")
    parts = [f"{states[state]} {state.value}" for state in State if states[state]]
    say(f"Tasks: {figures.total}" + (f" ({', '.join(parts)})" if parts else ""))
    if figures.staying:
        say(f"Stays on this machine: {counted(figures.staying, 'record')} of batches without a hub")
    if (hub := _hub(workstation)) is not None:
        name = f", as {hub['member']}" if hub["member"] else ""
        say(f"Hub: {hub['address'] or 'by shift bundles'}{name}")
        at = hub["exchanged_at"]
        say(
            f"  {counted(figures.waiting, 'record')} waiting to leave; "
            + (f"last exchange {moment(at)}" if at else "nothing was exchanged yet")
        )
        if hub["refused"] or hub["set_aside"]:
            say(
                f"  {hub['refused']} refused by the hub, {hub['set_aside']} from there set aside: "
                "'trainer-tui sync' tells more"
            )
    for trouble in workstation.troubles():
        say(f"Trouble: {trouble.place}: {trouble.message}")
    if not workstation.batches():
        say(no_tasks(workstation))
