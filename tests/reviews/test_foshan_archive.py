"""The archive of a class: one bag that proves itself, kept five years, longer where it is held, destroyed by two."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from onefill.errors import OneFillError
from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from onefill.service.bag_writer import Bag
from onefill.service.destroyed_with import along
from onefill.service.figuring import UNDATED
from store import EVERYTHING, FileDamaged, FileUnknown, Found
from tests.desks import NOW, Clock, load, make_desk
from tests.papers import word_text
from tests.reviews.foshan import (
    CENTRE,
    CITY,
    CLERK,
    INSPECTOR,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    code_class,
    code_list,
    file_class,
    hand_in_all,
    items,
    looked_at,
    part_of_class,
)
from tests.reviews.test_foshan_certificates import recall, reissue
from tests.reviews.test_foshan_life import inspection_of
from tests.reviews.test_foshan_measures import OTHER_LEADER, ordered
from tests.reviews.test_verification import one_page

#: When the sample class is archived.
ARCHIVED = "2026年12月10日"
PHASES = ("filing", "certificates", "archive")


def archived(desk: Desk, *, named: bool = False) -> str:
    """A class of ten whose file is closed; the list of its codes may say for whom each is."""
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record, meant(desk, record) if named else ())
    desk.reviews.act(record, "register_certificates", OFFICER)
    hand_in_all(desk, record, "archive")
    desk.reviews.act(record, "close_archive", CLERK, declared=True)
    return record


def meant(desk: Desk, record: str) -> list[dict[str, str]]:
    """The codes of a class, each with whom it is for."""
    table = desk.records.table(record, "trainees")
    keys = {"cert_no": "cert_no", "meant_name": "name", "meant_doc": "doc_type", "meant_id": "id_no"}
    people = (table.texts[row] for row in table.order)
    return [{key: str(one[ours]) for key, ours in keys.items()} for one in people if one["cert_no"]]


def called_up(desk: Desk, record: str) -> str:
    """An inspection that found nothing, in which two of the class were called up."""
    found = inspection_of(desk, record)
    desk.records.set(found, "method", "电话回访学员", INSPECTOR)
    for row in desk.records.row_ids(found, "calls"):
        desk.records.remove_row(found, "calls", row, INSPECTOR)
    people = list((desk.store.latest(record, EVERYTHING).data or {})["trainees"].values())[:2]
    told = {"attended": "是", "charged": "否", "satisfied": "满意", "called_on": "2026-12-19", "time": "10:05"}
    calls = [{"name": one["name"], "mobile": one["mobile"], **told} for one in people]
    desk.records.add_rows(found, "calls", INSPECTOR, calls)
    return found


def test_what_names_the_same_people_goes_with_the_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of codes, reissues and inspections: numbers and names are nowhere, what was done stands in registers."""
    monkeypatch.setattr("store.tiny.NAMED_WITHIN", 0.0)
    clock = Clock()
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=clock, inspect=looked_at)
    record = archived(desk, named=True)
    again, found = reissue(desk, record, meant(desk, record)[0]["cert_no"]), called_up(desk, record)
    desk.reviews.act(again, "reissue", RESPONSIBLE, declared=True)
    back = recall(desk, record, meant(desk, record)[1]["cert_no"], "转让证书")
    desk.reviews.act(back, "ask_recall", INSPECTOR)
    (listed,) = (one.id for one in desk.records.list("code_allotment"))
    people = list((desk.store.latest(record, EVERYTHING).data or {})["trainees"].values())
    secrets = {str(one[key]).encode() for one in people for key in ("id_no", "mobile")}
    names = {str(one["name"]) for one in people}
    clock.now = NOW.replace(year=2032)
    desk.reviews.act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    with pytest.raises(GuardFailed, match="收回或作废证书的没有决定，办完再销毁"):
        desk.reviews.act(record, "approve_disposal", LEADER, opinion="同意")
    desk.reviews.act(back, "decide_recall", LEADER, reason="借给他人应聘")
    desk.reviews.act(record, "approve_disposal", LEADER, opinion="同意")
    for path, data in everywhere(tmp_path).items():
        assert not [one for one in secrets if one in data], path
    for one in (again, found, listed, back):
        last = desk.store.latest(one, EVERYTHING)
        assert last.destroys, last.form
        assert not [name for name in names if name in f"{last.data} {last.summary}"], last.form
        assert one in {each.id for each in desk.records.list(last.form)}
        assert desk.history.timeline(one)[0].what == "同意销毁，档案已经销毁"
    sums = desk.boards.statistics("foshan.training_sums", CITY, desk.people.offices.units(), by="month")
    assert not sums.faults
    assert desk.registers.lines("foshan.reissues", CITY, clock.now.date()).lines[0].texts["reason"] == "遗失"
    assert len(desk.registers.lines("foshan.code_pool", CITY, clock.now.date()).lines) > 3
    lines = desk.registers.lines("foshan.certificates", CITY, clock.now.date()).lines
    assert [one.texts["reason"] for one in lines if one.words == "已收回"] == ["借给他人应聘"]
    assert desk.store.verify_chains() == desk.store.verify_index() == desk.store.verify_files() == ()
    # What is begun afterwards is no part of it, nor at the next start.
    late = reissue(desk, record, "44060420260001")
    opened = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=clock, inspect=looked_at)
    assert not opened.store.latest(late, EVERYTHING).destroys


def test_a_list_for_a_whole_district_goes_with_the_last_class_whose_people_it_names(
    desk: Desk, ids: dict[str, str]
) -> None:
    first, second = part_of_class(desk, ids, 0), part_of_class(desk, ids, 1)
    lines = [*meant(desk, first), *meant(desk, second)]
    whole = {"allotted_to": "一个区", "whole_district": "禅城区"}
    both, only = (desk.records.create("code_allotment", CENTRE, whole) for _ in range(2))
    desk.records.add_rows(both, "code_lines", CENTRE, [*lines, {"cert_no": "44060420269999"}])
    desk.records.add_rows(only, "code_lines", CENTRE, meant(desk, second))
    elsewhere = code_list(desk, second, meant(desk, first))  # given to the other class, whatever codes it lists
    book, (destroys,) = (
        desk.records._book,
        [one.destroys for one in desk.definitions.form("training_class").actions if one.destroys],
    )
    assert along(book, destroys, first) == []
    assert set(along(book, destroys, second)) == {elsewhere, only}
    for row in desk.records.row_ids(second, "trainees"):
        desk.records.set(second, f"trainees/{row}/cert_no", "", CLERK)
    assert along(book, destroys, first) == [both]


def test_what_goes_with_a_class_goes_at_the_next_start_if_the_program_died(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=clock, inspect=looked_at)
    record = archived(desk)
    (listed,) = (one.id for one in desk.records.list("code_allotment"))
    clock.now = NOW.replace(year=2032)
    desk.reviews.act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    with monkeypatch.context() as dying:
        dying.setattr("onefill.service.versions.Versions.end_with", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.reviews.act(record, "approve_disposal", LEADER, opinion="同意")
    assert desk.store.latest(record, EVERYTHING).destroys
    assert not desk.store.latest(listed, EVERYTHING).destroys
    opened = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=clock, inspect=looked_at)
    assert opened.store.latest(listed, EVERYTHING).destroys


def test_no_class_is_destroyed_while_what_was_ordered_of_it_stands(late: tuple[Desk, Clock, str]) -> None:
    desk, clock, record = late
    found = ordered(desk, record)
    clock.now = NOW.replace(year=2032)
    desk.reviews.act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    with pytest.raises(GuardFailed, match="限期整改、暂停新开班还在执行，先解除再销毁"):
        desk.reviews.act(record, "approve_disposal", LEADER, opinion="同意")
    desk.reviews.act(found, "lift_measures", OTHER_LEADER, reason="已经改正")
    desk.reviews.act(record, "approve_disposal", LEADER, opinion="同意")


def unpacked(bag: Bag) -> dict[str, bytes]:
    """The files of a bag by their paths inside."""
    with bag.open() as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}
        assert len(folders) == 1
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def sums(text: bytes) -> dict[str, str]:
    lines = (line.partition("  ") for line in text.decode().splitlines())
    return {path: digest for digest, _, path in lines}


def test_a_class_is_one_bag_whose_files_are_known_by_their_sums(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", inspect=looked_at)
    record = archived(desk)
    desk.documents.file(record, "training_plan", ".docx", CLERK)
    found = unpacked(desk.bags.of_record(record, CLERK))
    assert found["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    told = sums(found["manifest-sha256.txt"])
    payload = {path: data for path, data in found.items() if path.startswith("data/")}
    assert told == {path: sha256(data).hexdigest() for path, data in payload.items()}
    tags = sums(found["tagmanifest-sha256.txt"])
    assert tags == {path: sha256(found[path]).hexdigest() for path in tags}
    assert set(tags) == {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}
    info = found["bag-info.txt"].decode()
    assert f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}" in info
    assert "Bagging-Date: 2026-12-20" in info
    handed_in = {file.digest for phase in PHASES for one in items(desk, record, phase).values() for file in one.files}
    assert handed_in <= set(told.values())
    assert {path.split("/")[1] for path in payload} == {
        "数据.json",
        "办理记录.json",
        "01 训前备案",
        "02 证书申请",
        "03 归档",
        "登记",
        "附件",
        "通知",
    }
    recordings = payload["data/登记/录像登记.csv"].decode("utf-8-sig").splitlines()
    assert len(recordings) > 10
    (plan,) = (data for path, data in payload.items() if path.endswith("培训计划（附件3）.docx"))
    assert "家政服务基础" in word_text(plan)
    assert sum(path.startswith("data/通知/") and "同意通知书" in path for path in payload) == 2
    assert len(json.loads(payload["data/数据.json"])["trainees"]) == 10
    acts = json.loads(payload["data/办理记录.json"])
    assert [one["操作"] for one in acts][-1] == "归档"
    assert {one["办理人"] for one in acts} >= {OFFICER.name, LEADER.name, CITY.name, RESPONSIBLE.name}
    assert unpacked(desk.bags.of_record(record, CLERK)) == found


def test_a_file_that_was_altered_on_the_disk_is_told_when_the_bag_is_packed(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", inspect=looked_at)
    record = archived(desk)
    digest = items(desk, record, "filing")["plan_scan"].files[0].digest
    (path,) = (one for one in (tmp_path / "store" / "files").rglob("*") if digest in one.name)
    path.chmod(0o600)
    path.write_bytes(b"another plan\na page")
    with pytest.raises(FileDamaged):
        desk.bags.of_record(record, CLERK)


def test_the_list_of_recommended_goes_to_the_city_with_all_that_was_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(tmp_path, inspect=looked_at, html=lambda _page: one_page())
    application = load(desk, "application")["application"]
    hand_in_all(desk, application, "apply")
    act = desk.reviews.act
    act(application, "submit_application", RESPONSIBLE, declared=True)
    act(application, "take_up", OFFICER)
    act(application, "first_review", OFFICER, opinion="相符")
    act(application, "recommend", LEADER, opinion="同意推荐", rank=1)
    asked = Counter[str]()
    find = desk.store.find

    def counted(**how: Any) -> Sequence[Found]:
        if not how.get("tokens"):  # a look-up of one value lists no cases
            asked.update([str(how.get("form"))])
        return find(**how)

    monkeypatch.setattr(desk.store, "find", counted)
    found = unpacked(desk.bags.of_list("application", "recommended_institutions", OFFICER))
    assert asked["application"] == 1, "its two papers and its folders are made of one reading of the cases"
    told = sums(found["manifest-sha256.txt"])
    handed_in = [file for one in items(desk, application, "apply").values() for file in one.files]
    assert len(handed_in) > 10
    assert {file.digest for file in handed_in} <= set(told.values())
    names = {path.split("/")[1] for path in told}
    assert {"推荐机构名单_20261220.pdf", "推荐机构名单_20261220.xlsx"} <= names
    assert [name for name in names if name.startswith("001 ") and "佛山市样例职业培训学校" in name]
    assert f"Contact-Name: {OFFICER.name}" in found["bag-info.txt"].decode()


@pytest.fixture
def late(tmp_path: Path) -> tuple[Desk, Clock, str]:
    """An archived class, and the clock."""
    clock = Clock()
    desk = make_desk(tmp_path, clock=clock, inspect=looked_at)
    record = archived(desk)
    assert {one.path: one.shown for one in desk.records.fields(record, "archive_file")}["archive_date"] == ARCHIVED
    return desk, clock, record


def test_nothing_is_destroyed_before_its_time_and_never_while_it_is_held(late: tuple[Desk, Clock, str]) -> None:
    desk, clock, record = late
    act = desk.reviews.act
    # The day that was typed lies ten days before the file was closed: the years run from the later one.
    clock.now = NOW.replace(year=2031, day=20)
    with pytest.raises(GuardFailed, match="保管到2031年12月20日，还没有期满"):
        act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    clock.now = NOW.replace(year=2031, day=21)
    act(record, "hold_archive", LEADER, reason="有一件诉讼没有结")
    with pytest.raises(GuardFailed, match="延长保管，不能销毁"):
        act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    with pytest.raises(GuardFailed, match="已经在延长保管"):
        act(record, "hold_archive", LEADER, reason="再延长")
    act(record, "release_archive", LEADER, reason="诉讼已结")
    act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    act(record, "hold_archive", LEADER, reason="又有一件")
    assert desk.reviews.state(record, OFFICER).phase("archive").stage == "archived"


def test_the_reminder_goes_by_the_later_day_too(late: tuple[Desk, Clock, str]) -> None:
    desk, clock, record = late

    def reminded() -> list[str]:
        return [f"{one.since}" for one in desk.dues.of(RESPONSIBLE) if one.what == "保管期满，申请销毁"]

    clock.now = NOW.replace(year=2031, day=5)  # a fortnight before the day that was typed is long over
    assert reminded() == []
    clock.now = NOW.replace(year=2031, day=6)
    assert reminded() == ["2031-12-20"]
    desk.reviews.act(record, "reopen_archive", RESPONSIBLE, reason="漏了一件")
    assert reminded() == []
    desk.reviews.act(record, "close_archive", CLERK, declared=True)
    clock.now = NOW.replace(year=2036, day=5)
    assert reminded() == ["2036-12-06"]  # it was closed anew


def test_who_may_not_ask_yet_is_not_reminded(late: tuple[Desk, Clock, str]) -> None:
    desk, clock, record = late

    def reminded() -> bool:
        return "保管期满，申请销毁" in {one.what for one in desk.dues.of(RESPONSIBLE) if one.record == record}

    clock.now = NOW.replace(year=2032)
    assert reminded()
    desk.reviews.act(record, "hold_archive", LEADER, reason="行政诉讼")
    assert not reminded()
    with pytest.raises(GuardFailed, match="已经在延长保管"):
        desk.reviews.act(record, "hold_archive", LEADER, reason="行政诉讼")
    desk.reviews.act(record, "release_archive", LEADER, reason="诉讼结束")
    assert reminded()
    with pytest.raises(GuardFailed, match="没有在延长保管"):
        desk.reviews.act(record, "release_archive", LEADER, reason="诉讼结束")


def test_two_people_agree_and_a_certificate_is_printed(late: tuple[Desk, Clock, str]) -> None:
    desk, clock, record = late
    act = desk.reviews.act
    clock.now = NOW.replace(year=2032)
    assert "保管期满，申请销毁" in {one.what for one in desk.dues.of(RESPONSIBLE) if one.record == record}
    act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    act(record, "refuse_disposal", LEADER, reason="再核对一次")
    act(record, "ask_disposal", RESPONSIBLE, reason="核对过")
    act(record, "approve_disposal", LEADER, opinion="同意")
    assert "保管期满，申请销毁" not in {one.what for one in desk.dues.of(RESPONSIBLE) if one.record == record}
    (line,) = desk.registers.lines("foshan.archive_disposals", CITY, clock.now.date()).lines
    assert (line.record, line.words, line.texts["retention_years"]) == (record, "已批准销毁", "5")
    text = word_text(desk.notices.make(record, "disposal_certificate", LEADER, ".docx", phase="archive").data)
    assert "2031年12月20日期满" in text
    assert "【缺" not in text
    made = desk.listings.make("training_class", "archives_to_destroy", LEADER, ".xlsx")
    assert made.name.startswith("期满档案销毁清单")


def everywhere(folder: Path) -> dict[Path, bytes]:
    """All that lies on the disk; what is zipped besides as it reads."""
    found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path, data in list(found.items()):
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found[path] += b"".join(map(archive.read, archive.namelist()))
    return found


def test_after_the_approval_nothing_of_the_class_is_left_but_registers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.tiny.NAMED_WITHIN", 0.0)  # its files were put five years ago
    clock = Clock()
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", clock=clock, inspect=looked_at)
    record = archived(desk)
    desk.documents.file(record, "trainee_roster", ".docx", CLERK)
    data = desk.store.latest(record, EVERYTHING).data or {}
    trainee = next(iter(data["trainees"].values()))
    secrets = {trainee["id_no"].encode(), trainee["mobile"].encode()}
    assert all(any(one in data for data in everywhere(tmp_path).values()) for one in secrets)
    handed_in = {
        file.digest
        for phase in PHASES
        for one in items(desk, record, phase).values()
        for file in one.files
        if one.material.kind != "earlier"
    }
    assert len(handed_in) > 3
    certificates = desk.registers.lines("foshan.certificates", CITY, NOW.replace(year=2032).date()).lines
    assert certificates
    clock.now = NOW.replace(year=2032)
    desk.reviews.act(record, "ask_disposal", RESPONSIBLE, reason="期满")
    desk.reviews.act(record, "approve_disposal", LEADER, opinion="同意")
    for path, found in everywhere(tmp_path).items():
        assert not [one for one in secrets if one in found], path
    for digest in handed_in:
        with pytest.raises(FileUnknown):
            desk.store.get_file(digest)
    assert desk.store.verify_chains() == desk.store.verify_index() == desk.store.verify_files() == ()
    assert desk.registers.lines("foshan.certificates", CITY, clock.now.date()).lines == certificates
    assert desk.look_ups.valid(certificates[0].texts["cert_no"], certificates[0].texts["cert_holder"], "a")
    assert "*" in certificates[0].texts["cert_holder_id"]
    sums = desk.boards.statistics("foshan.training_sums", CITY, desk.people.offices.units(), by="month")
    assert not sums.faults
    assert UNDATED not in [row.title for row in sums.rows]
    assert desk.dues.of(LEADER) is not None
    assert desk.listings.make("training_class", "archives_to_destroy", LEADER, ".xlsx").data
    assert [one.did for one in desk.log.lines() if one.record == record][:1] == ["destroyed"]
    moments = desk.history.timeline(record)
    assert (moments[0].what, moments[0].who) == ("同意销毁，档案已经销毁", LEADER.name)
    assert "申请销毁期满的档案" in [one.what for one in moments]
    for refused in (
        lambda: desk.records.state(record),
        lambda: desk.records.set(record, "class_no", "1", CLERK),
        lambda: desk.documents.file(record, "training_plan", ".docx", CLERK),
        lambda: desk.history.compare(record, 1, 2),
        lambda: desk.reviews.act(record, "reopen_archive", RESPONSIBLE, reason="再看"),
    ):
        with pytest.raises(OneFillError, match=r"已经销毁|不能"):
            refused()
    (paper,) = desk.notices.sent(record, LEADER)
    text = word_text(desk.notices.again(record, paper.n, LEADER, ".docx").data)
    assert "2031年12月20日期满" in text
    assert "审批意见：同意" in text
    assert "【缺" not in text
    assert record in {one.id for one in desk.records.list("training_class")}
