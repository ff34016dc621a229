"""Codes read back: whose page it is, whether it still holds, what must be printed again, and who may know."""

import json
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from onefill.cli import main
from onefill.materials import Standing
from onefill.page_codes import CodeForged, PageCode
from onefill.service import Desk
from onefill.service.codes import NotACode
from onefill.service.errors import RecordUnknown
from onefill.service.papers import Repetition
from onefill.service.reprints import compared
from store import EVERYTHING
from tests.codes import PAPER, PHASE, a_desk, a_leave, bound, printed, three_pages
from tests.desks import load, make_desk
from tests.rendering.mutated import parts_of, texts_of


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path)


def texts(pages: list[Image.Image]) -> list[str]:
    return [zxingcpp.read_barcodes(page)[0].text for page in pages]


def test_a_code_tells_its_record_document_version_and_page(desk: Desk) -> None:
    record = a_leave(desk)
    told = desk.codes.read(texts(printed(desk, record))[1], desk.who())
    assert (told.code.record, told.code.document, told.code.version) == (record, PAPER, 1)
    assert (told.code.page, told.code.pages) == (2, 3)
    assert told.holds
    assert told.reprint == ()
    assert told.told()[-1] == "和现在的数据一致，不用重印"


def test_facts_that_changed_since_printing_are_told_and_what_must_be_printed_again(desk: Desk) -> None:
    record = a_leave(desk)
    code = texts(printed(desk, record))[0]
    desk.records.set(record, "reason", "换一个理由", desk.who())
    told = desk.codes.read(code, desk.who())
    assert not told.holds
    assert "改过" in told.why
    assert [title for title, _ in told.reprint] == [told.title]
    again = desk.codes.read(texts(printed(desk, record))[0], desk.who())
    assert again.holds
    assert again.code.version == 2
    old = desk.codes.read(code, desk.who())
    assert not old.holds
    assert old.told()[2] == old.why


def test_a_draft_never_holds_as_its_finished_paper(desk: Desk) -> None:
    record, who = a_leave(desk), desk.who()
    desk.records.set(record, "reason", "", who)
    [_, code, _] = texts(printed(desk, record))
    told = desk.codes.read(code, who)
    assert not told.holds
    assert told.why == "印的是草稿，打印正式的再盖章"
    made = desk.documents.file(record, PAPER, ".docx", who)
    assert made.hash == told.code.hash
    assert made.hash in texts_of(parts_of(made.data))
    desk.records.set(record, "reason", "探亲", who)
    assert desk.codes.read(code, who).why == "印的是草稿，打印正式的再盖章"
    assert desk.codes.read(texts(printed(desk, record))[0], who).holds


def test_a_list_tells_which_of_its_papers_are_drafts(desk: Desk) -> None:
    record, who = a_leave(desk), desk.who()
    desk.records.set(record, "reason", "", who)
    made = desk.documents.packet(record, PHASE, who, cover=True, drafts=True)
    with pypdfium2.PdfDocument(made.data) as pdf:
        [first] = texts([pdf[0].render(scale=150 / 72).to_pil().convert("RGB")])
    assert "印的是草稿，打印正式的，目录也重印" in desk.codes.read(first, who).why


def test_the_small_print_is_as_good_as_the_code(desk: Desk) -> None:
    record = a_leave(desk)
    code = desk.codes.read(texts(printed(desk, record))[2], desk.who()).code
    key = desk.codes._coding.key
    assert desk.codes.read("  ".join(code.small_print(key)).upper(), desk.who()).code == code


@pytest.mark.parametrize("text", ["", "https://example.com/", "OF1:", "OF1:" + "A" * 400, "二维码"])
def test_what_is_none_of_ours_is_told_so(desk: Desk, text: str) -> None:
    with pytest.raises(NotACode):
        desk.codes.read(text, desk.who())


def test_a_code_that_was_made_up_is_told_so(desk: Desk) -> None:
    record = a_leave(desk)
    code = texts(printed(desk, record))[0]
    with pytest.raises(CodeForged):
        desk.codes.read(code.replace(":1:1:3:", ":1:2:3:"), desk.who())


def test_a_scan_is_read_page_by_page(desk: Desk) -> None:
    record = a_leave(desk)
    pages = printed(desk, record)
    found = desk.codes.scan(bound([pages[2], Image.new("RGB", (600, 800), "white"), pages[0]]), "x.pdf", desk.who())
    assert [[one.code.page for one in page.answers] for page in found] == [[3], [], [1]]
    assert all(not page.wrong for page in found)


def test_a_record_that_is_gone_is_told_so(desk: Desk) -> None:
    key = desk.codes._coding.key
    code = PageCode(record="0" * 16, document=PAPER, version=1, page=1, pages=1, hash="0" * 8)
    with pytest.raises(RecordUnknown):
        desk.codes.read(code.text(key), desk.who())


def test_the_command_line_reads_scans_and_what_is_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", engine=three_pages)
    record = a_leave(desk)
    pages = printed(desk, record)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(bound([*pages, Image.new("RGB", (600, 800), "white")]))
    desk.store.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEFILL_DATA", str(tmp_path))
        assert main(["code", str(scan)]) == 0
        told = capsys.readouterr().out
        assert told.count(record) == 3
        assert "第 4 页\n  没有读到码" in told
        assert main(["code", "--json", texts(pages)[1]]) == 0
        [page] = json.loads(capsys.readouterr().out)["pages"]
        assert (page["codes"][0]["page"], page["codes"][0]["holds"]) == (2, True)
        assert main(["code", "别的码"]) == 1
        assert "不是这里印的码" in capsys.readouterr().err


def packet(desk: Desk, record: str, *documents: str) -> list[Image.Image]:
    """A packet with its list in front, as it comes out of a scanner."""
    chosen = list(documents) or None
    made = desk.documents.packet(record, PHASE, desk.who(), documents=chosen, cover=True)
    with pypdfium2.PdfDocument(made.data) as pdf:
        return [page.render(scale=150 / 72).to_pil().convert("RGB") for page in pdf]


def test_the_list_in_front_of_a_packet_bears_a_code_and_tells_whether_its_papers_hold(desk: Desk) -> None:
    record = a_leave(desk)
    pages = packet(desk, record)
    assert all(zxingcpp.read_barcodes(page) for page in pages)
    [first] = texts(pages[:1])
    told = desk.codes.read(first, desk.who())
    assert (told.code.record, told.code.version, told.code.page, told.code.pages) == (record, 1, 1, 1)
    assert told.holds
    assert told.told()[1].startswith("《材料目录（")
    small = "  ".join(told.code.small_print(desk.codes._coding.key))
    assert desk.codes.read(small, desk.who()).code == told.code
    desk.records.set(record, "reason", "换一个理由", desk.who())
    told = desk.codes.read(first, desk.who())
    assert not told.holds
    assert "和现在的数据不一样" in told.why
    assert [title for title, _ in told.reprint]
    assert desk.codes.read(texts(packet(desk, record)[:1])[0], desk.who()).holds


def test_a_list_of_some_papers_speaks_of_these_only(desk: Desk) -> None:
    record = a_leave(desk)
    [of_one] = texts(packet(desk, record, PAPER)[:1])
    [of_all] = texts(packet(desk, record)[:1])
    assert of_one != of_all
    assert desk.codes.read(of_one, desk.who()).holds
    desk.store.set_preferences(f"listed/{record}", {desk.codes.read(of_one, desk.who()).code.hash: None})
    forgotten = desk.codes.read(of_one, desk.who())
    assert not forgotten.holds
    assert "整套重新打印" in forgotten.why
    desk.store.set_preferences(f"listed/{record}", {forgotten.code.hash: {PAPER: "0" * 8}})
    assert "整套重新打印" in desk.codes.read(of_one, desk.who()).why


def test_a_paper_that_is_wanted_since_makes_a_list_stale_unless_papers_were_chosen(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()
    ready = [one.key for one in desk.documents.list(record, "certificates") if one.state == "ready"]
    late = {"exam_sign_in", "invigilation_record"}
    assert late < set(ready)

    def listed(*documents: str) -> str:
        made = desk.documents.packet(record, "certificates", who, documents=documents or None, cover=True)
        with pypdfium2.PdfDocument(made.data) as pdf:
            return texts([pdf[0].render(scale=150 / 72).to_pil().convert("RGB")])[0]

    desk.records.set(record, "exam_mode", "线上", who)
    every = listed()
    ticked = listed(*(key for key in ready if key not in late))
    of_one = listed(ROSTER)
    assert ticked.split(":")[-2] == every.split(":")[-2]  # all that was ready, whether ticked or not
    assert all(desk.codes.read(code, who).holds for code in (every, of_one))
    desk.records.set(record, "exam_mode", "线下", who)
    told = desk.codes.read(every, who)
    assert not told.holds
    assert "还有《考场签到表》、《监考记录表》，上面没有" in told.why
    assert desk.codes.read(of_one, who).holds
    assert desk.codes.read(listed(), who).holds


def test_a_paper_that_was_not_finished_is_missed_on_a_list_once_it_is(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()

    def listed() -> str:
        made = desk.documents.packet(record, "certificates", who, cover=True)
        with pypdfium2.PdfDocument(made.data) as pdf:
            return texts([pdf[0].render(scale=150 / 72).to_pil().convert("RGB")])[0]

    desk.records.set(record, "trainees/r1/theory", None, who)
    without = listed()
    assert desk.codes.read(without, who).holds
    desk.records.set(record, "trainees/r1/theory", "80", who)
    assert "还有《" in desk.codes.read(without, who).why


ROSTER = "issuance_roster"


def test_numbers_given_out_later_leave_a_paper_good_and_one_that_is_corrected_does_not(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()

    def give(row: str, number: str | None) -> None:
        desk.records.set(record, f"trainees/{row}/cert_no", number, who)

    def paper() -> bytes:
        return desk.documents.file(record, ROSTER, ".pdf", who).data

    def standing() -> Standing:
        checklist = desk.materials.state(record, who, "certificates").checklist
        return next(one.standing for one in checklist.items if one.id == "issuance_scan")

    def code() -> str:
        with pypdfium2.PdfDocument(paper()) as pdf:
            return texts([pdf[0].render(scale=150 / 72).to_pil().convert("RGB")])[0]

    give("r1", None)
    give("r2", None)
    without = code()
    give("r1", "YL44060420260079001")
    assert desk.codes.read(without, who).holds
    assert ROSTER not in desk.documents.reprints(record)
    with_one = code()
    desk.materials.bring(record, "issuance_scan", paper(), "扫描.pdf", who)
    give("r2", "YL44060420260079002")
    assert standing() is not Standing.STALE
    assert desk.codes.read(with_one, who).holds and desk.codes.read(without, who).holds
    give("r1", "YL44060420260079003")
    told = desk.codes.read(with_one, who)
    assert not told.holds and "改过" in told.why
    assert [title for title, _ in told.reprint if "核发名册" in title]
    assert standing() is Standing.STALE
    assert "证书编号" in desk.documents.reprints(record)[ROSTER].why
    assert desk.codes.read(without, who).holds
    assert desk.codes.read(code(), who).holds
    assert ROSTER not in desk.documents.reprints(record)


def test_pages_of_acts_between_two_versions_are_held_against_what_they_said_themselves(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()

    def give(number: str | None) -> None:
        desk.records.set(record, "trainees/r1/cert_no", number, who)

    def code_of_an_act(number: str, to: str) -> str:
        give(number)
        desk.records.hand_over(record, to, who)
        n = desk.store.entries(record, EVERYTHING)[-1].n
        with pypdfium2.PdfDocument(desk.documents.file(record, ROSTER, ".pdf", who, version=n).data) as pdf:
            return texts([pdf[0].render(scale=150 / 72).to_pil().convert("RGB")])[0]

    first, second = "YL44060420260079001", "YL44060420260079003"
    begun = next(one.shown for one in desk.records.row(record, "trainees", "r1") if one.path == "trainees/r1/cert_no")
    assert begun not in ("", first, second)
    code = code_of_an_act(first, "甲")
    assert desk.codes.read(code, who).holds, "the record began with another number, of which nothing was printed"
    give(begun)
    assert not desk.codes.read(code, who).holds
    assert code_of_an_act(second, "乙") == code, "one number of version, and a hash without what comes later"
    assert not desk.codes.read(code, who).holds, "which of the two it is cannot be told, and one says otherwise"
    desk.records.keep_version(record, who)
    assert not desk.codes.read(code, who).holds, "a version without paper of the same number changes nothing"


def test_a_list_of_those_who_passed_does_not_hold_once_one_of_them_did_not(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()
    receipts = desk.documents.file(record, "receipt_roster", ".pdf", who)
    with pypdfium2.PdfDocument(receipts.data) as pdf:
        [code, *_] = texts([pdf[0].render(scale=100 / 72).to_pil().convert("RGB")])
    assert desk.codes.read(code, who).holds
    row = next(one for one in desk.records.row_ids(record, "trainees") if _passed(desk, record, one))
    desk.records.set(record, f"trainees/{row}/theory", "20", who)
    assert not desk.codes.read(code, who).holds


SHEETS = "sign_in"


def coded_pages(desk: Desk, record: str) -> list[str]:
    with pypdfium2.PdfDocument(desk.documents.file(record, SHEETS, ".pdf", desk.who()).data) as pdf:
        return texts([page.render(scale=100 / 72).to_pil().convert("RGB") for page in pdf])


def test_one_item_that_changed_asks_for_its_own_pages_again(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()
    codes = coded_pages(desk, record)
    assert len(codes) == 36  # three for each of twelve sessions
    desk.records.set(record, "sessions/s2/room", "401教室", who)
    again = desk.documents.reprints(record)[SHEETS]
    assert again.pages == (4, 5, 6)
    assert str(again).startswith("只重印第 4—6 页（2026年11月10日 上午）。印过的比数据旧：")
    assert str(again).endswith("地点（教室）改过")
    read = [desk.codes.read(codes[at], who) for at in (2, 3, 5, 6)]
    assert [one.holds for one in read] == [True, False, False, True]
    assert all("要重印：《学员签到表》第 4—6 页（2026年11月10日 上午）（" in one.told()[-1] for one in read)
    desk.records.set(record, "trainees/r1/name", "李四光", who)
    assert desk.documents.reprints(record)[SHEETS].labels == ()
    assert not any(desk.codes.read(codes[at], who).holds for at in (2, 3, 5, 6))
    assert "《学员签到表》全部各页" in desk.codes.read(codes[0], who).told()[-1]


def test_an_item_that_comes_last_leaves_the_others_and_one_that_goes_does_not(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()
    codes = coded_pages(desk, record)
    last = {
        "date": "2026-12-02",
        "time": "09:00-12:00",
        "hours": "4",
        "kind": "理论",
        "content": "补课",
        "room": "401教室",
    }
    desk.records.add_row(record, "sessions", who, last)
    assert desk.codes.read(codes[0], who).holds
    assert desk.codes.read(codes[-1], who).holds
    code = desk.codes.read(codes[0], who).code
    opened = desk.documents._book.open(record)
    assert desk.codes._prints.added_since(opened, code) == ("2026年12月2日 上午",)
    desk.records.remove_row(record, "sessions", "s3", who)
    assert not desk.codes.read(codes[0], who).holds


def test_an_item_of_a_paper_without_codes_is_found_wherever_it_stands(desk: Desk) -> None:
    record, who = load(desk, "class_50")["class_50"], desk.who()
    desk.documents.file(record, "certificate", ".docx", who)
    passed = [row for row in desk.records.row_ids(record, "trainees") if _passed(desk, record, row)]
    desk.records.remove_row(record, "trainees", passed[0], who)
    assert "certificate" not in desk.documents.reprints(record)
    desk.records.set(record, f"trainees/{passed[2]}/name", "李四光", who)
    again = desk.documents.reprints(record)["certificate"]
    assert (again.labels, again.pages) == (("李四光",), ())
    assert str(again).startswith("只重印李四光这一份。")
    printed = desk.documents._printed
    printed.keep_spans(record, printed.handed_out(record)["certificate"][0], "certificate", [1] * len(passed))
    desk.records.set(record, f"trainees/{passed[3]}/name", "王五", who)
    assert str(desk.documents.reprints(record)["certificate"]).startswith("只重印第 2—3 页（李四光、王五）。")


def items(*told: tuple[str, str]) -> list[Repetition]:
    return [Repetition(key=key, label=key, hash=hash, later=()) for key, hash in told]


def test_of_items_that_go_by_one_key_all_must_be_printed_again() -> None:
    before = items(("甲", "1"), ("乙", "2"))
    found = compared(before, items(("甲", "1"), ("乙", "3")), bound=True)
    assert found is not None and found.at == {1}
    for now in (items(("甲", "1"), ("乙", "2"), ("乙", "3")), items(("甲", "1"), ("乙", "2"), ("乙", "2"))):
        assert compared(before, now, bound=True) is None
        assert compared(now, before, bound=False) is None


def _passed(desk: Desk, record: str, row: str) -> bool:
    return any(
        one.path.endswith("/result") and one.shown == "合格" for one in desk.records.row(record, "trainees", row)
    )
