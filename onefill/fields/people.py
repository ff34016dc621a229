"""What an identity number says about its holder, and how old somebody is."""

from datetime import date

_RESIDENCE = {"81": "港", "82": "澳", "83": "台"}


def birth(number: str) -> date | None:
    """Day of birth out of an 18-digit number; None for a passport and its like."""
    if not _is_long(number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str | None:
    """男 or 女 out of an 18-digit number; None for a passport and its like."""
    if birth(number) is None:
        return None
    return "男" if int(number[16]) % 2 else "女"


def age(person: str | date, on: date) -> int | None:
    """Full years on a day, from an 18-digit number or a day of birth; 29 February turns on 1 March."""
    born = birth(person) if isinstance(person, str) else person
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def tail(text: str, n: int = 4) -> str:
    """The last n characters."""
    return text[-n:] if n > 0 else ""


def id_kind(number: str) -> str | None:
    """Which card an 18-digit number is of."""
    if birth(number) is None:
        return None
    if number.startswith("9"):
        return "外国人永久居留身份证"
    place = _RESIDENCE.get(number[:2])
    return f"港澳台居民居住证({place})" if place else "居民身份证"


def _is_long(number: str) -> bool:
    return len(number) == 18 and number.isascii() and number[:17].isdigit() and number[17] in "0123456789X"
