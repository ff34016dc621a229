"""The JSON Schema of form and pack files, for the editors in which authors write them."""

import json
from pathlib import Path
from typing import Any

from onefill.definitions.model import Form, Pack, Strict
from onefill.fields import field_type_names

#: File in the forms folder -> the model whose files it describes.
FILES: dict[str, type[Strict]] = {"form.schema.json": Form, "pack.schema.json": Pack}


def json_schema(model: type[Strict] = Form) -> dict[str, Any]:
    """The schema of a form file, or of a pack file for ``Pack``: generated, so never behind the model."""
    schema = model.model_json_schema(by_alias=True)
    for definition in (schema, *schema.get("$defs", {}).values()):
        _in_chinese(definition)
    field = schema.get("$defs", {}).get("FieldDefinition")
    if field is not None:
        field["properties"]["type"]["enum"] = list(field_type_names())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_texts() -> dict[str, str]:
    """The text of each schema file."""
    schemas = {name: json_schema(model) for name, model in FILES.items()}
    return {name: json.dumps(one, ensure_ascii=False, indent=2) + "\n" for name, one in schemas.items()}


def write_schemas(folder: Path) -> None:
    """Write the schema files into a forms folder."""
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")


def _in_chinese(definition: dict[str, Any]) -> None:
    """Docstrings are for engineers; the author sees the model's Chinese title and each key's description."""
    if "properties" in definition or "enum" in definition:
        definition.pop("description", None)
    for part in definition.get("properties", {}).values():
        part.pop("title", None)
