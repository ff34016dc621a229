"""What is printed: facts and a template become Word, Excel and PDF."""

from onefill.rendering.compiled import Compiled, TemplateName
from onefill.rendering.errors import TemplateBroken
from onefill.rendering.templates import compile_template
from onefill.rendering.word_include import read_template

__all__ = ["Compiled", "TemplateBroken", "TemplateName", "compile_template", "read_template"]
