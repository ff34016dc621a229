"""One engine at one paper, in a process of its own: ``worker ENGINE TEMPLATE FACTS OUTPUT RUNS`` prints its figures."""

import io
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Render = Callable[[Mapping[str, Any]], bytes]


def onefill(template: bytes) -> Render:
    """Ours: compiled once."""
    from onefill.rendering import compile_template

    return compile_template(template, "template.docx").render


def docxtpl(template: bytes) -> Render:
    """As its manual shows it, with the escaping that other engines do unasked."""
    from docxtpl import DocxTemplate

    def render(facts: Mapping[str, Any]) -> bytes:
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(facts), autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return render


ENGINES: dict[str, Callable[[bytes], Render]] = {"onefill": onefill, "docxtpl": docxtpl}


def main() -> None:
    engine, template, facts_file, output, runs = sys.argv[1:]
    facts = json.loads(Path(facts_file).read_text(encoding="utf-8"))
    render = ENGINES[engine](Path(template).read_bytes())
    Path(output).write_bytes(render(facts))
    taken = []
    for _ in range(int(runs)):
        began = time.perf_counter()
        render(facts)
        taken.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"ms": taken, "kib": peak()}))


def peak() -> int:
    """The most memory this program held, in KiB; getrusage would count what held the process before it as well."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
