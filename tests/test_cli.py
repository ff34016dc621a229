"""The command line: every command, its JSON, its exit codes, and help that teaches."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from onefill.cli import EXAMPLES, main, parser
from onefill.fields import field_type_names
from onefill.service import Settings, open_desk
from onefill.service.samples import sample_id
from tests.desks import ROOT
from tests.papers import excel_text, pdf_pages, squeezed, word_text

GOOD, BAD, USAGE = 0, 1, 2
#: What every problem says to programs.
SHAPE = {"place", "code", "what", "remedy", "level", "clause"}
COMMANDS = ("check", "samples", "records", "copy", "delete", "undelete", "handover", "render", "views", "import")
COMMANDS += ("proof", "validate", "compile", "hash", "code", "people", "log", "store")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples loaded through the command line."""
    folder = tmp_path_factory.mktemp("cli")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEFILL_DATA", str(folder))
        assert main(["samples", "--load"]) == GOOD
    return folder


@pytest.fixture
def loaded(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONEFILL_DATA", str(data))
    return data


# -- help --------------------------------------------------------------------------------------------------------


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == GOOD
    text = capsys.readouterr().out
    for command in COMMANDS:
        assert command in text
    for taught in ("例子", "退出码", "ONEFILL_DATA", "python -m onefill check"):
        assert taught in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == GOOD
    assert any("\u4e00" <= char <= "\u9fff" for char in capsys.readouterr().out)


def test_every_example_of_the_help_is_understood() -> None:
    examples = [line.split("    ")[0].split() for line in EXAMPLES.splitlines() if "python -m onefill" in line]
    assert len(examples) >= len(COMMANDS)
    for words in examples:
        kept = [word for word in words[3:] if not _is_comment(word)]
        assert parser().parse_args(kept).run


def _is_comment(word: str) -> bool:
    return word in (
        "检查所有表单和模板",
        "试印每份附件，看有没有切掉的字",
        "装入示例数据",
        "列出办件",
        "印出成套材料",
        "核对一个号码",
    )


@pytest.mark.parametrize(
    "wrong", [[], ["no-such"], ["render"], ["render", "x"], ["validate", "date"], ["check", "--no"]]
)
def test_a_wrong_command_exits_with_two(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(wrong)
    assert left.value.code == USAGE


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "onefill", "validate", "date", "2026年2月30日", "--json"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={"ONEFILL_DATA": str(tmp_path), "PYTHONIOENCODING": "utf-8", "PATH": ""},
    )
    assert done.returncode == BAD
    assert not json.loads(done.stdout)["results"][0]["ok"]
    assert done.stderr == b""


# -- check -------------------------------------------------------------------------------------------------------


def test_check_of_our_packs_is_good(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == GOOD
    assert "0 处错误" in capsys.readouterr().out
    assert main(["check", "--pack", "demo", "--json"]) == GOOD
    assert json.loads(capsys.readouterr().out) == {"problems": []}


def test_check_names_file_line_and_nearest_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("forms", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    form = tmp_path / "forms" / "demo" / "leave_request.yaml"
    lines = form.read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines) if "required: true" in text)
    lines[line] = lines[line].replace("required", "requird")
    form.write_text("\n".join(lines), "utf-8")
    path = tmp_path / "templates" / "foshan" / "archive_cover.docx"
    document = Document(str(path))
    document.tables[0].rows[0].cells[0].paragraphs[0].add_run("{{ class_n }}")
    document.sections[0].footer.paragraphs[0].add_run("{{ archve_no }}")
    document.save(str(path))
    settings = Settings(data=tmp_path / "data", forms=tmp_path / "forms", templates=tmp_path / "templates")
    monkeypatch.setattr(Settings, "from_environment", classmethod(lambda cls: settings))
    assert main(["check"]) == BAD
    told = capsys.readouterr().out.splitlines()
    assert any(f"leave_request.yaml:{line + 1}:" in text and "required" in text for text in told)
    assert any("archive_cover.docx" in text and "表 1 第 1 行第 1 列" in text and "class_no" in text for text in told)
    assert any("archive_cover.docx" in text and "页脚" in text and "archive_no" in text for text in told)
    assert not any("TEMPLATE_UNUSED" in text for text in told), "a form that does not load may use any template"
    assert main(["check", "--json"]) == BAD
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {"file", "line", "column"} in [set(p["place"]) for p in problems]
    assert {"template", "part", "spot", "near"} in [set(p["place"]) for p in problems]
    assert all(p["what"] and p["remedy"] and p["code"] and p["level"] for p in problems)


def test_check_of_an_unknown_pack_is_a_wrong_command(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--pack", "nowhere"]) == USAGE
    assert "foshan" in capsys.readouterr().err


# -- samples, records --------------------------------------------------------------------------------------------


def test_samples_are_listed_and_loaded_once(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["samples"]) == GOOD
    assert "class_50" in capsys.readouterr().out
    assert main(["samples", "--load"]) == GOOD
    assert "新装入 0 条" in capsys.readouterr().out


def test_records_are_listed(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["records", "--form", "training_class", "--json"]) == GOOD
    records = json.loads(capsys.readouterr().out)["records"]
    assert {record["id"] for record in records} == {sample_id("class_50"), sample_id("class_500")}
    assert {"id", "form", "label", "phase", "percent", "next_step"} <= set(records[0])
    assert main(["records"]) == GOOD
    assert "共 24 条" in capsys.readouterr().out
    assert main(["records", "--form", "no_such"]) == USAGE
    assert "training_class" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["no-such"], "可以选：check、samples"),
        (["render"], "还缺 办件编号、--out"),
        (["check", "--no"], "不认识 --no"),
        (["render", "x", "--out"], "--out 后面要写一个值"),
        (["import", "x", "--dry-run=1", "--into", "x"], "--dry-run 后面不能写值"),
    ],
)
def test_a_wrong_command_is_told_in_chinese(wrong: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(wrong)
    assert left.value.code == USAGE
    told = capsys.readouterr().err
    assert words in told
    assert "用法：" in told
    for english in ("usage", "argument", "required", "choice", "error: "):
        assert english not in told


@pytest.mark.parametrize("command", [[], *([one] for one in COMMANDS)])
def test_help_has_no_words_of_pythons_own(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    text = capsys.readouterr().out
    for english in ("usage", "options", "positional", "show this"):
        assert english not in text


def test_a_day_without_a_year_is_this_years(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "date", "11月4日"]) == GOOD
    assert "年11月4日" in capsys.readouterr().out


def test_a_packet_of_nothing_says_why(loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["render", sample_id("teacher_1"), "--packet", "--out", str(tmp_path)]
    assert main(command) == BAD
    told = capsys.readouterr()
    assert "成套材料没有印：这一阶段没有材料" in told.err
    assert "0/0" not in told.err


def test_a_damaged_record_is_named_and_the_others_are_listed(
    loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(loaded, tmp_path / "data")
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    [file] = [f for f in (tmp_path / "data").rglob(f"*{sample_id('class_50')}*") if f.suffix == ".json"]
    file.write_bytes(file.read_bytes()[:-200])
    assert main(["records", "--form", "training_class"]) == BAD
    told = capsys.readouterr()
    assert "共 1 条" in told.out
    assert sample_id("class_50") in told.err


# -- render ------------------------------------------------------------------------------------------------------


def test_render_writes_word_excel_and_a_packet(
    loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = sample_id("class_50")
    assert main(["render", record, "--out", str(tmp_path), "--phase", "filing", "--packet", "--json"]) == GOOD
    heard = capsys.readouterr()
    written = json.loads(heard.out)["files"]
    assert {Path(file["file"]).suffix for file in written} == {".docx", ".xlsx", ".pdf"}
    assert {path.name for path in tmp_path.iterdir()} == {file["file"] for file in written}
    assert "正在生成" in heard.err
    packet = next(tmp_path.glob("*.pdf"))
    text = squeezed("".join(pdf_pages(packet.read_bytes())))
    assert "培训计划" in text
    assert "参训人员名册" in text
    assert "欧阳翀" in excel_text(next(tmp_path.glob("*.xlsx")).read_bytes())


def test_render_takes_some_documents_only(loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = sample_id("class_50")
    assert main(["render", record, "--out", str(tmp_path), "--documents", "training_plan, archive_cover"]) == GOOD
    assert "写好 2 个文件" in capsys.readouterr().out
    assert len(list(tmp_path.iterdir())) == 2


def test_render_of_what_is_not_there_says_what_is(
    loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = sample_id("class_50")
    assert main(["render", "nobody", "--out", str(tmp_path), "--json"]) == BAD
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert set(problem) == SHAPE
    assert problem["what"] == "没有这个办件（nobody）"
    assert problem["remedy"] == "请核对编号，或在办件列表里查"
    assert problem["level"] == "error"
    assert main(["render", "nobody", "--out", str(tmp_path)]) == BAD
    assert "没有这个办件" in capsys.readouterr().err
    assert main(["render", record, "--out", str(tmp_path), "--phase", "nowhere"]) == USAGE
    assert "filing" in capsys.readouterr().err
    assert main(["render", record, "--out", str(tmp_path), "--documents", "training_plan,no_such"]) == USAGE
    told = capsys.readouterr().err
    assert "“no_such”" in told
    assert "trainee_roster" in told
    assert list(tmp_path.iterdir()) == []


def test_of_an_empty_class_everything_is_made_that_has_something_to_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    desk = open_desk(Settings.from_environment())
    record = desk.records.create("training_class", desk.who(), {"train_mode": "线下"})
    desk.store.close()
    out = tmp_path / "out"
    assert main(["render", record, "--out", str(out), "--packet"]) == BAD
    heard = capsys.readouterr()
    assert "写好 12 个文件" in heard.out
    assert len(list(out.iterdir())) == 12
    for title in ("学员签到表", "培训合格证书"):
        assert f"《{title}》没有印：名单是空的" in heard.err
    assert "归档的成套材料没有印：没有一份是齐的" in heard.err
    assert main(["render", record, "--out", str(out), "--phase", "archive", "--json"]) == BAD
    told = json.loads(capsys.readouterr().out)
    assert {file["document"] for file in told["files"]} == {
        "receipt_roster",
        "archive_cover",
        "archive_spine",
        "archive_contents",
    }
    assert any("《培训合格证书》没有印：名单是空的" in note for note in told["notes"])


def test_a_paper_that_is_not_needed_is_told_to_programs_and_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(loaded, tmp_path / "data")
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    desk = open_desk(Settings.from_environment())
    record = sample_id("class_50")
    desk.records.set(record, "exam_mode", "线上", desk.who())
    desk.store.close()
    command = ["render", record, "--out", str(tmp_path / "out"), "--documents", "exam_sign_in,teaching_log", "--json"]
    assert main(command) == GOOD
    told = json.loads(capsys.readouterr().out)
    assert [file["document"] for file in told["files"]] == ["teaching_log"]
    assert told["skipped"] == ["不印《考场签到表》：按现在填的内容，不用这份"]


def test_the_summary_of_any_record(loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = sample_id("teacher_1")
    assert main(["render", record, "--out", str(tmp_path)]) == BAD
    assert "加 --summary 印填报信息汇总" in capsys.readouterr().err
    assert main(["render", record, "--out", str(tmp_path), "--summary"]) == GOOD
    assert "写好 1 个文件" in capsys.readouterr().out
    [made] = tmp_path.iterdir()
    assert "填报信息汇总" in squeezed("".join(pdf_pages(made.read_bytes())))


def test_all_pdf_files_come_from_one_conversion(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, calls = shutil.which("soffice") or shutil.which("libreoffice"), tmp_path / "calls"
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho call >> "{calls}"\nexec "{real}" "$@"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    papers = "training_plan,exam_sign_in,archive_cover"
    command = ["render", sample_id("class_50"), "--out", str(tmp_path / "out"), "--documents", papers]
    assert main([*command, "--pdf", "--packet"]) == GOOD
    assert calls.read_text("utf-8").split() == ["call"]
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 3 + 3
    lines = [line for line in capsys.readouterr().err.splitlines() if "正在生成" in line]
    assert "正在生成 3 / 3" in lines
    assert len(lines) == len(set(lines))
    assert not any("\r" in line or "\033" in line for line in lines)


def test_a_draft_is_written_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    desk = open_desk(Settings.from_environment())
    record = desk.records.create("leave_request", desk.who(), {"applicant": "甲某"})
    desk.store.close()
    out = tmp_path / "out"
    assert main(["render", record, "--out", str(out)]) == BAD
    assert "草稿" in capsys.readouterr().err
    made = next(out.glob("*.docx"))
    assert "草稿" in made.name
    assert "【缺：事由】" in word_text(made.read_bytes())


def test_without_libreoffice_it_says_how_to_get_it(
    loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    record = sample_id("inspection")
    assert main(["render", record, "--out", str(tmp_path / "out")]) == GOOD
    assert main(["render", record, "--out", str(tmp_path / "pdf"), "--pdf"]) == BAD
    heard = capsys.readouterr()
    assert "apt-get install" in heard.err
    assert "写好 1 个文件" in heard.out


# -- validate, compile -------------------------------------------------------------------------------------------


def test_validate_tells_each_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "resident_id", "11010519491231002X"]) == GOOD
    assert main(["validate", "resident_id", "11010519491231002X", "110105194912310021"]) == BAD
    assert [line[0] for line in capsys.readouterr().out.splitlines()] == ["对", "对", "错", " "]


def test_validate_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "resident_id", "11010519491231002x", "110105194912310021", "--json"]) == BAD
    good, bad = json.loads(capsys.readouterr().out)["results"]
    assert (good["ok"], good["value"]) == (True, "11010519491231002X")
    assert not bad["ok"]
    assert bad["problems"][0]["code"].startswith("ID_")
    assert bad["problems"][0]["remedy"]
    assert set(bad["problems"][0]) == SHAPE
    assert bad["problems"][0]["place"] == {"path": "resident_id", "label": "110105194912310021"}


def test_validate_of_an_unknown_type_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "resident", "x"]) == USAGE
    told = capsys.readouterr().err
    assert all(name in told for name in field_type_names())


def test_compile_fills_one_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document()
    document.add_paragraph("{{ name }}，{{ day|date }}，{{ rows|length }} 行")
    document.save(str(tmp_path / "t.docx"))
    facts, out = tmp_path / "facts.json", tmp_path / "deep" / "out.docx"
    facts.write_text(json.dumps({"name": "甲某", "day": "2026-11-04", "rows": [1, 2]}), "utf-8")
    command = ["compile", str(tmp_path / "t.docx"), "--facts", str(facts), "--out", str(out)]
    assert main(command) == GOOD
    assert word_text(out.read_bytes()) == "甲某，2026年11月4日，2 行"
    facts.write_text(json.dumps({"name": "甲某", "day": "2026-11-04"}), "utf-8")
    assert main(command) == BAD
    told = capsys.readouterr().err
    assert "数据文件 facts.json 里没有“rows”" in told


def test_compile_names_all_that_is_lacking_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document()
    document.add_paragraph("{{ name }}{{ school.title }}{% for row in rows %}{{ row.mobile }}{% endfor %}{{ day }}")
    document.save(str(tmp_path / "t.docx"))
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"nane": "甲某", "day": "2026-11-04", "rows": [{"mobile": "1"}, {}]}), "utf-8")
    assert main(["compile", str(tmp_path / "t.docx"), "--facts", str(facts), "--out", str(tmp_path / "o.docx")]) == BAD
    told = capsys.readouterr().err
    for name in ("“name”（是不是写成了“nane”）", "“school.title”", "“rows[].mobile”"):
        assert name in told
    assert "day" not in told


@pytest.mark.parametrize("name", ["o.pdf", "o.xlsx", "o"])
def test_compile_calls_no_file_what_it_is_not(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = Document()
    document.save(str(tmp_path / "t.docx"))
    (tmp_path / "facts.json").write_text("{}", "utf-8")
    command = ["compile", str(tmp_path / "t.docx"), "--facts", str(tmp_path / "facts.json"), "--out"]
    assert main([*command, str(tmp_path / name)]) == BAD
    assert "扩展名改成 .docx" in capsys.readouterr().err
    assert not (tmp_path / name).exists()
    assert main([*command, str(tmp_path / "O.DOCX")]) == GOOD


def test_a_place_that_cannot_be_written_is_told(
    loaded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = Document()
    document.save(str(tmp_path / "t.docx"))
    (tmp_path / "facts.json").write_text("{}", "utf-8")
    taken, folder = tmp_path / "taken", tmp_path / "folder.docx"
    folder.mkdir()
    taken.write_text("a file", "utf-8")
    compiling = ["compile", str(tmp_path / "t.docx"), "--facts", str(tmp_path / "facts.json")]
    for command in (
        ["render", sample_id("class_50"), "--documents", "training_plan", "--out", str(taken)],
        [*compiling, "--out", str(taken / "o.docx")],
        [*compiling, "--out", str(folder)],
    ):
        assert main(command) == BAD, command
        assert "写不进" in capsys.readouterr().err
    assert taken.read_text("utf-8") == "a file"


@pytest.mark.parametrize(("facts", "word"), [("{", "JSON"), ("[1]", "JSON"), (None, "打不开"), ("{}", "name")])
def test_compile_tells_what_it_cannot_use(
    facts: str | None, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = Document()
    document.add_paragraph("{{ name }}")
    document.save(str(tmp_path / "t.docx"))
    path = tmp_path / "facts.json"
    if facts is not None:
        path.write_text(facts, "utf-8")
    assert main(["compile", str(tmp_path / "t.docx"), "--facts", str(path), "--out", str(tmp_path / "o.docx")]) == BAD
    assert word in capsys.readouterr().err
    assert not (tmp_path / "o.docx").exists()


# -- views -------------------------------------------------------------------------------------------------------


def test_views_are_printed_and_told_to_programs(loaded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = sample_id("class_50")
    assert main(["views", record]) == GOOD
    text = capsys.readouterr().out
    assert "已办　培训　11月9日—20日" in text
    assert "合计 40 课时（理论 16、实操 24），与课程标准一致" in text
    assert main(["views", record, "--json"]) == GOOD
    told = json.loads(capsys.readouterr().out)
    charts = {view["key"]: view["content"] for view in told["views"]}
    assert sum(sum(series["values"]) for series in charts["hours_by_week"]["series"]) == 40
    assert sum(charts["composition"]["series"][0]["values"]) == 50
    assert not any(view["trouble"] for view in told["views"])
    assert main(["views", "nowhere"]) == BAD


# -- single records ----------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A record of one's own in a fresh folder."""
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "own"))
    desk = open_desk(Settings.from_environment())
    record = desk.records.create("leave_request", desk.who(), {"applicant": "欧阳喆", "request_date": "2026-11-04"})
    desk.store.close()
    return record


def test_a_record_is_copied(own: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["copy", own, "--days", "7", "--json"]) == GOOD
    made = json.loads(capsys.readouterr().out)
    assert (made["days"], made["form"]) == (7, "leave_request")
    assert made["words"] == f"已照“欧阳喆”新建：日期顺延 7 天。新办件编号 {made['id']}"
    assert main(["records", "--text", "oyz", "--json"]) == GOOD
    assert {one["id"] for one in json.loads(capsys.readouterr().out)["records"]} == {own, made["id"]}


def test_a_record_is_deleted_and_restored(own: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["delete", own]) == GOOD
    assert "已删除“欧阳喆”，30 天内" in capsys.readouterr().out
    assert main(["undelete"]) == GOOD
    told = capsys.readouterr().out
    assert own in told
    assert "还留 30 天" in told
    assert main(["undelete", own]) == GOOD
    assert main(["records"]) == GOOD
    assert "共 1 条" in capsys.readouterr().out
    assert main(["delete", "nobody", "--json"]) == BAD
    assert "nobody" in json.loads(capsys.readouterr().out)["problems"][0]["what"]


def test_a_record_is_handed_over(own: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["handover", own, "--to", "陈晓岚"]) == GOOD
    assert "已转交陈晓岚" in capsys.readouterr().out
    assert main(["records", "--json"]) == GOOD
    assert json.loads(capsys.readouterr().out)["records"][0]["owner"] == "陈晓岚"
