"""A draft as the text of a cohort.yaml that a person can read and complete."""

import textwrap
from collections.abc import Mapping
from typing import Any

from schemas.dictionary import fields
from schemas.document import write_inline
from study.cohort.cohort_file import Workbook
from study.cohort.drafting.assignment import Candidate
from study.cohort.drafting.column import Column, listed
from study.cohort.drafting.draft import Draft, DraftEntry

_WIDTH = 100
_HEAD = """\
# Draft of a codebook, made by scripts/draft_codebook.py. A line marked CHECK is a guess: look at
# it, correct or confirm what stands below it, and delete the mark. What is not marked agrees in
# title and values, but you know the data. All keys are described in config/README.md.
"""


def write_draft(draft: Draft, name: str, layout: Workbook, sha256: str) -> str:
    """Return the draft as YAML with comments.

    Parameters
    ----------
    layout : Workbook
        Path, sheet and header rows.
    sha256 : str
        Sum of the workbook, offered as a comment: it changes with every corrected cell.
    """
    parts = [
        _HEAD,
        *_settings(draft, name),
        *_workbook(layout, sha256),
        "study_period: null   # or the first and last day of diagnosis: "
        "{start: 2018-01-01, end: 2023-12-31}",
        *(f"{key}: {write_inline(value)}" for key, value in draft.general.items()),
        "",
        "codebook:",
        *(line for entry in draft.entries for line in _entry(entry)),
        *_undecided(draft.undecided),
        *_not_found(draft),
        *_unused(draft.unused),
    ]
    return "\n".join(parts) + "\n"


def _settings(draft: Draft, name: str) -> list[str]:
    doubt = [f"CHECK: {draft.language_doubt}"] if draft.language_doubt else []
    return [
        f"name: {write_inline(name)}",
        f"title: {write_inline(name)}   # what tables and figures call the cohort",
        "synthetic: false",
        *(f"# {line}" for line in doubt),
        f"language: {draft.language}",
        "",
    ]


def _workbook(layout: Workbook, sha256: str) -> list[str]:
    lines = ["workbook:", f"  path: {write_inline(layout.path)}"]
    if layout.sheet is not None:
        lines.append(f"  sheet: {write_inline(layout.sheet)}")
    lines.append(f"  header_rows: {write_inline(list(layout.header_rows))}")
    lines.append("  # when the workbook is final, this keeps it from being changed unnoticed:")
    return [*lines, f"  # sha256: {sha256}", ""]


def _entry(entry: DraftEntry) -> list[str]:
    if not entry.doubts and len(entry.keys) == 1:
        return [f"  {entry.field}: {write_inline(dict(entry.keys))}"]
    return [
        f"  {entry.field}:",
        *(line for doubt in entry.doubts for line in _comment(f"CHECK: {doubt}", 4)),
        *(f"    {key}: {_value(value)}" for key, value in entry.keys.items()),
        *(f"    # {line}" for line in entry.to_fill),
    ]


def _value(value: Any) -> str:
    """Return a value in one line; a list of one spelling as the spelling."""
    if isinstance(value, Mapping):
        single = {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in value.items()}
        return write_inline(single)
    return write_inline(value)


def _undecided(found: list[Candidate]) -> list[str]:
    lines = []
    for field in dict.fromkeys(candidate.field for candidate in found):
        lines += _comment(f"CHECK: {field} may stand in, among others equally likely:", 2)
        for candidate in (c for c in found if c.field == field):
            seen = "" if fields()[field].kind == "text" else listed(candidate.column.counts)
            lines += _comment(f"letter {_titled(candidate.column)}: {seen}".rstrip(": "), 2, "  ")
        lines.append(f"  # {field}: {{letter: }}")
    return lines


def _not_found(draft: Draft) -> list[str]:
    taken = {entry.field for entry in draft.entries} | {c.field for c in draft.undecided}
    missing = [name for name in fields() if name not in taken]
    if not missing:
        return []
    return ["", "# No column was found for:", *(f"#   {n}: {fields()[n].label}" for n in missing)]


def _unused(columns: list[Column]) -> list[str]:
    if not columns:
        return []
    return ["", "# Columns of which nothing was made:", *(f"#   {_titled(c)}" for c in columns)]


def _titled(column: Column) -> str:
    title = " ".join(column.header.split())
    short = title if len(title) <= 80 else f"{title[:79]}…"
    return f"{column.letter}  {short}".rstrip()


def _comment(text: str, indent: int, inner: str = "") -> list[str]:
    first = f"{' ' * indent}# {inner}"
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=f"{first}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
