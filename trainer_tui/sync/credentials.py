"""Where the token of a session is kept: in the system's own safe, or in a file of the owner's.

Never in an argument, a variable of the environment, a log or an error: the value is inside
`Token`, which shows itself to nobody.
"""

from contextlib import suppress
from typing import Any, Protocol

import msgspec

SERVICE = "trainer-tui"
"""Under this name the keyring lists it."""


class Token:
    """The secret of a session; it is shown by no `repr`, no format and no pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the header of a request or for the safe."""
        return self._value

    def __repr__(self) -> str:
        return "Token(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> Any:
        raise TypeError("a token is not written anywhere")


class Secrets:
    """What a login has told and nobody else may know; bound to the address that it came from."""

    __slots__ = ("bundle_key", "session", "token", "url")

    def __init__(self, url: str, session: str, token: Token, bundle_key: Token) -> None:
        self.url = url
        """They are sent to no other address."""
        self.session = session
        """Id of the session, by which it is ended."""
        self.token = token
        self.bundle_key = bundle_key
        """Hexadecimal; signs shift bundles."""

    def __repr__(self) -> str:
        return f"Secrets({self.url})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secrets) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    __hash__ = None  # type: ignore[assignment]


class _Written(msgspec.Struct, frozen=True):
    url: str
    session: str
    token: str
    bundle_key: str = ""


def written(secrets: Secrets) -> str:
    """Return secrets as text for a safe."""
    said = _Written(
        secrets.url, secrets.session, secrets.token.reveal(), secrets.bundle_key.reveal()
    )
    return msgspec.json.encode(said).decode()


def read(text: str | bytes) -> Secrets | None:
    """Return the secrets in a text from a safe, None if it is none of ours."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        found = msgspec.json.decode(text, type=_Written)
        return Secrets(found.url, found.session, Token(found.token), Token(found.bundle_key))
    return None


class Safe(Protocol):
    """A place for the secrets of one workstation."""

    def get(self) -> Secrets | None:
        """Return them, None if there are none or they cannot be had."""
        ...

    def put(self, secrets: Secrets) -> None:
        """Keep them; raises a `TrainerError` if that cannot be."""
        ...

    def remove(self) -> None:
        """Forget them."""
        ...


class KeyringOr:
    """The system's keyring if there is a real one, else the safe that is given."""

    def __init__(self, account: str, other: Safe) -> None:
        self._account, self._other = account, other
        """`account` tells the workstations of one person apart."""

    def get(self) -> Secrets | None:
        """Return the secrets from wherever they are."""
        keyring = _keyring()
        if keyring is not None:
            with suppress(Exception):  # each backend has errors of its own
                text = keyring.get_password(SERVICE, self._account)
                if text is not None and (found := read(text)) is not None:
                    return found
        return self._other.get()

    def put(self, secrets: Secrets) -> None:
        """Keep them in the keyring, and if it does not want to, in the other safe."""
        keyring = _keyring()
        if keyring is not None:
            with suppress(Exception):
                keyring.set_password(SERVICE, self._account, written(secrets))
                if keyring.get_password(SERVICE, self._account) == written(secrets):
                    self._other.remove()
                    return
        self._other.put(secrets)

    def remove(self) -> None:
        """Forget them in both."""
        keyring = _keyring()
        if keyring is not None:
            with suppress(Exception):
                keyring.delete_password(SERVICE, self._account)
        self._other.remove()


def _keyring() -> Any:
    """Return the package `keyring`'s backend if it is one that a system protects, else None."""
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]

        backend = keyring.get_keyring()
        # Below 1 are those that keep in plain text, in memory, or not at all.
        return backend if backend.priority >= 1 else None
    except Exception:
        return None
