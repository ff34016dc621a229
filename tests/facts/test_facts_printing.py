from onefill.definitions.expressions import Empty
from onefill.facts import PrintView, differences, facts_hash
from onefill.facts.printing import each_told, facts_told, rewritten
from tests.facts.small import group_data, group_sheet, leader_sheet


def test_missing_facts_print_by_the_law() -> None:
    sheet, _ = group_sheet(leader=leader_sheet())
    sheet.set("start", None)
    sheet.set("people/r1/score", None)
    first, second = PrintView(sheet.view, 0), PrintView(sheet.view, 1)
    assert str(first["start"]) == "【缺：开始】"
    assert str(first["signed"]) == ""  # for ink
    assert str(first["bus"]) == ""  # hidden
    assert str(first["people"][0]["score"]) == ""  # due later
    assert str(second["people"][0]["score"]) == "【缺：分数】"
    assert str(first["people"][0]["age"]) == "【缺：年龄】"  # computed from what is missing
    assert str(first["people"][0]["good"]) == ""  # computed from what is due later
    assert str(second["people"][0]["good"]) == "【缺：过关】"


def test_a_computed_fact_is_missing_with_what_it_comes_from() -> None:
    sheet, _ = group_sheet({**group_data(), "leader": None})
    assert str(PrintView(sheet.view, 0)["leader_age"]) == "【缺：组长年龄】"
    unknown, _ = group_sheet(leader=leader_sheet(None))
    assert str(PrintView(unknown.view, 0)["leader_age"]) == ""  # nobody has to know it


def test_a_linked_record_prints_what_it_lacks() -> None:
    sheet, _ = group_sheet(leader=leader_sheet(None))
    leader = PrintView(sheet.view, 0)["leader"]
    assert isinstance(leader, PrintView)
    assert str(leader["name"]) == "王五"
    assert isinstance(leader["years"], Empty)
    sheet.value("leader").sheet.set("name", None)  # type: ignore[attr-defined]
    assert str(leader["name"]) == "【缺：姓名】"


def test_the_hash_follows_what_is_read_and_nothing_else() -> None:
    names = ["number", "people[].name", "leader.name", "print.title"]

    def digest(change: tuple[str, object] | None = None, more: tuple[str, ...] = ()) -> str:
        sheet, _ = group_sheet()
        if change:
            sheet.set(*change)
        return facts_hash(PrintView(sheet.view, 0), [*names, *more], counted=["people", "days"])

    assert digest() == digest()
    assert digest() == digest(("planned", 9))
    assert digest() != digest(("number", "8"))
    assert digest() != digest(("people/r2/name", "李五"))
    assert digest() != digest(("people/r2", None))
    assert digest() == digest(("people/r2/score", 61))
    assert digest() == digest(("days/d2/hours", 3))
    assert digest() != digest(("days/d2", None))
    assert digest(more=("presence",)) != digest(("presence/d1/r1", "缺"), more=("presence",))


def test_what_a_condition_asks_counts_by_its_answer() -> None:
    def digest(*, good: bool = True, left: int = 3, name: str = "甲") -> str:
        facts = {"people": [{"name": name, "good": good}], "left": left}
        return facts_hash(facts, [], counted=["people", "people[].good", "people[].name", "left"])

    assert digest() == digest(left=4) == digest(name="乙")
    assert len({digest(), digest(good=False), digest(left=0), digest(name="")}) == 4


def test_who_does_not_pass_any_more_makes_another_paper_of_a_list_of_those_who_did() -> None:
    def digest(score: int) -> str:
        sheet, _ = group_sheet()
        sheet.set("people/r2/score", score)
        return facts_hash(PrintView(sheet.view, 1), ["people[].name"], counted=["people", "people[].good"])

    assert digest(61) == digest(80) != digest(30)


def test_what_is_filled_after_the_paper_makes_no_other_paper_of_it() -> None:
    def digest(score: object, phase: int) -> str:
        sheet, _ = group_sheet()
        sheet.set("people/r2/score", score)
        return facts_hash(PrintView(sheet.view, phase), ["people[].name", "people[].score", "leader.name"])

    assert digest(59, 0) == digest(61, 0) == digest(None, 0)
    assert digest(59, 1) != digest(61, 1)


def test_what_is_filled_after_the_paper_is_told_apart_from_what_is_written_anew() -> None:
    def later(score: object, phase: int = 0) -> tuple[object, ...]:
        sheet, _ = group_sheet()
        sheet.set("people/r2/score", score)
        return facts_told(PrintView(sheet.view, phase), ["people[].name", "people[].score"])[1]

    assert later(59) == ("80", "59") and later(59, 1) == ()
    assert not rewritten(later(59), later(59)) and not rewritten(later(None), later(59))
    assert rewritten(later(59), later(61)) and rewritten(later(59), later(None))
    assert not rewritten([None, [], {"a": None}], [1, [2], {"a": 3}])
    assert rewritten([[1, 2]], [[1]]) and rewritten([{"a": 1}], [{"a": 2}]) and rewritten([{"a": 1}], [None])


def test_each_repetition_has_a_digest_of_what_it_says_itself() -> None:
    def told(path: str = "", value: object = None) -> list[tuple[str, tuple[object, ...]]]:
        sheet, _ = group_sheet()
        if path:
            sheet.set(path, value)
        view = PrintView(sheet.view, 0)
        items = [{"person": person} for person in view["people"]]
        return each_told(view, ["number", "person.name", "person.score"], counted=["days[]"], items=items)

    before, named, all_of_them = told(), told("people/r2/name", "王五"), told("number", "9")
    assert len(before) == 2
    assert [one[0] == other[0] for one, other in zip(before, named, strict=True)] == [True, False]
    assert not any(one[0] == other[0] for one, other in zip(before, all_of_them, strict=True))
    scored = told("people/r2/score", 61)
    assert [one for one, _ in before] == [one for one, _ in scored]
    assert [rewritten(one[1], other[1]) for one, other in zip(before, scored, strict=True)] == [False, True]
    assert rewritten(scored[1][1], told("people/r2/score", 62)[1][1])


def test_differences_name_rows_by_their_label() -> None:
    sheet, _ = group_sheet()
    new = group_data()
    new["number"] = "8"
    new["people"]["r2"]["score"] = 60
    new["people"]["r3"] = {"@order": 3, "name": "赵六"}
    del new["days"]["d2"]
    new["presence"]["d1"]["r2"] = "到"
    found = {(d.path, d.label, d.old, d.new, d.kind) for d in differences(sheet.plan, group_data(), new)}
    assert found == {
        ("number", "编号", "7", "8", "changed"),
        ("days/d2", "2026年12月8日", "第 2 行", "", "removed"),
        ("people/r2/score", "李四 · 分数", "59", "60", "changed"),
        ("people/r3", "赵六", "", "第 3 行", "added"),
        ("presence/d1/r2", "2026年12月7日 · 李四", "缺", "到", "changed"),
    }
