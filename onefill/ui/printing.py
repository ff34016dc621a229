"""Jobs of a record: its packet, its archive, the pages of a paper."""

from collections.abc import Hashable

from onefill.definitions.model import Document
from onefill.service.guard import PRINT
from onefill.service.shapes import DocumentState, Produced
from onefill.ui.jobs import Job, OnProgress, jobs
from onefill.ui.papers import Wishes
from onefill.ui.shared import the_desk

WORDS = {"packet": "成套 PDF", "archive": "打包文件"}


def packet_job(record: str, phase: str, wishes: Wishes) -> Job:
    """Start the packet, or give the one that is being made or was made of the same state."""
    _ask(record)
    chosen = wishes.chosen(the_desk().documents.list(record, phase))

    def work(progress: OnProgress) -> Produced:
        desk = the_desk()
        return desk.documents.packet(
            record,
            phase,
            desk.who(),
            documents=chosen,
            copies=wishes.copies,
            duplex=wishes.duplex,
            drafts=wishes.drafts,
            cover=wishes.cover,
            on_progress=progress,
        )

    how = (wishes.copies, wishes.duplex, wishes.drafts, wishes.cover)
    key = ("packet", record, phase, chosen, *how, _stamp(record))
    return jobs.start(key, record, work)


def archive_job(record: str, phase: str, wishes: Wishes) -> Job:
    """Start the ZIP of the chosen papers."""
    _ask(record)
    chosen = wishes.chosen(the_desk().documents.list(record, phase))

    def work(progress: OnProgress) -> Produced:
        desk = the_desk()
        return desk.documents.archive(record, phase, desk.who(), documents=chosen, on_progress=progress)

    return jobs.start(("archive", record, phase, chosen, _stamp(record)), record, work)


def notice_job(record: str, notice: Document, phase: str) -> Job:
    """Lay out a notice about a submission for looking at, as it would be sent now."""

    def work(progress: OnProgress) -> Produced:
        progress(0, 1, notice.title)
        desk = the_desk()
        return desk.notices.make(record, notice.key, desk.who(), phase=phase)

    return jobs.start(("notice", record, notice.key, phase, _stamp(record)), record, work, again=False)


def page_job(record: str, paper: DocumentState) -> Job | None:
    """Lay out a paper for looking at; nothing if there is nothing to see."""
    if not paper.printable:
        return None

    def work(progress: OnProgress) -> Produced:
        progress(0, 1, paper.title)
        return the_desk().documents.preview(record, paper.key)

    return jobs.start(("pages", record, paper.key, paper.state, _stamp(record)), record, work, again=False)


def _ask(record: str) -> None:
    desk = the_desk()
    desk.guard.require(desk.who(), record, PRINT)


def record_jobs(record: str) -> list[tuple[str, Job]]:
    """What was asked to be made of a record, the newest first, each with what it is called."""
    return [(WORDS[kind], job) for key, job in jobs.of(record) if (kind := _kind(key)) in WORDS]


def stop_jobs(record: str) -> None:
    """Stop what is being made of a record."""
    for _, job in record_jobs(record):
        if job.state == "running":
            job.stop.set()


def _kind(key: Hashable) -> str:
    return str(key[0]) if isinstance(key, tuple) else ""


def _stamp(record: str) -> Hashable:
    return the_desk().records.stamp(record)
