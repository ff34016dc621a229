"""The commands about people and the access log."""

import json
from pathlib import Path

import pytest

from onefill.cli import main
from onefill.service import Settings, open_desk

GOOD, BAD, USAGE = 0, 1, 2
DISTRICT = "440600/440605"
KEEPER = ["people", "add", "市管", "--unit", "440600", "--role", "administrator"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    both = capsys.readouterr()
    return both.out + both.err


def test_the_first_administrator_is_made_here_and_signs_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*KEEPER, "--once"]) == GOOD
    words = said(capsys)
    once = words.split("一次性密码 ")[1].split()[0]
    desk = open_desk(Settings.from_environment())
    signed = desk.people.session(desk.people.sign_in("市管", once))
    desk.store.close()
    assert signed.must_change
    assert signed.person.may("accounts", DISTRICT)


def test_what_somebody_is_and_what_a_unit_is_called_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*KEEPER, "--once"]) == GOOD
    assert main(["people", "unit", DISTRICT, "x-1", "--title", "甲校"]) == GOOD
    assert main(["people", "add", "陈晓岚", "--unit", f"{DISTRICT}/x-1", "--role", "clerk", "--once"]) == GOOD
    assert main(["people", "change", "陈晓岚", "--role", "responsible", "--title", "校长"]) == GOOD
    assert main(["people", "change-unit", f"{DISTRICT}/x-1", "--title", "乙校"]) == GOOD
    said(capsys)
    assert main(["people", "list"]) == GOOD
    assert "陈晓岚  等改密码  乙校  机构负责人  校长" in said(capsys)
    assert main(["people", "change-unit", f"{DISTRICT}/x-1", "--close"]) == BAD
    assert "没有停用这个单位：陈晓岚" in said(capsys)
    assert main(["people", "disable", "陈晓岚"]) == GOOD
    assert main(["people", "change-unit", f"{DISTRICT}/x-1", "--close"]) == GOOD
    assert main(["people", "change", "没有的人", "--title", "x"]) == BAD


def test_a_password_comes_from_a_file_or_from_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "password"
    file.write_text("红茶两杯过桥去看灯火\n不是这一行\n", "utf-8")
    assert main([*KEEPER, "--password-file", str(file)]) == GOOD
    desk = open_desk(Settings.from_environment())
    assert not desk.people.session(desk.people.sign_in("市管", "红茶两杯过桥去看灯火")).must_change
    desk.store.close()
    for content in ("", "short\n", "市管市管市管市管市管\n"):
        file.write_text(content, "utf-8")
        assert main(["people", "reset", "市管", "--password-file", str(file)]) == BAD
    assert main(["people", "reset", "市管", "--password-file", str(tmp_path / "none")]) == BAD
    said(capsys)
    with pytest.raises(SystemExit) as left:
        main(["people", "reset", "市管"])
    assert left.value.code == USAGE
    assert "--password-file" in said(capsys)


def test_a_password_typed_twice_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(
        ["short", "红茶两杯过桥去看灯火", "别的密码灯火阑珊处", "红茶两杯过桥去看灯火", "红茶两杯过桥去看灯火"]
    )
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert main(KEEPER) == GOOD
    assert next(typed, None) is None
    words = said(capsys)
    assert "至少要 10 个" in words
    assert "两次不一样" in words


def test_units_roles_accounts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people", "unit", DISTRICT, "nh-001", "--title", "示例培训学校"]) == GOOD
    assert main(["people", "units"]) == GOOD
    assert f"{DISTRICT}/nh-001  示例培训学校" in said(capsys)
    assert main(["people", "roles"]) == GOOD
    assert "clerk" in said(capsys)
    add = ["people", "add", "陈晓岚", "--unit", f"{DISTRICT}/nh-001", "--role", "clerk", "--once"]
    assert main(add) == GOOD
    assert main(add) == BAD
    assert "已经有“陈晓岚”" in said(capsys)
    assert main(["people", "add", "李敏", "--unit", DISTRICT, "--role", "king", "--once"]) == BAD
    assert "没有“king”这个角色" in said(capsys)
    for command, state in (("disable", "停用"), ("enable", "等改密码")):
        assert main(["people", command, "陈晓岚"]) == GOOD
        assert main(["people", "list"]) == GOOD
        assert f"陈晓岚  {state}  示例培训学校" in said(capsys)
    assert main(["people", "list", "--json"]) == GOOD
    (line,) = json.loads(said(capsys))
    assert (line["name"], "password" in line) == ("陈晓岚", False)
    assert main(["people", "disable", "没有"]) == BAD
    assert main(["people", "handover", "陈晓岚", "--to", "陈晓岚"]) == GOOD


def test_records_from_before_accounts_get_a_unit(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = open_desk(Settings.from_environment())
    record = desk.records.create("leave_request", desk.who())
    desk.store.close()
    assert main(["people", "adopt", "office/workshop"]) == GOOD
    assert "1 个办件分到了一车间，批次 " in said(capsys)
    assert main(["people", "adopt", "office/store", record]) == BAD
    assert "已经属于一车间" in said(capsys)
    assert main(["people", "adopt", "nowhere"]) == BAD
    assert main(["log", "verify"]) == GOOD


def test_the_log_and_the_chains_are_proved(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "verify"]) == GOOD
    assert main([*KEEPER, "--once"]) == GOOD
    assert main(["people", "disable", "市管"]) == GOOD
    said(capsys)
    assert main(["log", "show"]) == GOOD
    assert "本机  停用账号  市管" in said(capsys)
    assert main(["log", "show", "--from", "2020-01-01", "--to", "2020-01-31", "--json"]) == GOOD
    assert json.loads(said(capsys)) == []
    assert main(["log", "verify"]) == GOOD
    assert "没有被改过" in said(capsys)
    (log,) = (data / "store" / "log").glob("*.jsonl")
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[1])
    (account,) = (data / "store" / "records").rglob("account-*.json")
    account.write_text(account.read_text("utf-8").replace('"disabled": true', '"disabled": false'), "utf-8")
    assert main(["log", "verify", "--json"]) == BAD
    faults = json.loads(said(capsys))["faults"]
    assert [bool(fault["record"]) for fault in faults] == [False, True]
    assert log.name in faults[0]["file"]
    assert main(["log", "verify"]) == BAD
    assert "2 处对不上" in said(capsys)


def test_an_account_of_an_identity_provider_needs_no_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*KEEPER, "--subject", "s-1"]) == GOOD
    assert "一次性密码" not in said(capsys)
    desk = open_desk(Settings.from_environment())
    assert desk.people.session(desk.people.sign_in_proved("s-1")).person.name == "市管"
    desk.store.close()
    assert main(["people", "subject", "市管", "s-2"]) == GOOD
    assert "s-2" in said(capsys)
    assert main(["people", "subject", "市管"]) == GOOD
    assert "没有了" in said(capsys)
    assert main(["people", "subject", "没有人", "s-2"]) == BAD
