"""Lines of a list for whoever does not fill them: until when something is due."""

from datetime import date

from onefill.service.shapes import RecordSummary


def term(line: RecordSummary) -> date | None:
    """Until when whoever has it should be done; none where nobody has to."""
    return line.submitted.due if line.submitted and line.submitted.holder != "done" else None
