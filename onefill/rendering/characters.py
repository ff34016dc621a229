"""Characters that no office file can hold, and the many kinds of line end."""

import re

_NOT_XML = re.compile("[\x00-\x08\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\u2028\u2029]")


def clean(text: str) -> str:
    r"""Drop what XML cannot hold and make every kind of line end one ``\n``."""
    return _NOT_XML.sub("", _LINE_ENDS.sub("\n", text))
