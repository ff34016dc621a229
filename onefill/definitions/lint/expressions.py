"""Every expression and text of a form: can it be read, and does each name in it exist?"""

from collections.abc import Iterator
from dataclasses import dataclass

from onefill.definitions.case_names import acts_known, case_known
from onefill.definitions.known import Kind, Known, Names
from onefill.definitions.lint.registers import check_calls
from onefill.definitions.lint.report import FormReport, Report
from onefill.definitions.model import Document, Each, FieldDefinition, Lookup
from onefill.definitions.numbers import DRAWN
from onefill.definitions.procedure import Action, Follow, Material, MaterialEach
from onefill.definitions.reading import Reading, read_expression, read_text
from onefill.definitions.registers import EffectEach
from onefill.definitions.schema import Scope, check_names, item_of
from onefill.definitions.yaml12 import Path
from onefill.problems import Level


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One expression or text of a form.

    Attributes:
        path: Where it is written.
        source: What is written.
        text: Whether it is a text with expressions in braces.
        section: The section whose row it is about.
        candidate: The link or pointer whose candidate is ``it``.
        each: The repetition whose item has a name.
        case: Whether the submission is a name there, too.
        clear: Whether its value is kept in clear for whoever may look, so that nothing private may be in it.
        phase: Index of the phase that asks it; None where facts may come later.
        later: How much it weighs when a fact is due later than that.
    """

    path: Path
    source: str
    text: bool = False
    section: str | None = None
    candidate: FieldDefinition | None = None
    each: Each | MaterialEach | EffectEach | None = None
    case: bool = False
    acts: bool = False
    clear: bool = False
    phase: int | None = None
    later: Level = Level.ERROR

    @property
    def reading(self) -> Reading:
        """What it uses, or why it cannot be read."""
        return read_text(self.source) if self.text else read_expression(self.source)


def check_expressions(report: FormReport) -> None:
    """All rules of this page over one form."""
    for asked in asked_in(report):
        check_reading(report, asked.path, asked.source, asked.reading)
        _names(report, asked)
        check_calls(report, asked.path, asked.reading)
        if asked.clear:
            _refuse_private(report, asked)
        if asked.candidate is not None and asked.candidate.type == "link":
            _indexed(report, asked)
    _private_label(report)
    for index, lookup in enumerate(report.form.lookups):
        _lookup(report, index, lookup)


def asked_in(report: FormReport) -> Iterator[Asked]:
    """Every expression and text of the form."""
    form = report.form
    yield Asked(path=("label",), source=form.label, text=True)
    for i, section in enumerate(form.sections):
        at: Path = ("sections", i)
        rows = section.key if section.repeat is not None else None
        if section.when is not None:
            yield Asked(path=(*at, "when"), source=section.when)
        if section.label is not None:
            yield Asked(path=(*at, "label"), source=section.label, text=True, section=rows)
        if section.takes is not None and section.takes.when is not None:
            yield Asked(path=(*at, "takes", "when"), source=section.takes.when, section=rows)
        for key, shared in section.takes.shared.items() if section.takes is not None else ():
            yield Asked(path=(*at, "takes", "shared", key), source=shared)
        for j, field in enumerate(section.fields):
            yield from _of_field((*at, "fields", j), field, rows)
    yield from _of_checks(report)
    yield from _of_lookups(report)
    yield from _of_documents(report)
    for i, phase in enumerate(form.phases):
        if phase.when is not None:
            yield Asked(path=("phases", i, "when"), source=phase.when, acts=True)
    for i, material in enumerate(form.materials):
        yield from _of_material(report, ("materials", i), material)
    for i, action in enumerate(form.actions):
        if action.when is not None:
            yield Asked(path=("actions", i, "when"), source=action.when, case=True)
        if action.message is not None:
            yield Asked(path=("actions", i, "message"), source=action.message, text=True, case=True)
        yield from _of_action(report, ("actions", i), action)
    for i, stage in enumerate(form.stages):
        if stage.until is not None:
            yield Asked(path=("stages", i, "until"), source=stage.until, case=True)
    for i, one in enumerate(form.lists):
        for part, columns in (("head", one.head), ("columns", one.columns)):
            for j, column in enumerate(columns):
                yield Asked(path=("lists", i, part, j, "value"), source=column.value, case=True)
        if one.order is not None:
            yield Asked(path=("lists", i, "order"), source=one.order, case=True)
    for i, moment in enumerate(form.life):
        for name, source in (("date", moment.date), ("until", moment.until)):
            if source is not None:
                yield Asked(path=("life", i, name), source=source)


def _of_action(report: FormReport, at: Path, action: Action) -> Iterator[Asked]:
    if action.gives_to is not None:
        yield Asked(path=(*at, "gives_to"), source=action.gives_to, case=True)
    for j, gate in enumerate(action.gates):
        here = (*at, "gates", j)
        if gate.each is not None:
            yield Asked(path=(*here, "each", "in"), source=gate.each.in_, case=True)
        yield Asked(path=(*here, "expect"), source=gate.expect, each=gate.each, case=True)
        yield Asked(path=(*here, "message"), source=gate.message, text=True, each=gate.each, case=True)
    for j, caution in enumerate(action.cautions):
        yield Asked(path=(*at, "cautions", j, "expect"), source=caution.expect, case=True)
        yield Asked(path=(*at, "cautions", j, "message"), source=caution.message, text=True, case=True)
    registers = {one.key: one for one in report.definitions.registers(report.form.form)}
    for j, effect in enumerate(action.effects):
        here, each = (*at, "effects", j), effect.each
        if each is not None:
            yield Asked(path=(*here, "each", "in"), source=each.in_, case=True)
        for name, source in (("when", effect.when), ("from", effect.from_), ("until", effect.until)):
            if source is not None:
                yield Asked(path=(*here, name), source=source, each=each, case=True)
        register = registers.get(effect.register_ or "")
        clear = {one.key for one in register.columns if not one.private} if register else set[str]()
        for part, given in (("line", effect.line), ("set", effect.set_)):
            for key, source in given.items():
                path = (*here, part, key)
                yield Asked(path=path, source=source, each=each, case=True, clear=key in clear)


def _of_field(at: Path, field: FieldDefinition, rows: str | None) -> Iterator[Asked]:
    for name in ("required", "when", "value", "default", "options"):
        source = getattr(field, name)
        if isinstance(source, str):
            yield Asked(path=(*at, name), source=source, section=rows)
    if field.number is not None:
        drawn = EffectEach.model_validate({"as": DRAWN, "in": "''"})
        yield Asked(path=(*at, "number", "value"), source=field.number.value, each=drawn, clear=True)
        for k, one in enumerate(field.number.per):
            yield Asked(path=(*at, "number", "per", k), source=one, clear=True)
    if field.type in ("link", "row"):
        for name, source in (("where", field.where), ("offers", field.offers)):
            if source is not None:
                yield Asked(path=(*at, name), source=source, section=rows, candidate=field)


def _of_checks(report: FormReport) -> Iterator[Asked]:
    for i, check in enumerate(report.form.checks):
        at: Path = ("checks", i)
        rows = check.each if check.each in report.repeats else None
        phase = report.first_phase(check.from_)
        yield Asked(path=(*at, "expect"), source=check.expect, section=rows, phase=phase, later=Level.WARNING)
        if check.when is not None:
            yield Asked(path=(*at, "when"), source=check.when, section=rows)
        if check.before is not None:
            yield Asked(path=(*at, "before"), source=check.before, section=rows)
        yield Asked(path=(*at, "message"), source=check.message, text=True, section=rows)
        yield Asked(path=(*at, "remedy"), source=check.remedy, text=True, section=rows)


def _of_lookups(report: FormReport) -> Iterator[Asked]:
    for i, lookup in enumerate(report.form.lookups):
        rows = lookup.each if lookup.each in report.repeats else None
        for key, source in lookup.match.items():
            yield Asked(path=("lookups", i, "match", key), source=source, section=rows)
        for j, source in enumerate(lookup.overlaps or ()):
            yield Asked(path=("lookups", i, "overlaps", j), source=source, section=rows)
        if lookup.shares:
            yield Asked(path=("lookups", i, "shares", 1), source=lookup.shares[1], section=rows)


def _of_documents(report: FormReport) -> Iterator[Asked]:
    for part, i, document in _papers(report):
        at: Path = (part, i)
        phase = report.first_phase(document.from_)
        if document.when is not None:
            yield Asked(path=(*at, "when"), source=document.when, phase=phase)
        if document.gate is not None:
            yield Asked(path=(*at, "gate", "expect"), source=document.gate.expect, phase=phase, acts=True)
        if document.each is not None:
            each = document.each
            yield Asked(path=(*at, "each", "in"), source=each.in_, phase=phase)
            if each.label is not None:
                path = (*at, "each", "label")
                yield Asked(path=path, source=each.label, text=True, each=each, phase=phase)


def _papers(report: FormReport) -> Iterator[tuple[str, int, Document]]:
    for part, papers in (("documents", report.form.documents), ("notices", report.form.notices)):
        yield from ((part, i, document) for i, document in enumerate(papers))


def _of_material(report: FormReport, at: Path, one: Material) -> Iterator[Asked]:
    phase = report.first_phase(one.from_)
    if one.when is not None:
        yield Asked(path=(*at, "when"), source=one.when, phase=phase)
    if one.otherwise is not None:
        yield Asked(path=(*at, "otherwise"), source=one.otherwise, text=True)
    each = one.each
    if each is not None:
        yield Asked(path=(*at, "each", "in"), source=each.in_, phase=phase)
        yield Asked(path=(*at, "each", "label"), source=each.label, text=True, each=each)
        if each.key is not None:
            yield Asked(path=(*at, "each", "key"), source=each.key, each=each)
    inner = [("count", name, getattr(one.count, name)) for name in ("min", "of", "planned")] if one.count else []
    inner += [("valid", name, getattr(one.valid, name)) for name in ("until", "covers")] if one.valid else []
    for part, name, source in inner:
        if source is not None:
            yield Asked(path=(*at, part, name), source=source, each=each, phase=phase, later=Level.WARNING)
    for j, follow in enumerate(one.follows):
        if isinstance(follow, Follow) and follow.when is not None:
            yield Asked(path=(*at, "follows", j, "when"), source=follow.when, each=each)
    if one.earlier is not None:
        for key, source in one.earlier.match.items():
            yield Asked(path=(*at, "earlier", "match", key), source=source, each=each)
        if one.earlier.item is not None:
            yield Asked(path=(*at, "earlier", "item"), source=one.earlier.item, each=each)


def check_reading(report: Report, path: Path, source: str, reading: Reading) -> None:
    """Say why an expression or a text cannot be read."""
    if reading.fault is not None:
        fault = reading.fault
        report.say(*path, code=fault.code, what=fault.what, remedy=fault.remedy, line=fault.line)
    elif source.strip().lower() in ("yes", "no", "on", "off"):
        what = f"“{source}”不是真假值，YAML 1.2 只认 true 和 false"
        report.say(*path, code="NOT_BOOLEAN", what=what, remedy="改成 true 或 false")


def _names(report: FormReport, asked: Asked) -> None:
    if asked.source.strip().lower() in ("yes", "no", "on", "off"):
        return
    for fault in check_names(_scope(report, asked), asked.reading.names):
        level = asked.later if fault.code == "FACT_LATER" else Level.ERROR
        report.say(
            *asked.path,
            code=fault.code,
            what=fault.what,
            remedy=fault.remedy,
            line=fault.use.line,
            level=level,
        )


def _scope(report: FormReport, asked: Asked) -> Scope:
    scope = report.schema.scope(report.form.form, asked.section)
    own: dict[str, Known] = {}
    if asked.candidate is not None:
        own["it"] = report.schema.candidate(report.form.form, asked.candidate)
    if asked.each is not None:
        own[asked.each.as_] = item_of(scope, asked.each.in_)
    if asked.case:
        own["case"] = case_known()
    elif asked.acts:
        own["case"] = acts_known()
    return scope.extended(own, asked.phase)


def _indexed(report: FormReport, asked: Asked) -> None:
    """A candidate is found through the index, so only what is kept there may be asked of it."""
    scope = _scope(report, asked)
    for use in asked.reading.names:
        if not use.path.startswith("it."):
            continue
        known = scope.resolve(".".join(use.path.split(".")[:2]))
        if not isinstance(known, Known) or known.kind is Kind.ANY or use.path == "it.id":
            continue
        deep = use.path.count(".") > 1
        if deep or known.field is None or not known.field.index:
            what = f"候选的“{known.label}”（{use.path}）不在索引里，这里读不到"
            remedy = f"给表单“{asked.candidate and asked.candidate.form}”的这个字段写上 index: true"
            remedy = "只比较候选自己的字段，例如 it.institution == institution" if deep else remedy
            report.say(*asked.path, code="NOT_INDEXED", what=what, remedy=remedy, line=use.line)


def _refuse_private(report: FormReport, asked: Asked) -> None:
    scope = _scope(report, asked)
    for use in asked.reading.names:
        known = scope.resolve(use.path)
        if isinstance(known, Known) and known.private:
            what = f"“{known.label}”是个人信息，台账的这一列不遮"
            remedy = "换别的数据，或给台账的这一列写上 private: true"
            report.say(*asked.path, code="REGISTER_PRIVATE", what=what, remedy=remedy, line=use.line)


def _private_label(report: FormReport) -> None:
    scope = report.schema.scope(report.form.form)
    for use in read_text(report.form.label).names:
        known = scope.resolve(use.path)
        if isinstance(known, Known) and known.private:
            what = f"办件的叫法里有个人信息“{known.label}”，列表里人人看得见，索引里不加密"
            report.say("label", code="LABEL_PRIVATE", what=what, remedy="换成不是个人信息的字段")


def _lookup_of_units(report: FormReport, at: Path, lookup: Lookup) -> None:
    """Either a question names the form that it asks, or it asks none and nothing about one."""
    if lookup.answer != "units":
        what, remedy = f"查询“{lookup.key}”没有说查哪个表单", "写上 form 和 match；要的是所属单位的，写 answer: units"
        report.say(*at, code="LOOKUP_SHAPE", what=what, remedy=remedy)
    elif idle := [key for key in ("form", "match", "overlaps", "shares", "stages", "each") if getattr(lookup, key)]:
        what = f"查询“{lookup.key}”要的是所属单位的代码，{'、'.join(idle)} 不起作用"
        report.say(*at, idle[0], key=True, code="LOOKUP_SHAPE", what=what, remedy="删掉这几行，或换一种 answer")


def _lookup(report: FormReport, index: int, lookup: Lookup) -> None:
    """What is asked of the other form must be kept in the index."""
    at: Path = ("lookups", index)
    definitions, form = report.definitions, lookup.form
    if form is None or lookup.answer == "units":
        _lookup_of_units(report, at, lookup)
        return
    if form not in definitions.declared:
        what = f"没有表单“{form}”"
        report.say(*at, "form", code="POINTS_NOWHERE", what=what, remedy="改成已有的表单")
        return
    names: Names | None = report.schema.record(form)
    if names is None:
        return
    other = Scope(report.schema, names)
    asked: list[tuple[str, Path, bool]] = [(key, ("match", key), True) for key in lookup.match]
    asked += [(lookup.shares[0], ("shares", 0), False)] if lookup.shares else []
    for name, place, key in asked:
        section, _, rest = name.partition(".")
        known = other.resolve(f"{section}[].{rest}" if rest else section)
        if not isinstance(known, Known):
            report.say(*at, *place, key=key, code="NAME_UNKNOWN", what=known.what, remedy=known.remedy)
        elif known.field is None or not known.field.index:
            what = f"表单“{form}”的“{known.label}”（{name}）不在索引里，查不到"
            report.say(*at, *place, key=key, code="NOT_INDEXED", what=what, remedy="给它写上 index: true")
    if lookup.overlaps and definitions.form(form).period is None:
        what = f"表单“{form}”没有说起止日期（period），不能查重叠"
        report.say(*at, "overlaps", key=True, code="POINTS_NOWHERE", what=what, remedy="给那个表单写上 period")
