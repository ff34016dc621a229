"""Jobs of a record: its packet, its archive, the pages of a paper."""

from collections.abc import Hashable

from onefill.definitions.model import Document
from onefill.service.case_shapes import SentPaper
from onefill.service.job_shapes import Job as Kept
from onefill.service.shapes import DocumentState, Produced
from onefill.ui.jobs import Job, OnProgress, jobs
from onefill.ui.papers import Wishes
from onefill.ui.shared import the_desk

WORDS = {"packet": "成套 PDF", "archive": "打包文件"}


def start_packet(record: str, phase: str, wishes: Wishes) -> None:
    """Have the packet made, unless it is being made or was made of the same state."""
    desk = the_desk()
    desk.jobs.start(
        "packet",
        record,
        desk.who(),
        phase=phase,
        documents=_chosen(record, phase, wishes),
        copies=wishes.copies,
        duplex=wishes.duplex,
        drafts=wishes.drafts,
        cover=wishes.cover,
    )


def start_archive(record: str, phase: str, wishes: Wishes) -> None:
    """Have the ZIP of the chosen papers made."""
    desk = the_desk()
    desk.jobs.start("archive", record, desk.who(), phase=phase, documents=_chosen(record, phase, wishes))


def stop_papers(record: str) -> None:
    """Stop whatever packet or archive is being made of a record."""
    the_desk().jobs.stop(record, WORDS)


def notice_job(record: str, notice: Document, phase: str) -> Job:
    """Lay out a notice about a submission for looking at, as it would be sent now."""

    def work(progress: OnProgress) -> Produced:
        progress(0, 1, notice.title)
        desk = the_desk()
        return desk.notices.make(record, notice.key, desk.who(), phase=phase)

    return jobs.start(("notice", record, notice.key, phase, _stamp(record)), record, work, again=False)


def sent_job(record: str, paper: SentPaper) -> Job:
    """Lay out a paper that went out for looking at."""

    def work(progress: OnProgress) -> Produced:
        progress(0, 1, paper.title)
        desk = the_desk()
        return desk.notices.again(record, paper.n, desk.who())

    return jobs.start(("sent", record, paper.n), record, work, again=False)


def page_job(record: str, paper: DocumentState) -> Job | None:
    """Lay out a paper for looking at; nothing if there is nothing to see."""
    if not paper.printable:
        return None

    def work(progress: OnProgress) -> Produced:
        progress(0, 1, paper.title)
        return the_desk().documents.preview(record, paper.key)

    return jobs.start(("pages", record, paper.key, paper.state, _stamp(record)), record, work, again=False)


def record_jobs(record: str) -> list[tuple[str, Kept]]:
    """What was asked to be made of a record, the newest first, each with what it is called."""
    return [(WORDS[job.method], job) for job in the_desk().jobs.of(record) if job.method in WORDS]


def _chosen(record: str, phase: str, wishes: Wishes) -> list[str]:
    return list(wishes.chosen(the_desk().documents.list(record, phase)))


def _stamp(record: str) -> Hashable:
    return the_desk().records.stamp(record)
