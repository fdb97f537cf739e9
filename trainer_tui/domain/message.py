"""Messages, and the conversations and pairs that are made of them."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Message(msgspec.Struct, frozen=True):
    """One utterance of a conversation."""

    role: Role
    content: str


class Pair(msgspec.Struct, frozen=True):
    """A prompt and the ideal response to it: one turn of a conversation."""

    prompt: str = ""
    response: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was written on either side."""
        return not self.prompt.strip() and not self.response.strip()


Conversation = tuple[Message, ...]


def as_messages(pairs: tuple[Pair, ...]) -> Conversation:
    """Lay pairs out as alternating user and assistant messages."""
    return tuple(
        message
        for pair in pairs
        for message in (Message(Role.USER, pair.prompt), Message(Role.ASSISTANT, pair.response))
    )
