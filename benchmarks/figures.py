"""The figures that the house keeps to."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks import cases, importing, pages, plain, review
from benchmarks import desk as officers_desk
from benchmarks.measuring import Figure, Result, runs
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id


def loaded_desk(folder: Path) -> Desk:
    """A desk on files with all samples, opened anew as after a start."""
    desk = open_desk(Settings(data=folder))
    desk.load_samples()
    desk.store.close()
    return open_desk(Settings(data=folder))


def office_files(folder: Path) -> Result:
    """All Word and Excel files of the class of fifty, from a version that was not printed before."""
    desk, record, phases = loaded_desk(folder), sample_id("class_50"), ("filing", "certificates", "archive")
    numbers = count(1)

    def change() -> None:
        desk.records.set(record, "paper_location", f"柜 {next(numbers)}", desk.who())

    def render() -> None:
        for phase in phases:
            for state in desk.documents.list(record, phase):
                for suffix in state.formats[:-1]:
                    desk.documents.file(record, state.key, suffix, desk.who())

    return Result(runs(render, 5, change), runs(lambda: plain.office_files(desk, "training_class", record), 3))


def cold_packet(folder: Path) -> Result:
    """The whole class as PDF, nothing converted or laid out before, fonts and profile new."""
    desks, record = [loaded_desk(folder)], sample_id("class_50")
    papers = [paper.key for paper in desks[0].documents.list(record)]

    def print_all() -> None:
        [desk] = desks
        desk.documents.lay_out(record, papers, desk.who())  # all phases in one conversion, as the command line does
        for phase in ("filing", "certificates", "archive"):
            desk.documents.packet(record, phase, desk.who())

    return Result(runs(print_all, 3, lambda: _forget(desks, folder)))


def certificates(folder: Path) -> Result:
    """Five hundred certificates as one PDF, none laid out before."""
    desks, record = [loaded_desk(folder)], sample_id("class_500")

    def print_all() -> None:
        desks[0].documents.file(record, "certificate", ".pdf", desks[0].who())

    return Result(runs(print_all, 3, lambda: _forget(desks, folder)))


def _forget(desks: list[Desk], folder: Path) -> None:
    """Open the desk anew, without what it kept to be quicker."""
    desks[0].store.close()
    shutil.rmtree(folder / "cache", ignore_errors=True)
    desks[0] = open_desk(Settings(data=folder))


def check(folder: Path) -> Result:
    """All forms and templates of both packs looked through, loaded from disk each time."""
    desk = open_desk(Settings(data=folder, store="memory:"))
    return Result(runs(desk.check, 3))


def one_field(folder: Path) -> Result:
    """A score of one of five hundred typed: parsed, everything that depends on it found anew, saved on disk."""
    desk, record = loaded_desk(folder), sample_id("class_500")
    desk.records.state(record)
    changes = _changes()

    def type_one() -> None:
        path, raw = next(changes)
        desk.records.set(record, path, raw, desk.who())
        desk.records.state(record)

    type_one()
    return Result(runs(type_one, 50))


def _changes() -> Iterator[tuple[str, str]]:
    while True:
        for number in range(1, 500):
            yield f"trainees/r{number}/theory", str(60 + number % 40)
            yield f"trainees/r{number}/note", f"备注{number}"


FIGURES = (
    Figure("office", "Word and Excel files of the 50-trainee class", 1.5, office_files),
    Figure("packet", "packet of the 50-trainee class as PDF, from cold", 8.0, cold_packet),
    Figure("certificates", "500 certificates as one PDF, from cold", 6.0, certificates),
    *pages.FIGURES,
    Figure("check", "check of both packs", 2.0, check),
    Figure("field", "one field of a 500-trainee class, recomputed, shown and saved", 0.03, one_field),
    importing.FIGURE,
    *officers_desk.FIGURES,
    *cases.FIGURES,
    *review.FIGURES,
)
