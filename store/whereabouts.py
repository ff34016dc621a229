"""Whether a folder lies where data is safe: neither on a network nor where a sync program moves files about."""

import os
import sys
from pathlib import Path

#: Beginnings of the names of folders that sync programs make.
_SYNCED = (
    "onedrive",
    "dropbox",
    "google drive",
    "icloud",
    "com~apple~clouddocs",
    "nutstore",
    "我的坚果云",
    "坚果云",
    "baidusyncdisk",
    "百度网盘同步空间",
    "百度云同步盘",
    "wps云盘",
    "wpsdrive",
)
#: File systems of Linux whose files lie on another computer, or whose locks do not hold.
_REMOTE = ("nfs", "cifs", "smb", "ceph", "afs", "9p", "glusterfs", "davfs", "vboxsf", "fuse.sshfs", "fuse.rclone")
_MOUNTS = Path("/proc/self/mounts")
_DRIVE_REMOTE = 4


def doubt(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Why data should not lie in a folder, in Chinese; empty if nothing speaks against it.

    Args:
        folder: Where it lies.
        mounts: Which file system is where, as Linux tells it.
    """
    whole = folder.resolve()
    synced = next((part for part in whole.parts if part.casefold().startswith(_SYNCED)), "")
    if synced:
        return f"数据放在同步盘“{synced}”里，同步软件会换掉正在写的文件。请停下程序，把数据移到本机硬盘的普通文件夹"
    if _is_remote(whole, mounts):
        return "数据放在网络盘或共享文件夹里，断网、几台电脑同时写会丢数据。请停下程序，把数据移到本机硬盘"
    return ""


def _is_remote(folder: Path, mounts: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        return folder.drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == _DRIVE_REMOTE
    try:
        lines = [line.split() for line in os.fsdecode(mounts.read_bytes()).splitlines()]
    except OSError:
        # Elsewhere nobody tells.
        return False
    known = {_unescaped(words[1]): words[2] for words in lines}
    above = next((known[str(one)] for one in (folder, *folder.parents) if str(one) in known), "")
    return above.startswith(_REMOTE)


def _unescaped(text: str) -> str:
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
