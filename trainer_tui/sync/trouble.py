"""What can go wrong on the line to the hub, each with what to do."""

from trainer_tui.domain.errors import TrainerError


class Unreachable(TrainerError):
    """The hub did not answer, or not now; it is asked again by itself."""

    title = "No line to the hub"

    def __init__(self, message: str, hint: str = "", *, seconds: float | None = None) -> None:
        super().__init__(
            message, hint or "Your work is on this machine and leaves later by itself."
        )
        self.seconds = seconds
        """When the hub wants to be asked again."""


class SignedOut(TrainerError):
    """The hub does not know the token."""

    title = "Not logged in"

    def __init__(self, message: str = "the hub does not know this login any more") -> None:
        super().__init__(
            message,
            "Log in again with 'trainer-tui login'. Until then your work stays on this machine, "
            "and can be exported.",
        )


class TooOld(TrainerError):
    """Hub and workstation speak no version of the protocol in common."""

    title = "Another version is needed"


class NoHub(TrainerError):
    """What answers at the address does not speak as a hub does."""

    title = "This is not the hub"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(
            message, hint or "Check the address, and the network: some want a login of their own."
        )


class Declined(TrainerError):
    """The hub understood, and will not do it."""

    title = "The hub declines"

    def __init__(self, message: str, hint: str = "", *, status: int = 0, code: str = "") -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code


class TooLarge(TrainerError):
    """A request was too large for the hub or something on the way."""

    title = "Too large for the hub"


class AnswerTooLarge(TrainerError):
    """An answer was larger than this program takes."""

    title = "Too much at once"


class CursorGone(TrainerError):
    """The hub does not know how far this workstation has read; it is read from the start."""

    title = "Read again from the start"


class BrokenOff(TrainerError):
    """The program is about to end."""

    title = "Broken off"
