"""The composition root: store, clock, ids and settings put together as a workstation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trainer_tui import __version__
from trainer_tui.cli.output import narrate, one_line
from trainer_tui.domain.shift import IDLE_AFTER
from trainer_tui.domain.text import clean
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.services.system import SystemClock
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.paths import default_home
from trainer_tui.store.workspace import Workspace

if TYPE_CHECKING:
    from trainer_tui.domain.membership import Wish
    from trainer_tui.domain.settings import Settings
    from trainer_tui.services.ports import Speller
    from trainer_tui.services.syncing import Syncing

_LONGEST_NAME = 200


@contextmanager
def reading() -> Iterator[Workstation]:
    """Open the store without its lock, so that it works beside an open workstation."""
    workstation = compose(Workspace.open(default_home(), read_only=True))
    try:
        yield workstation
    finally:
        workstation.close()


@contextmanager
def writing() -> Iterator[Workstation]:
    """Open the store as its writer; raises `StoreBusy` if another process is."""
    from trainer_tui.store.config import SettingsFile, default_config

    settings = SettingsFile(default_config()).load()
    workstation = compose(Workspace.open(default_home()), settings)
    try:
        sign_in(workstation, settings)
        yield workstation
    finally:
        workstation.close()


def no_tasks(workstation: Workstation) -> str:
    """Say of an empty task list how tasks come onto it."""
    link = workstation.store.hub().link
    if link is None:
        ways = "'trainer-tui import FILE' adds some, '--samples' the samples."
    else:
        way = "sync" if link.url else "bundle out FILE"
        ways = f"Those that become yours come from the hub: 'trainer-tui {way}'."
    return f"There are no tasks yet. {ways}"


def compose(store: Workspace, settings: "Settings | None" = None) -> Workstation:
    """Make the workstation over a store; it closes the store, here if that fails."""

    def known() -> Iterable[str]:
        yield from (shift.id for shift in store.shifts())
        yield from (record.id for record in store.records())
        yield from store.drafts().values()

    try:
        workstation = Workstation(
            store,
            SystemClock(),
            id_maker(known),
            program=__version__,
            idle_after=settings.idle_minutes * 60 if settings else IDLE_AFTER,
            speller=_dictionaries,
        )
    except BaseException:
        store.close()
        raise
    serious = sum(trouble.serious for trouble in workstation.troubles())
    if serious:
        narrate(f"The store met trouble in {serious} places; 'trainer-tui doctor' tells more.")
    return workstation


def line_to_hub(workstation: Workstation, settings: "Settings | None" = None) -> "Syncing":
    """Make the line to the hub of an open workstation; nothing is sent yet."""
    from trainer_tui.domain.membership import Wish
    from trainer_tui.services.syncing import Syncing
    from trainer_tui.store.token_file import TokenFile
    from trainer_tui.sync.credentials import KeyringOr

    store = workstation.store
    return Syncing(
        store,
        workstation,
        SystemClock(),
        id_maker(),
        KeyringOr(str(store.home), TokenFile(store.home)),
        wanted=_wish(settings) if settings else Wish(0),
        program=__version__,
    )


def _wish(settings: "Settings") -> "Wish":
    from trainer_tui.domain.membership import Wish

    without = (one_line(name) for name in settings.opt_out.split(","))
    return Wish(int(settings.claimed_tasks), tuple(name for name in without if name))


def _dictionaries() -> "Speller":
    from trainer_tui.spelling.dictionaries import Dictionaries

    return Dictionaries()


def sign_in(workstation: Workstation, settings: "Settings") -> None:
    """Put the trainer's name into the profile: set, at the hub, before, or the system's."""
    link = workstation.store.hub().link
    at_hub = link.name if link is not None else ""
    name = settings.trainer or at_hub or workstation.profile.trainer or _login() or "trainer"
    workstation.update_profile(trainer=name)


def _login() -> str:
    import getpass

    try:
        # Of the environment, which may hold anything; the store holds text.
        return one_line(clean(getpass.getuser())[0])[:_LONGEST_NAME]
    except (OSError, KeyError, ImportError):  # no account, no variable: some containers
        return ""


def ensure_shift(workstation: Workstation) -> None:
    """Open a shift if none is open, and say so."""
    before = workstation.shifts.current
    shift = workstation.shifts.ensure(workstation.profile)
    if before is not None and before.id != shift.id:
        narrate("The last shift was left open long ago; it was ended where it was last worked on.")
    if before is None or before.id != shift.id:
        narrate("A shift was opened. 'trainer-tui shift end' ends it.")
