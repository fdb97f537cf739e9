"""Opens a session at a hub."""

from collections.abc import Callable

import msgspec

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.ids import is_safe
from trainer_tui.domain.link import HubState, Link
from trainer_tui.domain.text import clean
from trainer_tui.services.ports import Clock
from trainer_tui.services.remembering import Memory
from trainer_tui.sync.address import hub_address
from trainer_tui.sync.client import HubLine
from trainer_tui.sync.credentials import Secrets, Token
from trainer_tui.sync.protocol import VERSION, Credentials
from trainer_tui.sync.trouble import NoHub, TooOld

_LONGEST_NAME = 200
_LONGEST_TOKEN = 1000


def sign_in(
    connect: Callable[[str, Token | None], HubLine],
    memory: Memory,
    clock: Clock,
    url: str,
    name: str,
    password: str,
    device: str,
) -> tuple[Link, Secrets]:
    """Return the link and the secrets of a new session; writes nothing.

    Raises a `TrainerError`, also for a member other than the one to whom this data folder
    belongs, whose session is ended at once.
    """
    url = hub_address(url)
    line = connect(url, None)
    try:
        hello = line.hello()
        if not hello.lowest <= VERSION <= hello.highest:
            raise TooOld("hub and program speak no version in common", "Update the older one.")
        session = line.log_in(Credentials(name=name, password=password, device=device[:200]))
    finally:
        line.close()
    token = session.token
    if not (0 < len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable()):
        raise NoHub("the hub gives no token that can be used")
    if not (is_safe(hello.hub) and is_safe(session.id) and is_safe(session.member)):
        raise NoHub("the hub gives ids that cannot be")
    secrets = Secrets(url, session.id, Token(token), Token(session.bundle_key[:_LONGEST_TOKEN]))
    known = clean(session.name)[0][:_LONGEST_NAME]
    before = memory.state.link
    if before is not None and before.hub == hello.hub and before.member != session.member:
        again = connect(url, secrets.token)
        try:
            again.log_out(secrets.session)
        finally:
            again.close()
        raise NotAllowed(
            f"the work in this data folder is {before.name}'s",
            "Another person needs another folder: set TRAINER_TUI_HOME.",
        )
    link = Link(
        url=url,
        hub=hello.hub,
        epoch=hello.epoch[:_LONGEST_NAME],
        member=session.member,
        name=known,
        device=device[:200],
        since=clock.now(),
    )
    return link, secrets


def linked(state: HubState, link: Link) -> HubState:
    """Return the state after a login: what was read of the same hub goes on being so."""
    if state.link is None or state.link.hub != link.hub:
        return HubState(link=link, unread=state.unread, kept=state.kept)
    before = state.link
    return msgspec.structs.replace(
        state, link=msgspec.structs.replace(link, epoch=before.epoch, since=before.since)
    )
