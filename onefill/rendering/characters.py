"""Characters that no office file can hold, and the many kinds of line end."""

import re

_NOT_XML = re.compile("[\x00-\x08\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\u2028\u2029]")
#: What ends a paragraph and a page in a listing.
LISTING = "\a\f"


def clean(text: str, keep: str = "") -> str:
    r"""Drop what XML cannot hold and make every kind of line end one ``\n``; ``keep`` stays all the same."""
    return _NOT_XML.sub(lambda match: match[0] if match[0] in keep else "", _LINE_ENDS.sub("\n", text))
