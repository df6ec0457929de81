"""What the name of a column says about the field it may hold."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from schemas.column_names import column_names

# A header may explain its codes: {0 = neg, 1 = pos}.
_LEGEND = re.compile(r"[{(\[][^{}()\[\]]*=[^{}()\[\]]*[})\]]|[0-9]+ *=.*", re.DOTALL)
# ASSUME: a name that makes up less than a third of a title says too little of it (our choice).
_LEAST_SHARE = 1 / 3


@dataclass(frozen=True)
class NameMatch:
    """A field that a title may name.

    Attributes
    ----------
    share : float
        Share of the title's words that are the name; 1 where it is the whole title.
    sure : bool
        The whole title is a name that seldom means anything else.
    language : str
        Language of the name; empty where it is used in all.
    """

    field: str
    share: float
    sure: bool
    language: str

    @property
    def rank(self) -> tuple[float, bool]:
        """Order of matches, the best last."""
        return (self.share, self.sure)


def name_matches(titles: Iterable[str]) -> list[NameMatch]:
    """Return for each field that one of the titles may name its best match."""
    best: dict[str, NameMatch] = {}
    for title in titles:
        for match in _title_matches(title):
            if match.field not in best or match.rank > best[match.field].rank:
                best[match.field] = match
    return list(best.values())


def own_titles(headers: Sequence[str]) -> list[list[str]]:
    """Return for each column the titles that name it: its own, and all its titles together.

    A title that stands above several columns names a group, and only with others a column.

    Parameters
    ----------
    headers : sequence of str
        Header rows of each column, joined by " | ".
    """
    columns = [header.split(" | ") for header in headers]
    often = Counter(title for titles in columns for title in set(titles))
    return [[t for t in titles if often[t] == 1] + [" ".join(titles)] for titles in columns]


def languages_named(columns: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return how many of the columns have a title in each language, by their best names."""
    named: Counter[str] = Counter()
    for titles in columns:
        matches = [match for title in titles for match in _title_matches(title)]
        best = max((match.share for match in matches), default=0)
        named.update({match.language for match in matches if match.share == best})
    return dict(named)


@cache
def _title_matches(title: str) -> list[NameMatch]:
    words = [word for word in _words(_LEGEND.sub(" ", title)) if word not in _beside_names()]
    matches = []
    for name in column_names():
        share = _share(words, "".join(_words(name.name))) if name.field else 0.0
        if share >= _LEAST_SHARE:
            matches.append(NameMatch(name.field, share, name.sure and share == 1, name.language))
    return matches


@cache
def _beside_names() -> frozenset[str]:
    return frozenset(word for n in column_names() if not n.field for word in _words(n.name))


def _share(words: list[str], name: str) -> float:
    """Return which share of the words, written together, is the name; 0 if it is not there."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            if "".join(words[start : start + length]) == name:
                return length / len(words)
    return 0.0


def _words(text: str) -> list[str]:
    """Return the words without case and accents: 'Densità (ACR)' is densita, acr."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.findall(r"[a-z0-9]+", letters)
