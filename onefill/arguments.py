"""Python's argument parser in Chinese: help, usage, and what is wrong with a command."""

import argparse
import re
from typing import Any, NoReturn

from typing_extensions import override

#: What argparse says, and how we say it.
SAID = (
    (r"the following arguments are required: (.+)", r"还缺 \1"),
    (r"unrecognized arguments: (.+)", r"不认识 \1"),
    (r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.+)\)", r"\1里没有“\2”，可以选：\3"),
    (r"argument .+?: (“.+”要写成 .+)", r"\1"),
    (r"argument (.+?): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.+?): expected at least one argument", r"\1 后面至少要写一个值"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 后面不能写值 \2"),
    (r"ambiguous option: (.+?) could match (.+)", r"\1 写得太短，可能是 \2"),
)


class Parser(argparse.ArgumentParser):
    """A parser that speaks Chinese; subcommands get the same one."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, add_help=False)
        self._positionals.title = "要写的"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    @override
    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "用法：", 1)

    @override
    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.format_usage()}命令写错了：{chinese(message)}。加 --help 看怎么写\n")


def chinese(message: str) -> str:
    """What argparse says, in Chinese."""
    for said, ours in SAID:
        if re.fullmatch(said, message, re.DOTALL):
            return re.sub(said, ours, message, flags=re.DOTALL).replace("'", "").replace(", ", "、")
    return message
