"""The note about a changed form on the fill page, as HTML."""

from pathlib import Path

from onefill.facts.carrying import Moved
from onefill.facts.successors import FormChange
from onefill.service.form_news import FormNews
from onefill.ui.form_news import told
from tests.ui.desk import a_desk


def test_the_note_says_what_changed_and_where_to_look(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    state = desk.records.state(desk.records.create("order", desk.who()))
    news = FormNews(
        title="订单",
        standing="changed",
        changes=(
            FormChange(step="added", section="订单信息", label="地点", path="place"),
            FormChange(step="removed", section="订单信息", label="传真", path="fax", why="不用了"),
            FormChange(step="renamed", section="货物", label="品名", was="名称", path="goods/what"),
        ),
        moved=(
            Moved(
                fate="unread", path="pieces", section="订单信息", label="件数", old="<几>件", new="<几>件", why="不是数"
            ),
            Moved(fate="read", path="way", section="订单信息", label="送法", old="来拿", new="自取"),
            Moved(fate="aside", path="fax", section="订单信息", label="传真", old="0757-1", why="不用了"),
        ),
    )
    html = told(news, state)
    assert "新增 地点，不再问 传真，1 个值要重新核对，1 个值换了写法，1 个旧值另外留着" in html
    assert 'data-act="go:basics:pieces" data-go="pieces"' in html and "&lt;几&gt;件" in html and "<几>" not in html
    assert "来拿 → 自取" in html and "名称 → 品名" in html and html.count("传真：0757-1") == 1
    assert "知道了" in html and "amber" in html


def test_a_record_that_keeps_its_form_or_has_lost_it_says_so(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    state = desk.records.state(desk.records.create("order", desk.who()))
    assert "退回或撤回以后再换" in told(FormNews(title="订单", standing="held"), state)
    assert "已经停用" in told(FormNews(title="订单", standing="retired"), state)
