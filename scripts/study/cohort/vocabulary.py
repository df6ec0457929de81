"""What the texts of a category mean: the codebook's spellings and the words of a language."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.dictionary import MISSING, Field
from schemas.words import words
from study.cohort.cohort_file import Entry

# Letters of other scripts that look like Latin ones, and the many dashes and invisible marks.
_LOOK_ALIKE = str.maketrans(
    "АВЕКМНОРСТХаеорсухіІΑΒΕΖΗΙΚΜΝΟΡΤΥΧο‐‑‒–—−＋",
    "ABEKMHOPCTXaeopcyxiIABEZHIKMNOPTYXo------+",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad",
)


@dataclass(frozen=True)
class Reading:
    """What was read from a text.

    Attributes
    ----------
    value : object
        Level, number or date; None where there is none.
    rule, remedy : str
        What is wrong, empty where nothing is.
    remark : str
        In which respect the text was read generously, such as ``surrounding spaces``.
    """

    value: Any = None
    rule: str = ""
    remedy: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Spellings of one field and the level or missing name each stands for."""

    codebook: Mapping[str, str]
    defaults: Mapping[str, str]
    patterns: Mapping[str, str]

    def read(self, text: str, name: str) -> Reading:
        """Return the level of a text, or why it has none; `name` is the field's."""
        trimmed = unicodedata.normalize("NFC", text.strip())
        spaces = "surrounding spaces" if trimmed != unicodedata.normalize("NFC", text) else ""
        if trimmed in self.codebook:
            return Reading(self.codebook[trimmed], remark=spaces)
        found = _in_any_case(self.codebook, trimmed)
        known = _in_any_case(self.defaults, trimmed)
        if len(found | known) == 1:
            # the default words are known in any case; a codebook may use case on purpose
            generous = "" if known else "upper and lower case"
            return Reading((found | known).pop(), remark=spaces or generous)
        matches = {
            level for level, pattern in self.patterns.items() if re.fullmatch(pattern, trimmed)
        }
        if len(matches) == 1:
            return Reading(matches.pop(), remark=spaces)
        if len(matches) > 1:
            several = " and ".join(sorted(matches))
            return Reading(None, f"fits the patterns of {several}.", f"Correct {name}.patterns.")
        return Reading(None, "is not in the codebook.", self._remedy(trimmed, name))

    def _remedy(self, text: str, name: str) -> str:
        likeness = look(text)
        similar = {
            f"'{key}' ({level})"
            for key, level in {**self.defaults, **self.codebook}.items()
            if look(key) == likeness
        }
        hint = f"It looks like {' or '.join(sorted(similar))}. " if similar else ""
        place = f"{name}.values (or .missing if it means not known)"
        return f"{hint}Add it under {place}, or correct the cell."


def vocabulary(field: Field, entry: Entry) -> Vocabulary:
    """Return the spellings of a field: the codebook's, and unless refused the default words."""
    spelled = {
        unicodedata.normalize("NFC", text): level
        for levels in (entry.values, entry.missing)
        for level, texts in levels.items()
        for text in texts
    }
    return Vocabulary(
        codebook=spelled,
        defaults=_default_words(field, entry.language) if entry.defaults else {},
        patterns=entry.patterns,
    )


def _default_words(field: Field, language: str) -> dict[str, str]:
    levels = (*field.levels, *MISSING)
    spelled = {
        word.spelling: word.level
        for word in words()
        if word.field in ("", field.name)
        and word.language in ("", "en", language)
        and word.level in levels
    }
    return {**spelled, **{level: level for level in levels}}


def _in_any_case(spelled: Mapping[str, str], text: str) -> set[str]:
    return {level for key, level in spelled.items() if key.casefold() == text.casefold()}


def look(text: str) -> str:
    """Return what a text looks like: without case, spaces, width and script of its letters."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKE)
    return "".join(plain.split()).casefold()
