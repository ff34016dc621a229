"""The next step of a record, in words."""

from collections import Counter
from collections.abc import Mapping, Sequence

from onefill.facts.sheet import Finding
from onefill.fields.chinese import date_text
from onefill.problems import Level
from onefill.service.shapes import Submitted

MOST_PLACES = 3


def next_step(
    phase_title: str,
    findings: Sequence[Finding],
    section_titles: Mapping[str, str],
    *,
    untouched: bool,
    papers: bool = True,
    hands_in: bool = False,
) -> str:
    """What to do next in a phase: mend first, then fill, then print.

    Args:
        phase_title: The phase's name.
        findings: What counts in it.
        section_titles: Titles of sections by key.
        untouched: Whether nothing has been filled in yet.
        papers: Whether the phase has papers to print.
        hands_in: Whether something is handed in for it.
    """
    blocking = [f for f in findings if f.problem.level is Level.ERROR]
    wrong = [f for f in blocking if not f.missing]
    missing = [f for f in blocking if f.missing]
    if untouched:
        return f"从“{next(iter(section_titles.values()))}”填起"
    if blocking:
        asked = [f"改 {len(wrong)} 处"] * bool(wrong) + [f"填 {len(missing)} 项"] * bool(missing)
        return f"{'、'.join(asked)}：{_places(blocking, section_titles)}"
    if hands_in:
        return f"{phase_title}已填齐，{'打印后' if papers else ''}到“材料”里交齐"
    return f"{phase_title}已填齐，打印成套材料" if papers else "已填齐"


def where_it_stands(submitted: Submitted) -> str:
    """What has become of a submission, and what is to be done, in words."""
    due = f"{date_text(submitted.due)}前" if submitted.due else ""
    if submitted.holder == "owner" and not submitted.sent_back:  # it may be changed as asked
        until = f"在{due}" if due else ""
        return f"{submitted.title}：{submitted.stage}，改好以后请{until}提交"
    if submitted.holder == "owner":
        rest = f"还有 {submitted.remarks} 处，请{'在' if due else ''}{due}改好重交"
        done = f"意见都改了或答复了，请{'在' if due else ''}{due}重新提交"
        return f"{submitted.title}被退回，{rest if submitted.remarks else done}"
    head = f"{submitted.title}：{submitted.stage}" if submitted.title else submitted.stage
    return f"{head}，{due}有结果" if submitted.holder == "office" and due else head


def _places(findings: Sequence[Finding], titles: Mapping[str, str]) -> str:
    counts = Counter(titles.get(f.section, "") for f in findings)
    named = "、".join(f"{title} {count}" for title, count in list(counts.items())[:MOST_PLACES])
    return named + (" 等" if len(counts) > MOST_PLACES else "")
