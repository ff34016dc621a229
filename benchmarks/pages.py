"""Pages that were laid out before, with other facts: certificates, and the packet of a class."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

from benchmarks.measuring import Figure, Result, runs
from onefill.rendering.libreoffice import convert
from onefill.rendering.packet import Part, join
from onefill.service import Desk, Settings, open_desk
from onefill.service.office_files import office_files
from onefill.service.readiness import Ready, ready_of
from onefill.service.samples import sample_id
from onefill.service.versions import Act

PHASES = ("filing", "certificates", "archive")
NAMES = ("林小满", "许大山")


def rendered(folder: Path) -> Result:
    """All Word and Excel files of the class of fifty, from its facts to bytes."""
    ready = _ready(_desk(folder), "class_50")

    def render() -> None:
        for one in ready:
            for template in one.templates:
                assert one.paper is not None
                office_files(one.paper, template, whole=True)

    render()
    return Result(runs(render, 10))


def certificates(folder: Path) -> Result:
    """Five hundred certificates once such were printed, a name changed each time; beside LibreOffice alone."""
    desk, record = _desk(folder), sample_id("class_500")

    def printed() -> None:
        desk.documents.file(record, "certificate", ".pdf", desk.who())

    printed()
    [one] = [ready for ready in _ready(desk, "class_500") if ready.state.key == "certificate"]

    def plain() -> None:
        assert one.paper is not None
        files = office_files(one.paper, one.templates[0], whole=False)
        made = convert({f"{at}.docx": data for at, (_, data) in enumerate(files)})
        join([Part(title="", pdf=pdf) for pdf in made.values() if isinstance(pdf, bytes)])

    return Result(runs(printed, 5, _changed(desk, record, folder)), runs(plain, 1))


def packet(folder: Path) -> Result:
    """The three packets of the class of fifty once they were printed twice, a name changed each time."""
    desk, record = _desk(folder), sample_id("class_50")
    papers = [paper.key for paper in desk.documents.list(record)]

    def printed() -> None:
        desk.documents.lay_out(record, papers, desk.who())
        for phase in PHASES:
            desk.documents.packet(record, phase, desk.who())

    change = _changed(desk, record, folder)
    printed()
    change()
    printed()
    return Result(runs(printed, 3, change))


def _desk(folder: Path) -> Desk:
    desk = open_desk(Settings(data=folder))
    desk.load_samples()
    return desk


def _ready(desk: Desk, sample: str) -> list[Ready]:
    documents = desk.documents
    entry = documents._versions.keep(sample_id(sample), desk.who(), Act.PRINTED)
    source = documents._sources.version(entry)
    found = [ready_of(source, document.key) for document in source.form.documents]
    return [one for one in found if one.paper is not None and not one.why_not]


def _changed(desk: Desk, record: str, folder: Path) -> Callable[[], None]:
    """Types another name and forgets what was converted, but not how it was laid out."""
    turns = count()

    def change() -> None:
        desk.records.set(record, "trainees/r7/name", NAMES[next(turns) % len(NAMES)], desk.who())
        shutil.rmtree(folder / "cache" / "pdf", ignore_errors=True)

    return change


FIGURES = (
    Figure("rendering", "all Word and Excel files of the 50-trainee class, from facts to bytes", 0.15, rendered),
    Figure("packet-again", "packet of the 50-trainee class again, a name changed", 3.0, packet),
    Figure("certificates-again", "500 certificates again, a name changed", 1.2, certificates),
)
