"""The access log as an auditor reads it: no keys of forms, no ids of records where there is a name."""

from datetime import date
from pathlib import Path

import pytest

from onefill.service import Desk
from onefill.service.access import Accessed, Did
from onefill.service.shapes import Named, Person
from onefill.ui.log_words import in_words
from tests.journeys.english import english_in
from tests.ui.desk import HANDED_IN, ORDER, a_desk, filled_order

DAY = date(2026, 11, 24)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path, (ORDER[ORDER.index("documents:") :], HANDED_IN))


def read_by(desk: Desk, *records: Named) -> list[Accessed]:
    return list(in_words(desk.log.lines(DAY), records, desk.definitions))


@pytest.mark.parametrize(
    ("did", "what", "read"),
    [
        (Did.PRINTED, "packet", "成套材料"),
        (Did.PRINTED, "summary", "填报信息汇总"),
        (Did.PRINTED, "checklist first", "材料清单 下单"),
        (Did.PRINTED, "sheet.docx", "汇总单（Word）"),
        (Did.PRINTED, "2: sheet.pdf", "第 2 版 汇总单（PDF）"),
        (Did.PRINTED, "2: *", "第 2 版 全部附件"),
        (Did.EXPORTED, "receipt/0123456789ab", "收据"),
        (Did.EXPORTED, "待办_20261220.xlsx", "待办_20261220.xlsx"),
        (Did.REFUSED, "fill", "填写"),
        (Did.UNMASKED, "电话 phone", "电话"),
    ],
)
def test_what_was_done_is_told_in_words(desk: Desk, did: Did, what: str, read: str) -> None:
    record = filled_order(desk)
    desk.log.note(Person(), did, record=record, what=what)
    line = read_by(desk, *desk.records.names(10))[0]
    assert (line.what, line.label, line.record) == (read, "A-7", record)
    assert english_in(line.what) == []


def test_what_is_of_no_record_or_of_one_that_is_not_to_be_seen_has_no_name(desk: Desk) -> None:
    record = filled_order(desk)
    desk.log.note(Person(), Did.PRINTED, record=record, what="sheet.docx")
    desk.log.note(Person(), Did.ACCOUNT_MADE, what="丙二", why="店员")
    made, printed = read_by(desk)[:2]
    assert (made.what, made.record, made.label) == ("丙二", "", "")
    assert (printed.record, printed.label) == (record, "")
