"""What anybody may look up: the newest issues of what a pack calls open. Nothing else is within its reach."""

from collections.abc import Mapping, Sequence

from onefill.definitions.publications import Publication
from onefill.service.book import Book
from onefill.service.issues import IssueUnknown, issues, kept_file, read_issue
from onefill.service.kept_files import KeptFile
from onefill.service.publication_shapes import Issue, Published
from onefill.service.publications import PublicationUnknown
from onefill.service.room import Room


class Public(Room):
    """What is answered to whoever asks, signed in or not."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def known(self) -> Mapping[str, Publication]:
        """What packs call open, by what addresses call it."""
        packs = self._book.definitions.packs.values()
        return {f"{pack.pack}.{one.key}": one for pack in packs for one in pack.publications if one.open}

    def issues(self, key: str) -> Sequence[Issue]:
        """What was made public: of the uppermost unit first, the newest of each first.

        Raises:
            PublicationUnknown: It is not open.
        """
        if key not in self.known():
            raise PublicationUnknown(publication=key)
        return sorted(issues(self._book.store, key), key=lambda one: (one.unit.count("/"), one.unit))

    def issue(self, id: str) -> Published:
        """One of them with its lines.

        Raises:
            IssueUnknown: There is none, or it is not open.
        """
        found = read_issue(self._book.store, id)
        if found.issue.publication not in self.known():
            raise IssueUnknown(issue=id)
        return found

    def file(self, id: str, suffix: str) -> KeptFile:
        """A file of one of them.

        Raises:
            IssueUnknown: There is none, or it is not open.
        """
        return kept_file(self._book.store, self.issue(id), suffix)
