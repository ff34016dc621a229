"""Makes ``office_grammar.json``: which children, in which order, and which attributes ECMA-376 allows where.

    python -m tests.rendering.office_grammar SCHEMAS

reads the transitional schemas as Ecma International gives them away with part 4 of the standard. A content model
becomes a tree: what it is, how often at least and at most (-1: as often as you like), and its pieces or the name of an
element. A simple type becomes a regular expression over its text.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
GRAMMAR = Path(__file__).with_name("office_grammar.json")
#: What a type of the standard that is not one of text looks like; what is not listed may be anything.
BUILT_IN = {
    "boolean": "true|false|0|1",
    "double": r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|-?INF|NaN",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    **dict.fromkeys(("byte", "short", "int", "integer", "long"), r"[-+]?\d+"),
    **dict.fromkeys(("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"), r"\+?\d+"),
}
WORD = ("document", "hdr", "ftr", "footnotes", "endnotes", "comments", "styles", "numbering", "settings", "fonts")
EXCEL = (
    "workbook",
    "worksheet",
    "sst",
    "styleSheet",
    "table",
    "calcChain",
    "wsDr",
    "theme",
    "chartSpace",
    "Properties",
)
ROOTS = {*WORD, *EXCEL, "webSettings"}


class Schemas:
    """All schemas of a folder, each name under the prefix that stands for its namespace."""

    def __init__(self, folder: Path) -> None:
        self.parts: dict[tuple[str, str], tuple[etree._Element, str]] = {}
        self.prefixes = {"http://www.w3.org/XML/1998/namespace": "xml"}
        for file in sorted(folder.glob("*.xsd")):
            root = etree.parse(file).getroot()
            namespace = root.get("targetNamespace") or ""
            prefix = self.prefixes.setdefault(namespace, file.stem.rpartition("-")[2])
            for part in root:
                if isinstance(part.tag, str) and part.get("name"):
                    self.parts[part.tag.removeprefix(XSD), f"{prefix}:{part.get('name')}"] = part, prefix
        self.types: dict[str, Any] = {}
        self.values: dict[str, str] = {}

    def named(self, kind: str, at: etree._Element, name: str) -> tuple[str, etree._Element | None, str]:
        """What a name says at a place: itself with its prefix, what it stands for, the prefix of that."""
        local = name.split(":")[-1]
        namespace = at.nsmap.get(name.split(":")[0] if ":" in name else None)
        if namespace == XSD[1:-1]:
            return f"xsd:{local}", None, ""
        full = f"{self.prefixes[str(namespace)]}:{local}"
        part, prefix = self.parts[kind, full]
        return full, part, prefix

    # -- text ------------------------------------------------------------------------------------------------------

    def value(self, at: etree._Element, name: str) -> str:
        """Takes a simple type in; its name."""
        full, part, _ = self.named("simpleType", at, name)
        if full not in self.values:
            self.values[full] = BUILT_IN.get(full[4:], ".*") if part is None else self._text(part)
        return full

    def _text(self, part: etree._Element) -> str:
        rule = next(one for one in part if one.tag in (f"{XSD}restriction", f"{XSD}union", f"{XSD}list"))
        if rule.tag == f"{XSD}list":
            item = self.values[self.value(rule, str(rule.get("itemType")))]
            return rf"(?:(?:{item})(?:\s+(?:{item}))*)?"
        if rule.tag == f"{XSD}union":
            members = [self.values[self.value(rule, one)] for one in (rule.get("memberTypes") or "").split()]
            return "|".join(f"(?:{one})" for one in [*members, *map(self._text, rule.iterchildren(f"{XSD}simpleType"))])
        allowed = [escaped(str(one.get("value"))) for one in rule.iterchildren(f"{XSD}enumeration")]
        patterns = [str(one.get("value")) for one in rule.iterchildren(f"{XSD}pattern")]
        if allowed or patterns:
            return "|".join(allowed or patterns)
        length = rule.find(f"{XSD}length")
        base = self.values[self.value(rule, str(rule.get("base")))]
        return (
            f"[0-9a-fA-F]{{{2 * int(str(length.get('value')))}}}" if length is not None and "0-9a-f" in base else base
        )

    # -- elements --------------------------------------------------------------------------------------------------

    def type_of(self, element: etree._Element, own: str) -> str:
        """Takes the type of an element in; its name. ``own`` names one that has no name of its own."""
        name = element.get("type")
        if name is None:
            inline = element.find(f"{XSD}complexType")
            return "xsd:anyType" if inline is None else self.complex(own, inline, own.split(":")[0])
        local = ("complexType", "simpleType")
        kind = next((one for one in local if self._has(one, element, name)), "simpleType")
        if kind == "simpleType":
            value = self.value(element, name)
            self.types.setdefault(value, {"content": [], "children": {}, "attributes": {}, "text": value})
            return value
        full, part, prefix = self.named(kind, element, name)
        assert part is not None
        return self.complex(full, part, prefix)

    def _has(self, kind: str, at: etree._Element, name: str) -> bool:
        namespace = at.nsmap.get(name.split(":")[0] if ":" in name else None)
        return (kind, f"{self.prefixes.get(str(namespace), '')}:{name.split(':')[-1]}") in self.parts

    def complex(self, full: str, part: etree._Element, prefix: str) -> str:
        """Takes a complex type in with all below it; its name."""
        if full in self.types:
            return full
        made: dict[str, Any] = {"content": [], "children": {}, "attributes": {}, "text": ""}
        self.types[full] = made
        self._into(made, part, prefix, full)
        if part.get("mixed") == "true":
            made["text"] = "xsd:string"
        return full

    def _into(self, made: dict[str, Any], part: etree._Element, prefix: str, own: str) -> None:
        for one in part.iterchildren(f"{XSD}*"):
            kind = one.tag.removeprefix(XSD)
            if kind in ("sequence", "choice", "all", "group"):
                made["content"].append(self._model(made, one, prefix, own))
            elif kind == "attribute":
                self._attribute(made, one, prefix)
            elif kind == "attributeGroup":
                _, group, within = self.named(kind, one, str(one.get("ref")))
                assert group is not None
                self._into(made, group, within, own)
            elif kind in ("complexContent", "simpleContent"):
                self._extended(made, one[0], prefix, own)

    def _extended(self, made: dict[str, Any], extension: etree._Element, prefix: str, own: str) -> None:
        base = str(extension.get("base"))
        if self._has("complexType", extension, base):
            _, part, within = self.named("complexType", extension, base)
            assert part is not None
            self._into(made, part, within, own)
        else:
            made["text"] = self.value(extension, base)
        self._into(made, extension, prefix, own)

    def _attribute(self, made: dict[str, Any], one: etree._Element, prefix: str) -> None:
        declared, name = one, str(one.get("name"))
        if ref := one.get("ref"):
            space, _, local = ref.rpartition(":")
            namespace = one.nsmap.get(space) or "http://www.w3.org/XML/1998/namespace"
            name = f"{self.prefixes[namespace]}:{local}"
            declared = self.parts.get(("attribute", name), (one, ""))[0]
        elif one.getroottree().getroot().get("attributeFormDefault") == "qualified":
            name = f"{prefix}:{name}"
        inline = declared.find(f"{XSD}simpleType")
        value = self.value(declared, str(declared.get("type"))) if declared.get("type") else "xsd:string"
        if inline is not None:
            value = f"{name}/text"
            self.values[value] = self._text(inline)
        self.values.setdefault("xsd:string", ".*")
        made["attributes"][name] = [one.get("use") == "required", value]

    def _model(self, made: dict[str, Any], one: etree._Element, prefix: str, own: str) -> list[Any]:
        kind = one.tag.removeprefix(XSD)
        least, most = int(one.get("minOccurs", "1")), int(one.get("maxOccurs", "1").replace("unbounded", "-1"))
        if kind == "any":
            made["children"]["*"] = "xsd:anyType"
            return ["element", least, most, "*"]
        if kind == "element":
            return ["element", least, most, self._child(made, one, prefix, own)]
        if kind == "group":
            _, group, prefix = self.named(kind, one, str(one.get("ref")))
            assert group is not None
            kind, one = "sequence", group
        parts = [self._model(made, inner, prefix, own) for inner in models(one)]
        return ["choice", 0, -1, parts] if kind == "all" else [kind, least, most, parts]

    def _child(self, made: dict[str, Any], one: etree._Element, prefix: str, own: str) -> str:
        if ref := one.get("ref"):
            name, declared, _ = self.named("element", one, ref)
            assert declared is not None
            one = declared
        else:
            qualified = one.getroottree().getroot().get("elementFormDefault") == "qualified"
            name = f"{prefix}:{one.get('name')}" if qualified else str(one.get("name"))
        made["children"][name] = self.type_of(one, f"{own}/{one.get('name')}")
        return name


def models(part: etree._Element) -> Iterator[etree._Element]:
    """The pieces of a content model that stand in a part of it."""
    kinds = {f"{XSD}{kind}" for kind in ("element", "sequence", "choice", "all", "group", "any")}
    return (one for one in part if one.tag in kinds)


def escaped(text: str) -> str:
    """A value as a regular expression for itself."""
    return "".join(f"\\{one}" if one in r".^$*+?{}[]\|()-" else one for one in text)


def main(folder: str) -> None:
    """Write the grammar of everything below the parts that Word and Excel files have."""
    schemas = Schemas(Path(folder))
    elements = {}
    for (kind, full), (part, _) in sorted(schemas.parts.items()):
        if kind == "element" and full.split(":")[1] in ROOTS:
            elements[full] = schemas.type_of(part, full)
    grammar = {
        "namespaces": {prefix: namespace for namespace, prefix in schemas.prefixes.items()},
        "elements": elements,
        "types": schemas.types,
        "values": schemas.values,
    }
    GRAMMAR.write_text(json.dumps(grammar, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
