"""Data on a network or in a synced folder is warned of, and kept nevertheless."""

import logging
from pathlib import Path

import pytest

from store import EVERYTHING, doubt_about, open_store
from store.whereabouts import doubt
from tests.store.making import begin

MOUNTS = """\
/dev/vda / ext4 rw,relatime 0 0
server:/data /srv/offices nfs4 rw,vers=4.2 0 0
//server/my\\040files /mnt/my\\040files cifs rw 0 0
/dev/sdb /srv/offices/local xfs rw 0 0
me@server: /data/me/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "is_remote"),
    [
        ("/srv/onefill/store", False),
        ("/srv/offices", True),
        ("/srv/offices/onefill/store", True),
        ("/srv/offices/local/store", False),
        ("/srv/offices-local/store", False),
        ("/mnt/my files/store", True),
        ("/data/me/far/store", True),
        ("/data/me/store", False),
    ],
)
def test_a_network_is_known_by_its_mount(tmp_path: Path, folder: str, is_remote: bool) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert ("网络盘" in doubt(Path(folder), tmp_path / "mounts")) == is_remote


def test_where_nobody_tells_nothing_is_said(tmp_path: Path) -> None:
    assert doubt(tmp_path, tmp_path / "none") == ""


@pytest.mark.parametrize("name", ["OneDrive - 示例学校", "Dropbox", "我的坚果云", "BaiduSyncdisk", "WPS云盘"])
def test_a_synced_folder_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name / "data").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / name / "data")
    for folder in (tmp_path / name / "data" / "store", tmp_path / "link" / "store"):
        assert f"“{name}”" in doubt(folder)


def test_whoever_opens_a_store_there_is_warned_and_can_work(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for folder, warned in ((tmp_path / "store", False), (tmp_path / "OneDrive" / "store", True)):
        caplog.clear()
        store = open_store(f"tinydb://{folder}")
        assert bool(doubt_about(f"tinydb://{folder}")) == warned
        assert [("OneDrive" in line.message, line.levelno) for line in caplog.records] == (
            [(True, logging.WARNING)] if warned else []
        )
        begin(store)
        assert store.count(scope=EVERYTHING) == 1
        store.close()


def test_only_folders_are_doubted() -> None:
    assert doubt_about("memory:") == doubt_about("postgresql://onefill@OneDrive/onefill") == ""
