"""A class filled, printed and handed in where the store encrypts: nothing private lies anywhere in clear."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from onefill.cli import main
from onefill.problems import Problem
from onefill.service import Desk
from onefill.service.privacy import private_paths
from onefill.ui.lists import damaged
from samples import sample_records
from store import EVERYTHING, Keyring, RecordSealed, new_key
from tests.desks import load, make_desk, our_packs
from tests.reviews.foshan import CLERK, OFFICER, approve_application, file_class, looked_at, part_of_class

TYPED = "13812345670"


def parts(data: bytes) -> bytes:
    """All that stands in an office file."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return b"".join(map(file.read, file.namelist()))


def converted(
    files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes | Problem]:
    """What stands for PDF files: a page that holds the text of the office file, to be searched."""
    return {name: page_of(parts(data)) for name, data in files.items()}


def page_of(text: bytes) -> bytes:
    pdf, whole = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.pages[0].Contents = pdf.make_stream(text)
    pdf.save(whole, compress_streams=False)
    return whole.getvalue()


def facts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of a record, with its path for any row."""
    for key, value in data.items():
        for row in value.values() if isinstance(value, dict) else ():
            if isinstance(row, dict):
                yield from ((f"{key}/*/{name}", one) for name, one in row.items())
        yield key, value


def private_values() -> set[str]:
    """Every private value of every sample that stands nowhere else, and one that is typed."""
    private, public = {TYPED}, set[str]()
    for sample in sample_records():
        hidden = private_paths(our_packs().forms[sample.form])
        for path, value in facts(sample.data):
            if isinstance(value, str) and len(value) > 6:
                (private if path in hidden else public).add(value)
    said = "\n".join(public)
    return {value for value in private if value not in said}


def in_clear(folder: Path) -> dict[str, set[str]]:
    """Which private values lie in which files, also within office files."""
    values, found = private_values(), dict[str, set[str]]()
    for path in filter(Path.is_file, folder.rglob("*")):
        data = path.read_bytes()
        data += parts(data) if zipfile.is_zipfile(io.BytesIO(data)) else b""
        if hits := {value for value in values if value.encode() in data}:
            found[path.relative_to(folder).as_posix()] = hits
    return found


def work(folder: Path, keys: Keyring | None) -> tuple[Desk, str]:
    """Fill a class, print it, hand it in, remark upon it, look at a number, and type on."""
    desk = make_desk(folder, store=f"tinydb://{folder}/store", engine=converted, inspect=looked_at, keys=keys)
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    for one in desk.documents.list(record, "filing"):
        for suffix in one.formats:
            if one.state == "ready":
                desk.documents.file(record, one.key, suffix, CLERK)
    file_class(desk, record)
    entry = desk.store.latest(record, EVERYTHING)
    row = next(iter((entry.data or {})["trainees"]))
    desk.verification.unmask(record, f"trainees/{row}/id_no", OFFICER, "核对原件")
    desk.records.set(ids["teacher_1"], "mobile", TYPED, CLERK)
    return desk, record


def test_nothing_private_lies_in_clear_after_a_whole_class(tmp_path: Path) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    work(plain, None)[0].store.close()
    clear = {path.split("/")[0 if path.startswith("cache") else 1] for path in in_clear(plain)}
    assert clear == {"records", "drafts", "files", "cache"}
    assert len(private_values()) > 150
    desk, record = work(sealed, Keyring([new_key()]))
    assert in_clear(sealed) == {}
    before = desk.store.latest(record, EVERYTHING).digest
    desk.store.close()
    assert before


def test_the_commands_turn_it_on_over_and_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = tmp_path / "var", tmp_path / "onefill.key"
    desk, record = work(data, None)
    before = desk.store.latest(record, EVERYTHING)
    desk.store.close()
    monkeypatch.setenv("ONEFILL_DATA", str(data))
    monkeypatch.delenv("ONEFILL_KEY", raising=False)
    assert main(["store", "encrypt"]) == 1
    assert "store new-key" in capsys.readouterr().err
    assert main(["store", "new-key", str(file)]) == 0
    assert "另存一份" in capsys.readouterr().out
    assert main(["store", "new-key", str(file)]) == 1
    monkeypatch.setenv("ONEFILL_KEY_FILE", str(file))
    assert main(["store", "encrypt"]) == 0
    assert "加密好了" in capsys.readouterr().out
    assert in_clear(data) == {}
    assert main(["store", "verify"]) == 0
    assert main(["store", "new-key", str(tmp_path / "new.key")]) == 0
    file.write_text((tmp_path / "new.key").read_text("utf-8") + file.read_text("utf-8"), "utf-8")
    assert main(["store", "rotate", "--json"]) == 0
    file.write_text((tmp_path / "new.key").read_text("utf-8"), "utf-8")
    assert main(["store", "reindex", "--new-key"]) == 0
    assert in_clear(data) == {}
    assert main(["store", "decrypt"]) == 0
    monkeypatch.delenv("ONEFILL_KEY_FILE")
    assert main(["store", "verify"]) == 0
    desk = make_desk(data, store=f"tinydb://{data}/store")
    assert desk.store.latest(record, EVERYTHING) == before
    desk.store.close()
    file.chmod(0o644)
    monkeypatch.setenv("ONEFILL_KEY_FILE", str(file))
    capsys.readouterr()
    assert main(["store", "verify"]) == 1
    assert "chmod 600" in capsys.readouterr().err


def test_without_the_key_lists_say_what_is_missing(tmp_path: Path) -> None:
    key = new_key()
    desk, record = work(tmp_path, Keyring([key]))
    desk.store.close()
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store")
    titles = [line.title for line in desk.records.list(None)]
    assert "培训课程" in titles
    assert "授课教师" not in titles
    assert {one.key for one in desk.records.damages()} == {key.id}
    assert f"缺密钥 {key.id}" in damaged(desk.records.damages())
    assert "从备份" not in damaged(desk.records.damages())
    with pytest.raises(RecordSealed, match=key.id):
        desk.records.state(record)
    desk.store.close()
