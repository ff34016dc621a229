"""What papers are made from: a record's facts with its templates, live, as a snapshot, or as a version pinned them."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from onefill.definitions.model import Document, Form
from onefill.definitions.schema import check_names, document_scope
from onefill.facts import Sheet
from onefill.problems import Problem, TemplatePlace
from onefill.rendering import TemplateBroken
from onefill.service.book import Book
from onefill.service.open_record import OpenRecord
from onefill.service.templates import Template, TemplateMissing, Templates
from store import Entry

MOST_VERSIONS = 16


@dataclass(frozen=True)
class Source:
    """Facts and templates that belong together.

    Attributes:
        version: What the papers say of their version.
        n: Number of the entry that holds it; 0 while none does.
        day: The day printed as the day of printing.
        preview: Whether no entry holds these facts yet; then the version is the one they would become.
        sample: Whether they are made up to show the papers; nobody acts upon them.
    """

    sheet: Sheet
    version: str
    day: date
    find_template: Callable[[str], Template]
    n: int = 0
    misnamed: Callable[[Document, Sequence[Template]], tuple[Problem, ...]] = lambda _document, _templates: ()
    preview: bool = False
    sample: bool = False

    @property
    def form(self) -> Form:
        """The form as it was."""
        return self.sheet.plan.form

    def templates(self, document: Document) -> tuple[Template, ...]:
        """The document's templates, the printed one first.

        Raises:
            TemplateMissing: A file is not there.
            TemplateBroken: A file cannot be compiled, or asks for names that nobody declared.
        """
        found = tuple(self.find_template(name) for name in document.templates)
        problems = self.misnamed(document, found)
        if problems:
            raise TemplateBroken(template=_file_of(problems[0]), problems=problems)
        return found


class Sources:
    """Makes sources. Versions are kept for a while, because a person downloads several papers of one."""

    def __init__(self, book: Book, templates: Templates, today: Callable[[], date]) -> None:
        self._book = book
        self._templates = templates
        self._today = today
        self._lock = Lock()
        self._versions: OrderedDict[str, Source] = OrderedDict()
        #: Names that templates ask and nobody declared, by form, document and digests of the templates.
        self._misnamed: dict[tuple[str, ...], tuple[Problem, ...]] = {}
        self._judged_by = book.definitions

    def live(self, record: str) -> Source:
        """The record as it is being filled; only to be read under the book's lock."""
        return self.of(self._book.open(record))

    def of(self, opened: OpenRecord) -> Source:
        """An open record as it is, or as it is judged; only to be read under the book's lock."""
        return self._live(opened, opened.sheet)

    def snapshot(self, record: str) -> Source:
        """The record as it is now, untouched by what is typed from here on."""
        with self._book.lock:
            opened = self._book.open(record)
            return self._live(opened, self._copy(opened.sheet, {}))

    def version(self, entry: Entry) -> Source:
        """A record as one of its versions holds it."""
        with self._lock:
            if entry.digest not in self._versions:
                pins: Mapping[str, str] = entry.pins.get("templates", {})
                find = self._pinned(pins)
                number = self._book.numbered(entry)
                version = str(number.number + number.moved)
                source = Source(self._book.past.pinned(entry), version, entry.when.date(), find, entry.n)
                self._versions[entry.digest] = source
            self._versions.move_to_end(entry.digest)
            while len(self._versions) > MOST_VERSIONS:
                self._versions.popitem(last=False)
            return self._versions[entry.digest]

    def _live(self, opened: OpenRecord, sheet: Sheet) -> Source:
        form, stands, n = opened.form, self._book.numbered(opened.entry), opened.entry.n
        version = f"{stands.number + (stands.moved or bool(opened.draft.changes))}"
        if opened.own:
            find = self._pinned(opened.entry.pins.get("templates", {}))
            return Source(sheet, version, self._today(), find, n, preview=True)

        def misnamed(document: Document, templates: Sequence[Template]) -> tuple[Problem, ...]:
            if self._judged_by is not self._book.definitions:  # a form was saved anew
                self._judged_by = self._book.definitions
                self._misnamed.clear()
            asked = (form, document.key, *(template.digest for template in templates))
            if asked not in self._misnamed:
                self._misnamed[asked] = self._names_amiss(sheet.plan.form, document, templates)
            return self._misnamed[asked]

        return Source(sheet, version, self._today(), self._on_disk(form), n, misnamed=misnamed, preview=True)

    def _names_amiss(self, form: Form, document: Document, templates: Sequence[Template]) -> tuple[Problem, ...]:
        scope = document_scope(self._book.definitions, form, document)
        faults = [fault for one in templates for fault in check_names(scope, one.compiled.names)]
        return tuple(
            Problem(place=fault.use.place, code=fault.code, what=fault.what, remedy=fault.remedy)
            for fault in faults
            if fault.code == "NAME_UNKNOWN"
        )

    def _copy(self, sheet: Sheet, copies: dict[str, Sheet | None]) -> Sheet:
        def follow(form: str, record: str) -> Sheet | None:
            if record not in copies:
                copies[record] = None
                with self._book.lock:
                    linked = sheet.links(form, record)
                    copies[record] = self._copy(linked, copies) if linked else None
            return copies[record]

        copy = Sheet(sheet.plan, sheet.data, record=sheet.record, links=follow)
        copy.set_answers(sheet.answers)
        copy.registers.source = sheet.registers.source
        copy.registers.take(sheet.registers.known)
        return copy

    def _on_disk(self, form: str) -> Callable[[str], Template]:
        pack = self._book.definitions.pack_of(form).pack
        return lambda name: self._templates.get(pack, name)

    def _pinned(self, pins: Mapping[str, str]) -> Callable[[str], Template]:
        def find(name: str) -> Template:
            if name not in pins:
                raise TemplateMissing(template=name, folder="templates")
            return self._templates.pinned(pins[name], name)

        return find


def _file_of(problem: Problem) -> str:
    return problem.place.template if isinstance(problem.place, TemplatePlace) else ""
