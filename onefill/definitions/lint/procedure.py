"""Materials, stages and actions: does each point somewhere, can each ever happen, can each ever be supplied?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from onefill.definitions.known import Kind, Known
from onefill.definitions.lint.report import FormReport
from onefill.definitions.lint.structure import once, points
from onefill.definitions.model import Form
from onefill.definitions.procedure import Action, Ask, CaseList, Material, Stage
from onefill.definitions.schema import Scope
from onefill.definitions.yaml12 import Path

DRAFT = "draft"
#: What each kind of material cannot do without, with what to say.
_NEEDS = {
    "scan": ("document", "哪份附件的扫描件"),
    "register": ("section", "登记在哪一节"),
    "earlier": ("earlier", "从哪里取"),
}


def check_procedure(report: FormReport) -> None:
    """All rules of this page over one form."""
    form = report.form
    for name, label in (("materials", "材料"), ("actions", "操作"), ("notices", "文书"), ("lists", "名单")):
        once(report, ((one.key, (name, i, "key")) for i, one in enumerate(getattr(form, name))), label)
    _same_material(report)
    for i, material in enumerate(form.materials):
        _material(report, ("materials", i), material)
    _stages(report)
    for i, action in enumerate(form.actions):
        _action(report, ("actions", i), action)
    links = [field.key for field in form.plain_fields.values() if field.type == "link"]
    for i, notice in enumerate(form.notices):
        if notice.to is not None:
            points(report, ("notices", i, "to"), notice.to, links, "没有引用字段")
    for i, one in enumerate(form.lists):
        _list(report, ("lists", i), one)
    _reached(report)


# -- materials -----------------------------------------------------------------------------------------------------


def _same_material(report: FormReport) -> None:
    """One thing is asked once: the same paper, section or title twice in a phase under the same condition."""
    seen: dict[tuple[object, ...], int] = {}
    for i, one in enumerate(report.form.materials):
        what = one.document or one.section or one.title
        key = (one.kind, what, one.from_, one.when, one.each is not None)
        if key in seen:
            line = report.source.place("materials", seen[key]).line
            said = f"“{one.title}”和第 {line} 行的材料是同一件"
            report.say("materials", i, code="MATERIAL_TWICE", what=said, remedy="删掉一件，或写不同的 when")
        seen.setdefault(key, i)


def _material(report: FormReport, at: Path, one: Material) -> None:
    form = report.form
    _phase(report, (*at, "from"), one.from_)
    needed = _NEEDS.get(one.kind)
    if needed is not None and getattr(one, needed[0]) is None:
        what = f"“{one.title}”是 {one.kind}，没有说{needed[1]}"
        report.say(*at, "kind", code="MATERIAL_SHAPE", what=what, remedy=f"补上 {needed[0]}")
    for kind, (key, _) in _NEEDS.items():
        if kind != one.kind and getattr(one, key) is not None and (key, one.kind) != ("document", "upload"):
            what = f"“{one.title}”是 {one.kind}，用不着 {key}"
            report.say(*at, key, key=True, code="MATERIAL_SHAPE", what=what, remedy=f"删掉 {key}，或改成 kind: {kind}")
    _roles(report, (*at, "by"), one.by)
    if one.by and one.kind != "upload":
        what = f"“{one.title}”是 {one.kind}，别的角色传不了"
        report.say(*at, "by", key=True, code="MATERIAL_SHAPE", what=what, remedy="删掉 by，或改成 kind: upload")
    if one.marks is not None and one.kind != "scan":
        what = f"“{one.title}”是 {one.kind}，说不上盖章还是签字"
        report.say(*at, "marks", key=True, code="MATERIAL_SHAPE", what=what, remedy="删掉 marks，或改成 kind: scan")
    if one.document is not None and one.document_of is None:
        points(report, (*at, "document"), one.document, (d.key for d in form.documents), "没有附件")
        _printed_in_time(report, at, one)
    if one.section is not None:
        points(report, (*at, "section"), one.section, (s.key for s in form.sections), "没有节")
    if one.when is not None and one.when.strip() == "false":
        what = f"“{one.title}”的条件永远不成立，没有人交得出来"
        report.say(*at, "when", code="MATERIAL_NEVER", what=what, remedy="改条件，或删掉这件材料")
    counted = one.count is not None and (one.count.of is not None or one.kind in ("register", "original"))
    if counted and one.kind in ("scan", "earlier", "original"):
        what = f"“{one.title}”是 {one.kind}，数不出数量"
        remedy = "改成 kind: register 或 upload，或去掉 of 来数页"
        report.say(*at, "count", key=True, code="MATERIAL_SHAPE", what=what, remedy=remedy)
    if one.count is not None and one.count.of is None and one.kind == "register":
        what = f"“{one.title}”是 register，没有页可数"
        report.say(*at, "count", key=True, code="MATERIAL_SHAPE", what=what, remedy="写上 of")
    if one.earlier is not None:
        _earlier(report, (*at, "earlier"), one)


def _printed_in_time(report: FormReport, at: Path, one: Material) -> None:
    """A scan of a paper that only a later phase prints can never be supplied."""
    document = next((d for d in report.form.documents if d.key == one.document), None)
    if document is not None and report.first_phase(document.from_) > report.first_phase(one.from_):
        what = f"“{one.title}”要《{document.title}》的扫描件，可它到后面的阶段才印，没有人交得出来"
        report.say(
            *at, "document", code="MATERIAL_NEVER", what=what, remedy="把材料改到那个阶段（from），或让附件早些出"
        )


def _earlier(report: FormReport, at: Path, one: Material) -> None:
    asked = one.earlier
    assert asked is not None
    definitions = report.definitions
    if asked.form is None:
        _before(report, at, one)
        return
    for key in ("match", "stages"):
        if not getattr(asked, key):
            what = f"“{one.title}”从别的办件取，没有说" + ("怎么认得它" if key == "match" else "到了哪里才算通过")
            report.say(*at, code="MATERIAL_SHAPE", what=what, remedy=f"补上 {key}")
    if asked.form not in definitions.forms:
        points(report, (*at, "form"), asked.form, definitions.declared, "没有表单")
        return
    other = definitions.form(asked.form)
    points(report, (*at, "material"), asked.material, (m.key for m in other.materials), f"“{other.title}”没有材料")
    for i, stage in enumerate(asked.stages):
        points(report, (*at, "stages", i), stage, (s.key for s in other.stages), f"“{other.title}”没有环节")
    names = Scope(report.schema, report.schema.record(asked.form) or {})
    for key in asked.match:
        section, _, rest = key.partition(".")
        known = names.resolve(f"{section}[].{rest}" if rest else section)
        if not isinstance(known, Known):
            report.say(*at, "match", key, key=True, code="NAME_UNKNOWN", what=known.what, remedy=known.remedy)
        elif known.kind is not Kind.ANY and (known.field is None or not known.field.index):
            what = f"表单“{asked.form}”的“{known.label}”（{key}）不在索引里，查不到"
            report.say(*at, "match", key, key=True, code="NOT_INDEXED", what=what, remedy="给它写上 index: true")


def _before(report: FormReport, at: Path, one: Material) -> None:
    """What is taken from an earlier phase of the same record."""
    asked, form = one.earlier, report.form
    assert asked is not None
    points(report, (*at, "material"), asked.material, (m.key for m in form.materials), "没有材料")
    other = next((m for m in form.materials if m.key == asked.material), None)
    if other is not None and report.first_phase(other.from_) >= report.first_phase(one.from_):
        what = f"“{one.title}”要取“{other.title}”，可它不在前面的阶段"
        report.say(*at, "material", code="MATERIAL_NEVER", what=what, remedy="取前面阶段的材料，或写 form")


# -- stages and actions --------------------------------------------------------------------------------------------


def _stages(report: FormReport) -> None:
    keys = [((one.phase or report.form.phases[0].key, one.key), i) for i, one in enumerate(report.form.stages)]
    once(report, ((f"{key[1]}", ("stages", i, "key")) for key, i in keys), "环节")
    for i, stage in enumerate(report.form.stages):
        _phase(report, ("stages", i, "phase"), stage.phase)
        if stage.key == DRAFT:
            what = "draft 是还没提交的意思，不能当环节的名字"
            report.say("stages", i, "key", code="KEY_RESERVED", what=what, remedy="换一个名字")
        terms = {"days": stage.days is not None, "until": stage.until is not None, "carries": stage.carries}
        named = [key for key, there in terms.items() if there]
        if len(named) > 1:
            what = f"“{stage.title}”的期限写了 {len(named)} 样：{'、'.join(named)}"
            report.say("stages", i, named[-1], key=True, code="STAGE_SHAPE", what=what, remedy="留一样")
        if stage.carries and stage.holder != "office":
            what = f"“{stage.title}”不在办，没有期限可以接着走"
            report.say("stages", i, "carries", key=True, code="STAGE_SHAPE", what=what, remedy="删掉 carries")
        if stage.awaited and not any(stage.key in one.from_ for one in report.form.actions):
            what = f"“{stage.title}”还等着做一步，可是没有操作从这里开始"
            report.say("stages", i, "awaited", key=True, code="STAGE_SHAPE", what=what, remedy="删掉 awaited，或写操作")
        if stage.awaited and stage.holder != "done":
            what = f"“{stage.title}”没有办结，本来就等着人办"
            report.say("stages", i, "awaited", key=True, code="STAGE_SHAPE", what=what, remedy="删掉 awaited")
        if stage.leads is not None:
            points(report, ("stages", i, "leads"), stage.leads, report.form.links(), "没有引用字段")
        if stage.passed and stage.holder != "done":
            what = f"“{stage.title}”标了 passed，却还没有办结"
            report.say("stages", i, "passed", code="STAGE_SHAPE", what=what, remedy="写上 holder: done，或去掉 passed")


def _list(report: FormReport, at: Path, one: CaseList) -> None:
    _phase(report, (*at, "phase"), one.phase)
    for j, key in enumerate(one.stages):
        points(report, (*at, "stages", j), key, (s.key for s in report.form.stages), "没有环节")
    _roles(report, (*at, "by"), one.by)


def _roles(report: FormReport, at: Path, by: Sequence[str]) -> None:
    roles = [role.key for role in report.definitions.pack_of(report.form.form).roles]
    for j, role in enumerate(by):
        points(report, (*at, j), role, roles, "业务包没有角色")


def _action(report: FormReport, at: Path, action: Action) -> None:
    form = report.form
    _phase(report, (*at, "phase"), action.phase)
    known = [DRAFT, *(one.key for one in _of_phase(form, action.phase))]
    for j, key in enumerate(action.from_):
        points(report, (*at, "from", j), key, known, "这个阶段没有环节")
    if action.to is not None:
        points(report, (*at, "to"), action.to, known, "这个阶段没有环节")
    elif action.kind != "move":
        what = f"“{action.title}”是 {action.kind}，没有写到哪个环节"
        report.say(*at, "kind", code="ACTION_SHAPE", what=what, remedy="写上 to；只有 move 可以停在原来的环节")
    _roles(report, (*at, "by"), action.by)
    if action.prints is not None:
        points(report, (*at, "prints"), action.prints, (one.key for one in form.notices), "没有文书")
    if action.cautions and action.kind != "submit":
        what = f"“{action.title}”是 {action.kind}，用不着 cautions"
        report.say(*at, "cautions", key=True, code="ACTION_SHAPE", what=what, remedy="写到提交的那一步")
    for j, caution in enumerate(action.cautions):
        if caution.at is not None:
            points(report, (*at, "cautions", j, "at"), caution.at, form.plain_fields, "没有字段")
    for j, ask in enumerate(action.asks):
        if isinstance(ask, Ask):
            _ask(report, (*at, "asks", j), action, ask)
    if action.message is not None and action.when is None:
        report.say(*at, "message", key=True, code="ACTION_SHAPE", what="有 message 却没有 when", remedy="写上 when")
    stage = next((one for one in _of_phase(form, action.phase) if one.key == action.to), None)
    if action.kind == "pass" and stage is not None and stage.holder == "owner":
        what = f"“{action.title}”是通过，却回到填报的一方手里"
        report.say(*at, "to", code="ACTION_SHAPE", what=what, remedy="改 to，或改 kind")
    if action.kind == "return" and stage is not None and stage.holder != "owner":
        what = f"“{action.title}”是退回，“{stage.title}”却不在填报的一方手里，没有人能改"
        report.say(*at, "to", code="ACTION_SHAPE", what=what, remedy="退回到 holder: owner 的环节")
    for j, key in enumerate(action.apart_from):
        points(report, (*at, "apart_from", j), key, (one.key for one in form.actions), "没有操作")
    if action.destroys is not None:
        _destroys(report, at, action)
    if action.declares and action.kind != "submit":
        what = "只有 submit 才有承诺"
        report.say(*at, "declares", key=True, code="ACTION_SHAPE", what=what, remedy="删掉 declares")


def _destroys(report: FormReport, at: Path, action: Action) -> None:
    """Two people, a guard, an end from which nothing leads on; what stays is asked once and is not private."""
    assert action.destroys is not None
    form = report.form
    _kept(report, (*at, "destroys"), form, action.destroys.keeps)
    for j, one in enumerate(action.destroys.along):
        place = (*at, "destroys", "along", j)
        points(report, (*place, "form"), one.form, report.definitions.declared, "没有表单")
        other = report.definitions.forms.get(one.form)
        if other is not None:
            points(
                report, (*place, "link"), one.link, other.links(form.form), f"表单“{one.form}”没有指着这个表单的引用"
            )
            _kept(report, place, other, one.keeps)
            for k, (name, its) in enumerate(zip(one.shared or (), (other, form), strict=False)):
                sought = [f"{s.key}.{f.key}" for s in its.sections if s.repeat for f in s.fields if f.index]
                points(report, (*place, "shared", k), name, sought, f"表单“{its.form}”的表里没有要查（index）的字段")
    stage = next((one for one in _of_phase(form, action.phase) if one.key == action.to), None)
    beside = [one for one in form.actions if _key(form, one.phase) == _key(form, action.phase)]
    leads = action.to is None or any(action.to in one.from_ for one in beside)
    shapes = (
        (
            action.kind in ("submit", "withdraw", "return"),
            "kind",
            f"是 {action.kind}，不能销毁",
            "改成 move、pass 或 refuse",
        ),
        (stage is None or stage.holder != "done", "to", "做完还没有办结", "到一个 holder: done 的环节"),
        (leads, "to", "销毁以后还有下一步", "换一个不再往下走的环节"),
        (not action.four_eyes, "destroys", "一个人就能销毁", "写上 four_eyes: true"),
        (
            not action.guards,
            "destroys",
            "随时都能销毁",
            "用 when 或 gates 写明什么时候才可以，例如期满、没有别的事要用它",
        ),
    )
    for wrong, key, what, remedy in shapes:
        if wrong:
            report.say(*at, key, code="DESTROYS_SHAPE", what=f"“{action.title}”{what}", remedy=remedy)


def _kept(report: FormReport, at: Path, form: Form, keeps: Sequence[str]) -> None:
    """What stays of a destroyed record is asked, once, and is not private."""
    fields = form.plain_fields
    for j, key in enumerate(keeps):
        points(report, (*at, "keeps", j), key, fields, "没有字段")
        if key in fields and (fields[key].private or fields[key].value is not None):
            why = "是 private 的，销毁以后不能留" if fields[key].private else "是算出来的，留不下来"
            remedy = "去掉它" if fields[key].private else "留下它用到的字段"
            report.say(*at, "keeps", j, code="DESTROYS_KEEPS", what=f"“{fields[key].label}”{why}", remedy=remedy)


def _ask(report: FormReport, at: Path, action: Action, ask: Ask) -> None:
    """What is to be known of a date is said of a date, and points to actions of its phase."""
    known = [one.key for one in report.form.actions if _key(report.form, one.phase) == _key(report.form, action.phase)]
    for j, key in enumerate(ask.after):
        points(report, (*at, "after", j), key, known, "这个阶段没有操作")
    if ask.what != "date" and (ask.future or ask.after):
        what = f"“{action.title}”的 {ask.what} 不是日期，用不着 future、after"
        report.say(*at, "what", code="ACTION_SHAPE", what=what, remedy="只写 what，或改成 date")


def _reached(report: FormReport) -> None:
    """Every stage can be reached, and whoever holds a case can do something with it."""
    form = report.form
    if not form.stages:
        return
    ways: dict[str, set[str]] = defaultdict(set)
    for action in form.actions:
        for source in action.from_ or (DRAFT,):
            ways[f"{_key(form, action.phase)}.{source}"].add(f"{_key(form, action.phase)}.{action.leads_to(source)}")
    todo = [f"{phase.key}.{DRAFT}" for phase in form.phases]
    reached: set[str] = set()
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += ways[here]
    for i, stage in enumerate(form.stages):
        place = f"{_key(form, stage.phase)}.{stage.key}"
        if place not in reached:
            what = f"没有一步操作走得到“{stage.title}”（{stage.key}）"
            report.say(
                "stages", i, "key", code="STAGE_UNREACHED", what=what, remedy="加一个 to 到这里的操作，或删掉环节"
            )
        elif stage.holder != "done" and not ways[place]:
            what = f"到了“{stage.title}”（{stage.key}）就没有下一步"
            report.say(
                "stages", i, "key", code="STAGE_DEAD_END", what=what, remedy="加一个从这里走的操作，或写 holder: done"
            )


def _of_phase(form: Form, phase: str | None) -> Iterator[Stage]:
    wanted = _key(form, phase)
    return (one for one in form.stages if _key(form, one.phase) == wanted)


def _key(form: Form, phase: str | None) -> str:
    return phase or form.phases[0].key


def _phase(report: FormReport, path: Path, phase: str | None) -> None:
    if phase is not None:
        points(report, path, phase, (one.key for one in report.form.phases), "没有阶段")
