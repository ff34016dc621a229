"""The facts that uploaded files are about: does each name lead to something, and may it be held beside the file?"""

from collections.abc import Iterable

from onefill.definitions.known import Kind, Known, Names
from onefill.definitions.lint.report import FormReport
from onefill.definitions.lint.structure import points
from onefill.definitions.model import Form
from onefill.definitions.nearest import meant
from onefill.definitions.procedure import Material
from onefill.definitions.reading import elements_of
from onefill.definitions.schema import item_of
from onefill.definitions.yaml12 import Path


def check_following(report: FormReport) -> None:
    """All rules of this page over one form."""
    for i, material in enumerate(report.form.materials):
        if material.follows and material.kind != "upload":
            what = f"“{material.title}”是 {material.kind}，用不着 follows"
            remedy = "删掉 follows，或改成 kind: upload"
            report.say("materials", i, "follows", key=True, code="MATERIAL_SHAPE", what=what, remedy=remedy)
        _paper(report, ("materials", i), material)
        seen: set[str] = set()
        for j, one in enumerate(material.followed):
            at: Path = ("materials", i, "follows", j)
            if one.fact in seen:
                report.say(*at, code="KEY_TWICE", what=f"“{one.fact}”写了两次", remedy="删掉一个")
            seen.add(one.fact)
            _leads(report, at, material, one.fact)


def _paper(report: FormReport, at: Path, material: Material) -> None:
    """Whether the record whose paper an upload is exists, and whether its form prints that paper."""
    if material.document_of is None:
        return
    if material.kind != "upload" or material.document is None:
        what = f"“{material.title}”写了 document_of，只有 upload 和 document 一起写才有用"
        report.say(*at, "document_of", key=True, code="MATERIAL_SHAPE", what=what, remedy="补上 document，或删掉这一行")
        return
    names: Names = _begin(report, material)
    form: Form | None = None
    parts = material.document_of.split(".")
    for place, part in enumerate(parts):
        if part not in names:
            _unknown(report, (*at, "document_of"), parts[:place], part, names)
            return
        known = report.schema.settled(names[part])
        names, form = known.inside() or {}, _form(report, known)
    if form is None:
        what = f"“{material.document_of}”不是引用的一份办件"
        report.say(*at, "document_of", code="MATERIAL_SHAPE", what=what, remedy="写引用字段，例如 offer.syllabus")
        return
    papers = (one.key for one in form.documents)
    points(report, (*at, "document"), material.document, papers, f"“{form.title}”没有附件")


def _leads(report: FormReport, at: Path, material: Material, fact: str) -> None:
    """Go along the name as the facts do: through links, and over every row of a list."""
    names: Names = _begin(report, material)
    form: Form | None = report.form
    parts, known = fact.split("."), None
    for place, part in enumerate(parts):
        sections = [one for one in form.sections if one.repeat is None] if form else []
        if part not in names:
            if place == len(parts) - 1 and any(one.key == part for one in sections):
                return
            _unknown(report, at, parts[:place], part, [*names, *(one.key for one in sections)])
            return
        known = report.schema.settled(names[part])
        if form is report.form and (known.phase or 0) > report.first_phase(material.from_):
            what = f"“{known.label}”（{fact}）要到后面的阶段才填，传“{material.title}”时还没有"
            report.say(*at, code="FACT_LATER", what=what, remedy="换成这个阶段的数据，或把材料改到那个阶段（from）")
            return
        inner = known.item if known.kind is Kind.LIST and known.item is not None else known
        inside = inner.inside()
        if inside is None:
            return
        names, form = inside, _form(report, inner)
    assert known is not None  # a name has at least one part
    _may_be_held(report, at, known, fact, entry=material.each.as_ if material.each else "")


def _begin(report: FormReport, material: Material) -> dict[str, Known]:
    """What a name may begin with: the record's facts, and the entry of the list; the pack's lists are no facts."""
    scope = report.schema.scope(report.form.form)
    tables = {one.key for one in report.definitions.tables(report.form.form)}
    names = {key: known for key, known in scope.names.items() if key not in tables}
    each = material.each
    if each is not None and not any(path.split("[]")[0] in tables for path in elements_of(each.in_)):
        names[each.as_] = item_of(scope, each.in_)
    return names


def _unknown(report: FormReport, at: Path, before: Iterable[str], part: str, known: Iterable[str]) -> None:
    remedy = meant(part, known, "改成已有的字段或节")
    report.say(*at, code="NAME_UNKNOWN", what=f"没有“{'.'.join([*before, part])}”这个名字", remedy=remedy)


def _form(report: FormReport, known: Known) -> Form | None:
    """The form of the record that a name leads to."""
    key = known.field.form if known.kind is Kind.RECORD and known.field is not None else None
    return report.definitions.forms.get(key) if key else None


def _may_be_held(report: FormReport, at: Path, known: Known, fact: str, *, entry: str) -> None:
    if known.private:
        what = f"“{known.label}”（{fact}）是个人信息，不能抄在文件旁边比"
        report.say(*at, code="FOLLOWS_PRIVATE", what=what, remedy="换成不是个人信息的字段；写整节也行，个人信息不比")
    elif fact == entry and known.kind is not Kind.ROW:
        what = f"“{fact}”就是这一件，换了就是另一件"
        report.say(*at, code="FOLLOWS_ITSELF", what=what, remedy=f"写它里面的数据，例如 {fact}.名字")
