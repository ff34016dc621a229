"""Every page: its commands are commands, its links lead somewhere, its pictures are there, both READMEs are twins."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.pictures import MAKERS, asked
from onefill.cli import main, parser
from onefill.fields import field_type_names
from onefill.service.samples import sample_id
from samples import sample_records
from tests.desks import ROOT

README, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
PAGES = [README, CHINESE, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PYTHON = ".venv/bin/python"
MOST_BYTES = 250 * 1024


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text(page), re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[str]:
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line]


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", text(page))


def all_commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        yield from ((page.name, line) for line in commands(page))


@pytest.mark.parametrize(("page", "line"), list(all_commands()))
def test_every_command_is_one(page: str, line: str) -> None:
    words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
    match words:
        case ["cp" | "install" | "systemctl" | "journalctl" | "curl", *_]:
            return
        case [program, "-m", "onefill", *arguments]:
            assert program == PYTHON
            options = parser().parse_args(arguments)
            assert options.run
            if getattr(options, "record", "").startswith("s"):
                assert options.record in {sample_id(sample.name) for sample in sample_records()}
        case [program, "-m", "streamlit", "run", script, *_]:
            assert program == PYTHON
            assert (ROOT / script).is_file()
        case [program, "-m", module, *_]:
            assert program == PYTHON
            path = ROOT / module.replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()
        case [script, *_]:
            assert os.access(ROOT / script, os.X_OK), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith("http"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """Headings as GitHub names them in addresses."""
    heads = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_page_is_found_from_the_readme() -> None:
    found, ahead = {README}, [README]
    while ahead:
        page = ahead.pop()
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page) if ".md" in link}
        ahead += targets - found
        found |= targets
    assert set(PAGES) <= found


def test_one_page_tells_an_administrator_all_deeds_of_the_store() -> None:
    page = text(ROOT / "docs/administrator.md")
    store = next(action.choices["store"] for action in parser()._actions if isinstance(action.choices, dict))
    deeds = next(action.choices for action in store._actions if isinstance(action.choices, dict))
    assert [deed for deed in deeds if f"store {deed}" not in page] == []
    assert len(page.splitlines()) < 320, "what goes into details has a page of its own"


def test_every_picture_is_shown_small_enough_and_has_a_maker() -> None:
    shown = {Path(link).stem for page in PAGES for link in links(page) if link.endswith(".png")}
    kept = sorted((ROOT / "docs/pictures").iterdir())
    assert shown == {path.stem for path in kept} == set(MAKERS)
    assert all(path.stat().st_size <= MOST_BYTES for path in kept)


def test_the_units_of_systemd_start_what_there_is() -> None:
    units = [block for page in PAGES for block in blocks(page, "ini")]
    starts = re.findall(r"^ExecStart=(.+)$", "\n".join(units), re.MULTILINE)
    assert len(starts) == 3
    for start in starts:
        words = shlex.split(start)
        line = words[2].replace("$$(date +%%u)", "1") if words[0] == "/bin/sh" else start
        test_every_command_is_one("a unit", line.removeprefix("exec ").replace("/opt/onefill/", ""))


def test_both_readmes_are_twins() -> None:
    def bones(page: Path) -> object:
        heads = [len(head) for head in re.findall(r"^(#+) ", text(page), re.MULTILINE)]
        targets = [link.replace(".zh-CN", "") for link in links(page)]
        rows = len(re.findall(r"^(?:\||- )", text(page), re.MULTILINE))
        return heads, commands(page), targets, rows

    assert bones(README) == bones(CHINESE)


def test_the_commands_of_the_readme_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("samples", "templates", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "var"))
    lines = [line for line in commands(README) if "-m onefill" in line and "--packet" not in line]
    assert len(lines) >= 6
    for line in lines:
        # What each command is called by from outside is held by the tests of the command line.
        assert main(shlex.split(line)[3:]) == 0, (line, capsys.readouterr())
    assert (tmp_path / "out/leave.docx").exists()


def test_every_command_of_the_command_line_is_told() -> None:
    subcommands = next(action.choices for action in parser()._actions if isinstance(action.choices, dict))
    for page in (README, CHINESE):
        assert set(subcommands) == set(re.findall(r"-m onefill (\w+)", text(page)))


def test_the_number_of_field_types_is_right() -> None:
    for page in (README, CHINESE):
        assert re.search(rf"\b{len(field_type_names())} (?:field types|种字段类型)", text(page))


def test_the_administrators_table_names_all_that_lies_in_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path))
    assert main(["samples", "--load"]) == 0
    told = re.findall(r"^\| `([^`]+)` \|", text(ROOT / "docs/administrator.md"), re.MULTILINE)
    there = [path for path in (*tmp_path.iterdir(), *(tmp_path / "store").iterdir()) if path != tmp_path / "store"]
    for path in there:
        name = path.relative_to(tmp_path).as_posix() + ("/" if path.is_dir() else "")
        assert name in told or name.startswith("store/index.sqlite"), name


def test_the_engineers_examples_run(tmp_path: Path) -> None:
    source = "\n".join(blocks(ROOT / "docs/extend.md", "python run"))
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert "请假单_陈样样_草稿.docx True" in done.stdout
    assert done.stdout.splitlines()[-2:] == ["粤E12345", "改写成粤E12345这样"]


def test_pictures_are_asked_for_by_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert (asked([]), asked(["queue", "fill"])) == (list(MAKERS), ["queue", "fill"])
    with pytest.raises(SystemExit) as helped:
        asked(["--help"])
    assert helped.value.code == 0 and "queue" in capsys.readouterr().out
    with pytest.raises(SystemExit) as refused:
        asked(["fill", "quue"])
    told = capsys.readouterr().err
    assert refused.value.code == 2 and "quue" in told and "queue" in told
