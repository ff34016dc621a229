"""A bag held against itself: whether every file in it is what the bag says that it is (RFC 8493)."""

import zipfile
from hashlib import sha256
from pathlib import Path

from onefill.service.bag_writer import DECLARATION, MANIFEST, PAYLOAD, TAGS
from onefill.service.kept_files import PIECE
from store.pieces import pieces_of

#: A list of files is not longer, in bytes.
MOST_LISTED = 32 << 20


def faults_of_bag(path: Path) -> list[str]:
    """What is wrong with a bag, in Chinese; nothing if every file is what the bag says that it is.

    Raises:
        OSError: The file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _faults(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        return [f"{path.name} 不是完整的档案包（ZIP 打不开：{error}）。请换一份没有坏的副本。"]


def _faults(archive: zipfile.ZipFile) -> list[str]:
    members = {name.partition("/")[2]: name for name in archive.namelist() if not name.endswith("/")}
    tops = {name.partition("/")[0] for name in archive.namelist()}
    lacking = [name for name in (DECLARATION, MANIFEST) if name not in members]
    if lacking or len(tops) != 1:
        return [f"不是 OneFill 的档案包：里面没有 {'、'.join(lacking) or '唯一的一个文件夹'}。"]
    found: list[str] = []
    for listing, of_payload in ((MANIFEST, True), (TAGS, False)):
        if listing not in members:
            found.append(f"少了校验码表 {listing}。")
            continue
        with archive.open(members[listing]) as file:
            listed = _listed(file.read(MOST_LISTED).decode("utf-8", "replace"))
        found += [f"少了文件：{name}" for name in listed if name not in members]
        for name in sorted(listed.keys() & members.keys()):
            if _digest(archive, members[name]) != listed[name]:
                found.append(f"被改过或坏了：{name}（和档案包里的校验码不符）")
        if of_payload:
            found += [
                f"多出来的文件：{name}（校验码表里没有）"
                for name in sorted(members.keys() - listed.keys())
                if name.startswith(PAYLOAD)
            ]
    return found


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    summing = sha256()
    try:
        with archive.open(name) as file:
            for piece in pieces_of(file, PIECE):
                summing.update(piece)
    except (zipfile.BadZipFile, EOFError, ValueError):
        return ""
    return summing.hexdigest()


def _listed(text: str) -> dict[str, str]:
    lines = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {name: digest for digest, name in (line for line in lines if len(line) == 2)}
