"""What stands on the frame of a widget."""

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget


def caption(widget: Widget, words: Content) -> None:
    """Write on the lower edge of a frame, and paint no more than that edge.

    Setting `border_subtitle` would paint the whole widget anew, text and all.
    """
    before = widget._border_subtitle
    if before is None or before.plain != words.plain:
        widget._border_subtitle = words
        left, top = widget.content_offset
        width, height = widget.outer_size
        widget.refresh(Region(-left, height - 1 - top, width, 1))
