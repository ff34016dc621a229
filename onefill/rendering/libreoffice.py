"""Word and Excel files to PDF: LibreOffice, many files in one call, believed only when each PDF can be opened."""

import shutil
import tempfile
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.engines import find_soffice, soffice_missing
from onefill.rendering.fonts import font_environment
from onefill.rendering.packet import is_whole
from onefill.rendering.parallel import at_once, cores, shared_out
from onefill.rendering.processes import Ended, ProgramMissing, run

Progress = Callable[[int, int], None]

_PATIENCE = 120.0
# Calls in a row that bring nothing new before the program itself counts as broken.
_EMPTY_CALLS = 3
_FLAGS = (
    "--headless",
    "--invisible",
    "--norestore",
    "--nologo",
    "--nodefault",
    "--nolockcheck",
    "--nofirststartwizard",
)
# A first start asks and looks up things; nothing in a file may run or fetch.
_SETTINGS = (
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "CrashReport", "false"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
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
    on_progress: Progress
    total: int
    done: dict[str, bytes | Problem] = field(default_factory=dict)


def convert(
    files: Mapping[str, bytes],
    work: Path | None = None,
    *,
    program: Sequence[str] | None = None,
    patience: float = _PATIENCE,
    on_progress: Progress | None = None,
) -> dict[str, bytes | Problem]:
    """Convert Word and Excel files to PDF in one call of LibreOffice, or in a few at once if there is much to do.

    A file that cannot be converted is named by a ``Problem`` and the others are converted without it.

    Args:
        files: Content by file name; the name's suffix tells what it is.
        work: Folder to work in; a temporary one by default.
        program: Converter to call instead of the LibreOffice of this machine.
        patience: Seconds without a new PDF after which the converter counts as hanging.
        on_progress: Told ``(done, total)`` as files appear; what it raises ends the conversion.

    Returns:
        For each name its PDF or what went wrong, in the order given.

    Raises:
        EngineMissing: LibreOffice is not here.
    """
    if not files:
        return {}
    program, tell = program or _soffice(), on_progress or (lambda _done, _total: None)
    works = [partial(_convert_group, group, work, program, patience) for group in shared_out(files, cores())]
    if len(works) == 1:
        [done] = [works[0](tell)]
    else:
        done = dict(ChainMap(*at_once(works, lambda count: tell(count, len(files)))))
    return {name: done[name] for name in files}


def _convert_group(
    files: Mapping[str, bytes], work: Path | None, program: Sequence[str], patience: float, on_progress: Progress
) -> dict[str, bytes | Problem]:
    """Convert files by a program of their own, with a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="onefill-pdf-", dir=work, ignore_cleanup_errors=True) as folder:
        call = _Call(
            todo=_laid_out(files, Path(folder)),
            work=Path(folder),
            program=program,
            patience=patience,
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
        if ended.code == 0 and not ended.hung:
            break  # it went through all files and has refused these
        # Files are taken in order: the first without a PDF is the one it died of.
        _refuse(call, next(iter(call.todo)), ended.hung)
    for called in tuple(call.todo):
        _refuse(call, called, hung=False)


def _call_once(call: _Call) -> Ended:
    profile = call.work / "profile"
    shutil.rmtree(profile, ignore_errors=True)  # a profile that a crash has left behind asks to be restored
    (profile / "user").mkdir(parents=True)
    settings = _REGISTRY.format("\n".join(_SETTING.format(*setting) for setting in _SETTINGS))
    (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    out = call.work / "out"
    command = [*call.program, f"-env:UserInstallation={profile.as_uri()}", *_FLAGS]
    command += ["--convert-to", "pdf", "--outdir", str(out), *(str(call.work / "in" / name) for name in call.todo)]
    return _run(
        command,
        call.work,
        call.patience,
        lambda: _told(call, len(call.done) + sum(1 for _ in out.glob("*.pdf"))),
    )


def _run(command: Sequence[str], work: Path, patience: float, progress: Callable[[], int]) -> Ended:
    environment = {**font_environment(work), "SAL_USE_VCLPLUGIN": "svp"}
    try:
        return run(command, work=work, environment=environment, patience=patience, progress=progress)
    except ProgramMissing as exc:
        raise soffice_missing() from exc


def _told(call: _Call, done: int) -> int:
    call.on_progress(min(done, call.total), call.total)
    return done


def _gather(call: _Call) -> int:
    """Take every PDF that can be opened; how many that were."""
    taken = 0
    for called, name in tuple(call.todo.items()):
        path = (call.work / "out" / called).with_suffix(".pdf")
        # The exit code of the program says nothing of what came out.
        if path.is_file() and is_whole(content := path.read_bytes()):
            call.done[name] = content
            del call.todo[called]
            taken += 1
        path.unlink(missing_ok=True)
    return taken


def _refuse(call: _Call, called: str, hung: bool) -> None:
    name = call.todo.pop(called)
    what = f"“{name}”转 PDF 时没有反应，已经停下" if hung else f"“{name}”转不成 PDF"
    call.done[name] = Problem(
        place=TemplatePlace(name, "", ""),
        code="PDF_HANGS" if hung else "PDF_FAILS",
        what=what,
        remedy="请下载 Word 或 Excel 文件，打开看看是否正常，再另存为 PDF",
    )
