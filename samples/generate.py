"""Write the sample data and workbooks anew: ``python -m samples.generate``. Always the same, without a clock."""

import json
import sys
from typing import Any

from samples import BROKEN_ROSTER, DATA, ROSTER
from samples.classes import class_50, class_500, inspection, leave_request, reissue
from samples.organisation import application, courses, guidance, institution, rounds, syllabuses, teachers
from samples.workbooks import broken_roster, clean_roster

#: Deeper than this, a value stands on one line.
_OPEN_LEVELS = 4


def main() -> None:
    """Write every file."""
    DATA.mkdir(exist_ok=True)
    small = class_50()
    files: dict[str, list[dict[str, Any]]] = {
        "1-institution": [_record("institution", "institution", institution())],
        "2-courses": [_record(name, "course", data) for name, data in courses().items()],
        "3-teachers": [_record(name, "teacher", data) for name, data in teachers().items()],
        "4-syllabuses": [_record(name, "syllabus", data) for name, data in syllabuses().items()],
        "5-application": [
            *(_record(name, "application_round", data) for name, data in rounds().items()),
            _record("application", "application", application()),
        ],
        "6-class-50": [_record("class_50", "training_class", small)],
        "7-class-500": [_record("class_500", "training_class", class_500())],
        "8-after": [
            _record("inspection", "inspection", inspection(small)),
            _record("reissue", "certificate_reissue", reissue(small)),
            _record("guidance", "district_guidance", guidance()),
        ],
        "9-leave": [_record("leave_request", "leave_request", leave_request())],
    }
    for name, records in files.items():
        (DATA / f"{name}.json").write_text(readable(records) + "\n", encoding="utf-8")
    ROSTER.write_bytes(clean_roster())
    BROKEN_ROSTER.write_bytes(broken_roster())
    sys.stdout.write(f"{len(files)} 个数据文件、2 个名册已写好\n")


def _record(name: str, form: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "form": form, "data": data}


def readable(value: Any, level: int = 0) -> str:
    """JSON with a line for every row, so that differences can be read."""
    if not isinstance(value, dict | list) or not value or level >= _OPEN_LEVELS:
        return json.dumps(value, ensure_ascii=False)
    inner, outer = "  " * (level + 1), "  " * level
    if isinstance(value, list):
        if not all(isinstance(item, dict) for item in value) or level > 0:
            return json.dumps(value, ensure_ascii=False)
        parts = [readable(item, level + 1) for item in value]
        return "[\n" + ",\n".join(inner + part for part in parts) + f"\n{outer}]"
    if "$ref" in value:
        return json.dumps(value)
    parts = [f"{json.dumps(key, ensure_ascii=False)}: {readable(item, level + 1)}" for key, item in value.items()]
    return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{outer}}}"


if __name__ == "__main__":
    main()
