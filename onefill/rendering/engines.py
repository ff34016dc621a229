"""Programs that make PDF: where they are on each system, and what to do when one is missing."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from onefill.errors import OneFillError


class EngineMissing(OneFillError):
    """A program that makes PDF is not on this machine; Word and Excel files can still be made."""

    message = "这台电脑没有{engine}，暂时出不了 PDF，Word、Excel 照常可用。{remedy}"

    def __init__(self, *, engine: str, remedy: str) -> None:
        self.engine = engine
        self.remedy = remedy
        super().__init__(engine=engine, remedy=remedy)


def find_soffice() -> str | None:
    """Path of LibreOffice's command, or ``None``."""
    return next(_soffices(), None)


def find_wkhtmltopdf() -> str | None:
    """Path of wkhtmltopdf, or ``None``."""
    folder = _program_files("wkhtmltopdf", "bin", "wkhtmltopdf.exe")
    return shutil.which("wkhtmltopdf") or next((str(path) for path in folder if path.is_file()), None)


def soffice_missing() -> EngineMissing:
    """The error that tells how to get LibreOffice."""
    remedy = {
        "win32": "请到 https://zh-cn.libreoffice.org 下载 LibreOffice，装好后重试。",
        "darwin": "请到 https://zh-cn.libreoffice.org 下载 LibreOffice，放进“应用程序”后重试。",
    }.get(
        sys.platform, "请安装：apt-get install --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui"
    )
    return EngineMissing(engine="LibreOffice", remedy=remedy)


def _soffices() -> Iterator[str]:
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            yield found
    # soffice.com waits for the end of the work, soffice.exe does not.
    for path in _program_files("LibreOffice", "program", "soffice.com"):
        if path.is_file():
            yield str(path)
    bundle = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
    if bundle.is_file():
        yield str(bundle)


def _program_files(*parts: str) -> Iterator[Path]:
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            yield Path(folder, *parts)
