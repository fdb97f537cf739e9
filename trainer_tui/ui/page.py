"""What all screens share: the two bars, hints that follow the focus, errors said aloud."""

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events, on
from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.geometry import Size
from textual.worker import Worker

from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.actions import Action, in_context
from trainer_tui.ui.painting import EagerScreen
from trainer_tui.ui.widgets.bars import HintBar, TitleBar

if TYPE_CHECKING:
    from trainer_tui.ui.app import TrainerApp

MOST_HINTS = 7
FEW_ROWS = 20
"""Below this height the automatic density is compact."""

Result = TypeVar("Result")


class Page(EagerScreen[Result]):
    """A full screen with a title bar and a hint bar.

    A subclass names its `CONTEXT` of `ui.actions`, composes `content()`, and has one
    `action_<verb>` for each action of that context.
    """

    CONTEXT: ClassVar[str]
    TITLE_WORDS: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
    AUTO_FOCUS: ClassVar[str | None] = ""

    def compose(self) -> ComposeResult:
        """Put the content between the two bars, styled for the size it will have."""
        self._fit(self.app.size)
        yield TitleBar()
        yield from self.content()
        yield HintBar()

    def _on_unmount(self) -> None:
        """Be forgotten by a cache of colors, which holds all that its widgets have painted."""
        StylesCache.get_inner_outer.cache_clear()

    def content(self) -> ComposeResult:
        """Yield the widgets of this screen."""
        yield from ()

    @property
    def trainer_app(self) -> "TrainerApp":
        """The application, with its own type."""
        return cast("TrainerApp", self.app)

    @property
    def workstation(self) -> Workstation:
        """The services."""
        return self.trainer_app.workstation

    def contexts(self) -> tuple[str, ...]:
        """Return the contexts whose keys work now, the nearest first."""
        return (self.CONTEXT,)

    def hinted(self) -> tuple[str, ...]:
        """Return the contexts whose keys the hints show."""
        return self.contexts()[:1]

    def hides(self, verb: str) -> bool:
        """Whether the hints leave an action out, because others help more here."""
        return False

    def why_not(self, verb: str) -> str | None:
        """Say why an action is not possible now; None: it is."""
        return None

    def place(self) -> str:
        """What the title bar says on the left."""
        return self.TITLE_WORDS

    def refresh_bars(self) -> None:
        """Bring the title and the hints up to date."""
        if not self.is_mounted or not self.query(TitleBar):
            return
        self.query_one(TitleBar).show(self.place(), self.trainer_app.header_figures())
        hints: list[tuple[Action, str, bool]] = []
        for context in (*self.hinted(), "app"):
            for action in in_context(context):
                if action.hint and not self.hides(action.verb) and len(hints) < MOST_HINTS:
                    keys = self.trainer_app.keys_of(action)
                    hints.append((action, keys, self.why_not(action.verb) is None))
        self.query_one(HintBar).show(tuple(hints))

    def hub_seen(self) -> None:
        """Show what has changed between this workstation and the hub, if the page shows any."""

    def on_mount(self) -> None:
        """Fill the bars."""
        self.refresh_bars()

    def _fit(self, size: Size) -> None:
        """Take the classes that follow from the size before there is anything to style anew."""
        width = self._get_breakpoint_classes(size.width, self.HORIZONTAL_BREAKPOINTS)
        height = self._get_breakpoint_classes(size.height, self.VERTICAL_BREAKPOINTS)
        self.update_classes(
            {**dict.fromkeys(width | height, True), "-compact": self._compact(size)}, update=False
        )

    def _compact(self, size: Size) -> bool:
        density = self.trainer_app.settings.density
        return density == "compact" or (density == "auto" and size.height < FEW_ROWS)

    @on(events.Resize)
    def set_density(self) -> None:
        """Leave out frames where the trainer wants it so, or the rows are few."""
        self.set_class(self._compact(self.app.size), "-compact")

    def on_screen_resume(self) -> None:
        """Fill the bars again: things may have changed meanwhile."""
        self.refresh_bars()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Hints follow the focus."""
        self.refresh_bars()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what went wrong in a worker of this screen."""
        self.trainer_app.on_worker_state_changed(event)

    @on(HintBar.HintClicked)
    async def _hint_clicked(self, message: HintBar.HintClicked) -> None:
        message.stop()
        target = self.app if message.action.context == "app" else self
        await self.app.run_action(self.action_name(message.action), target)

    def action_name(self, action: Action) -> str:
        """Return the name of the method that does an action on this screen."""
        return action.verb
