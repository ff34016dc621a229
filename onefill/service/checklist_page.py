"""The checklist of a phase as a plain page, for any form."""

from onefill.materials import Checklist
from onefill.rendering.summary import Listing, summary_html
from onefill.service.sent import STANDINGS

CHECKLIST = "材料清单"


def checklist_page(label: str, phase: str, checklist: Checklist, day: str) -> str:
    """The page as HTML."""
    lacking = len(checklist.lacking)
    head = [
        ("名称", label),
        ("阶段", phase),
        ("日期", day),
        ("要交", f"{len(checklist.required)} 件" + (f"，还差 {lacking} 件" if lacking else "，齐")),
    ]
    rows = [
        (one.name, STANDINGS[one.standing], one.why, str(one.pages or ""), one.material.clause)
        for one in checklist.items
    ]
    table = Listing(title="", columns=("材料", "情况", "说明", "共几页", "依据"), rows=rows)
    return summary_html(f"{phase}　{CHECKLIST}", head, [table])
