"""The one way in: bytes of an office file become a compiled template."""

from functools import lru_cache

from onefill.rendering.compiled import Compiled
from onefill.rendering.excel import CompiledExcel
from onefill.rendering.package import open_package
from onefill.rendering.word import CompiledWord

#: So many templates are remembered: whoever looks through all of them again after one was changed compiles that one.
_REMEMBERED = 128


def compile_template(data: bytes, name: str) -> Compiled:
    """Read a Word or Excel template, known by its content.

    Args:
        data: The file.
        name: Its file name, for messages; a suffix that contradicts the content is refused.

    Raises:
        TemplateBroken: With every fault found, each with its place.
    """
    return _compiled(data, name)


@lru_cache(_REMEMBERED)
def _compiled(data: bytes, name: str) -> Compiled:
    package = open_package(data, name)
    if package.kind == "docx":
        return CompiledWord(package, name, _compiled)
    return CompiledExcel(package, name)
