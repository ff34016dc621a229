"""The author's page without a browser: what it draws, what it says of faults, its routes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.fields import field_type_names
from onefill.rendering.packet import page_count
from onefill.rendering.page_faults import PageFault
from onefill.service.desk import Desk
from onefill.service.proof_shapes import Proofed, Trial
from onefill.service.proof_sheets import ProofSheets, side_by_side
from onefill.ui.authors import faults, papers, place_of, tried_only
from onefill.ui.drawing import TYPES, drawing
from onefill.ui.jobs import SAMPLES, Job, jobs
from onefill.ui.proofs import approve, paper_head, proof_job, results
from onefill.ui.routes import ROUTES
from onefill.ui.tokens import new_window, sign
from tests.desks import make_desk
from tests.rendering.test_page_marks import sheet
from tests.ui.conftest import in_use
from tests.ui.test_screens import opened, words

PAGE = sheet(b"BT /F1 6 Tf 40 100 Td (Page) Tj ET")


def panels(desk: Desk) -> str:
    form = desk.definitions.form("order")
    return drawing(form, {"order": "订单", "customer": "客户"})


def test_every_field_type_has_a_name() -> None:
    assert set(TYPES) == set(field_type_names())


@pytest.mark.parametrize(
    "told",
    [
        "way == &#x27;送货&#x27;",
        "pieces * 2",
        "引用“客户”",
        "范围 1—99",
        "最多 0 位小数",
        "一张表，1—60 行",
        "从“收货”起",
    ],
)
def test_the_drawing_tells_what_the_author_wrote(desk: Desk, told: str) -> None:
    assert told in panels(desk)


def test_nothing_of_a_pack_is_markup(desk: Desk) -> None:
    path = desk.settings.forms / "shop" / "order.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: 单号", "label: '<b>x</b>'"), encoding="utf-8")
    desk.authoring.look()
    assert "<b>x" not in panels(desk) and "&lt;b&gt;x" in panels(desk)


def test_the_page_opens_and_speaks(desk: Desk) -> None:
    app = opened("author")
    assert not app.exception
    assert "出了点问题" not in words(app)


def test_a_fault_is_told_with_its_line(desk: Desk) -> None:
    path = desk.settings.forms / "shop" / "order.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: 单号", "lable: 单号"), encoding="utf-8")
    found = desk.authoring.look()
    assert re.fullmatch(r".*shop/order\.yaml:\d+:\d+", place_of(found.faults[0]))
    assert place_of(found.faults[0]) in faults(found.faults)
    assert not opened("author").exception


def test_a_proof_run_is_told_and_approved(desk: Desk) -> None:
    trial = Trial(form="order", document="sheet", title="<b>", suffix=".docx", rows="over", words="ordinary", count=9)
    fault = PageFault(page=2, code="CUT", near="<i>")
    page = sheet(b"BT /F1 6 Tf 40 100 Td (Page) Tj ET")
    sound = Proofed(trial=replace(trial, rows="one"), pdf=page, pages=1)
    made = side_by_side([sound, Proofed(trial=trial, pdf=page, pages=2, faults=(fault,), approved=page)])
    assert made.names == ("1 行 第 1 页", "多一行（9 行） 第 1 页") and page_count(made.data) == 2
    told = results(made.tried)
    assert "&lt;i&gt;" in told and "<i>" not in told and "切掉" in told
    job = Job("j1", SAMPLES, datetime.now(), state="done", result=made)
    assert "approve:j1" in paper_head(1, job, proofing=True)
    approve(made)
    [kept] = (desk.settings.data / "proof").rglob("*.pdf")
    assert kept.name == "one.pdf" and kept.read_bytes() == page
    settled = side_by_side([replace(sound, approved=page)])
    assert "approve" not in paper_head(1, replace(job, result=settled), proofing=True)


def test_the_page_tries_a_paper(desk: Desk) -> None:
    app = opened("author")
    app.session_state["author-look"] = "proof"
    app.run()
    assert not app.exception


def test_samples_are_fetched_only_by_our_own_page(desk: Desk) -> None:
    window = new_window()
    token = sign(window, desk.settings.data)
    client = TestClient(Starlette(routes=ROUTES), base_url="http://127.0.0.1")
    own = {"origin": "http://127.0.0.1", "x-onefill-token": token}
    assert client.post("/of/sample/order/sheet/pdf", headers=own).content.startswith(b"%PDF")
    assert (
        client.post("/of/sample/order/sheet/pdf", headers={**own, "origin": "http://evil.example"}).status_code == 403
    )
    assert client.post("/of/sample/order/sheet/pdf", headers={**own, "x-onefill-token": "no"}).status_code == 401
    assert client.post("/of/sample/order/..%2F..%2Fetc/pdf", headers=own).status_code == 404
    assert client.post("/of/sample/nothing/sheet/pdf", headers=own).status_code == 409
    assert client.get("/of/sample/nothing/1", params={"k": token}).status_code == 404


@pytest.fixture
def all_packs(tmp_path: Path) -> Iterator[Desk]:
    yield from in_use(make_desk(tmp_path, engine=lambda files, **_: dict.fromkeys(files, PAGE)))


@pytest.mark.parametrize("kind", ["文书", "公布的名单"])
def test_notices_and_lists_that_are_made_public_are_tried_on_the_page_as_well(all_packs: Desk, kind: str) -> None:
    known = [(form, tried_only(all_packs.definitions, form)) for form in all_packs.definitions.forms.values()]
    form, others, one = next((form, others, one) for form, others in known for one in others if one.kind == kind)
    listed = papers(all_packs.authoring.documents(form.form), others, one.choice)
    assert all(f'data-act="paper:{other.choice}"' in listed and other.title in listed for other in others)
    assert f'data-act="paper:{one.choice}" aria-current=true' in listed
    app = opened("author")
    app.session_state["author-form"], app.session_state["author-paper"] = form.form, one.choice
    app.run()
    assert not app.exception
    jobs.wait()
    job = proof_job(one.of, one.key, (all_packs.authoring.look().stamp, None))  # the page has begun it
    assert isinstance(job.result, ProofSheets)
    assert {tried.trial.document for tried in job.result.tried} == {one.key}
    assert "看样例" not in paper_head(1, job, proofing=True, sampled=False)
