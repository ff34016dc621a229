"""What a form is: YAML files become typed definitions, checked for every fault at once."""

from onefill.definitions.loader import (
    DefinitionBroken,
    Definitions,
    FormUnknown,
    LoadedForm,
    LoadedPack,
    load_form_bytes,
    load_pack,
    load_packs,
)

__all__ = [
    "DefinitionBroken",
    "Definitions",
    "FormUnknown",
    "LoadedForm",
    "LoadedPack",
    "load_form_bytes",
    "load_pack",
    "load_packs",
]
