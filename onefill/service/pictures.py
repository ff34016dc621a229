"""Pages of a paper as pictures, for looking at them beside the form."""

from onefill.rendering.packet import page_count, page_picture

__all__ = ["page_count", "page_picture"]
