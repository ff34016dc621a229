"""What was made public, as it is kept: a record per issue with its lines, its files pinned by digest."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onefill.errors import OneFillError
from onefill.service.kept_files import KeptFile, look_through
from onefill.service.naming import file_name
from onefill.service.publication_shapes import Issue, Published
from store import EVERYTHING, RecordUnknown, Store

#: Form of the records that keep issues.
FORM = "@published"
NUMBER = "序号"
#: So many issues are listed.
MOST_LISTED = 200


class IssueUnknown(OneFillError):
    """Nothing was made public so."""

    message = "没有公布过这一份（{issue}）。"


def issues(store: Store, publication: str) -> Sequence[Issue]:
    """The issues of a publication, the newest first."""
    lines = store.find(scope=EVERYTHING, form=FORM, tokens=[f"publication={publication}"], limit=MOST_LISTED)
    found = [issue_of(line.record, line.about, line.unit, line.changed_at) for line in lines]
    return sorted(found, key=lambda one: one.when, reverse=True)


def read_issue(store: Store, id: str) -> Published:
    """An issue with all that it says.

    Raises:
        IssueUnknown: There is none of that id.
    """
    try:
        entry = store.latest(id, EVERYTHING)
    except RecordUnknown as unknown:
        raise IssueUnknown(issue=id) from unknown
    if entry.form != FORM:
        raise IssueUnknown(issue=id)
    data, about = entry.data or {}, entry.summary.about
    return Published(
        issue=issue_of(id, about, entry.summary.unit, entry.when),
        columns=tuple(data["columns"]),
        rows=tuple(tuple(row) for row in data["rows"]),
        note=data["note"],
        files=about["files"],
    )


def issue_of(id: str, about: Mapping[str, Any], unit: str, when: datetime) -> Issue:
    """An issue as the index tells it."""
    return Issue(
        id=id,
        publication=about["publication"],
        title=about["title"],
        on=date.fromisoformat(about["on"]),
        count=about["count"],
        who=about["who"],
        when=when,
        unit=unit,
        formats=tuple(about["files"]),
    )


def kept_file(store: Store, found: Published, suffix: str) -> KeptFile:
    """A file of an issue.

    Raises:
        IssueUnknown: It has none of that kind.
    """
    if suffix not in found.files:
        raise IssueUnknown(issue=f"{found.issue.id}{suffix}")
    name = file_name(f"{found.issue.title}_{found.issue.on:%Y%m%d}")
    return look_through(store, found.files[suffix], f"{name}{suffix}")
