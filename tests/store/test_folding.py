"""Older entries written as what changed: whatever was kept comes back, kind for kind, and files stay short."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import EVERYTHING, RecordDamaged, Summary, open_store
from store.folding import folded, unfolded
from store.plain import canonical
from tests.store.making import class_of, new, stepping

KEYS = st.text("ab/~0 1翀", max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
#: So long that what changed is shorter.
LONG = {"long": "长" * 200}
DATA = st.none() | st.dictionaries(KEYS, VALUES, max_size=4).map(lambda data: {**data, **LONG})
CHAINS = st.lists(st.tuples(DATA, st.dictionaries(KEYS, VALUES, max_size=2)), min_size=1, max_size=6)


@given(CHAINS)
def test_what_was_folded_comes_back_kind_for_kind(chain: list[tuple[Any, dict[str, Any]]]) -> None:
    whole, written = dict[str, Any](), dict[str, Any]()
    for n, (data, summary) in enumerate(chain, start=9):
        whole[str(n)] = {"n": n, "data": data, "summary": {**summary, **LONG}, "digest": "d"}
        written = json.loads(json.dumps(folded(whole, written)))
        back = unfolded(written)
        assert list(back) == list(written) == list(whole)
        assert canonical(back) == canonical(whole)
    assert canonical(folded(whole, {})) == canonical(written)
    assert "back" not in written[str(8 + len(chain))]


def test_thirty_versions_are_a_file_little_longer_than_one(tmp_path: Path) -> None:
    store = open_store(f"tinydb://{tmp_path}/store", clock=stepping())
    sizes = []
    for n in range(30):
        data = class_of(50)
        data["trainees"]["r7"]["theory"] = n
        summary = Summary(label=f"第 {n} 版", private=tuple(row["id_no"] for row in data["trainees"].values()))
        store.append(new(data=data, summary=summary), n, EVERYTHING)
        (path,) = (tmp_path / "store").rglob("r1.json")
        sizes.append(path.stat().st_size)
    assert sizes[-1] < 3.5 * sizes[0]
    theory = [entry.data["trainees"]["r7"]["theory"] for entry in store.entries("r1", EVERYTHING) if entry.data]
    assert theory == list(range(30))
    text = path.read_text("utf-8")
    assert '"/trainees/r7/theory": 28' in text
    path.write_text(text.replace('"/trainees/r7/theory": 3\n', '"/trainees/r7/theory": 4\n'), "utf-8")
    with pytest.raises(RecordDamaged, match="第 4 条记录的内容与校验码不符"):
        store.latest("r1", EVERYTHING)
    path.write_text(text.replace('"/trainees/r7/theory": 3\n', '"/teachers/r7/theory": 3\n'), "utf-8")
    with pytest.raises(RecordDamaged, match="无法还原"):
        store.latest("r1", EVERYTHING)
    store.close()
