"""What the start page says of files that cannot be trusted."""

from onefill.ui.lists import damaged
from store import Damage


def test_copies_beside_a_record_are_not_called_unreadable() -> None:
    copy = Damage("r1", "/x/r1 (1).json", "请移到别处", copy=True)
    assert damaged([]) == ""
    assert "读不出来" not in damaged([copy])
    assert "r1 (1).json" in damaged([copy])
    assert "请移到别处" in damaged([copy])
    both = damaged([copy, Damage("r2", "/x/r2.json", "空的")])
    assert "有 1 个办件的文件读不出来" in both
    assert "r1 (1).json" in both
