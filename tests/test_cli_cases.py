"""A submission from the command line."""

import json
from datetime import date
from pathlib import Path

import pytest

from onefill.cli import main
from onefill.service import Settings, open_desk
from onefill.service.access import Did
from onefill.service.shapes import Person
from tests.reviews.test_one_step import filled, scan


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "var"))
    desk = open_desk(Settings.from_environment())
    made = filled(desk)
    desk.store.close()
    return made


def test_from_the_checklist_to_the_receipt(record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checklist", record]) == 1
    assert "缺　请假单（签字扫描件） [signed_paper]" in capsys.readouterr().out
    paper = tmp_path / "请假单.png"
    paper.write_bytes(scan())
    assert main(["supply", record, str(paper), "--item", "signed_paper"]) == 0
    assert main(["checklist", record, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert [one["standing"] for one in told["items"]] == ["present", "not_required"]
    assert main(["act", record]) == 0
    assert "[ask_leave]" in capsys.readouterr().out
    assert main(["act", record, "ask_leave"]) == 1
    assert "承诺" in capsys.readouterr().err
    assert main(["act", record, "ask_leave", "--declare"]) == 0
    assert "等主管批　回执号" in capsys.readouterr().out
    assert main(["act", record, "give_leave"]) == 1


def test_what_cannot_be_taken_is_told(record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake = tmp_path / "扫描件.pdf"
    fake.write_bytes(b"MZ" + bytes(300))
    assert main(["supply", record, str(fake), "--item", "signed_paper"]) == 1
    assert "没有做成" in capsys.readouterr().err
    assert main(["supply", record, str(fake), "--item", "nothing"]) == 1
    assert "清单里没有这一件" in capsys.readouterr().err


def test_what_is_printed_stands_in_the_log(record: str, tmp_path: Path) -> None:
    assert main(["notice", record, "leave_receipt", "--out", str(tmp_path / "回执.docx")]) == 0
    assert main(["render", record, "--out", str(tmp_path / "out")]) == 0
    desk = open_desk(Settings.from_environment())
    told = [(line.record, line.what) for line in desk.log.lines() if line.did == Did.PRINTED]
    desk.store.close()
    assert (record, "leave_receipt") in told
    assert [what for one, what in told if one == record and what.endswith(".docx")] != []


def test_what_is_due_is_listed(record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due"]) == 0
    assert capsys.readouterr().out == "共 0 项\n"
    desk = open_desk(Settings.from_environment())
    (row,) = desk.records.rows(record, "periods")
    for field in ("first_day", "last_day"):
        desk.records.set(record, f"periods/{row.id}/{field}", date.today().isoformat(), desk.who())
    desk.materials.supply(record, "signed_paper", scan(), "a.png", desk.who())
    desk.reviews.act(record, "ask_leave", desk.who(), declared=True)
    boss = Person(name="主管", roles=("manager",))
    desk.reviews.act(record, "give_leave", boss, reason="照样准")
    desk.store.close()
    assert main(["due"]) == 0
    assert f"{record}  回来销假" in capsys.readouterr().out
    assert main(["due", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["due"]
    assert (told["what"], told["kind"]) == ("回来销假", "deadline")


def test_one_step_for_several_cases(record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = open_desk(Settings.from_environment())
    desk.materials.supply(record, "signed_paper", scan(), "a.png", desk.who())
    desk.reviews.act(record, "ask_leave", desk.who(), declared=True)
    desk.reviews.act(record, "give_leave", Person(name="主管", roles=("manager",)), reason="照样准")
    desk.store.close()
    listed = tmp_path / "清单.xlsx"
    assert main(["batch", "end_leave", record, "--out", str(listed)]) == 0
    told = capsys.readouterr()
    assert "办成 1 件，没有办 0 件" in told.out and listed.stat().st_size
    assert main(["batch", "--resume", told.err.split()[1]]) == 0
    assert "办成 1 件" in capsys.readouterr().out
    assert main(["batch", "end_leave", record, "--json"]) == 1
    (case,) = json.loads(capsys.readouterr().out)["cases"]
    assert case["at"] is None and "现在是“已销假”" in case["why"]
    assert main(["batch", "ask_leave", record]) == 1
    assert "“交给主管”要一件一件办" in capsys.readouterr().err
