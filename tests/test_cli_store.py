"""``store``: what an administrator does, command by command."""

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from onefill.cli import main
from store import EVERYTHING, Change, Remains, Summary, Tally, open_store
from store.keyring import Keyring, new_key
from tests.databases import Server
from tests.desks import our_packs
from tests.store.making import begin, new
from tests.store.test_contract_parcels import tally as tally_of
from tests.store.test_postgres_encrypting import SECRETS, in_clear

GOOD, BAD, USAGE = 0, 1, 2
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two records, a draft, files, preferences and the log."""
    folder = tmp_path / "var"
    monkeypatch.setenv("ONEFILL_DATA", str(folder))
    store = open_store(f"tinydb://{folder}/store")
    begin(store, "r1", pins={"definition": store.put_file(b"form: x")})
    begin(store, "r2")
    store.set_draft("r2", [Change("name", "二班")], EVERYTHING, "李")
    store.set_preferences("printed/r1/1", {"plan.docx": {"digest": store.put_file(b"paper"), "name": "计划.docx"}})
    store.log({"did": "printed"})
    store.close()
    return folder


def told(capsys: Captured) -> Any:
    return json.loads(capsys.readouterr().out)


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.rglob(pattern)
    return path


def test_sound_data_are_found_sound(data: Path, capsys: Captured) -> None:
    assert main(["store", "verify"]) == GOOD
    assert capsys.readouterr().out == "都是好的\n"
    assert main(["store", "verify", "--json"]) == GOOD
    assert told(capsys) == {"problems": []}


def spoil_chain(data: Path) -> str:
    path = only(data, "r1.json")
    path.write_bytes(path.read_bytes().replace("一班".encode(), "七班".encode()))
    return str(path)


def spoil_draft(data: Path) -> str:
    path = only(data, "r2.jsonl")
    path.write_bytes(b"x" + path.read_bytes())
    return str(path)


def spoil_log(data: Path) -> str:
    path = only(data / "store" / "log", "????-??.jsonl")
    path.write_bytes(path.read_bytes().replace(b"printed", b"painted"))
    return str(path)


def spoil_file(data: Path) -> str:
    path = next(path for path in (data / "store" / "files").rglob("*") if path.is_file())
    path.write_bytes(b"other")
    return path.name


def lose_file(data: Path) -> str:
    path = next(path for path in (data / "store" / "files").rglob("*") if path.is_file())
    path.unlink()
    return path.name


def spoil_preferences(data: Path) -> str:
    path = only(data / "store" / "preferences", "*.json")
    path.write_bytes(b"{")
    return str(path)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_chain, "STORE_CHAIN"),
        (spoil_draft, "STORE_CHAIN"),
        (spoil_log, "STORE_LOG"),
        (spoil_file, "STORE_FILE"),
        (lose_file, "STORE_FILE_MISSING"),
        (spoil_preferences, "STORE_FILE"),
    ],
)
def test_each_fault_is_named_with_its_file_and_remedy(data: Path, capsys: Captured, spoil: Any, code: str) -> None:
    file = spoil(data)
    assert main(["store", "verify", "--json"]) == BAD
    problems = told(capsys)["problems"]
    (problem,) = [one for one in problems if one["code"] == code]
    assert file in problem["place"]["path"]
    assert problem["what"]
    assert problem["remedy"]
    assert main(["store", "verify"]) == BAD
    assert file in capsys.readouterr().out


def test_what_was_handed_in_and_is_gone_is_named(data: Path, capsys: Captured) -> None:
    store = open_store(f"tinydb://{data}/store")
    pins = {"definition": store.put_file(our_packs().source("teacher"))}
    kept = [store.put_file(text) for text in (b"proof", b"scan", b"newer proof", b"newer scan")]
    supplied = {"scan": {"file": kept[1], "name": "陈晓岚身份证.pdf"}, "paper": {"file": "", "name": "纸质原件"}}
    begin(store, "r3", data={"proofs": kept[0], "@materials": {"proof": supplied}}, pins=pins)
    changes = [Change("proofs", kept[2]), Change("@materials/proof/newer", {"file": kept[3], "name": "x"})]
    store.set_draft("r3", changes, EVERYTHING, "李")
    store.close()
    assert main(["store", "verify"]) == GOOD
    for digest in kept:
        only(data, digest).unlink()
    capsys.readouterr()
    assert main(["store", "verify", "--json"]) == BAD
    problems = told(capsys)["problems"]
    assert {one["place"]["path"] for one in problems} == {*kept}
    assert {one["code"] for one in problems} == {"STORE_FILE_MISSING"}
    assert "陈晓岚" not in str(problems)


def test_an_index_that_says_something_else_is_named_and_made_anew(data: Path, capsys: Captured) -> None:
    with sqlite3.connect(data / "store" / "index.sqlite") as db:
        db.execute("update record set label = '别的' where record = 'r1'")
    db.close()
    assert main(["store", "verify", "--json"]) == BAD
    assert [problem["code"] for problem in told(capsys)["problems"]] == ["STORE_INDEX"]
    assert main(["store", "reindex"]) == GOOD
    assert "2 个办件" in capsys.readouterr().out
    assert main(["store", "verify"]) == GOOD


def test_a_backup_comes_back_elsewhere(data: Path, tmp_path: Path, capsys: Captured) -> None:
    archive = tmp_path / "backup.tar"
    assert main(["store", "backup", str(archive), "--json"]) == GOOD
    backed = told(capsys)
    assert (backed["records"], backed["drafts"], backed["files"], backed["keys"]) == (2, 1, 2, 0)
    assert main(["store", "backup", str(archive)]) == GOOD
    assert "密钥没有放进去" in capsys.readouterr().out
    address = f"tinydb://{tmp_path}/new"
    assert main(["store", "restore", str(archive), "--to", address, "--beside", str(tmp_path / "beside")]) == GOOD
    assert "读回来都对得上" in capsys.readouterr().out
    assert (tmp_path / "beside/program/forms/demo/pack.yaml").exists()
    assert not (tmp_path / "beside/keys").exists()
    restored, source = open_store(address), open_store(f"tinydb://{data}/store")
    for record in ("r1", "r2"):
        assert restored.entries(record, EVERYTHING) == source.entries(record, EVERYTHING)
    assert restored.draft("r2", EVERYTHING).changes["name"].value == "二班"
    restored.close()
    source.close()


def test_where_files_lie_apart_a_restored_store_is_found_with_them(
    data: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, address = tmp_path / "backup.tar", f"tinydb://{tmp_path}/new"
    assert main(["store", "backup", str(archive)]) == GOOD
    monkeypatch.setenv("ONEFILL_FILES", str(tmp_path / "lost"))
    capsys.readouterr()
    assert main(["store", "restore", str(archive), "--to", address]) == GOOD
    assert str(tmp_path / "lost") in capsys.readouterr().out
    monkeypatch.setenv("ONEFILL_STORE", address)
    assert main(["store", "verify"]) == BAD
    monkeypatch.delenv("ONEFILL_FILES")
    assert main(["store", "verify"]) == GOOD
    monkeypatch.setenv("ONEFILL_STORE", f"tinydb://{tmp_path}/both")
    monkeypatch.setenv("ONEFILL_FILES", str(tmp_path / "apart"))
    assert main(["store", "restore", str(archive)]) == GOOD
    assert main(["store", "verify"]) == GOOD
    assert not (tmp_path / "both" / "files").exists()


def test_a_backup_is_checked_without_being_restored(data: Path, tmp_path: Path, capsys: Captured) -> None:
    archive = tmp_path / "backup.tar"
    assert main(["store", "backup", str(archive)]) == GOOD
    capsys.readouterr()
    assert main(["store", "check", str(archive)]) == GOOD
    assert "备份是完整的" in (out := capsys.readouterr().out)
    assert "办件 2" in out
    assert main(["store", "check", str(archive), "--json"]) == GOOD
    assert told(capsys)["records"] == 2
    archive.write_bytes(archive.read_bytes()[:-20_000])
    assert main(["store", "check", str(archive)]) != GOOD
    assert "backup.tar" in capsys.readouterr().err


def test_keys_are_in_a_backup_only_if_asked_for(data: Path, tmp_path: Path, capsys: Captured) -> None:
    archive = tmp_path / "backup.tar"
    assert main(["store", "backup", str(archive), "--with-keys"]) == GOOD
    assert "store.key" in capsys.readouterr().out
    with tarfile.open(archive) as tar:
        assert "keys/store.key" in tar.getnames()


def test_nothing_is_restored_over_what_is_there(data: Path, tmp_path: Path, capsys: Captured) -> None:
    archive = tmp_path / "backup.tar"
    assert main(["store", "backup", str(archive)]) == GOOD
    assert main(["store", "restore", str(archive)]) == BAD
    assert "已经有数据" in capsys.readouterr().err
    assert main(["store", "verify"]) == GOOD


def test_an_archive_that_was_cut_short_leaves_nothing_behind(data: Path, tmp_path: Path, capsys: Captured) -> None:
    archive = tmp_path / "backup.tar"
    assert main(["store", "backup", str(archive)]) == GOOD
    archive.write_bytes(archive.read_bytes()[:-20_000])
    assert main(["store", "restore", str(archive), "--to", f"tinydb://{tmp_path}/new"]) == BAD
    assert str(archive) in capsys.readouterr().err
    assert not list((tmp_path / "new").rglob("*.json*")) or main(["store", "verify"]) == GOOD


def test_what_is_damaged_is_left_out_of_a_backup_and_told(data: Path, tmp_path: Path, capsys: Captured) -> None:
    archive, lacking = tmp_path / "backup.tar", tmp_path / "backup.incomplete.tar"
    assert main(["store", "backup", str(archive)]) == GOOD
    before, file = archive.read_bytes(), spoil_chain(data)
    capsys.readouterr()
    assert main(["store", "backup", str(archive)]) == BAD
    said = capsys.readouterr()
    assert file in said.err and lacking.name in said.err and str(lacking) in said.out
    assert archive.read_bytes() == before
    archive = lacking
    assert main(["store", "restore", str(archive), "--to", f"tinydb://{tmp_path}/new", "--json"]) == BAD
    restored = told(capsys)
    assert (restored["records"], [lost["kind"] for lost in restored["lost"]]) == (1, ["record"])


def test_all_is_carried_to_another_place(data: Path, tmp_path: Path, capsys: Captured) -> None:
    address = f"tinydb://{tmp_path}/new"
    assert main(["store", "migrate", "--to", address]) == GOOD
    assert "办件 2" in capsys.readouterr().out
    assert main(["store", "migrate", "--to", address]) == BAD
    restored = open_store(address)
    assert restored.count(scope=EVERYTHING) == 2
    restored.close()


def test_what_is_damaged_is_carried_only_when_it_is_said(data: Path, tmp_path: Path, capsys: Captured) -> None:
    file = spoil_chain(data)
    assert main(["store", "migrate", "--to", f"tinydb://{tmp_path}/a"]) == BAD
    assert file in capsys.readouterr().err
    assert main(["store", "migrate", "--to", f"tinydb://{tmp_path}/a"]) == BAD
    assert "没有搬完" in capsys.readouterr().err
    assert main(["store", "migrate", "--to", f"tinydb://{tmp_path}/b", "--without-damaged", "--json"]) == BAD
    assert told(capsys)["records"] == 1


@pytest.mark.parametrize("command", [["store"], ["store", "backup"], ["store", "migrate"], ["store", "burn"]])
def test_commands_that_say_too_little_are_explained(command: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as left:
        main(command)
    assert left.value.code == USAGE
    assert "命令写错了" in capsys.readouterr().err


def test_where_data_lie_encrypted_so_does_their_backup(
    data: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, key = tmp_path / "backup.tar", new_key()
    assert main(["store", "backup", str(archive)]) == GOOD
    assert "没有加密" in capsys.readouterr().out
    monkeypatch.setenv("ONEFILL_KEY", key.text)
    assert main(["store", "backup", str(archive)]) == GOOD
    assert f"内容用密钥 {key.id} 加密了" in capsys.readouterr().out
    assert main(["store", "restore", str(archive), "--to", f"tinydb://{tmp_path}/with"]) == GOOD
    assert main(["store", "verify"]) == GOOD
    monkeypatch.delenv("ONEFILL_KEY")
    capsys.readouterr()
    assert main(["store", "restore", str(archive), "--to", f"tinydb://{tmp_path}/without"]) == BAD
    assert key.id in capsys.readouterr().err


def test_to_a_database_and_back_with_the_same_digests(
    data: Path, tmp_path: Path, postgres: Server, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, back = tmp_path / "backup.tar", f"tinydb://{tmp_path}/back"
    first = told_by(f"tinydb://{data}/store", data)
    with postgres.database() as there, postgres.database() as restored:
        assert main(["store", "migrate", "--to", there]) == GOOD
        monkeypatch.setenv("ONEFILL_STORE", there)
        assert main(["store", "verify"]) == GOOD
        assert main(["store", "backup", str(archive)]) == GOOD
        assert main(["store", "restore", str(archive), "--to", restored]) == GOOD
        assert main(["store", "migrate", "--to", back]) == GOOD
        assert told_by(there, data) == told_by(restored, data) == told_by(back, data) == first
        assert main(["store", "restore", str(archive)]) == BAD
        assert "已经有数据" in capsys.readouterr().err


def test_a_database_is_encrypted_on_its_way_into_another(
    data: Path, postgres: Server, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    with closing(open_store(f"tinydb://{data}/store")) as store:
        # Entries of old do not say what is private in them.
        begin(store, "old", form="training_class", data={"trainees": {"a": {"id_no": SECRETS[0]}}})
    with postgres.database() as clear, postgres.database() as sealed:
        assert main(["store", "migrate", "--to", clear]) == GOOD
        assert in_clear(clear) == {SECRETS[0]}
        monkeypatch.setenv("ONEFILL_STORE", clear)
        monkeypatch.setenv("ONEFILL_KEY", key.text)
        assert main(["store", "verify"]) == GOOD
        assert main(["store", "encrypt"]) == BAD
        assert "store migrate --to postgresql://" in capsys.readouterr().err
        assert main(["store", "migrate", "--to", sealed]) == GOOD
        monkeypatch.setenv("ONEFILL_STORE", sealed)
        assert in_clear(sealed) == set()
        assert main(["store", "verify"]) == GOOD
        assert main(["store", "reindex", "--new-key"]) == GOOD
        assert "拷到各台" in capsys.readouterr().out
        monkeypatch.delenv("ONEFILL_KEY")
        assert main(["store", "verify"]) == BAD
        assert f"没有编号为 {key.id} 的密钥" in capsys.readouterr().out


def told_by(address: str, data: Path) -> Tally:
    store = open_store(address, key_file=data / "store.key")
    tally = tally_of(store)
    store.close()
    return tally


def test_without_the_key_a_good_backup_does_not_give_way(
    data: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, key = tmp_path / "backup.tar", new_key()
    store = open_store(f"tinydb://{data}/store", keys=Keyring([key]))
    store.set_draft("r1", [Change("name", "三班")], EVERYTHING, "李")
    store.close()
    monkeypatch.setenv("ONEFILL_KEY", key.text)
    assert main(["store", "backup", str(archive)]) == GOOD
    before = archive.read_bytes()
    monkeypatch.delenv("ONEFILL_KEY")
    assert main(["store", "backup", str(archive)]) == BAD
    assert key.id in capsys.readouterr().err
    assert archive.read_bytes() == before


def test_an_older_backup_does_not_quietly_bring_back_what_was_destroyed(
    data: Path, tmp_path: Path, capsys: Captured
) -> None:
    before, there = str(tmp_path / "before.tar"), f"tinydb://{tmp_path}/there"
    assert main(["store", "backup", before]) == GOOD
    store = open_store(f"tinydb://{data}/store")
    summary = Summary(label="一班档案", state="gone")
    store.append(new(who="区负责人", destroys=Remains(pins=("definition",)), summary=summary), 1, EVERYTHING)
    assert store.sweep(alone=True) == 1
    store.close()
    capsys.readouterr()
    assert main(["store", "verify"]) == GOOD
    assert "已销毁：r1　一班档案" in capsys.readouterr().out
    assert main(["store", "destroyed", "--json"]) == GOOD
    listed = tmp_path / "list.json"
    listed.write_text(capsys.readouterr().out, "utf-8")
    assert main(["store", "restore", before, "--to", f"tinydb://{tmp_path}/quiet"]) == GOOD
    assert "在这里又都有了" in capsys.readouterr().out
    assert main(["store", "restore", before, "--to", there, "--destroyed", str(listed)]) == GOOD
    assert "照名单再销毁了 1 份" in capsys.readouterr().out
    store = open_store(there)
    entries = store.entries("r1", EVERYTHING)
    assert [one.data for one in entries] == [None, None]
    assert (entries[-1].who, entries[-1].summary.label) == ("区负责人", "一班档案")
    assert store.entries("r2", EVERYTHING)[0].data
    assert store.preferences("printed/r1/1") == {}
    assert store.verify_chains() == store.verify_index() == ()
    store.close()


def test_what_is_no_list_of_destroyed_records_is_said_before_anything_is_restored(
    data: Path, tmp_path: Path, capsys: Captured
) -> None:
    backup, wrong = str(tmp_path / "b.tar"), tmp_path / "wrong.json"
    assert main(["store", "backup", backup]) == GOOD
    for text in ("{}", "[1]", '[{"record": "r1"}]', "no"):
        wrong.write_text(text)
        told_to = ["store", "restore", backup, "--to", f"tinydb://{tmp_path}/there", "--destroyed", str(wrong)]
        assert main(told_to) == BAD
        assert "名单" in capsys.readouterr().err
    assert not (tmp_path / "there").exists()
