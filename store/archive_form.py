"""What an archive looks like: a whole store in one tar file, believed only when it is whole.

Members, in this order: ``onefill.json`` (format, when, by which program), ``parcels/…jsonl.gz`` (lines of JSON),
``files/<SHA-256>``, ``program/…`` (forms and templates in use), ``keys/…`` only if asked for, ``tally.json`` (how many
there are of each, what was lost), ``SHA256SUMS``. An archive without its last member is a part of one. Where a key is
given, what is in ``parcels/`` and ``files/`` is sealed with it.
"""

import tarfile

#: Number of the format of archives. The first one did not hold the last numbers of series.
FORMAT = 2

HEAD, TALLY, SUMS = "onefill.json", "tally.json", "SHA256SUMS"
#: What people wrote lies below these.
SEALED = ("parcels/", "files/")
#: How much of the file is copied at once.
COPIED = 1_000_000


def sum_line(digest: str, name: str) -> bytes:
    """A line as ``sha256sum`` writes it."""
    return f"{digest}  {name}\n".encode()


def forget(tar: tarfile.TarFile) -> None:
    """Have the module not keep all members in memory."""
    tar.members = []  # type: ignore[attr-defined]
