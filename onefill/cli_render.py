"""The command that prints: a record's papers as files, each phase's packet, the summary."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from onefill.errors import OneFillError
from onefill.service import Desk
from onefill.service.access import Did
from onefill.service.plain import write_file
from onefill.service.shapes import DocumentState, PhaseState, Produced

GOOD, BAD, USAGE = 0, 1, 2
PDF = ".pdf"

Open = Callable[[argparse.Namespace], Desk]
Tell = Callable[[object], None]


def add_render(commands: Any, *, desk: Open, print_json: Tell) -> None:
    """Add ``render``.

    Args:
        commands: Where argparse collects them.
        desk: Opens the desk of a command.
        print_json: Prints a result for programs.
    """
    render = commands.add_parser("render", help="把一个办件的材料印成文件")
    render.add_argument("record", metavar="办件编号", help="办件编号，用 records 查")
    render.add_argument("--out", metavar="文件夹", type=Path, required=True, help="放到哪个文件夹")
    render.add_argument("--phase", metavar="阶段", help="哪个阶段；不写就是全部阶段")
    render.add_argument("--documents", metavar="材料", help="只印这几份，用逗号隔开")
    render.add_argument("--pdf", action="store_true", help="每份再印一份 PDF")
    render.add_argument("--packet", action="store_true", help="印成一份成套的 PDF")
    render.add_argument("--summary", action="store_true", help="再印填报信息汇总（PDF），没有材料的办件也能印")
    render.add_argument("--json", action="store_true", help="输出 JSON")
    render.set_defaults(run=partial(_render, desk, print_json))


@dataclass
class _Printing:
    """One call of the command: where things go and what came of it.

    Attributes:
        notes: What could not be done or ought to be known; any makes the command fail.
        skipped: Papers that are not needed.
    """

    desk: Desk
    record: str
    out: Path
    written: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def note(self, *words: str) -> None:
        """Tell what ought to be known, once."""
        for one in words:
            if one not in self.notes:
                self.notes.append(one)
                print(one, file=sys.stderr)

    def write(self, made: Produced, document: str = "", *, what: str = "") -> None:
        """Write a file and remember it; that it was printed stands in the access log."""
        write_file(self.out / made.name, made.data)
        paper = what or f"{document}{Path(made.name).suffix}"
        self.desk.log.note(self.desk.who(), Did.PRINTED, record=self.record, what=paper)
        entry = {"file": made.name, "bytes": len(made.data), "document": document, "hash": made.hash}
        self.written.append(entry)
        self.note(*made.notes)


def _render(desk_of: Open, print_json: Tell, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    state = desk.records.state(options.record)
    phases = [phase for phase in state.phases if options.phase in (None, phase.key)]
    if not phases:
        print(f"没有“{options.phase}”这个阶段。可以选：{'、'.join(p.key for p in state.phases)}", file=sys.stderr)
        return USAGE
    papers = {phase.key: desk.documents.list(options.record, phase.key) for phase in phases}
    known = [paper.key for listed in papers.values() for paper in listed]
    chosen = [key.strip() for key in options.documents.split(",")] if options.documents else known
    unknown = [key for key in chosen if key not in known]
    if unknown:
        print(f"没有“{'、'.join(unknown)}”这份材料。可以选：{'、'.join(known)}", file=sys.stderr)
        return USAGE
    if not known and not options.summary:
        print(f"“{state.title}”没有材料可印。加 --summary 印填报信息汇总", file=sys.stderr)
    printing = _Printing(desk, options.record, options.out)
    wanted = {key: [paper for paper in listed if paper.key in chosen] for key, listed in papers.items()}
    _print(printing, options, phases, wanted)
    if options.json:
        print_json({"files": printing.written, "notes": printing.notes, "skipped": printing.skipped})
    else:
        print(f"写好 {len(printing.written)} 个文件，在 {options.out}")
    return GOOD if printing.written and not printing.notes else BAD


def _print(
    printing: _Printing,
    options: argparse.Namespace,
    phases: Sequence[PhaseState],
    wanted: dict[str, list[DocumentState]],
) -> None:
    able = [paper for papers in wanted.values() for paper in papers if _comes_out(printing, paper, options.packet)]
    for paper in able:
        for suffix in paper.formats:
            if suffix != PDF:
                _print_file(printing, paper, suffix)
    paged = [paper for paper in able if options.pdf or (options.packet and paper.state == "ready")]
    laid_out = _lay_out(printing, [paper.key for paper in paged])
    if options.pdf:
        for paper in paged:
            if paper.key in laid_out:
                _print_file(printing, paper, PDF)
    if options.packet:
        for phase in phases:
            _print_packet(printing, phase, wanted[phase.key], laid_out)
    if options.summary:
        try:
            printing.write(printing.desk.documents.summary(printing.record, printing.desk.who()), what="summary")
        except OneFillError as error:
            printing.note(str(error))


def _comes_out(printing: _Printing, paper: DocumentState, packet: bool) -> bool:
    """Whether there is anything to print of a paper; tells why not, or that it is a draft."""
    if paper.state == "not_needed":
        printing.skipped.append(f"不印《{paper.title}》：{paper.reason}")
        print(printing.skipped[-1], file=sys.stderr)
    elif not paper.printable:
        printing.note(f"《{paper.title}》没有印：{paper.reason}")
    elif paper.state == "draft":
        left_out = "，不放进成套材料" if packet else ""
        why = f"还有 {len(paper.troubles)} 处要改" if paper.troubles else paper.reason
        printing.note(f"《{paper.title}》{why}，印成了草稿{left_out}")
    return paper.printable


def _print_file(printing: _Printing, paper: DocumentState, suffix: str) -> None:
    try:
        made = printing.desk.documents.file(printing.record, paper.key, suffix, printing.desk.who())
    except OneFillError as error:
        printing.note(f"《{paper.title}》没有印：{error}")
    else:
        printing.write(made, paper.key)


def _lay_out(printing: _Printing, papers: Sequence[str]) -> Sequence[str]:
    """Convert everything that is wanted as PDF in one call; which papers came out of it."""
    if not papers:
        return ()
    desk, progress = printing.desk, ProgressLine()
    try:
        laid_out, notes = desk.documents.lay_out(printing.record, papers, desk.who(), on_progress=progress)
    except OneFillError as error:
        laid_out, notes = (), (str(error),)
    progress.end()
    printing.note(*notes)
    return laid_out


def _print_packet(
    printing: _Printing, phase: PhaseState, papers: Sequence[DocumentState], laid_out: Sequence[str]
) -> None:
    ready = [paper.key for paper in papers if paper.state == "ready"]
    fit = [key for key in ready if key in laid_out]
    if fit:
        desk = printing.desk
        made = desk.documents.packet(printing.record, phase.key, desk.who(), documents=fit)
        printing.write(made, what="packet")
    else:
        why = "PDF 没有做成" if ready else "没有一份是齐的，草稿不放进去" if papers else "这一阶段没有材料"
        printing.note(f"{phase.title}的成套材料没有印：{why}")


class ProgressLine:
    """How far the conversion is, on stderr: a line that changes on a terminal, elsewhere each line once."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._last = ""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Tell it, unless that was just told."""
        line = f"正在生成 {done} / {total}  {what}".rstrip()
        terminal = sys.stderr.isatty()
        if line == self._last or (line in self._told and not terminal):
            return
        self._told.add(line)
        self._last = line
        print(f"\r{line}\033[K" if terminal else line, end="" if terminal else "\n", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Whatever is told next begins on a line of its own."""
        if self._last and sys.stderr.isatty():
            print(file=sys.stderr)
