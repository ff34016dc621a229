"""Lint of everything an author writes: the forms by themselves, and the templates against the forms that print them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from onefill.definitions import Definitions
from onefill.definitions.lint import lint
from onefill.definitions.loader import PACK_FILE
from onefill.definitions.model import Document, Form
from onefill.definitions.nearest import meant
from onefill.definitions.publications import Publication
from onefill.definitions.schema import check_names, document_scope
from onefill.problems import Level, LinePlace, Place, Problem, TemplatePlace
from onefill.rendering import Compiled, TemplateBroken, TemplateName, compile_template, read_template
from onefill.service.publications import names_of

#: What every page carries beside the facts, so that paper can be told from older paper.
PRINTED_ON_EVERY_PAGE = {"print.hash": "数据校验码", "print.version": "版本", "print.draft": "草稿字样"}

MISSING = "TEMPLATE_MISSING"


def lint_packs(definitions: Definitions, templates: Path, pack: str | None = None) -> list[Problem]:
    """Every fault of all packs, or of one.

    Args:
        definitions: The packs as loaded, broken files told in ``faults``.
        templates: The folder with a folder of templates per pack.
        pack: Only this pack.
    """
    problems = list(lint(definitions))
    definitions = definitions.with_doubtful()
    asked = {key: loaded for key, loaded in definitions.loaded.items() if pack in (None, key)}
    for key, loaded in asked.items():  # templates of other packs need not be read for this one
        used: set[str] = set()
        for form in loaded.forms.values():
            for part, papers in (("documents", form.documents), ("notices", form.notices)):
                for index, document in enumerate(papers):
                    used.update(document.templates)
                    place = definitions.positions(form.form).place(part, index, "template")
                    problems += _document(definitions, form, document, templates / key, place)
        for index, public in enumerate(loaded.pack.publications if loaded.pack else ()):
            if public.template is not None:
                used.add(public.template)
                place = loaded.sources[PACK_FILE].place("publications", index, "template")
                problems += _published(public, public.template, templates / key, place)
        for name in sorted(used):
            problems += _reminders(templates / key / Path(name).name, f"{key}/{name}")
        if len(loaded.forms) == len(loaded.declared):  # a form that does not load may use any of them
            taken_in = (_taken_in(templates / key / Path(name).name) for name in used)
            problems += _unused(templates / key, used.union(*taken_in))
    return [problem for problem in problems if pack is None or _belongs(problem.place, pack, definitions)]


def of_template(problem: Problem) -> bool:
    """Whether a fault is one of a template, or of there being none: the forms themselves can be used all the same."""
    return isinstance(problem.place, TemplatePlace) or problem.code == MISSING


def _document(
    definitions: Definitions, form: Form, document: Document, folder: Path, place: LinePlace
) -> Iterator[Problem]:
    for name in document.templates:
        path = folder / Path(name).name
        if not path.is_file():
            yield _missing(document.title, name, folder, place)
            continue
        try:
            compiled = _compiled(path, f"{folder.name}/{name}")
        except TemplateBroken as broken:
            yield from broken.problems
            yield from _misnamed(definitions, form, document, broken.names)
            continue
        if document.each is not None and document.each.into != "files":
            yield from compiled.repeat_faults
        yield from _names(definitions, form, document, compiled, f"{folder.name}/{name}")


def _published(wanted: Publication, name: str, folder: Path, place: LinePlace) -> Iterator[Problem]:
    path, known = folder / Path(name).name, names_of(wanted)
    if not path.is_file():
        yield _missing(wanted.title, name, folder, place)
        return
    try:
        asked = _compiled(path, f"{folder.name}/{name}").names
    except TemplateBroken as broken:
        yield from broken.problems
        return
    for use in asked:
        if use.path not in known:
            remedy = meant(use.path, sorted(known), "改成列的名字")
            yield Problem(place=use.place, code="NAME_UNKNOWN", what=f"没有“{use.path}”这个名字", remedy=remedy)


def _missing(title: str, name: str, folder: Path, place: LinePlace) -> Problem:
    what = f"《{title}》的模板文件 {name} 不在 templates/{folder.name} 里"
    return Problem(place=place, code=MISSING, what=what, remedy="放进这个文件，或改 template: 的名字")


def _names(
    definitions: Definitions, form: Form, document: Document, compiled: Compiled, name: str
) -> Iterator[Problem]:
    yield from _misnamed(definitions, form, document, compiled.names)
    asked = {use.path for use in compiled.names}
    for path, label in PRINTED_ON_EVERY_PAGE.items():
        if path not in asked and not document.stock:
            place = TemplatePlace(template=name, part="页眉或页脚", spot="")
            remedy = f"在页眉或页脚里写上 {{{{ {path} }}}}"
            yield Problem(place=place, code="PAGE_MARK", what=f"没有印{label}", remedy=remedy, level=Level.WARNING)


def _misnamed(
    definitions: Definitions, form: Form, document: Document, names: Sequence[TemplateName]
) -> Iterator[Problem]:
    keys = [(section.repeat and section.key, field.key) for section in form.sections for field in section.fields]
    doubled = len(set(keys)) < len(keys)  # the names it should have instead are no faults of the template
    for fault in check_names(document_scope(definitions, form, document), names):
        if not doubled or fault.code != "NAME_UNKNOWN":
            yield Problem(place=fault.use.place, code=fault.code, what=fault.what, remedy=fault.remedy)


def _compiled(path: Path, name: str) -> Compiled:
    return compile_template(read_template(path, name).data, name)


def _reminders(path: Path, name: str) -> tuple[Problem, ...]:
    """What there is to remind of in a template that prints."""
    try:
        return _compiled(path, name).reminders
    except (FileNotFoundError, TemplateBroken):
        return ()  # told with the paper


def _taken_in(path: Path) -> frozenset[str]:
    """The files that a template takes in; none that can be told where it is broken or not there."""
    try:
        return read_template(path).files
    except (FileNotFoundError, TemplateBroken):
        return frozenset()


def _unused(folder: Path, used: set[str]) -> Iterator[Problem]:
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.suffix in (".docx", ".xlsx") and path.name not in used and not path.name.startswith("~$"):
            place = TemplatePlace(template=f"{folder.name}/{path.name}", part="", spot="")
            what = "没有一份材料用这个模板"
            remedy = "在表单的 documents 里用上它，或删掉文件"
            yield Problem(place=place, code="TEMPLATE_UNUSED", what=what, remedy=remedy, level=Level.ADVICE)


def _belongs(place: Place, pack: str, definitions: Definitions) -> bool:
    if isinstance(place, TemplatePlace):
        return place.template.startswith(f"{pack}/")
    if isinstance(place, LinePlace):
        return f"/{pack}/" in f"/{place.file}"
    return True
