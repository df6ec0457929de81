"""Where the header of a sheet stands, and which sheet and language a workbook seems to have."""

from collections.abc import Mapping, Sequence

import pandas as pd

from schemas.words import words
from study.cohort.drafting.column import Column
from study.cohort.drafting.names import languages_named, name_matches, own_titles

_HEADER_WITHIN = 15  # rows of the sheet
_SPAN = 200  # rows below, in which a text of the data is expected to come again
# ASSUME: a row of which a quarter of the cells are numbers or come again below is data.
_DATA_SHARE = 0.25


def header_rows(sheet: pd.DataFrame) -> list[int]:
    """Return the rows of the sheet that name the columns, empty where none does.

    The row with most known names, group titles above it, and explanations below it.

    Parameters
    ----------
    sheet : pandas.DataFrame
        Raw rows of the whole sheet, header included.
    """
    cells = sheet.drop(columns=["sheet", "row", "hidden"]).fillna("")
    numbers = sheet["row"].tolist()
    top = range(min(_HEADER_WITHIN, len(cells)))
    known = {place: names_in(cells.iloc[place]) for place in top}
    if not any(known.values()):
        return []
    main = max(top, key=lambda place: (known[place], -place))
    first = last = main
    while first > 0 and len(set(cells.iloc[first - 1].str.strip()) - {""}) > 1:
        first -= 1
    while last + 1 < min(len(cells) - 1, _HEADER_WITHIN) and not _is_data(cells, last + 1):
        last += 1
    return numbers[first : last + 1]


def names_in(row: pd.Series) -> int:
    """Return how many cells of a row are names of columns, whole ones counting double."""
    matches = [name_matches([str(text)]) for text in row]
    return sum(2 if any(m.share == 1 for m in found) else 1 for found in matches if found)


def _is_data(cells: pd.DataFrame, place: int) -> bool:
    below = cells.iloc[place + 1 : place + 1 + _SPAN]
    filled = [letter for letter in cells.columns if cells[letter].iloc[place].strip()]
    if not filled:
        return False
    alike = [
        any(character.isdigit() for character in text[:1]) or below[letter].eq(text).any()
        for letter in filled
        if (text := cells[letter].iloc[place].strip())
    ]
    return sum(alike) / len(filled) >= _DATA_SHARE


def likely_language(columns: Sequence[Column]) -> tuple[str, Mapping[str, int]]:
    """Return the language of most titles and words, and how many speak for each."""
    votes = languages_named(own_titles([column.header for column in columns]))
    general = [w for w in words() if not w.field and w.language]
    for column in columns:
        texts = {text.casefold() for text in column.counts}
        for language in {w.language for w in general if w.spelling.casefold() in texts}:
            votes[language] = votes.get(language, 0) + 1
    votes.pop("", None)
    if not votes:
        return "en", {}
    return max(sorted(votes), key=lambda language: (votes[language], language == "en")), votes
