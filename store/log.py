"""The access log's lines: each carries the digest of the one before, so that none can be altered, dropped or moved."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import orjson

from store.chain import FORMAT
from store.errors import ValueRefused
from store.model import LogLine
from store.plain import canonical, checked, digest

#: What stands before the first line.
GENESIS = digest({"log": 1})
#: A longer line is not kept: the log says who did what, not what was in it.
MOST_BYTES = 8_000
_WHEN = b'"when":"'


def sealed(line: Mapping[str, Any], *, n: int, prev: str, when: datetime) -> bytes:
    """The bytes of a new line, without the end of line."""
    body = {"format": FORMAT, "n": n, "when": when.isoformat(), "line": checked(dict(line), "log"), "prev": prev}
    raw = canonical({**body, "digest": digest(body)})
    if len(raw) > MOST_BYTES:
        raise ValueRefused(path="log", why=f"一条记录超过 {MOST_BYTES} 字节")
    return raw


def read_line(raw: bytes) -> LogLine:
    """A line out of its bytes.

    Raises:
        ValueError: The bytes are not those of a line that was sealed; says why in Chinese.
    """
    try:
        document = orjson.loads(raw)
        line = LogLine(
            n=int(document["n"]),
            when=datetime.fromisoformat(document["when"]),
            line=document["line"],
            prev=str(document["prev"]),
            digest=str(document["digest"]),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as exc:
        raise ValueError("不是完整的一行") from exc
    body = {key: value for key, value in document.items() if key != "digest"}
    # The first ones had no number.
    if (found := document.get("format", 1)) not in range(1, FORMAT + 1):
        raise ValueError(f"由更新版本的程序写成（格式 {found}）")
    if digest(body) != line.digest or canonical(document) != raw or not isinstance(line.line, dict):
        raise ValueError("内容与校验码不符")
    return line


def faults_of(lines: Iterable[tuple[bytes, str]], head: tuple[int, str] | None) -> list[tuple[str, str]]:
    """What is wrong with a log: where, and why, in Chinese.

    Args:
        lines: All lines in order, each with the place where it stands.
        head: Number and digest of the last line, as noted apart from the lines; only a crash right behind the very
            first one leaves none.
    """
    faults: list[tuple[str, str]] = []
    n, prev, place = 0, GENESIS, ""
    for raw, place in lines:
        try:
            line = read_line(raw)
        except ValueError as exc:
            faults.append((place, str(exc)))
            n, prev = n + 1, ""
            continue
        if line.n != n + 1:
            faults.append((place, f"应是第 {n + 1} 条，却是第 {line.n} 条"))
        elif prev and line.prev != prev:
            faults.append((place, f"第 {line.n} 条与前一条接不上"))
        n, prev = line.n, line.digest
    if head is None and n > 1:
        faults.append(("", "另记的最后一条不见了，后面少没少几条看不出来"))
    if head and (n < head[0] or (n == head[0] and prev and prev != head[1])):
        faults.append((place, f"最后应是第 {head[0]} 条，却到第 {n} 条为止" if n < head[0] else "最后一条被换过"))
    return faults


def month_of(raw: bytes) -> str:
    """The month of a line, ``2026-11``, without reading it; of what is no line, anything."""
    # Keys are sorted, so the last one of this name is the line's own.
    return raw[raw.rfind(_WHEN) + len(_WHEN) :][:7].decode("ascii", "replace")


def within(line: LogLine, first: date | None, last: date | None) -> bool:
    """Whether a line was written on one of these days."""
    day = line.when.date()
    return (first is None or day >= first) and (last is None or day <= last)
