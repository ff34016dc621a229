"""What of a record lies encrypted where the store encrypts: what its form calls private, what people wrote of it."""

from collections.abc import Sequence

from onefill.definitions.model import Form
from onefill.facts.aside import DROPPED
from onefill.materials import MATERIALS
from onefill.reviews import CASE
from onefill.service.cases import ANSWERS, NOTES

#: Remarks quote what they are about; files are called by whose they are; what is no longer asked may have been private.
_WRITTEN = (NOTES, ANSWERS, f"{CASE}/remarks", f"{MATERIALS}/*/*/name", f"{DROPPED}/*/values")


def private_paths(form: Form, before: Sequence[str] = ()) -> tuple[str, ...]:
    """Paths of the record's data, ``*`` for any row.

    Args:
        form: Whose record it is.
        before: What was private in the entry before: values of a field that the form has since dropped may still lie
            there.
    """
    fields = (
        f"{section.key}/*/{field.key}" if section.repeat else field.key
        for section in form.sections
        for field in section.fields
        if field.private
    )
    return tuple(dict.fromkeys((*fields, *_WRITTEN, *before)))
