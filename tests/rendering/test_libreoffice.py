"""PDF through LibreOffice: the real one, and converters that misbehave in every way seen."""

import io
import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pypdfium2
import pytest
from docx import Document
from openpyxl import Workbook

from onefill.problems import Problem
from onefill.rendering import engines, libreoffice
from onefill.rendering.engines import EngineMissing
from onefill.rendering.libreoffice import convert
from onefill.rendering.packet import is_whole, page_count
from onefill.rendering.processes import Limits
from onefill.rendering.slots import Slots
from onefill.rendering.workrooms import workroom
from tests.desks import ROOT
from tests.papers import rotten, written_page

# A converter in a few lines: LibreOffice's arguments in, a PDF for each file out; what it does wrong is put in.
CONVERTER = """#!{python}
import pathlib, subprocess, sys, time
out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
files = [pathlib.Path(a) for a in sys.argv[sys.argv.index("--outdir") + 2:]]
WHOLE = pathlib.Path({whole!r}).read_bytes()
ROT = pathlib.Path({rotten!r}).read_bytes()
def good(file):
    (out / (file.stem + ".pdf")).write_bytes(WHOLE)
with open({calls!r}, "a") as log:
    log.write(" ".join(f.name for f in files) + "\\n")
for number, file in enumerate(files):
    bad = file.read_bytes() == b"bad"
    {misdeed}
"""

CRASH = "import os, signal\n    os.kill(os.getpid(), signal.SIGSEGV) if bad else good(file)"
#: More memory, and more on the disk, than it may take.
HOG = "blob = bytearray(300 << 20) if bad else good(file)\n    time.sleep(60 if bad else 0)"
FLOOD = "(out / 'flood').write_bytes(bytes(30 << 20)) if bad else good(file)\n    time.sleep(60 if bad else 0)"
#: The same where programs put things aside.
ASIDE = (
    "import tempfile; aside = pathlib.Path(tempfile.gettempdir()) / 'aside'\n"
    "    aside.write_bytes(bytes(30 << 20)) if bad else good(file)\n    time.sleep(60 if bad else 0)"
)
#: PDF files that nobody asked for, for ever.
ENDLESS = (
    "good(file) if not bad else [(time.sleep(0.05), (out / f'x{n}.pdf').write_bytes(WHOLE)) for n in range(10**9)]"
)
HANG = "subprocess.run(['sleep', '60']) if bad else good(file)"
GARBAGE = "(out / (file.stem + '.pdf')).write_bytes(b'no pdf') if bad else good(file)"
HALF = "(out / (file.stem + '.pdf')).write_bytes(WHOLE[: len(WHOLE) // 2]) if bad else good(file)"
#: The file is whole, what its page holds cannot be read.
ROTTEN = "(out / (file.stem + '.pdf')).write_bytes(ROT) if bad else good(file)"
NOTHING = "None if bad else good(file)"
LIES = "good(file)\n    if number == len(files) - 1: sys.exit(77)"


def word(text: str = "一段话") -> bytes:
    document = Document()
    document.add_paragraph(text)
    return saved(document)


def saved(document: object) -> bytes:
    written = io.BytesIO()
    document.save(written)  # type: ignore[attr-defined]
    return written.getvalue()


def excel() -> bytes:
    workbook = Workbook()
    workbook.active["A1"] = "一格"
    return saved(workbook)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.fixture
def converter(tmp_path: Path):
    """Make a converter with a misdeed; it writes each call's files into ``calls``."""
    (tmp_path / "whole.pdf").write_bytes(written_page())
    (tmp_path / "rotten.pdf").write_bytes(rotten(written_page()))
    assert is_whole(rotten(written_page()))

    def make(misdeed: str) -> tuple[list[str], Path]:
        script, calls = tmp_path / "converter", tmp_path / "calls"
        script.write_text(
            CONVERTER.format(
                python=sys.executable,
                whole=str(tmp_path / "whole.pdf"),
                rotten=str(tmp_path / "rotten.pdf"),
                calls=str(calls),
                misdeed=misdeed,
            )
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return [str(script)], calls

    return make


def test_word_and_excel_of_the_same_name_in_one_call() -> None:
    steps: list[tuple[int, int]] = []
    done = convert(
        {"名册.docx": word("甲的名册"), "名册.xlsx": excel(), "第二份.docx": word("乙的")},
        on_progress=lambda now, total: steps.append((now, total)),
    )
    assert list(done) == ["名册.docx", "名册.xlsx", "第二份.docx"]
    assert [text_of(pdf).strip() for pdf in done.values() if isinstance(pdf, bytes)] == ["甲的名册", "一格", "乙的"]
    assert steps[-1] == (3, 3)
    assert [now for now, _ in steps] == sorted(now for now, _ in steps)


def test_a_file_that_is_none_is_named_and_the_rest_converted() -> None:
    done = convert({"好.docx": word(), "坏.xlsx": b"PK\x03\x04 broken", "也好.docx": word()})
    assert isinstance(done["好.docx"], bytes)
    assert isinstance(done["也好.docx"], bytes)
    problem = done["坏.xlsx"]
    assert isinstance(problem, Problem)
    assert "坏.xlsx" in problem.what


def test_text_that_looks_like_a_command_is_text() -> None:
    done = convert({"--help.docx": word("开头"), "a b;rm -rf.docx": word("=cmd()|'x'")})
    assert all(isinstance(pdf, bytes) and page_count(pdf) == 1 for pdf in done.values())


def test_nothing_to_do_needs_no_program() -> None:
    assert convert({}, program=["/nowhere/soffice"]) == {}


@pytest.mark.parametrize("misdeed", [CRASH, HANG, GARBAGE, HALF, ROTTEN, NOTHING])
@pytest.mark.parametrize("where", [0, 2, 4])
def test_one_bad_file_stops_no_other(converter, misdeed: str, where: int) -> None:
    program, calls = converter(misdeed)
    files = {f"{n}.docx": b"bad" if n == where else b"good" for n in range(5)}
    done = convert(files, program=program, patience=0.8)
    assert [name for name, result in done.items() if isinstance(result, Problem)] == [f"{where}.docx"]
    assert len(calls.read_text().splitlines()) <= 2


@pytest.mark.parametrize(
    ("misdeed", "code", "why"),
    [
        pytest.param(
            HOG,
            "PDF_TOO_LARGE",
            "内存",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="memory is looked at on Linux alone"),
        ),
        (FLOOD, "PDF_TOO_LARGE", "文件太大"),
        (ASIDE, "PDF_TOO_LARGE", "文件太大"),
        (ENDLESS, "PDF_HANGS", "没有反应"),
    ],
    ids=["memory", "disk", "aside", "endless"],
)
def test_who_takes_too_much_is_ended_and_the_rest_converted(
    converter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, misdeed: str, code: str, why: str
) -> None:
    system = tmp_path / "system"
    system.mkdir()
    monkeypatch.setenv("TMPDIR", str(system))
    program, calls = converter(misdeed)
    files = {f"{n}.docx": b"bad" if n == 1 else b"good" for n in range(4)}
    patience = 2 if misdeed == ENDLESS else 50
    done = convert(files, program=program, patience=patience, limits=Limits(memory=150 << 20, disk=10 << 20))
    [problem] = [result for result in done.values() if isinstance(result, Problem)]
    assert done["1.docx"] is problem
    assert problem.code == code and why in problem.what
    assert list(system.iterdir()) == []
    assert len(calls.read_text().splitlines()) == 2


def test_requests_wait_in_line(converter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(libreoffice, "SLOTS", Slots(1))
    busy = tmp_path / "busy"
    program, _ = converter(
        f"busy = pathlib.Path({str(busy)!r}); busy.mkdir(); time.sleep(0.1); busy.rmdir(); good(file)"
    )
    waited: list[int] = []

    def one(number: int) -> bytes | Problem:
        def told(_done: int, _total: int) -> None:
            waited.append(number)

        return convert({f"{number}.docx": b"good"}, program=program, on_progress=told)[f"{number}.docx"]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(one, range(4)))
    assert all(isinstance(pdf, bytes) for pdf in made)  # mkdir fails when two are at it
    assert set(waited) == {0, 1, 2, 3}


def test_whoever_gives_up_leaves_the_line() -> None:
    slots = Slots(1)

    def no_more() -> None:
        raise KeyError

    with slots.one():
        for _ in range(2):
            with pytest.raises(KeyError), slots.one(no_more):
                raise AssertionError
    with slots.one(no_more):
        pass


def test_who_came_first_is_served_first() -> None:
    slots, order = Slots(1), list[int]()
    in_line = [Event() for _ in range(5)]

    def ask(number: int) -> None:
        with slots.one(in_line[number].set):
            order.append(number)

    with ThreadPoolExecutor(5) as pool, slots.one():
        for number in range(5):
            pool.submit(ask, number)
            assert in_line[number].wait(10)
        assert order == []
    assert order == [0, 1, 2, 3, 4]


def test_what_a_killed_program_left_is_cleared_after_a_day(tmp_path: Path) -> None:
    old, young = tmp_path / "onefill-abcd1234", tmp_path / "onefill-efgh5678"
    foreign = tmp_path / "onefill-something-else"
    for folder in (old, young, foreign):
        (folder / "profile").mkdir(parents=True)
    for folder in (old, foreign):
        os.utime(folder, (0, 0))
    with workroom(tmp_path) as room:
        assert room.is_dir() and room.parent == tmp_path
    assert sorted(tmp_path.iterdir()) == sorted([young, foreign])


def test_what_a_killed_program_left_is_cleared_by_the_next_and_what_others_work_in_stays(tmp_path: Path) -> None:
    works = (
        "import sys, time; from pathlib import Path; from onefill.rendering.workrooms import workroom\n"
        f"with workroom(Path({str(tmp_path)!r})) as room: print(room, flush=True); time.sleep(60)"
    )
    programs = [subprocess.Popen([sys.executable, "-c", works], cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    try:
        killed, living = (Path(said(program)) for program in programs)
        programs[0].kill()
        programs[0].wait()
        for room in (killed, living):
            os.utime(room, (time.time() - 120,) * 2)
        with workroom(tmp_path) as own:
            assert sorted(tmp_path.iterdir()) == sorted([living, own])
    finally:
        for program in programs:
            program.kill()
            program.communicate()


def said(program: "subprocess.Popen[bytes]") -> str:
    assert program.stdout is not None
    return program.stdout.readline().decode().strip()


def test_several_files_that_crash_it_are_each_named(converter) -> None:
    program, _ = converter(CRASH)
    done = convert({f"{n}.docx": b"bad" if n in (1, 3) else b"good" for n in range(6)}, program=program)
    assert [name for name, result in done.items() if isinstance(result, Problem)] == ["1.docx", "3.docx"]


def test_a_program_that_always_crashes_is_given_up(converter) -> None:
    program, calls = converter("import os\n    os.abort()")
    done = convert({f"{n}.docx": b"good" for n in range(20)}, program=program)
    assert all(isinstance(result, Problem) for result in done.values())
    assert len(calls.read_text().splitlines()) == 3


def test_a_bad_exit_code_is_no_failure(converter) -> None:
    program, _ = converter(LIES)
    assert all(isinstance(pdf, bytes) for pdf in convert({"a.docx": b"", "b.docx": b""}, program=program).values())


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX")
def test_a_hanging_converter_is_ended_with_its_children(converter, tmp_path: Path) -> None:
    noted = tmp_path / "child"
    program, _ = converter(
        f"child = subprocess.Popen(['sleep', '60']); pathlib.Path({str(noted)!r}).write_text(str(child.pid))\n"
        "    child.wait()"
    )
    done = convert({"a.docx": b"bad"}, program=program, patience=0.8)
    problem = done["a.docx"]
    assert isinstance(problem, Problem)
    assert problem.code == "PDF_HANGS"
    assert_gone(int(noted.read_text()))


#: A grandchild in a session of its own, whose parent is gone: it belongs to no group of ours any more. It may take
#: nothing along from the environment that it was started in.
STRAY = """middle = "import pathlib, subprocess, sys; " \\
        "one = subprocess.Popen(['/bin/sleep', '61'], start_new_session=True, env={environment}); " \\
        "pathlib.Path({noted!r}).write_text(str(one.pid))"
    subprocess.run([sys.executable, "-c", middle], start_new_session=True)
    {then}"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what others were started with")
@pytest.mark.parametrize("environment", ["None", "{}"])
@pytest.mark.parametrize(("then", "code"), [("good(file)", ""), ("time.sleep(60)", "PDF_HANGS")])
def test_what_a_converter_started_in_sessions_of_their_own_is_ended_too(
    converter, tmp_path: Path, then: str, code: str, environment: str
) -> None:
    noted = tmp_path / "stray"
    program, _ = converter(STRAY.format(noted=str(noted), then=then, environment=environment))
    ours = subprocess.Popen(["sleep", "61"], start_new_session=True)
    try:
        done = convert({"a.docx": b"good"}, program=program, patience=2)["a.docx"]
        assert (done.code if isinstance(done, Problem) else "") == code
        assert_gone(int(noted.read_text()))
        assert ours.poll() is None, "what no converter started goes on"
    finally:
        ours.kill()
        ours.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is looked at on Linux alone")
def test_memory_of_what_left_its_group_counts(converter, tmp_path: Path) -> None:
    hog = 'hog = "blob = bytearray(300 << 20); import time; time.sleep(60)"'
    program, _ = converter(f"{hog}\n    subprocess.run([sys.executable, '-c', hog], start_new_session=True, env={{}})")
    done = convert({"a.docx": b"bad"}, program=program, limits=Limits(memory=150 << 20))["a.docx"]
    assert isinstance(done, Problem)
    assert done.code == "PDF_TOO_LARGE" and "内存" in done.what


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells a program that its parent is gone")
def test_a_converter_ends_with_the_program_that_asked_for_it(tmp_path: Path) -> None:
    noted = tmp_path / "child"
    converter = f"import os, pathlib, time; pathlib.Path({str(noted)!r}).write_text(str(os.getpid())); time.sleep(60)"
    asked = (
        "import sys; from pathlib import Path; from onefill.rendering.processes import run; "
        f"run([sys.executable, '-c', {converter!r}], work=Path({str(tmp_path)!r}), environment={{}}, patience=60)"
    )
    program = subprocess.Popen([sys.executable, "-c", asked], cwd=ROOT)
    try:
        for _ in range(300):
            if noted.exists() and noted.read_text():
                break
            time.sleep(0.1)
    finally:
        program.kill()
        program.wait()
    assert_gone(int(noted.read_text()))


def assert_gone(pid: int) -> None:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().split()[2]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.1)
    raise AssertionError(f"process {pid} still runs")


def test_slow_is_not_hanging(converter) -> None:
    program, _ = converter("time.sleep(0.5); good(file)")
    done = convert({f"{n}.docx": b"" for n in range(4)}, program=program, patience=1.5)
    assert all(isinstance(pdf, bytes) for pdf in done.values())


def test_missing_libreoffice_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "find_soffice", lambda: None)
    with pytest.raises(EngineMissing, match=r"apt-get install .*libreoffice-writer-nogui"):
        convert({"a.docx": word()})


def test_a_program_that_cannot_start_says_the_same(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing):
        convert({"a.docx": word()}, program=[str(tmp_path / "nothing")])


def test_libreoffice_is_found_where_windows_puts_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "LibreOffice" / "program" / "soffice.com"
    path.parent.mkdir(parents=True)
    path.touch()
    monkeypatch.setattr(engines.shutil, "which", lambda _name: None)
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    assert engines.find_soffice() == str(path)


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, own = tmp_path / "system", tmp_path / "own"
    system.mkdir()
    own.mkdir()
    monkeypatch.setenv("TMPDIR", str(system))
    seen: set[str] = set()
    convert({"a.docx": word()}, own, on_progress=lambda _done, _total: seen.update(map(str, system.iterdir())))
    assert seen == set() and list(system.iterdir()) == [] and list(own.iterdir()) == []
    assert os.environ.get("FONTCONFIG_FILE") is None
