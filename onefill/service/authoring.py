"""What an author of forms does: see what is wrong with the files, have changes taken over, look at papers with samples.

The files are only read. What is used is swapped as a whole, and only for files without a fault: a record that is being
filled goes on with the definitions that were sound.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from onefill.definitions import Definitions, load_packs
from onefill.problems import Level, LinePlace, Problem
from onefill.service.book import Book
from onefill.service.documents import Documents
from onefill.service.form_trials import losses
from onefill.service.lapsing import lapsing_problems
from onefill.service.linting import lint_packs, of_template
from onefill.service.retired import carried_over
from onefill.service.shapes import DocumentState, Produced
from onefill.service.sources import Source
from onefill.service.specimens import Specimens
from onefill.service.templates import Templates

SAMPLE = "样例"
FORMS, TEMPLATES = ("*.yaml", "*.yml"), ("*.docx", "*.xlsx")


@dataclass(frozen=True, kw_only=True)
class FilesState:
    """The files as they are on disk now.

    Attributes:
        faults: All that is wrong with them.
        refused: Those of the faults because of which the forms in use are older ones.
        looked: When the files were last read, which is done when one of them has changed.
        since: When the definitions in use were taken over.
        stamp: Changes with the files.
    """

    faults: tuple[Problem, ...]
    refused: tuple[Problem, ...]
    looked: datetime
    since: datetime
    stamp: Hashable


class Authoring:
    """The author's desk.

    Args:
        book: Whose definitions are swapped.
        documents: Makes papers.
        templates: All templates.
        folders: Where forms lie, and where templates.
        now: The clock.
    """

    def __init__(
        self,
        book: Book,
        documents: Documents,
        templates: Templates,
        folders: tuple[Path, Path],
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._documents = documents
        self._templates = templates
        self._folders = folders
        self._now = now
        self._since = now()
        self._lock = Lock()
        self._found: FilesState | None = None
        self._specimens = Specimens(book, now().date())

    @property
    def definitions(self) -> Definitions:
        """Those in use."""
        return self._book.definitions

    def stamp(self) -> Hashable:
        """Changes whenever a form or template file does; cheap enough to be asked every few seconds."""
        return tuple(sorted(_marks(self._folders[0], FORMS))) + tuple(sorted(_marks(self._folders[1], TEMPLATES)))

    def look(self) -> FilesState:
        """What is wrong with the files. Changed ones are taken over at once, unless a form has an error."""
        with self._lock:
            stamp = self.stamp()
            if self._found is None or self._found.stamp != stamp:
                self._found = self._read(stamp)
            return self._found

    def documents(self, form: str) -> tuple[DocumentState, ...]:
        """The papers of a form as they are with sample facts."""
        return self._documents.listed(self._source(form))

    def preview(self, form: str, document: str) -> Produced:
        """One paper with sample facts as PDF."""
        return self._documents.made(self._source(form), document, ".pdf")

    def file(self, form: str, document: str, suffix: str) -> Produced:
        """One paper with sample facts as ``.docx``, ``.xlsx`` or ``.pdf``."""
        return self._documents.made(self._source(form), document, suffix)

    def specimens(self) -> Specimens:
        """Sample facts under the definitions in use, of today."""
        today = self._now().date()
        with self._lock:
            if self._specimens.definitions is not self._book.definitions or self._specimens.today != today:
                self._specimens = Specimens(self._book, today)
            return self._specimens

    # -- inside ----------------------------------------------------------------------------------------------------

    def _read(self, stamp: Hashable) -> FilesState:
        fresh = load_packs(self._folders[0])
        ending = lapsing_problems(fresh, self._now().date())
        faults = [*lint_packs(fresh, self._folders[1]), *losses(self._book.store, fresh), *ending]
        refused = [fault for fault in faults if fault.level is Level.ERROR and not of_template(fault)]
        gone = list(self._gone(fresh)) if not refused else []
        if not refused and not gone:
            self._book.take(carried_over(fresh, self._book.definitions))
            self._since = self._now()
        return FilesState(
            faults=(*gone, *faults), refused=(*gone, *refused), looked=self._now(), since=self._since, stamp=stamp
        )

    def _gone(self, fresh: Definitions) -> Iterator[Problem]:
        """Forms that are no longer there though records of them are."""
        for key, form in self._book.definitions.forms.items():
            retired = key in self._book.definitions.retired
            if (
                key not in fresh.forms
                and not retired
                and self._book.store.find(form=key, limit=1, scope=self._book.scope)
            ):
                place = LinePlace(f"{self._folders[0].name}/{self._book.definitions.pack_of(key).pack}/{key}.yaml", 1)
                what = f"表单“{form.title}”没有了，可是已经有它的办件"
                yield Problem(
                    place=place, code="FORM_IN_USE", what=what, remedy="把文件放回去，列回 pack.yaml 的 forms"
                )

    def _source(self, form: str) -> Source:
        """Sample facts with the form's templates."""
        pack = self._book.definitions.pack_of(form).pack
        specimens = self.specimens()
        sheet, find = specimens.of(form), lambda name: self._templates.get(pack, name)
        return Source(sheet, SAMPLE, specimens.today, find, sample=True)


def _marks(folder: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    for pattern in patterns:
        for path in folder.glob(f"*/{pattern}"):
            stat = path.stat()
            yield str(path), stat.st_mtime_ns, stat.st_size
