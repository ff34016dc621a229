"""What stands on an export that nobody seals: who took it out, and when."""

from datetime import datetime

from onefill.service.shapes import Person


def taken_out(who: Person, when: datetime) -> str:
    """The words of its watermark."""
    return f"{who.name}　{when:%Y-%m-%d %H:%M}　导出"
