"""Packets with a list in front, papers that must be printed again, and work that can be stopped."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from onefill.problems import Problem
from onefill.rendering.engines import soffice_missing
from onefill.rendering.packet import page_count
from onefill.service import Desk
from onefill.service.job_shapes import Job
from onefill.ui.papers import Wishes, listing, packet, warning
from onefill.ui.previews import downloads
from onefill.ui.printing import page_job
from tests.desks import NOW, load, make_desk

FILING = "filing"


def a_pdf(pages: int) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


class Office:
    """Every file becomes three pages; it tells after each, and once more while it waits."""

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        for done in range(len(files) + 1):
            for _ in range(2):
                if on_progress:
                    on_progress(done, len(files))
        return {name: a_pdf(3) for name in files}


class Pages:
    """An HTML engine that remembers what it was given; the list is as long as it is told."""

    def __init__(self, pages: int = 1) -> None:
        self.pages = pages
        self.given: list[str] = []

    def __call__(self, html: str) -> bytes:
        self.given.append(html)
        return a_pdf(self.pages)


def opened(folder: Path, html: Callable[[str], bytes]) -> tuple[Desk, str]:
    desk = make_desk(folder, engine=Office(), html=html)
    return desk, load(desk, "class_50")["class_50"]


@pytest.mark.parametrize(
    ("length", "duplex", "begins", "pages"),
    [
        (1, False, (2, 5, 8), 10),
        (1, True, (3, 7, 11), 14),
        (2, False, (3, 6, 9), 11),
        (2, True, (3, 7, 11), 14),
        (3, True, (5, 9, 13), 16),
    ],
)
def test_the_list_in_front_says_where_each_paper_begins(
    tmp_path: Path, length: int, duplex: bool, begins: tuple[int, int, int], pages: int
) -> None:
    html = Pages(length)
    desk, record = opened(tmp_path, html)
    made = desk.documents.packet(record, FILING, desk.who(), cover=True, duplex=duplex)
    assert page_count(made.data) == pages
    last = html.given[-1]
    assert "材料目录" in last
    for first in begins:
        assert f">{first}</td>" in last
    with pikepdf.open(io.BytesIO(made.data)) as whole, whole.open_outline() as tree:
        assert tree.root[0].title == "材料目录"
        assert len(tree.root) == 4


def test_a_packet_has_a_mark_of_what_its_papers_say(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, Pages())
    first = desk.documents.packet(record, FILING, desk.who())
    assert len(first.hash) == 8
    assert desk.documents.packet(record, FILING, desk.who(), copies=2, duplex=True).hash == first.hash
    assert desk.documents.packet(record, FILING, desk.who(), documents=["training_plan"]).hash != first.hash
    desk.records.set(record, "site_address", "别的地方", desk.who())
    assert desk.documents.packet(record, FILING, desk.who()).hash != first.hash


def test_copies_are_whole_sets_with_their_list(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, Pages())
    made = desk.documents.packet(record, FILING, desk.who(), cover=True, copies=3)
    assert page_count(made.data) == 3 * 10


def test_without_an_engine_for_the_list_the_rest_comes_with_a_note(tmp_path: Path) -> None:
    def missing(_html: str) -> bytes:
        raise soffice_missing()

    desk, record = opened(tmp_path, missing)
    made = desk.documents.packet(record, FILING, desk.who(), cover=True)
    assert page_count(made.data) == 9
    assert "《材料目录》没有印" in made.notes[0]


def test_what_was_handed_out_and_has_changed_is_to_be_printed_again(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, Pages())
    who = desk.who()
    assert desk.documents.reprints(record) == {}
    desk.documents.packet(record, FILING, who)
    assert desk.documents.reprints(record) == {}
    desk.records.set(record, "trainees/r3/mobile", "13800000009", who)
    again = desk.documents.reprints(record, FILING)
    assert list(again) == ["trainee_roster"]
    assert "联系电话改过" in str(again["trainee_roster"])
    desk.records.set(record, "head_teacher", "司徒新禾", who)
    desk.records.set(record, "plan_date", "2026-11-01", who)
    assert "班主任" in desk.documents.reprints(record, FILING)["training_plan"].why
    desk.documents.file(record, "training_plan", ".docx", who)
    assert list(desk.documents.reprints(record, FILING)) == ["trainee_roster"]


def test_a_change_of_a_linked_record_counts_and_one_taken_back_does_not(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, engine=Office(), html=Pages())
    ids, who = load(desk, "class_50"), desk.who()
    record, linked = ids["class_50"], ids["institution"]
    desk.documents.packet(record, FILING, who)
    old = desk.records.state(linked).label
    desk.records.set(linked, "inst_name", "禾扬二校", who)
    assert "引用的资料改过" in " ".join(map(str, desk.documents.reprints(record).values()))
    desk.records.set(linked, "inst_name", old, who)
    assert desk.documents.reprints(record) == {}


def test_a_draft_that_was_handed_out_is_no_paper_to_print_again(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, Pages())
    who = desk.who()
    desk.records.set(record, "head_teacher", "", who)
    desk.documents.file(record, "training_plan", ".docx", who)
    desk.records.set(record, "head_teacher", "司徒新禾", who)
    assert desk.documents.reprints(record) == {}


# -- stopping ------------------------------------------------------------------------------------------------------


def test_stopping_is_heard_between_two_files(tmp_path: Path) -> None:
    """The office program tells nothing new while one file is long; still whoever waits is asked."""
    desk, record = opened(tmp_path, Pages())
    told: list[tuple[int, int, str]] = []
    desk.documents.packet(record, FILING, desk.who(), on_progress=lambda *now: told.append(now))
    assert len(told) > len(set(told))
    assert told[-1][:2] == (3, 3)


# -- on the screen -------------------------------------------------------------------------------------------------


def test_the_page_says_what_must_be_printed_again(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, Pages())
    papers = desk.documents.list(record, FILING)
    html = listing("训前", papers, Wishes(), papers[0].key, {papers[0].key: "印过的比数据旧：日期改过"})
    assert "要重印 1" in html
    assert "印过的比数据旧：日期改过" in html
    assert "齐 2" in html


def test_the_page_says_how_long_and_that_it_is_stopping(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, Pages())
    papers = desk.documents.list(record, FILING)
    job = Job(
        id="j",
        record=record,
        version=1,
        method="packet",
        args={},
        who=desk.who().name,
        state="running",
        began=NOW,
        seen=NOW + timedelta(seconds=5),
        done=1,
        total=4,
        what="名册",
    )
    html = packet(record, papers, Wishes(), [("成套 PDF", job)])
    assert "正在生成 1 / 4" in html
    assert "约 15 秒" in html
    assert "停下" in html
    assert "前面加一页目录" in html
    stopping = packet(record, papers, Wishes(), [("成套 PDF", replace(job, stopping=True))])
    assert "正在停下…" in stopping
    assert 'data-act="stop"' not in stopping
    stopped = replace(job, state="stopped", message="已停下，没有生成")
    assert "已停下" in packet(record, papers, Wishes(), [("成套 PDF", stopped)])
    assert "在排队" in packet(record, papers, Wishes(), [("成套 PDF", replace(job, state="waiting"))])


def test_a_paper_without_an_item_stays_out_and_the_rest_is_made(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, engine=Office(), html=Pages())
    who = desk.who()
    record = desk.records.create("training_class", who)
    papers = desk.documents.list(record, "archive")
    certificate = next(paper for paper in papers if paper.key == "certificate")
    assert certificate.state == "draft"
    assert "名单是空的" in certificate.reason
    wishes = Wishes(drafts=True)
    chosen = wishes.chosen(papers)
    assert chosen == ("receipt_roster", "archive_cover", "archive_spine", "archive_contents")
    assert "tick:certificate" not in listing("归档", papers, wishes, "certificate", {})
    assert "补上才有可打印的" in warning(certificate)
    assert page_job(record, certificate) is None
    assert downloads(certificate, "", "") == ""
    made = desk.documents.packet(record, "archive", who, documents=chosen, drafts=True)
    assert page_count(made.data) == 3 * 4
