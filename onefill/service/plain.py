"""One template with plain facts, for authors who try a template before its form exists."""

import re
from collections.abc import Mapping
from datetime import date
from errno import ENOSPC
from pathlib import Path
from typing import Any

import orjson

from onefill.definitions.expressions import UnknownName
from onefill.errors import OneFillError
from onefill.rendering import TemplateBroken, compile_template

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")


class FactsUnreadable(OneFillError):
    """The facts file is not a JSON object."""

    message = '读不懂数据文件 {file}：{why}。要写成一个 JSON 对象，例如 {{"name": "张三"}}。'


class FactLacking(OneFillError):
    """The template asks for a fact that the file has not."""

    message = "数据文件 {file} 里没有“{name}”{near}，模板 {template} 要印它。在数据文件里加上，或改模板。"


def compile_plain(template: Path, facts: Path) -> bytes:
    """A template filled with the facts of a JSON file; days written 2026-11-04 become dates.

    Raises:
        TemplateBroken: The template cannot be used.
        FactLacking: It asks for a name that is not among the facts.
        FactsUnreadable: The facts are not a JSON object.
        FileUnreadable: One of the files cannot be read.
    """
    compiled = compile_template(read_file(template), template.name)
    try:
        given = orjson.loads(read_file(facts))
    except orjson.JSONDecodeError as error:
        raise FactsUnreadable(file=facts.name, why=f"第 {error.lineno} 行第 {error.colno} 列") from error
    if not isinstance(given, dict):
        raise FactsUnreadable(file=facts.name, why="最外层不是对象")
    printing = {"title": template.stem, "version": "", "hash": "", "draft": "", "record": "", "date": ""}
    try:
        return compiled.render({"print": printing, **_facts(given)})
    except TemplateBroken as broken:
        if not isinstance(broken.__cause__, UnknownName):
            raise
        lacking = broken.__cause__
        near = f"，是不是写成了“{lacking.nearest}”" if lacking.nearest else ""
        raise FactLacking(file=facts.name, name=lacking.name, template=template.name, near=near) from broken


class FileUnwritable(OneFillError):
    """A result cannot be written where it was asked for."""

    message = "写不进 {file}：{why}。换一个地方再试。"


def write_file(path: Path, data: bytes) -> None:
    """Write a result, making the folders that lead to it.

    Raises:
        FileUnwritable: There is no room, no right, or a file stands where a folder was asked.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        why = "磁盘满了" if error.errno == ENOSPC else "没有权限，或者这个名字已有别的用处"
        raise FileUnwritable(file=path, why=why) from error


class FileUnreadable(OneFillError):
    """A file given on the command line cannot be read."""

    message = "打不开 {file}：{why}。"


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
