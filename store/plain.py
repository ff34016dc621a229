"""Plain JSON: what may be kept, how it becomes bytes, and its digest."""

import hashlib
import re
from typing import Any

import orjson

from store.errors import NameRefused, RecordUnknown, ValueRefused

MAX_DEPTH = 64
MAX_TEXT = 1_000_000
#: Of forms, requests, states, units, registers and the like.
MAX_NAME = 200
_PLAIN = frozenset({str, int, bool, type(None), dict, list, tuple})
_DOUBT = object()
_INTEGERS = range(-(2**63), 2**63)
_RECORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
#: Windows keeps no file of these names, whatever the suffix.
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
_PATH_PART = re.compile(r"[^/\x00-\x1f\x7f\ud800-\udfff]{1,100}")
_MAX_PARTS = 8
_DIGEST = re.compile(r"[0-9a-f]{64}")


def checked(value: Any, path: str = "") -> Any:
    """A copy of plain JSON that shares nothing with the original.

    Raises:
        ValueRefused: It holds anything else, or text that no file can hold; with the path of the spot.
    """
    copied = _copied_fast(value)
    return _checked(value, path, 0) if copied is _DOUBT else copied


def _copied_fast(value: Any) -> Any:
    """The copy if the value is beyond doubt; a class of 500 takes a tenth of the time of the careful way."""
    if not _is_plain(value):
        return _DOUBT
    try:
        data = orjson.dumps(value)
    except TypeError:
        return _DOUBT
    return orjson.loads(data) if len(data) <= MAX_TEXT and b"\\u0000" not in data else _DOUBT


def _is_plain(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        if not _PLAIN.issuperset(map(type, level)):
            return False
        deeper: list[Any] = []
        for item in level:
            if type(item) is dict:
                deeper.extend(item.values())
            elif type(item) is list or type(item) is tuple:
                deeper.extend(item)
        if not deeper:
            return True
        level = deeper
    return False


def _checked(value: Any, path: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ValueRefused(path=path[:100], why=f"嵌套超过 {MAX_DEPTH} 层")
    if isinstance(value, str):
        return _text(value, path)
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        if value not in _INTEGERS:
            raise ValueRefused(path=path, why="整数过大，请改用文字")
        return int(value)
    if isinstance(value, dict):
        return {_key(key, path): _checked(item, f"{path}/{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(item, f"{path}/{place}", depth + 1) for place, item in enumerate(value)]
    if isinstance(value, float):
        raise ValueRefused(path=path, why="小数须写成文字，以免失真")
    raise ValueRefused(path=path, why=f"类型 {type(value).__name__} 不能保存")


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise ValueRefused(path=path, why="键必须是文字")
    return _text(key, path)


def _text(text: str, path: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueRefused(path=path, why=f"文字超过 {MAX_TEXT} 个字符")
    if "\x00" in text:
        raise ValueRefused(path=path, why="含有空字符 NUL")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as exc:
            raise ValueRefused(path=path, why=f"第 {exc.start + 1} 个字符不完整（孤立的代理码）") from exc
    return str(text)


def is_record(text: str) -> bool:
    """Whether a record may be called so."""
    return _RECORD.fullmatch(text) is not None


def check_record(record: str) -> None:
    """Refuse ids that some file system would not keep, or keep as another one.

    Raises:
        NameRefused: The id is not lower-case ascii of at most 64 characters.
    """
    if not _RECORD.fullmatch(record):
        why = "只能用小写字母、数字、- 和 _，以字母或数字开头，最多 64 个字符"
        raise NameRefused(name=_printable(record), what="办件编号", why=why)
    if _RESERVED.fullmatch(record):
        raise NameRefused(name=record, what="办件编号", why="这是 Windows 的保留名称")


def check_known(record: str) -> None:
    """Refuse ids that no record can have, before any file is asked for them.

    Raises:
        RecordUnknown: Nothing is kept under such an id.
    """
    if not _RECORD.fullmatch(record):
        raise RecordUnknown(record=_printable(record))


def check_path(path: str) -> None:
    """Refuse paths of a draft that name nothing.

    Raises:
        NameRefused: An empty part, a control character, too long or too deep.
    """
    parts = path.split("/")
    if len(parts) > _MAX_PARTS or not all(_PATH_PART.fullmatch(part) for part in parts):
        raise NameRefused(name=_printable(path), what="数据路径", why="每段 1 到 100 个可见字符，最多 8 段")


def check_names(path: str, *names: str) -> None:
    """Refuse names that no index takes.

    Raises:
        ValueRefused: One is longer than ``MAX_NAME`` characters.
    """
    if any(len(name) > MAX_NAME for name in names):
        raise ValueRefused(path=path, why=f"名称超过 {MAX_NAME} 个字符")


def is_text(*texts: str) -> bool:
    """Whether all are texts that may be kept: not too long, without NUL and halves of characters."""
    try:
        return not any(len(text) > MAX_TEXT or b"\0" in text.encode() for text in texts)
    except UnicodeEncodeError:
        return False


def is_digest(text: str) -> bool:
    """Whether it looks like a SHA-256 in hex."""
    return _DIGEST.fullmatch(text) is not None


def shared(value: Any) -> Any:
    """The same value with equal texts kept once: rosters and grids hold the same few words many times."""
    return _shared(value, {})


def _shared(value: Any, known: dict[str, str]) -> Any:
    match value:
        case str():
            return known.setdefault(value, value)
        case dict():
            return {known.setdefault(key, key): _shared(one, known) for key, one in value.items()}
        case list():
            return [_shared(one, known) for one in value]
        case _:
            return value


def canonical(value: Any) -> bytes:
    """The one way to write a plain value, for digests."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any) -> str:
    """SHA-256 of a plain value, whatever the order of its keys."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[:80])
