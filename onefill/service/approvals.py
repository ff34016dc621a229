"""Pages that an author has looked at and found right: kept as PDF, held against what comes out later."""

import io
import uuid
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageChops

from onefill.rendering.packet import page_count, page_picture

#: Looked at: enough to see a line that moved.
_DPI = 60
#: A dot is another one when it is so much darker or lighter; so few make no difference.
_DARKER, _FEW = 64, 12
MOST_PAGES = 4


class Approvals:
    """PDF files below one folder, by the name of what was tried.

    Args:
        folder: Where they lie; made when something is first approved.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """The pages that were approved last, or nothing."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, pdfs: Mapping[str, bytes]) -> int:
        """Remember pages, each file whole or not at all; how many files."""
        for key, pdf in pdfs.items():
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
            try:
                part.write_bytes(pdf)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        return len(pdfs)

    @staticmethod
    def changed(before: bytes, after: bytes) -> tuple[int, ...]:
        """Which of the first pages that both have look different."""
        both = min(page_count(before), page_count(after), MOST_PAGES)
        return tuple(page for page in range(1, both + 1) if _differ(before, after, page))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.pdf"


def _differ(before: bytes, after: bytes, page: int) -> bool:
    one, other = (Image.open(io.BytesIO(page_picture(pdf, page, _DPI))).convert("L") for pdf in (before, after))
    if one.size != other.size:
        return True
    darker = ImageChops.difference(one, other).point(lambda dot: 255 if dot > _DARKER else 0)
    return darker.histogram()[255] > _FEW
