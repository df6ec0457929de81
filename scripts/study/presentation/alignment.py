"""Numbers under one another: padding with spaces as wide as what they stand for."""

import re
from collections.abc import Sequence

# The figure space is as wide as a digit.
DIGIT = "\u2007"
_NUMBER = re.compile(r"[<>−]?\d")
_PARTS = re.compile(r"(?P<lead>[<>−]?\d+)(?P<rest>[^(\[]*?)(?P<tail> ?[(\[].*)?$")


def aligned(texts: Sequence[str]) -> list[str]:
    """Return the texts of one column so that points, slashes and brackets stand in line.

    Whole numbers are right-aligned across the column, brackets among texts of one
    form (``15/55 (27.3)``). Texts that do not begin with a number stay as they are.
    """
    parts = [_PARTS.match(text) if _NUMBER.match(text) else None for text in texts]
    known = [part for part in parts if part]
    lead = max((len(part["lead"]) for part in known), default=0)
    return [
        text if part is None else _padded(part, lead, [k for k in known if _form(k) == _form(part)])
        for text, part in zip(texts, parts, strict=True)
    ]


def _form(part: re.Match[str]) -> str:
    return re.sub(r"\d", "", part["rest"]) + (part["tail"] or "").strip()[:1]


def _padded(part: re.Match[str], lead: int, alike: Sequence[re.Match[str]]) -> str:
    text = DIGIT * (lead - len(part["lead"])) + part["lead"] + part["rest"]
    if not part["tail"]:
        return text
    rest = max(len(other["rest"]) for other in alike) - len(part["rest"])
    tail = max(_digits(other["tail"]) for other in alike) - _digits(part["tail"])
    return text + DIGIT * (rest + tail) + part["tail"]


def _digits(tail: str) -> int:
    """Return the width of the whole number that opens a bracket, its sign included."""
    found = re.match(r" ?[(\[]([<>−]?\d+)", tail)
    return len(found[1]) if found else 0
