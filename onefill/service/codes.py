"""Codes of printed pages read back: whose a page is, whether it still holds, what must be printed again."""

from dataclasses import dataclass
from pathlib import Path

from onefill.errors import OneFillError
from onefill.page_codes import PageCode, PaperList, list_key, phase_of_list, read_code
from onefill.service.book import Book
from onefill.service.cover import TITLE
from onefill.service.documents import Documents
from onefill.service.guard import seen_by
from onefill.service.material_shapes import Inspect
from onefill.service.materials import ANY_KIND, MOST_MB
from onefill.service.open_record import OpenRecord
from onefill.service.page_coding import PageCoding
from onefill.service.printed import PrintedFiles
from onefill.service.prints import Prints
from onefill.service.reprints import Again
from onefill.service.room import Room
from onefill.service.shapes import Person

DRAFTED = "印的是草稿，打印正式的再盖章"
CHANGED = "印了以后，这一份用到的数据改过"


class NotACode(OneFillError):
    """It is written otherwise than our codes are."""

    message = "“{text}”不是这里印的码。扫纸边上的二维码；手打就照码旁边的小字，从头打到尾，三行之间空一格。"


@dataclass(frozen=True, kw_only=True)
class CodeAnswer:
    """What a code is of.

    Attributes:
        code: What it says.
        label: What the record is called.
        title: Of the document.
        holds: Whether the document would say the same today.
        why: Why it does not, in words.
        reprint: Titles of the documents that were handed out and must be printed again, each with the reason and which
            pages.
    """

    code: PageCode
    label: str
    title: str
    holds: bool
    why: str = ""
    reprint: tuple[tuple[str, Again], ...] = ()

    def told(self) -> tuple[str, ...]:
        """As people read it, line by line."""
        code = self.code
        lines = [
            f"{self.label}（{code.record}）",
            f"《{self.title}》第 {code.version} 版，第 {code.page} 页，共 {code.pages} 页，数据校验码 {code.hash}",
            "和现在的数据一致，不用重印" if self.holds else self.why,
        ]
        return *lines, *(f"要重印：《{title}》{again.which}（{again.why}）" for title, again in self.reprint)


@dataclass(frozen=True, kw_only=True)
class PageAnswer:
    """What was read from a page of a file.

    Attributes:
        page: Its number, from 1.
        answers: What its codes are of.
        wrong: Why others could not be told, in words.
    """

    page: int
    answers: tuple[CodeAnswer, ...] = ()
    wrong: tuple[str, ...] = ()


class Codes(Room):
    """What a person asks about codes."""

    def __init__(self, book: Book, prints: Prints, documents: Documents, inspect: Inspect) -> None:
        self._book = book
        self._prints = prints
        self._documents = documents
        self._inspect = inspect
        self._coding = PageCoding(book.store)
        self._printed = PrintedFiles(book.store)

    def read(self, text: str, who: Person) -> CodeAnswer:
        """What a code, or the small print beside it, is of.

        Raises:
            NotACode: It is none of ours.
            CodeForged: It is written like ours, but its seal is wrong.
            RecordUnknown: There is no such record, or it is not this person's to see.
            SignedOut: Nobody is there.
        """
        self._let_in()
        forms = self._book.definitions.forms.values()
        keys = {paper.key for form in forms for paper in form.documents}
        keys |= {list_key(phase.key) for form in forms for phase in form.phases}
        code = read_code(text, self._coding.key, sorted(keys))
        if code is None:
            raise NotACode(text=text[:40])
        self._let_in(code.record)
        return self._answer(code, who)

    def scan(self, source: bytes | Path, filename: str, who: Person) -> tuple[PageAnswer, ...]:
        """What the codes on the pages of a scan are of; the file is kept nowhere.

        Raises:
            OneFillError: It cannot be looked into; the message says why.
        """
        self._let_in()
        taken = self._inspect(source, filename, ANY_KIND, MOST_MB << 20)
        return tuple(self._page(at, [seen.text for seen in page.codes], who) for at, page in enumerate(taken.pages, 1))

    def _let_in(self, record: str = "") -> None:
        """Ask the door for whoever is there, and for a record once its name is known."""
        who = self.who
        if self._door is not None and record:
            self._door.require(who, record)

    def _stale(self, opened: OpenRecord, code: PageCode, document: str, hash: str) -> bool:
        """Whether a page, or any page of a paper on a list, says something else than it would today."""
        if document == code.document:
            return self._prints.is_outlived(opened, code)
        return self._prints.any_outlived(opened, document, code.version, hash)

    def _wanted_since(self, record: str, phase: str, listed: PaperList) -> list[str]:
        """Titles of papers that the packet holds by now and that were not wanted, or not ready, when it was listed."""
        if listed.chosen:
            return []
        states = [one for one in self._documents.list(record, phase) if one.printable and one.key not in listed.papers]
        return [one.title for one in states if one.state == "ready" or one.key not in listed.unfinished]

    def _page(self, number: int, texts: list[str], who: Person) -> PageAnswer:
        answers: list[CodeAnswer] = []
        wrong: list[str] = []
        for text in dict.fromkeys(texts):
            try:
                answers.append(self.read(text, who))
            except OneFillError as error:
                wrong.append(str(error))
        return PageAnswer(page=number, answers=tuple(answers), wrong=tuple(wrong))

    def _answer(self, code: PageCode, who: Person) -> CodeAnswer:
        with self._book.lock:
            opened = seen_by(self._book, code.record, who)
            form = opened.sheet.plan.form
            titles = {one.key: one.title for one in form.documents}
            phase = "" if code.document in titles else phase_of_list(code.document)
            listed = self._printed.on_list(code.record, code.hash) if phase else None
            said = (listed.papers if listed else {}) if phase else {code.document: code.hash}
            since = self._wanted_since(code.record, phase, listed) if listed else []
            today = {key: self._prints.print_of(opened, key) for key in said}
            stale = [key for key, hash in said.items() if not today[key] or self._stale(opened, code, key, hash)]
            drafts = {key for key in stale if self._prints.is_draft(opened, key, code.version, said[key])}
            label = opened.sheet.label()
        reprints = self._documents.reprints(code.record)
        holds = bool(said) and not stale and not since
        handed = [
            (titles[key], Again(why=DRAFTED if key in drafts else CHANGED))
            for key in stale
            if today[key] and key not in reprints
        ]
        handed += [(titles[key], again) for key, again in reprints.items()]

        def said_of(keys: set[str]) -> list[str]:
            return [titles.get(key, key) for key in stale if key in keys]

        if phase:
            title = f"{TITLE}（{next((one.title for one in form.phases if one.key == phase), phase)}）"
            why = "" if holds else _why_of_list(said_of(drafts), said_of(set(stale) - drafts), since)
        else:
            title = titles.get(code.document, code.document)
            again = {**reprints, **{key: Again(why=DRAFTED) for key in drafts}}
            why = "" if holds else _why(code, titles, today[code.document], again)
        return CodeAnswer(code=code, label=label, title=title, holds=holds, why=why, reprint=tuple(handed))


def _why_of_list(drafts: list[str], stale: list[str], since: list[str]) -> str:
    if not drafts and not stale and not since:
        return "不知道这张目录上列的是哪几份：按现在的数据，整套重新打印"
    told = [f"上面的{_named(drafts)}印的是草稿，打印正式的，目录也重印"] if drafts else []
    told += [f"上面的{_named(stale)}和现在的数据不一样，重印以后，目录也重印"] if stale else []
    told += [f"按现在的数据，成套材料里还有{_named(since)}，上面没有：打印补进去，目录也重印"] if since else []
    return "；".join(told)


def _named(titles: list[str]) -> str:
    return "、".join(f"《{title}》" for title in titles)


def _why(code: PageCode, titles: dict[str, str], today: str | None, reprints: dict[str, Again]) -> str:
    if code.document not in titles:
        return "现在的表单里没有这份附件了"
    if today is None:
        return "按现在填的内容，不用印这份附件了"
    if not today:
        return "现在的数据还印不出这份附件：先把缺的填好，再重印"
    return reprints[code.document].why if code.document in reprints else CHANGED
