"""The names of a submission that guards of actions and notices may use."""

from collections.abc import Mapping

from onefill.definitions.known import Kind, Known, value_of_type

#: What guards of actions and notices may read about a submission, and what is in its lists.
CASE = {
    "record": "这份办件",
    "today": "做这一步的日期",
    "phase": "阶段",
    "stage": "环节",
    "round": "第几次提交（撤回的不算）",
    "returned": "退回次数",
    "receipt": "回执号",
    "number": "文书号",
    "submitted_on": "提交日期",
    "handed_in_on": "头一次提交的日期（撤回的不算）",
    "acted_on": "办理日期",
    "due": "期限",
    "by": "办理人",
    "opinion": "意见",
    "reason": "理由",
    "date": "填的日期",
    "rank": "排第几",
    "errors": "要改的处数",
    "warnings": "提醒的处数",
    "lacking": "还缺的材料件数",
    "open_remarks": "还没关的意见条数",
    "unseen": "没有收下也没有意见的材料项数",
    "passed": "已通过的阶段",
    "in_review": "正在审的阶段",
    "refused": "没有同意的阶段",
    "entered": "记进台账、没有终止的各行",
    "acts": "做过的各步，按先后，各阶段的都在内",
}
CASE_LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "remarks": (
        "意见",
        {
            "no": "序号",
            "label": "哪里",
            "what": "什么不对",
            "remedy": "怎么改",
            "clause": "依据",
            "reason": "上次没提的理由",
        },
    ),
    "items": (
        "材料",
        {
            "no": "序号",
            "title": "材料名称",
            "label": "哪一件",
            "standing": "情况",
            "why": "说明",
            "clause": "依据",
            "pages": "共几页",
            "have": "有几个",
            "need": "要几个",
        },
    ),
}
_CASE_DATES = frozenset({"submitted_on", "handed_in_on", "acted_on", "due", "date", "today"})
_CASE_NUMBERS = frozenset({"round", "returned", "rank", "errors", "warnings", "lacking", "open_remarks", "unseen"})


def case_known() -> Known:
    """What ``case`` stands for in guards of actions and in notices."""
    types = {**dict.fromkeys(_CASE_DATES, "date"), **dict.fromkeys(_CASE_NUMBERS, "number")}
    names = {key: value_of_type(label, types.get(key, "")) for key, label in CASE.items()}
    for key in ("passed", "in_review", "refused"):
        names[key] = Known(kind=Kind.LIST, label=CASE[key], item=value_of_type("阶段"))
    parts_entered = {"register": "哪本台账", "line": "哪一行"}
    names["entered"] = Known(kind=Kind.LIST, label=CASE["entered"], item=_row(CASE["entered"], parts_entered))
    names["acts"] = _acts()
    for key, (label, parts) in CASE_LISTS.items():
        names[key] = Known(kind=Kind.LIST, label=label, item=_row(label, parts))
    return Known(kind=Kind.ROW, label="这次提交", inside=lambda: names)


def acts_known() -> Known:
    """What ``case`` stands for where a record is looked at without a submission: it, and what was done to it."""
    names = {"record": value_of_type(CASE["record"]), "acts": _acts()}
    return Known(kind=Kind.ROW, label="这份办件办到哪里", inside=lambda: names)


def _acts() -> Known:
    parts = {"action": value_of_type("操作的名字"), "day": value_of_type("哪一天", "date"), "by": value_of_type("谁")}
    row = Known(kind=Kind.ROW, label=CASE["acts"], inside=lambda: parts)
    return Known(kind=Kind.LIST, label=CASE["acts"], item=row)


def _row(label: str, parts: Mapping[str, str]) -> Known:
    names = {key: value_of_type(one) for key, one in parts.items()}
    return Known(kind=Kind.ROW, label=label, inside=lambda: names)
