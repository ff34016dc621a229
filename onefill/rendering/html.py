"""HTML to PDF for what has no Word template: pdfkit with wkhtmltopdf where that exists, else WeasyPrint."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

import pdfkit

from onefill.errors import OneFillError
from onefill.rendering import weasyprint_page
from onefill.rendering.engines import EngineMissing, find_wkhtmltopdf
from onefill.rendering.fonts import font_environment
from onefill.rendering.packet import is_whole
from onefill.rendering.processes import Ended, ProgramMissing, run
from onefill.rendering.searchable import searchable
from onefill.rendering.slots import SLOTS
from onefill.rendering.workrooms import workroom

HtmlEngine = Literal["wkhtmltopdf", "weasyprint"]

_PATIENCE = 60.0
_NOWHERE = "http://127.0.0.1:9"  # the discard port: a proxy that answers nobody
# Debian packages of the libraries that WeasyPrint needs.
_LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_OPTIONS = {
    "page-size": "A4",
    "margin-top": "25mm",
    "margin-right": "25mm",
    "margin-bottom": "25mm",
    "margin-left": "25mm",
    "encoding": "UTF-8",
    "disable-local-file-access": None,
    "disable-javascript": None,
    "disable-plugins": None,
    "proxy": _NOWHERE,
    "load-error-handling": "ignore",
    "load-media-error-handling": "ignore",
}


class PageFails(OneFillError):
    """An engine is there and could not print the page."""

    message = "{engine} 没能把页面转成 PDF，请重试；还不行，请先下载 Word 或 Excel。"


def engines_here() -> tuple[HtmlEngine, ...]:
    """Engines to try on this machine, the one to prefer first."""
    return tuple(name for name in get_args(HtmlEngine) if _HERE[name]())


def html_to_pdf(html: str, engine: HtmlEngine | None = None, *, patience: float = _PATIENCE) -> bytes:
    """Print HTML on A4; nothing outside the text is fetched, neither files nor addresses.

    Args:
        html: A whole page.
        engine: Which program; the best of this machine by default.
        patience: Seconds it may take.

    Raises:
        EngineMissing: The program is not here; the message tells how to get it.
        PageFails: It gave no usable PDF.
    """
    here = engines_here()
    if engine is None:
        engine = here[0] if here else "weasyprint"
    if engine not in here:
        raise _missing(engine)
    with SLOTS.one(), workroom() as work:
        ended = _run(engine, html, work, patience)
    if ended.code == weasyprint_page.LIBRARIES_MISSING and engine == "weasyprint":
        raise _missing(engine)
    if ended.stopped or not is_whole(ended.output):
        raise PageFails(engine=engine)
    return searchable(ended.output)


def _run(engine: HtmlEngine, html: str, work: Path, patience: float) -> Ended:
    environment = {**font_environment(work), "QT_QPA_PLATFORM": "offscreen"}
    try:
        return run(
            _COMMANDS[engine](html), work=work, environment=environment, patience=patience, given=html.encode("utf-8")
        )
    except ProgramMissing as exc:
        raise _missing(engine) from exc


def _wkhtmltopdf_command(html: str) -> list[str]:
    configuration = pdfkit.configuration(wkhtmltopdf=find_wkhtmltopdf())
    command: list[str] = pdfkit.PDFKit(html, "string", options=_OPTIONS, configuration=configuration).command()
    return command


def _weasyprint_command(_html: str) -> list[str]:
    return [sys.executable, "-I", weasyprint_page.__file__]


def _missing(engine: HtmlEngine) -> EngineMissing:
    if engine == "wkhtmltopdf":
        remedy = "可以改用 WeasyPrint；Debian 12 上也可安装：apt-get install wkhtmltopdf。"
    elif sys.platform == "linux":
        remedy = f"请安装：apt-get install --no-install-recommends {' '.join(_LIBRARIES)}"
    else:
        remedy = "请到 https://wkhtmltopdf.org 下载 wkhtmltopdf，装好后重试。"
    return EngineMissing(engine=engine, remedy=remedy)


_HERE: dict[HtmlEngine, Callable[[], bool]] = {
    "wkhtmltopdf": lambda: find_wkhtmltopdf() is not None,
    # It comes with OneFill; the libraries it needs are looked for only when it is used, as that takes most of a second.
    "weasyprint": lambda: True,
}
_COMMANDS: dict[HtmlEngine, Callable[[str], list[str]]] = {
    "wkhtmltopdf": _wkhtmltopdf_command,
    "weasyprint": _weasyprint_command,
}
