"""LibreOffice missing, hanging, crashing, telling lies: the packet says which paper it lacks, the rest is there."""

import io
import os
import sys
import zipfile
from functools import partial
from pathlib import Path, PurePath

import pytest

from onefill.problems import Problem
from onefill.rendering.engines import EngineMissing
from onefill.rendering.html import PageFails
from onefill.rendering.libreoffice import convert
from onefill.rendering.packet import page_count
from onefill.rendering.workrooms import DiskFull
from onefill.service import Desk
from onefill.service.errors import NothingToPrint
from tests.desks import load, make_desk
from tests.papers import rotten, written_page

PROGRAM = """#!{python}
import os, pathlib, signal, sys, time
at = sys.argv.index("--outdir")
out, files = pathlib.Path(sys.argv[at + 1]), [pathlib.Path(a) for a in sys.argv[at + 2:]]
whole = pathlib.Path({whole!r}).read_bytes()
for file in files:
    bad = len(file.read_bytes()) > {big}
    if bad:
        {misdeed}
    else:
        (out / (file.stem + ".pdf")).write_bytes(whole)
{end}
"""
CRASH = "os.kill(os.getpid(), signal.SIGKILL)"
HANG = "time.sleep(60)"
GARBAGE = '(out / (file.stem + ".pdf")).write_bytes(b"%PDF-1.7 half")'
ROTTEN = '(out / (file.stem + ".pdf")).write_bytes(pathlib.Path({rotten!r}).read_bytes())'
NOTHING = "pass"


def office(folder: Path, misdeed: str, *, big: int, end: str = "", patience: float = 3.0):
    """An engine that does one thing wrong with files above a size."""
    (folder / "whole.pdf").write_bytes(written_page())
    (folder / "rotten.pdf").write_bytes(rotten(written_page()))
    script = folder / "office"
    whole = str(folder / "whole.pdf")
    text = PROGRAM.format(
        python=sys.executable, whole=whole, misdeed=misdeed.format(rotten=str(folder / "rotten.pdf")), big=big, end=end
    )
    script.write_text(text, "utf-8")
    script.chmod(0o755)
    return partial(convert, program=[str(script)], patience=patience)


def opened(folder: Path, engine) -> tuple[Desk, str]:
    desk = make_desk(folder / "data", engine=engine)
    return desk, load(desk, "class_50")["class_50"]


@pytest.fixture
def between(tmp_path: Path) -> int:
    """A size between the largest paper of the first phase and the others."""
    desk, record = opened(tmp_path, None)
    sizes = [
        len(desk.documents.file(record, key, ".docx", desk.who()).data) for key in ("training_plan", "trainee_roster")
    ]
    return sum(sizes) // 2


@pytest.mark.parametrize("misdeed", [CRASH, HANG, GARBAGE, ROTTEN, NOTHING])
def test_one_paper_fails_and_the_packet_names_it(tmp_path: Path, between: int, misdeed: str) -> None:
    desk, record = opened(tmp_path, office(tmp_path, misdeed, big=between))
    made = desk.documents.packet(record, "filing", desk.who())
    assert page_count(made.data) == 2
    [note] = made.notes
    assert "参训人员名册" in note
    assert "Word" in note  # what to do instead
    # Asked again, only what failed is tried again: the good one is remembered.
    again = desk.documents.packet(record, "filing", desk.who())
    assert again.data == made.data


@pytest.mark.parametrize("misdeed", [CRASH, HANG, NOTHING])
def test_every_paper_fails_and_word_still_comes(tmp_path: Path, misdeed: str) -> None:
    desk, record = opened(tmp_path, office(tmp_path, misdeed, big=0, patience=1.0))
    with pytest.raises(NothingToPrint) as told:
        desk.documents.packet(record, "filing", desk.who())
    assert "培训计划" in str(told.value)
    assert "参训人员名册" in str(told.value)
    assert desk.documents.archive(record, "filing", desk.who()).data
    assert desk.documents.file(record, "training_plan", ".docx", desk.who()).data


def test_a_bad_exit_code_after_good_work_is_no_failure(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, office(tmp_path, NOTHING, big=10**9, end="sys.exit(81)"))
    made = desk.documents.packet(record, "filing", desk.who())
    assert page_count(made.data) == 3
    assert made.notes == ()


def full_disk(_files: object, **_told: object) -> dict[str, bytes | Problem]:
    raise DiskFull()


def test_a_full_disk_leaves_word_and_excel(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, full_disk)
    made = desk.documents.archive(record, "filing", desk.who())
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        suffixes = {PurePath(name).suffix for name in archive.namelist()}
    assert suffixes == {".docx", ".xlsx"}
    assert [note for note in made.notes if "磁盘满了" in note] == ["PDF 没有生成：" + DiskFull().args[0]]
    with pytest.raises(DiskFull):
        desk.documents.packet(record, "filing", desk.who())


def test_a_disk_that_is_full_for_the_cover_alone_leaves_the_packet(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "data", engine=office(tmp_path, NOTHING, big=10**9), html=full_disk)
    record = load(desk, "class_50")["class_50"]
    made = desk.documents.packet(record, "filing", desk.who(), cover=True)
    assert page_count(made.data) == 3
    [note] = made.notes
    assert "没有印" in note and "磁盘满了" in note


def test_a_cover_that_cannot_be_made_leaves_the_packet(tmp_path: Path) -> None:
    def fails(_page: str) -> bytes:
        raise PageFails(engine="weasyprint")

    desk = make_desk(tmp_path / "data", engine=office(tmp_path, NOTHING, big=10**9), html=fails)
    record = load(desk, "class_50")["class_50"]
    made = desk.documents.packet(record, "filing", desk.who(), cover=True)
    assert page_count(made.data) == 3
    assert made.notes == (f"《材料目录》没有印：{PageFails(engine='weasyprint')}",)


def test_a_program_that_is_not_there_tells_the_remedy(tmp_path: Path) -> None:
    desk, record = opened(tmp_path, partial(convert, program=[str(tmp_path / "nothing")]))
    with pytest.raises(EngineMissing, match="Word、Excel 照常可用"):
        desk.documents.packet(record, "filing", desk.who())
    archive = desk.documents.archive(record, "filing", desk.who())
    assert archive.data
    assert any("LibreOffice" in note for note in archive.notes)


def test_nothing_is_left_running(tmp_path: Path) -> None:
    """Whoever hangs is ended with all it has started."""
    pid = tmp_path / "pid"
    misdeed = f"pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(600)"
    desk, record = opened(tmp_path, office(tmp_path, misdeed, big=0, patience=1.0))
    with pytest.raises(NothingToPrint):
        desk.documents.packet(record, "filing", desk.who())
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
