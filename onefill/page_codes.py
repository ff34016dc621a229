"""What a printed page says of itself in its code and in small print: whose it is, which, and what was printed.

A code is sealed with a key that the store keeps. Whoever knows how codes are written cannot make up one that is
believed; a code that is copied from one paper to another is still genuine, so a person looks at the paper, too.
"""

import base64
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from onefill.errors import OneFillError

#: What all our codes begin with; another way of writing them gets another number.
HEAD = "OF1"
#: Ends what stands for a document on the list of papers in front of a packet; its phase stands before it.
_LIST = "__list"
#: The longest text that is looked into.
MOST_TEXT = 300
#: A QR code holds these characters in two thirds of the room; "_" is not among them.
_CODE = re.compile(
    r"OF1:(?P<record>[A-Z0-9][A-Z0-9+-]{0,63}):(?P<document>[A-Z][A-Z0-9+]{0,63}):(?P<version>[0-9]{1,6})"
    r":(?P<page>[1-9][0-9]{0,4}):(?P<pages>[1-9][0-9]{0,4}):(?P<hash>[0-9A-F]{8}):(?P<seal>[A-Z2-7]{8})"
)
#: Papers printed before said their document here as well.
_PRINT = re.compile(
    r"(?P<record>[a-z0-9][a-z0-9_-]{0,63})(?: (?P<document>[a-z][a-z0-9_]{0,63}))? v(?P<version>[0-9]{1,6})"
    r" (?P<page>[1-9][0-9]{0,4})/(?P<pages>[1-9][0-9]{0,4}) (?P<hash>[0-9a-f]{8}) (?P<seal>[a-z2-7]{8})"
)


class CodeForged(OneFillError):
    """It is written as ours are, but not with our key: made up, misread, or of another installation."""

    message = "这个码写得像这里印的，但校验不对：打错了、被改过，或者是别处印的。照纸上的小字再核一遍。"


@dataclass(frozen=True, kw_only=True)
class PageCode:
    """A printed page.

    Attributes:
        record: Id of the record.
        document: Key of the document.
        version: Number of the version, as people count.
        page: From 1.
        pages: How many the document has.
        hash: First 8 characters of the hash of the facts that it prints; a draft says another one of them.
    """

    record: str
    document: str
    version: int
    page: int
    pages: int
    hash: str

    def text(self, key: bytes) -> str:
        """What the QR code says."""
        bare = self._bare()
        return f"{bare}:{_seal(bare, key)}"

    def small_print(self, key: bytes) -> tuple[str, ...]:
        """The same for people, in lines; typed with a space between them it can be read back.

        Which document it is, the page says in plain words; here the seal tells it.
        """
        number = f"v{self.version} {self.page}/{self.pages}"
        return self.record, number, f"{self.hash} {_seal(self._bare(), key).lower()}"

    def _bare(self) -> str:
        parts = (HEAD, self.record, self.document, str(self.version), str(self.page), str(self.pages), self.hash)
        return ":".join(parts).upper().replace("_", "+")


def read_code(text: str, key: bytes, documents: Iterable[str] = ()) -> PageCode | None:
    """The page that a code, or the small print beside it, speaks of; nothing if it is none of ours.

    Args:
        text: What was read or typed.
        key: Which it is sealed with.
        documents: Keys of those that small print may be of.

    Raises:
        CodeForged: It is written like ours, but its seal is not of this key.
    """
    if len(text) > MOST_TEXT:
        return None
    plain = " ".join(text.split())
    found = _CODE.fullmatch(plain.upper()) or _PRINT.fullmatch(plain.lower())
    if found is None:
        return None
    told = {name: said.lower().replace("+", "_") for name, said in found.groupdict().items() if said is not None}
    for document in [told["document"]] if "document" in told else documents:
        code = PageCode(
            record=told["record"],
            document=document,
            version=int(told["version"]),
            page=int(told["page"]),
            pages=int(told["pages"]),
            hash=told["hash"],
        )
        if code.page <= code.pages and hmac.compare_digest(_seal(code._bare(), key), told["seal"].upper()):
            return code
    raise CodeForged()


def draft_hash(hash: str) -> str:
    """What a draft says where its finished paper says this hash, so that it is never taken for the paper."""
    return sha256(f"{hash} draft".encode()).hexdigest()[:8]


def list_key(phase: str) -> str:
    """What stands for a document on the list of a phase's papers."""
    return f"{phase}{_LIST}"


def phase_of_list(document: str) -> str:
    """The phase whose list it is; empty if it is a document."""
    return document.removesuffix(_LIST) if document.endswith(_LIST) else ""


@dataclass(frozen=True, kw_only=True)
class PaperList:
    """The papers on a list in front of a packet.

    Attributes:
        papers: The hash of each, by its key.
        chosen: Whether somebody left out some that were ready: then it speaks of these only.
        unfinished: Keys of those that were wanted and not ready, and so were not put in.
    """

    papers: Mapping[str, str]
    chosen: bool = False
    unfinished: frozenset[str] = frozenset()

    @property
    def hash(self) -> str:
        """What it prints of facts: the hashes of its papers."""
        said = "".join(f"{key}={self.papers[key]};" for key in sorted(self.papers))
        return sha256(f"{said}{'chosen' if self.chosen else ''}".encode()).hexdigest()[:8]


def told_pages(numbers: Iterable[int]) -> str:
    """Numbers of pages in words, those that follow each other as a range."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)


def _seal(bare: str, key: bytes) -> str:
    """40 bits: to try them all, somebody would have to hand in a million million pages."""
    return base64.b32encode(hmac.digest(key, bare.encode(), sha256)[:5]).decode()
