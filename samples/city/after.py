"""What comes after certificates were handed out: made again, taken back; and how the centre looks at districts."""

from datetime import date

from samples.city.timing import Life
from samples.city.town import Held, Town


def reissue_life(town: Town, held: Held, code: str, *, undone: bool = False) -> Life:
    """Somebody has lost a certificate and gets another one, of the same number."""
    days, clerk, head = town.days, held.school.clerk, held.school.head
    yield days.at(days.after(town.clock.today, 9))
    today = town.clock.today.isoformat()
    data = {"training_class": held.record, "cert_no": code, "apply_date": today, "reason": "遗失",
            "reason_note": "搬家时遗失，没有找到。"}  # fmt: skip
    record = town.create(clerk, "certificate_reissue", data)
    town.supply(clerk, record, "reissuing")
    yield days.at(days.after(town.clock.today))
    town.act(head, record, "reissue", declared=True)
    town.count("补发")
    if undone:
        yield days.at(days.after(town.clock.today, 2))
        town.act(head, record, "undo_reissue", reason="原证书找到了")


def recall_life(town: Town, held: Held, code: str, how: str) -> Life:
    """A certificate is taken back, or is void, or is not after all.

    Args:
        town: Where.
        held: Its class.
        code: Its number.
        how: ``recalled``, ``void``, ``undone``, ``refused`` or ``asked``.
    """
    days, district = town.days, held.school.district
    inspector, leader = district.inspectors[0], district.leaders[0]
    yield days.at(days.after(town.clock.today, 15))
    data = {
        "training_class": held.record,
        "cert_no": code,
        "found_on": town.clock.today.isoformat(),
        "misuse": "编号有误" if how == "void" else "转让证书",
        "recall_measure": "作废证书" if how == "void" else "收回证书",
        "misuse_facts": "查验时发现证书与持证人不符。",
        "paper_back": "已交回",
        **({} if how == "void" else {"admonished": "已进行"}),
    }
    record = town.create(inspector, "certificate_recall", data)
    town.supply(inspector, record, "recall")
    town.act(inspector, record, "ask_recall")
    if how == "asked":
        return
    yield days.at(days.after(town.clock.today, 3))
    if how == "refused":
        town.act(leader, record, "refuse_recall", reason="查清后不属于转让")
        return
    town.act(leader, record, "decide_recall", reason="情况属实")
    town.count("收回和作废")
    if how == "undone":
        yield days.at(days.after(town.clock.today, 5))
        town.act(leader, record, "undo_recall", reason="复核后撤销")


def guidance_life(town: Town, name: str, first: date, last: date, *, replied: bool) -> Life:
    """The centre looks at the work of a district, and the district answers."""
    centre, days = town.city.centre, town.days
    yield days.at(days.after(last, 3))
    today = town.clock.today
    due = days.after(today, 15)
    data = {
        "district": name,
        "checked_from": first.isoformat(),
        "checked_to": last.isoformat(),
        "overall_view": f"抽看{name}的备案和证书申请，审核及时，材料基本齐全。",
        "opinion_date": today.isoformat(),
        "reply_due": due.isoformat(),
        "guidance_officer": centre.who.name,
        "matters": {
            "m1": {
                "@order": 1,
                "checked_work": "证书编码申报审核",
                "found_facts": "个别班录像不足，仍报送编码",
                "improvement": "先核对录像次数再报",
            }
        },
    }
    record = town.create(centre, "district_guidance", data)
    town.supply(centre, record, "guidance")
    town.act(centre, record, "send_opinion")
    if not replied:
        return
    yield days.at(days.after(today, 10))
    town.act(town.districts[name].officers[0], record, "answer_opinion", opinion="已补齐并培训经办人。")
    town.put(centre, record, {"reply_outcome": "已改正"})
    town.supply(centre, record, "district_reply")
    town.act(centre, record, "close_reply")
