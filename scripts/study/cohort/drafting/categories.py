"""Whether a column may be a category or an identifier, and which of its texts are understood."""

import re
from collections.abc import Mapping

from schemas.dictionary import MISSING, Field
from schemas.document import write_inline
from study.cohort.cohort_file import Entry
from study.cohort.drafting.column import Column, Evidence, listed, repeated
from study.cohort.vocabulary import Vocabulary, vocabulary

_EXPLAINED = re.compile(
    r"(?<![0-9])([0-9]+)\s*=\s*(.+?)(?=[,;\s]+-?[0-9]+\s*=|[{}()\[\]]|$)", re.DOTALL
)
# A category has few texts; a column of more that are not understood holds something else.
_MOST_TEXTS = 12
# ASSUME: an assessment of 1 to 4 only may be the density class, which BI-RADS counts so too.
_DENSITY_LIKE = {"1", "2", "3", "4"}
BY_NAME_ALONE = 0.1  # agreement of a column none of whose texts is understood


def weigh_category(field: Field, column: Column, language: str) -> Evidence:
    """Return which cells are understood by the known words, and what is left to fill in."""
    known = vocabulary(field, Entry(language=language))
    readings = {text: known.read(text, field.name).value for text in column.counts}
    codes = {text for text in readings if text.isdigit() and text not in field.levels}
    doubts: tuple[str, ...] = ()
    if codes:
        return _coded(field, column, known)
    unread = {text: n for text, n in column.counts.items() if readings[text] is None}
    if len(unread) == len(readings) > _MOST_TEXTS or not readings:
        return Evidence(0)
    if set(readings) <= _DENSITY_LIKE & set(field.levels):
        doubts = (f"Only {listed(column.counts)}: are these density classes?",)
    agreement = 1 - sum(unread.values()) / column.filled
    if not unread:
        return Evidence(agreement, {}, doubts + _empty_cells(column))
    remedy = "Say what they mean." if repeated(unread) else "Validation names the cells."
    asked = f"Not understood: {listed(unread)}. {remedy}"
    to_fill = _to_fill(field, unread, begun=False)
    return Evidence(
        max(agreement, BY_NAME_ALONE), {}, (*doubts, asked, *_empty_cells(column)), to_fill
    )


def _coded(field: Field, column: Column, known: Vocabulary) -> Evidence:
    """Return the evidence of a column of codes: never decided without a person."""
    if len(column.counts) > 2 * _MOST_TEXTS:
        return Evidence(0)
    explained = {code: " ".join(text.split()) for code, text in _EXPLAINED.findall(column.header)}
    values: dict[str, list[str]] = {}
    for code in sorted(column.counts.keys() & explained.keys()):
        level = known.read(explained[code], field.name).value
        if level is not None and level not in MISSING:
            values.setdefault(level, []).append(code)
    meant = {code for codes in values.values() for code in codes}
    left = {text: n for text, n in column.counts.items() if text not in meant}
    doubts = []
    if values:
        quoted = ", ".join(f"{code} = {explained[code]}" for code in sorted(meant))
        doubts.append(f"Values are taken from the title, which says {quoted}.")
    if left:
        doubts.append(f"What do these mean: {listed(left)}?{_explanation(left, explained)}")
    agreement = 1 - sum(left.values()) / column.filled
    keys = {"values": values} if values else {}
    # without this, '1' might be read by a word such as the score 1
    return Evidence(
        max(agreement, BY_NAME_ALONE),
        {**keys, "defaults": False},
        (*doubts, *_empty_cells(column)),
        _to_fill(field, left, begun=bool(values)) if left else (),
    )


def _explanation(texts: Mapping[str, int], explained: Mapping[str, str]) -> str:
    quoted = ", ".join(f"{code} = {explained[code]}" for code in sorted(texts.keys() & explained))
    return f" The title says {quoted}." if quoted else ""


def _to_fill(field: Field, texts: Mapping[str, int], begun: bool) -> tuple[str, ...]:
    spellings = repeated(texts)[:_MOST_TEXTS]
    if not spellings:
        return ()
    levels = "{" + ", ".join(f"{write_inline(level)}: []" for level in field.levels) + "}"
    missing = "{" + ", ".join(f"{name}: []" for name in MISSING) + "}"
    values = "add the others to values" if begun else f"values: {levels}"
    return (f"to be placed: {write_inline(spellings)}", values, f"missing: {missing}")


def _empty_cells(column: Column) -> tuple[str, ...]:
    if not column.blank:
        return ()
    total = column.blank + column.filled
    return (
        f"{column.blank} of {total} cells are empty, read as unknown. "
        "For another meaning add blank.",
    )


def weigh_identifier(column: Column) -> Evidence:
    """Return whether the cells tell patients apart; their texts are never quoted."""
    distinct = len(column.counts) / max(column.filled, 1)
    if distinct < 0.9:
        return Evidence(0)
    doubts = []
    if distinct < 1:
        doubts.append(f"Cells that repeat another's text: {column.filled - len(column.counts)}.")
    if column.blank:
        doubts.append(f"Cells that are empty: {column.blank}.")
    return Evidence(distinct, {}, tuple(doubts))
