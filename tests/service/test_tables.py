"""Tables through the service: edits as one change, done twice done once; what is told is only what has changed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefill.service import Desk
from onefill.service.edits import Add, Drop, Edit, Move, Put
from onefill.service.errors import NotTyped, PathUnknown, TooManyRows
from onefill.service.indexing import summary_of
from onefill.service.ordering import Places
from onefill.service.tables import TableState
from tests.conftest import Loaded
from tests.ui.desk import a_desk

GOODS = "goods"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path)


@pytest.fixture
def order(desk: Desk) -> str:
    record = desk.records.create("order", desk.who())
    edit(desk, record, Add(rows=[("a", {"what": "米", "price": "3"}), ("b", {"what": "油"}), ("c", {"what": "盐"})]))
    return record


def edit(desk: Desk, record: str, *edits: Edit, window: str = "w1", section: str = GOODS):
    return desk.records.edit(record, section, edits, desk.who(), window=window)


def texts(table: TableState, column: str = "what") -> list[str | None]:
    return [table.texts[row][column] for row in table.order]


def names(desk: Desk, record: str) -> list[str | None]:
    return texts(desk.records.table(record, GOODS))


def test_rows_come_go_and_move(desk: Desk, order: str) -> None:
    edit(desk, order, Add(rows=[("d", {"what": "茶"}), ("e", {})], after="a"), Move(rows=["c"], after=None))
    assert names(desk, order) == ["盐", "米", "茶", "", "油"]
    edit(desk, order, Drop(rows=["a", "gone"]), Move(rows=["c", "d"], after="b"))
    assert names(desk, order) == ["", "油", "盐", "茶"]


def test_done_again_it_changes_nothing(desk: Desk, order: str) -> None:
    edits = (
        Add(rows=[("d", {"what": "茶"})], after="a", sequence=1),
        Put(row="a", values={"what": "面"}, sequence=2),
        Drop(rows=["b"], sequence=3),
        Move(rows=["c"], after=None, sequence=4),
    )
    edit(desk, order, *edits)
    before = desk.records.table(order, GOODS)
    edit(desk, order, *edits)
    after = desk.records.table(order, GOODS)
    assert (after.order, after.texts) == (before.order, before.texts)


def test_a_row_put_back_is_what_it_was(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    before = desk.records.table(record, "trainees")
    row, after = before.order[3], before.order[2]
    desk.records.edit(record, "trainees", [Drop(rows=[row])], desk.who())
    desk.records.edit(record, "trainees", [Add(rows=[(row, {"name": "改名"})], after=after)], desk.who())
    now = desk.records.table(record, "trainees")
    assert now.order == before.order
    assert now.texts[row] == {**before.texts[row], "name": "改名"}


def test_what_the_rest_of_the_row_makes_readable_is_read(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    values = {"id_no": "E12345678", "name": "陈大文", "doc_type": "中国护照"}
    desk.records.edit(record, "trainees", [Add(rows=[("new1", values)])], desk.who())
    fields = {f.definition.key: f for f in desk.records.row(record, "trainees", "new1")}
    assert fields["id_no"].stored == "E12345678"
    assert not fields["id_no"].findings


def test_a_label_stands_for_what_it_names(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    table = desk.records.table(record, "sessions")
    columns = {c.definition.key: c for c in desk.records.table_columns(record, "sessions")}
    label, row = columns["teacher"].options[-1], table.order[0]
    desk.records.edit(record, "sessions", [Put(row=row, values={"teacher": label})], desk.who())
    assert desk.records.table(record, "sessions").texts[row]["teacher"] == label
    desk.records.edit(record, "sessions", [Put(row=row, values={"teacher": "没有这个人"})], desk.who())
    now = desk.records.table(record, "sessions")
    assert now.texts[row]["teacher"] == "没有这个人"
    assert now.problems[row, "teacher"][0].what.startswith("“没有这个人”")


def test_a_label_stands_for_what_it_names_in_an_empty_table_too(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    rows = desk.records.table(record, "sessions").order
    desk.records.edit(record, "sessions", [Drop(rows=rows)], desk.who())
    columns = {c.definition.key: c for c in desk.records.table_columns(record, "sessions")}
    label = columns["teacher"].options[-1]
    desk.records.edit(record, "sessions", [Add(rows=[("new1", {"teacher": label})])], desk.who())
    now = desk.records.table(record, "sessions")
    assert now.texts["new1"]["teacher"] == label
    assert not now.problems.get(("new1", "teacher"))


def test_what_a_column_offers_may_ask_the_row_also_before_there_is_one(tmp_path: Path) -> None:
    desk = a_desk(
        tmp_path,
        (
            "{key: price,",
            "{key: who, label: 客户, type: link, form: customer, where: 'it.name != what'}\n      - {key: price,",
        ),
    )
    customer = desk.records.create("customer", desk.who())
    desk.records.set(customer, "name", "米店", desk.who())
    record = desk.records.create("order", desk.who())
    offered = {c.definition.key: c.options for c in desk.records.table_columns(record, GOODS)}
    assert offered["who"] == ("米店",)


def test_what_could_not_be_read_once_is_not_forgotten_when_it_could_be_now(desk: Desk) -> None:
    record = desk.records.create("order", desk.who(), {"way": {"raw": "送货"}, "goods": {"a": {"price": {"raw": "3"}}}})
    problems = desk.records.table(record, GOODS).problems["a", "price"]
    assert [(one.what, one.remedy) for one in problems] == [("“3”当时没有认出来", "现在认得了，再填一次")]
    edit(desk, record, Put(row="a", values={"price": "3"}))
    assert not desk.records.table(record, GOODS).problems.get(("a", "price"))


def test_a_class_takes_other_words_for_its_options(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    row = desk.records.table(record, "trainees").order[0]
    said = {"education": "大专", "person_class": "农民工", "nation": "汉"}
    desk.records.edit(record, "trainees", [Put(row=row, values=said)], desk.who())
    shown = desk.records.table(record, "trainees").texts[row]
    assert [shown[key] for key in said] == ["专科", "农村转移劳动力", "汉族"]


def test_what_somebodys_table_says_is_compared_with_what_is_worked_out(small: Loaded) -> None:
    desk, record = small.desk, small.ids["class_50"]
    table = desk.records.table(record, "trainees")
    first, second = table.order[:2]
    said = {
        row: {"sex": table.texts[row]["sex"] or "", "birth": table.texts[row]["birth"] or ""} for row in table.order
    }
    assert desk.records.contradicted(record, "trainees", said) == ""
    other = {"男": "女", "女": "男"}[said[second]["sex"]]
    told = {**said, second: {"sex": other}, "gone": {"sex": "男"}, first: {"sex": "", "name": "别人"}}
    sentence = f"1 行与算出的不同：第 2 行性别写的是“{other}”，算出是“{said[second]['sex']}”（由身份证号码得出）"
    assert desk.records.contradicted(record, "trainees", told) == sentence


def test_only_what_changed_is_told(desk: Desk, order: str) -> None:
    mark = desk.records.table(order, GOODS).mark
    edit(desk, order, Put(row="b", values={"what": "花生油"}))
    news = desk.records.table(order, GOODS, mark)
    assert not news.whole
    assert news.texts == {"b": {"what": "花生油", "length": "3"}}
    edit(desk, order, Put(row="a", values={"price": "许多"}))
    news = desk.records.table(order, GOODS, news.mark)
    assert set(news.problems) == {("a", "price")}
    assert news.problems["a", "price"][0].remedy
    edit(desk, order, Put(row="a", values={"price": "4"}))
    assert desk.records.table(order, GOODS, news.mark).problems == {("a", "price"): ()}


def test_another_windows_newer_text_stays_and_both_are_told(desk: Desk, order: str) -> None:
    seen = desk.records.table(order, GOODS).change
    edit(desk, order, Put(row="a", values={"what": "他的"}, sequence=1, seen=seen), window="w2")
    mine = Put(row="a", values={"what": "我的", "price": "9"}, sequence=1, seen=seen)
    (refused,) = edit(desk, order, mine)
    assert (refused.path, refused.shown) == ("goods/a/what", "他的")
    assert desk.records.table(order, GOODS).texts["a"] == {"what": "他的", "price": "9", "length": "2"}
    assert not edit(desk, order, Put(row="a", values={"what": "我的"}, sequence=2))
    assert names(desk, order)[0] == "我的"


def test_typing_into_a_row_that_is_gone_is_told(desk: Desk, order: str) -> None:
    seen = desk.records.table(order, GOODS).change
    edit(desk, order, Drop(rows=["a"], sequence=1, seen=seen), window="w2")
    (refused,) = edit(desk, order, Put(row="a", values={"what": "迟"}, sequence=1, seen=seen))
    assert (refused.path, refused.theirs) == ("goods/a", None)
    assert names(desk, order) == ["油", "盐"]


def test_a_row_somebody_works_in_is_not_taken_out(desk: Desk, order: str) -> None:
    seen = desk.records.table(order, GOODS).change
    edit(desk, order, Put(row="a", values={"what": "他的"}, sequence=1, seen=seen), window="w2")
    (refused,) = edit(desk, order, Drop(rows=["a"], sequence=1, seen=seen))
    assert refused.path == "goods/a"
    assert names(desk, order)[0] == "他的"


def test_too_many_rows_are_refused_as_a_whole(desk: Desk, order: str) -> None:
    rows = [(f"n{n}", {"what": str(n)}) for n in range(58)]
    with pytest.raises(TooManyRows, match="60"):
        edit(desk, order, Put(row="a", values={"what": "面"}), Add(rows=rows, after="c"))
    assert names(desk, order) == ["米", "油", "盐"]


def test_what_is_no_table_or_not_typed_is_refused(desk: Desk, order: str) -> None:
    with pytest.raises(PathUnknown):
        edit(desk, order, section="basics")
    with pytest.raises(PathUnknown):
        edit(desk, order, Put(row="a", values={"nothing": "1"}))
    with pytest.raises(NotTyped):
        edit(desk, order, Put(row="a", values={"length": "1"}))


ROWS = st.sampled_from(["a", "b", "c", "d", "e", "f"])
TEXTS = st.sampled_from(["米", "", "许多", "3"])
EDITS = st.one_of(
    st.builds(lambda r, t: Put(row=r, values={"what": t}), ROWS, TEXTS),
    st.builds(lambda r, t: Put(row=r, values={"price": t}), ROWS, TEXTS),
    st.builds(lambda r, a: Add(rows=[(one, {"price": "x"}) for one in {*r}], after=a), st.lists(ROWS), ROWS),
    st.builds(lambda r: Drop(rows=[r]), ROWS),
    st.builds(lambda r, a: Move(rows=[r], after=a), ROWS, st.none() | ROWS),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, max_size=12), st.integers(1, 4))
def test_what_was_told_bit_by_bit_is_the_whole(tmp_path_factory, edits: list[Edit], every: int) -> None:
    desk = a_desk(tmp_path_factory.mktemp("desk"))
    record = desk.records.create("order", desk.who())
    told = desk.records.table(record, GOODS)
    shown = {row: dict(line) for row, line in told.texts.items()}
    wrong = dict(told.problems)
    for number, one in enumerate(edits):
        edit(desk, record, one)
        if number % every:
            continue
        news = desk.records.table(record, GOODS, told.mark)
        assert not news.whole
        for row, line in news.texts.items():
            shown.setdefault(row, {}).update(line)
        wrong.update(news.problems)
        wrong = {at: found for at, found in wrong.items() if at[0] in news.order}  # a row that goes takes its problems
        told = news
    news, whole = desk.records.table(record, GOODS, told.mark), desk.records.table(record, GOODS)
    for row, line in news.texts.items():
        shown.setdefault(row, {}).update(line)
    wrong.update(news.problems)
    assert news.order == whole.order
    assert {row: shown[row] for row in whole.order} == whole.texts
    assert {at: p for at, p in wrong.items() if p and at[0] in whole.order} == {
        at: p for at, p in whole.problems.items() if p
    }
    opened = desk.records._book.open(record)
    assert opened.summary == summary_of(opened.sheet)


def test_many_rows_between_two_find_room() -> None:
    places = Places({"a": 1, "b": 2, "c": 3, "d": 4})
    rows = [f"n{n}" for n in range(1000)]
    orders, moved = places.insert(rows, "a")
    assert moved == {"a": 1 - 1001 * 2**20}
    line = sorted({"b": 2, "c": 3, "d": 4} | orders | moved, key=({"b": 2, "c": 3, "d": 4} | orders | moved).get)
    assert line == ["a", *rows, "b", "c", "d"]
