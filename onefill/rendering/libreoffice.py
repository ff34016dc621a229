"""Word and Excel files to PDF: LibreOffice, many files in one call, believed only when each PDF can be opened."""

import shutil
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.engines import find_soffice, soffice_missing
from onefill.rendering.fonts import font_environment
from onefill.rendering.packet import PdfBroken, is_whole
from onefill.rendering.page_order import in_reading_order
from onefill.rendering.parallel import at_once, shared_out
from onefill.rendering.processes import USUAL, Ended, Limits, ProgramMissing, Stopped, run
from onefill.rendering.slots import SLOTS, cores
from onefill.rendering.workrooms import workroom

Progress = Callable[[int, int], None]

_PATIENCE = 120.0
# Calls in a row that bring nothing new before the program itself counts as broken.
_EMPTY_CALLS = 3
#: How a file is refused, by why the converter was stopped.
_REFUSED: Mapping[Stopped | None, tuple[str, str]] = {
    None: ("PDF_FAILS", "转不成 PDF"),
    "hung": ("PDF_HANGS", "转 PDF 时没有反应，已经停下"),
    "memory": ("PDF_TOO_LARGE", "转 PDF 时占的内存太多，已经停下"),
    "disk": ("PDF_TOO_LARGE", "转 PDF 时写的文件太大，已经停下"),
}
_FLAGS = (
    "--headless",
    "--invisible",
    "--norestore",
    "--nologo",
    "--nodefault",
    "--nolockcheck",
    "--nofirststartwizard",
)
# A first start asks and looks up things; nothing in a file may run or fetch. Newer versions write tags into pages,
# older ones do not: none, so that pages are alike.
_SETTINGS = (
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "CrashReport", "false"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Office.Common/Filter/PDF/Export", "UseTaggedPDF", "false"),
)
_REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}
</oor:items>
"""
_SETTING = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}"><value>{}</value></prop></item>'


@dataclass
class _Call:
    """One conversion: what is still to do and what came of the rest."""

    todo: dict[str, str]  # name in the call -> name the caller gave
    work: Path
    program: Sequence[str]
    patience: float
    limits: Limits
    on_progress: Progress
    total: int
    done: dict[str, bytes | Problem] = field(default_factory=dict)


def convert(
    files: Mapping[str, bytes],
    work: Path | None = None,
    *,
    program: Sequence[str] | None = None,
    patience: float = _PATIENCE,
    limits: Limits = USUAL,
    on_progress: Progress | None = None,
) -> dict[str, bytes | Problem]:
    """Convert Word and Excel files to PDF in one call of LibreOffice, or in a few at once if there is much to do.

    A file that cannot be converted is named by a ``Problem`` and the others are converted without it.

    Args:
        files: Content by file name; the name's suffix tells what it is.
        work: Folder to work in; a temporary one by default.
        program: Converter to call instead of the LibreOffice of this machine.
        patience: Seconds without a new PDF after which the converter counts as hanging.
        limits: How much memory and disk it may take.
        on_progress: Told ``(done, total)`` as files appear; what it raises ends the conversion.

    Returns:
        For each name its PDF or what went wrong, in the order given.

    Raises:
        EngineMissing: LibreOffice is not here.
    """
    if not files:
        return {}
    program, tell = program or _soffice(), on_progress or (lambda _done, _total: None)
    works = [partial(_convert_group, group, work, program, patience, limits) for group in shared_out(files, cores())]
    if len(works) == 1:
        [done] = [works[0](tell)]
    else:
        done = dict(ChainMap(*at_once(works, lambda count: tell(count, len(files)))))
    return {name: done[name] for name in files}


def _convert_group(
    files: Mapping[str, bytes],
    work: Path | None,
    program: Sequence[str],
    patience: float,
    limits: Limits,
    on_progress: Progress,
) -> dict[str, bytes | Problem]:
    """Convert files by a program of their own, with a profile of its own."""
    with (
        SLOTS.one(lambda: on_progress(0, len(files))),
        workroom(work) as folder,
    ):
        call = _Call(
            todo=_laid_out(files, folder),
            work=folder,
            program=program,
            patience=patience,
            limits=limits,
            on_progress=on_progress,
            total=len(files),
        )
        _convert_all(call)
        return call.done


def _soffice() -> Sequence[str]:
    found = find_soffice()
    if found is None:
        raise soffice_missing()
    return (found,)


def _laid_out(files: Mapping[str, bytes], work: Path) -> dict[str, str]:
    """Write the files under names that stay unique without their suffix, as PDF names drop it."""
    (work / "in").mkdir()
    (work / "out").mkdir()
    names: dict[str, str] = {}
    for number, (name, content) in enumerate(files.items(), 1):
        suffix = PurePath(name).suffix.lower()
        called = f"{number:04d}{suffix if suffix.isascii() else ''}"
        (work / "in" / called).write_bytes(content)
        names[called] = name
    return names


def _convert_all(call: _Call) -> None:
    empty = 0
    while call.todo and empty < _EMPTY_CALLS:
        ended = _call_once(call)
        empty = 0 if _gather(call) else empty + 1
        if not call.todo:
            return
        if ended.code == 0 and ended.stopped is None:
            break  # it went through all files and has refused these
        # Files are taken in order: the first without a PDF is the one it died of.
        _refuse(call, next(iter(call.todo)), ended.stopped)
    for called in tuple(call.todo):
        _refuse(call, called, None)


def _call_once(call: _Call) -> Ended:
    profile = call.work / "profile"
    shutil.rmtree(profile, ignore_errors=True)  # a profile that a crash has left behind asks to be restored
    (profile / "user").mkdir(parents=True)
    settings = _REGISTRY.format("\n".join(_SETTING.format(*setting) for setting in _SETTINGS))
    (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    out = call.work / "out"
    command = [*call.program, f"-env:UserInstallation={profile.as_uri()}", *_FLAGS]
    command += ["--convert-to", "pdf", "--outdir", str(out), *(str(call.work / "in" / name) for name in call.todo)]
    environment = {**font_environment(call.work), "SAL_USE_VCLPLUGIN": "svp"}
    try:
        return run(
            command,
            work=call.work,
            environment=environment,
            patience=call.patience,
            limits=call.limits,
            progress=lambda: _told(call, len(call.done) + sum(1 for _ in out.glob("*.pdf"))),
        )
    except ProgramMissing as exc:
        raise soffice_missing() from exc


def _told(call: _Call, done: int) -> int:
    """How far it is; files that nobody asked for are no step."""
    done = min(done, call.total)
    call.on_progress(done, call.total)
    return done


def _gather(call: _Call) -> int:
    """Take every PDF that can be opened; how many that were."""
    taken = 0
    for called, name in tuple(call.todo.items()):
        path = (call.work / "out" / called).with_suffix(".pdf")
        # The exit code of the program says nothing of what came out.
        if (content := _usable(path)) is not None:
            call.done[name] = content
            del call.todo[called]
            taken += 1
        path.unlink(missing_ok=True)
    return taken


def _usable(path: Path) -> bytes | None:
    """The PDF at a place, if it is whole and its pages can be read."""
    if not path.is_file() or not is_whole(content := path.read_bytes()):
        return None
    try:
        return in_reading_order(content)
    except PdfBroken:
        return None  # refused by name, as one that is cut off


def _refuse(call: _Call, called: str, stopped: Stopped | None) -> None:
    name = call.todo.pop(called)
    code, what = _REFUSED[stopped]
    call.done[name] = Problem(
        place=TemplatePlace(name, "", ""),
        code=code,
        what=f"“{name}”{what}",
        remedy="请下载 Word 或 Excel 文件，打开看看是否正常，再另存为 PDF",
    )
