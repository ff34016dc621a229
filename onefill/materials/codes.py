"""Codes on the picture of a page. Runs in a program of its own: see ``child``."""

import time
from collections.abc import Callable
from threading import Thread

import zxingcpp
from PIL import Image, ImageChops

from onefill.materials.model import SeenCode

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
#: Dots per inch at which codes are looked for: three and a half for each square of ours.
READ_AT = 200
#: The longest side of a picture that is looked at: a sheet of A3.
LONGEST = 3400
#: So many codes of a page are told, each of so many characters.
MOST_CODES, MOST_TEXT = 8, 300

#: How often it is asked whether a page takes too long, in seconds.
_STEP = 0.2

#: Finds the codes on a picture; nothing if it was not done in time.
Read = Callable[[Image.Image], tuple[SeenCode, ...]]


def no_codes(_picture: Image.Image) -> tuple[SeenCode, ...]:
    """Look for none."""
    return ()


class CodeReader:
    """Looks for the codes of a file, page by page, each for a while only: a page without them is taken all the same.

    Args:
        work: Seconds of work that a page may cost. Where others keep the machine busy it may take longer.
        patience: Seconds after which it is given up nevertheless: whoever asked about the file waits for a sign.
        most_late: After so many pages that took longer no others of the file are looked at.
        find: What is done with a picture.
    """

    def __init__(self, work: float = 5.0, patience: float = 14.0, most_late: int = 3, find: Read | None = None) -> None:
        self._work = work
        self._patience = patience
        self._left = most_late
        self._find = find or find_codes

    def read(self, picture: Image.Image) -> tuple[SeenCode, ...]:
        """The codes on a page; none if it takes too long."""
        if self._left <= 0:
            return ()
        found: list[SeenCode] = []
        worker = Thread(target=lambda: found.extend(self._find(picture)), name="onefill-codes", daemon=True)
        done, latest = time.process_time() + self._work, time.monotonic() + self._patience
        worker.start()
        while worker.is_alive() and time.process_time() < done and (left := latest - time.monotonic()) > 0:
            worker.join(min(_STEP, left))
        if worker.is_alive():
            self._left -= 1
            return ()
        return tuple(found)


def find_codes(picture: Image.Image) -> tuple[SeenCode, ...]:
    """The QR codes on a picture, each with how the page must be turned; also under a seal or the line of a pen."""
    found = _read(picture.convert("L")) or (_read(_without_colour(picture)) if picture.mode == "RGB" else [])
    known = (one for one in found if 0 < len(one.text) <= MOST_TEXT)
    return tuple(SeenCode(one.text, -round(one.orientation / 90) * 90 % 360) for one in known)[:MOST_CODES]


def _read(light: Image.Image) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(light, formats=_QR))


def _without_colour(picture: Image.Image) -> Image.Image:
    """What is black alone: red, blue and purple ink is as light as paper in one of its colours."""
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)
