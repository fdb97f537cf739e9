"""The line in which the task list is filtered; made when it is first asked for."""

from typing import ClassVar

from textual.binding import BindingType

from trainer_tui.ui.actions import bindings
from trainer_tui.ui.widgets.line_input import LineInput


class FilterBox(LineInput):
    """The filter's line."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("filter", "screen.filter_")

    def __init__(self) -> None:
        super().__init__(placeholder="title, category, kind or status", id="filter", compact=True)
