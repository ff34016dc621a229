"""HTML to PDF by both engines, and the page that sums up a record."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pypdfium2
import pytest

from onefill.rendering import html as html_module
from onefill.rendering.engines import EngineMissing, find_wkhtmltopdf
from onefill.rendering.html import PageFails, engines_here, html_to_pdf
from onefill.rendering.packet import page_count
from onefill.rendering.summary import Facts, Listing, Signs, summary_html

ENGINES = engines_here()


def text_of(pdf: bytes) -> str:
    """The text layer; wkhtmltopdf writes some characters as radicals, WeasyPrint some spaces as wide ones."""
    with pypdfium2.PdfDocument(pdf) as document:
        return normalize("NFKC", "".join(page.get_textpage().get_text_bounded() for page in document))


def summary(rows: int = 3) -> str:
    return summary_html(
        "某班 填报信息汇总",
        [("编号", "440604-001"), ("版本", "3")],
        [
            Facts(title="基本情况", pairs=[("名称", "某单位"), ("备注", "<b>x</b> {{ 1 }} =cmd()\n&amp;"), ("空", "")]),
            Listing(title="名册", columns=["姓名", "电话"], rows=[["王翀", "13800138000"]] * rows),
            Listing(title="没有行的表", columns=["甲", "乙"], rows=[]),
        ],
        foot="汇总 · a1b2c3d4 </p>",
    )


class Listener(http.server.BaseHTTPRequestHandler):
    """Notes every address that is asked of it."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Noting", (Listener,), {"asked": asked})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_summary_prints_what_was_given_literally(engine) -> None:
    text = text_of(html_to_pdf(summary(), engine))
    for said in (
        "填报信息汇总",
        "440604-001",
        "<b>x</b> {{ 1 }} =cmd()",
        "&amp;",
        "13800138000",
        "a1b2c3d4 </p>",
        "无",
    ):
        assert said in text


@pytest.mark.parametrize("engine", ENGINES)
def test_a_long_list_goes_on_over_pages(engine) -> None:
    pdf = html_to_pdf(summary(rows=120), engine)
    assert page_count(pdf) >= 4
    assert text_of(pdf).count("13800138000") == 120


def test_weasyprint_counts_pages_and_prints_the_foot_on_each() -> None:
    pdf = html_to_pdf(summary(rows=60), "weasyprint")
    text = text_of(pdf)
    assert f"第 1 页 共 {page_count(pdf)} 页" in text
    assert text.count("a1b2c3d4") == page_count(pdf)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_wide_list_turns_the_page(engine) -> None:
    html = summary_html("宽", [], [Listing(title="", columns=["列"] * 10, rows=[["值"] * 10])])
    with pypdfium2.PdfDocument(html_to_pdf(html, engine)) as document:
        width, height = document[0].get_size()
    assert width > height


def page_texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [normalize("NFKC", page.get_textpage().get_text_range()) for page in document]


@pytest.mark.parametrize("engine", ENGINES)
def test_hands_and_seals_of_a_list_never_stand_alone_on_a_page(engine) -> None:
    # Somewhere in these numbers of lines the table fills its page.
    for number in (*range(23, 30), 2):
        rows = [(f"{line:03}", "职业培训院校") for line in range(number)]
        signed = [Listing(title="", columns=("编号", "类型"), rows=rows), Signs(places=["经办人：", "单位（盖章）："])]
        last = page_texts(html_to_pdf(summary_html("名单", [("日期", "某日")], signed), engine))[-1]
        assert "盖章" in last
        assert rows[-1][0] in last
        assert rows[-2][0] in last


@pytest.mark.parametrize("engine", ENGINES)
def test_codes_stay_whole_where_words_are_broken(engine) -> None:
    columns = ("分给", "培训机构", "合格人数", "分配个数", "编码起", "编码止")
    row = ("440604-012-2026-100", "佛山市样例职业培训学校", "9", "9", "44060420260001", "44060420260009")
    listing = Listing(title="", columns=columns, rows=[row])
    for turn in (False, True):
        pdf = html_to_pdf(summary_html("分配表", [], [listing], turn=turn), engine)
        with pypdfium2.PdfDocument(pdf) as document:
            width, height = document[0].get_size()
        assert (width > height) is turn
        [text] = page_texts(pdf)
        assert row[4] in text
        assert row[5] in text


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_outside_the_page_is_fetched(engine, listener: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = listener
    secret = tmp_path / "secret.html"
    secret.write_text("<p>SECRET</p>")
    html = (
        f'<meta charset="utf-8"><link rel="stylesheet" href="{address}/a.css"><style>@import url("{address}/b.css");'
        f"p {{ background: url({address}/c.png) }}</style><p>正文</p>"
        f'<img src="{address}/d.png"><iframe src="{address}/e.html"></iframe><object data="{address}/f.html"></object>'
        f'<iframe src="{secret.as_uri()}"></iframe><img src="{secret.as_uri()}">'
        f'<script>document.write("WRITTEN"); new Image().src = "{address}/g.png"</script>'
    )
    text = text_of(html_to_pdf(html, engine))
    assert asked == []
    assert "正文" in text
    assert "SECRET" not in text
    assert "WRITTEN" not in text


def test_pdfkit_is_preferred_where_its_program_is() -> None:
    assert engines_here()[0] == ("wkhtmltopdf" if find_wkhtmltopdf() else "weasyprint")


def test_an_engine_that_is_not_here_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_module, "find_wkhtmltopdf", lambda: None)
    assert engines_here() == ("weasyprint",)
    assert page_count(html_to_pdf("<p>a</p>")) == 1
    with pytest.raises(EngineMissing, match="WeasyPrint"):
        html_to_pdf("<p>a</p>", "wkhtmltopdf")


def test_missing_libraries_of_weasyprint_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(html_module._COMMANDS, "weasyprint", lambda _html: ["sh", "-c", "exit 3"])
    with pytest.raises(EngineMissing, match="libpango"):
        html_to_pdf("<p>a</p>", "weasyprint")


@pytest.mark.parametrize("command", ["echo no pdf", "exit 1", "sleep 30"])
def test_an_engine_that_fails_or_hangs_is_told(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setitem(html_module._COMMANDS, "weasyprint", lambda _html: ["sh", "-c", command])
    with pytest.raises(PageFails):
        html_to_pdf("<p>a</p>", "weasyprint", patience=0.5)
