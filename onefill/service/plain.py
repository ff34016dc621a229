"""One template with plain facts, for authors who try a template before its form exists."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from errno import ENOSPC
from pathlib import Path
from typing import Any

import orjson

from onefill.definitions.expressions import UnknownName
from onefill.definitions.nearest import nearest
from onefill.errors import OneFillError
from onefill.refusals import FileRefused
from onefill.rendering import TemplateBroken, compile_template, read_template

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")


class FactsUnreadable(OneFillError):
    """The facts file is not a JSON object."""

    message = '读不懂数据文件 {file}：{why}。要写成一个 JSON 对象，例如 {{"name": "张三"}}。'


class FactLacking(OneFillError):
    """The template asks for facts that the file has not."""

    message = "数据文件 {file} 里没有{names}，模板 {template} 要印。在数据文件里加上，或改模板。"


class SuffixUnfit(OneFillError):
    """The result would be called what it is not."""

    message = "模板 {template} 印出来是 {suffix} 文件，不能叫 {out}。把结果文件的扩展名改成 {suffix}。"


def compile_plain(template: Path, facts: Path, out: Path) -> bytes:
    """A template filled with the facts of a JSON file; days written 2026-11-04 become dates.

    Args:
        template: Word or Excel.
        facts: The JSON file.
        out: What the result is to be called; it is not written here.

    Raises:
        TemplateBroken: The template cannot be used.
        SuffixUnfit: The result is another kind of file than its name says.
        FactLacking: It asks for names that are not among the facts; all of them are told.
        FactsUnreadable: The facts are not a JSON object.
        FileUnreadable: One of the files cannot be read.
    """
    read_file(template)  # that it cannot be read is told as of any file
    compiled = compile_template(read_template(template).data, template.name)
    if out.suffix.lower() != compiled.suffix:
        raise SuffixUnfit(template=template.name, suffix=compiled.suffix, out=out.name)
    try:
        given = orjson.loads(read_file(facts))
    except orjson.JSONDecodeError as error:
        raise FactsUnreadable(file=facts.name, why=f"第 {error.lineno} 行第 {error.colno} 列") from error
    if not isinstance(given, dict):
        raise FactsUnreadable(file=facts.name, why="最外层不是对象")
    printing = {"title": template.stem, "version": "", "hash": "", "draft": "", "record": "", "date": ""}
    names = {"print": printing, **_facts(given)}
    try:
        return compiled.render(names)
    except TemplateBroken as broken:
        if not isinstance(broken.__cause__, UnknownName):
            raise
        asked = [name.path for name in compiled.names]
        lacking = [told for path in dict.fromkeys(asked) for told in _lacking(names, path.split("."), path)]
        # A name that only the template's own computing leads to is not among those it asks.
        lacking = lacking or [f"“{broken.__cause__.name}”"]
        raise FactLacking(file=facts.name, names="、".join(dict.fromkeys(lacking)), template=template.name) from broken


def _lacking(value: object, path: Sequence[str], asked: str) -> Iterator[str]:
    """The path in words if something on its way is not there."""
    if isinstance(value, list):
        for item in value:
            yield from _lacking(item, path, asked)
    elif path and isinstance(value, Mapping):
        key = path[0].removesuffix("[]")
        if key in value:
            yield from _lacking(value[key], path[1:], asked)
        else:
            near = nearest(key, value)
            yield f"“{asked}”" + (f"（是不是写成了“{near}”）" if near else "")


class FileUnwritable(OneFillError):
    """A result cannot be written where it was asked for."""

    message = "写不进 {file}：{why}。换一个地方再试。"


class FolderMissing(OneFillError):
    """A result was asked for in a folder that is not there."""

    message = "没有“{folder}”这个文件夹，写不了 {file}。先建好文件夹，或换一个地方。"


def check_folder(path: Path) -> None:
    """See to it, before any work is done, that one file can be written where it was asked for.

    Raises:
        FolderMissing: Its folder is not there; a name misspelt is not made into a folder.
    """
    if not path.parent.is_dir():
        raise FolderMissing(folder=path.parent, file=path.name)


def write_file(path: Path, data: bytes) -> None:
    """Write a result, making the folders that lead to it.

    Raises:
        FileUnwritable: There is no room, no right, or a file stands where a folder was asked.
    """
    write_pieces(path, [data])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a result piece by piece; see ``write_file``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(pieces)
    except OSError as error:
        why = "磁盘满了" if error.errno == ENOSPC else "没有权限，或者这个名字已有别的用处"
        raise FileUnwritable(file=path, why=why) from error


class FileUnreadable(FileRefused):
    """A file given on the command line cannot be read."""

    code = "FILE_UNREADABLE"
    what = "打不开 {file}：{why}"
    remedy = "核对文件名和它在哪个文件夹"


def read_file(path: Path) -> bytes:
    """A file named on the command line.

    Raises:
        FileUnreadable: It is not there, or is not ours to read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        why = "没有这个文件" if isinstance(error, FileNotFoundError) else "没有权限，或者它不是文件"
        raise FileUnreadable(file=path.name, why=why) from error


def _facts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _facts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_facts(item) for item in value]
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
