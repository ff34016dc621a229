"""``proof`` at the command line: told in words and JSON, pages written, approved, faults in the exit code."""

import json
from pathlib import Path

import pytest

from onefill.cli import main
from onefill.service import Settings, open_desk

GOOD, BAD, USAGE = 0, 1, 2
ASKED = ["proof", "leave_request", "--documents", "leave_days"]


def test_a_paper_is_tried_shown_and_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path / "data"))
    out = tmp_path / "out"
    assert main([*ASKED, "--out", str(out), "--approve"]) == GOOD
    said = capsys.readouterr().out
    assert "请假明细（leave_request/leave_days.xlsx）" in said and "0 份有毛病" in said and "认可了 6 份" in said
    assert (out / "leave_request/leave_days.xlsx/rare.pdf").read_bytes().startswith(b"%PDF")
    assert "还没有认可过" in (out / "index.html").read_text(encoding="utf-8")
    assert main([*ASKED, "--json"]) == GOOD
    papers = json.loads(capsys.readouterr().out)["papers"]
    assert [paper["case"] for paper in papers] == ["none", "one", "many", "longest", "blank", "rare"]
    assert all(paper["pages"] == paper["approved_pages"] == 1 and not paper["changed"] for paper in papers)


@pytest.mark.parametrize("wrong", [["no_such"], ["leave_request", "--documents", "no_such"]])
def test_what_there_is_not_is_said(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proof", *wrong]) == USAGE
    assert "no_such" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(1200)  # every paper, printed up to ten times: minutes on a busy machine
def test_all_papers_of_both_packs_pass(tmp_path: Path) -> None:
    desk = open_desk(Settings(data=tmp_path, store="memory:"))
    made = desk.proof.run()
    assert [(one.trial.key, one.told()) for one in made if not one.sound] == []
    papers = {(one.trial.form, one.trial.document) for one in made}
    wanted = {
        (key, document.key)
        for key, form in desk.definitions.forms.items()
        if key not in desk.definitions.retired
        for document in (*form.documents, *form.notices)
        if document.templates
    }
    lists = {
        (key, public.key)
        for key, pack in desk.definitions.packs.items()
        for public in pack.publications
        if public.template
    }
    assert lists and papers == wanted | lists
    desk.store.close()
