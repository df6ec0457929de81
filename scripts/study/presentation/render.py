"""A table of cells as CSV for a manuscript and as HTML for a reader."""

import csv
from collections.abc import Sequence
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from study.presentation.alignment import aligned
from study.presentation.labels import SYNTHETIC
from study.presentation.table import SUPERSCRIPTS, Cell, Column, Row, Table, footnotes


def to_csv(table: Table, cohort: str, synthetic: bool, assumed_note: str) -> str:
    """Return the table as CSV: a header, the rows, then caption and notes in column one."""
    letters = footnotes(table)
    width = sum(column.span for column in table.columns)
    header: list[str] = []
    for column in table.columns:
        title = ", ".join(filter(None, (*column.spanner.split("\n"), _heading(column))))
        header += [title + _superscript(column.notes, letters), *[""] * (column.span - 1)]
    lines = [header]
    for row in table.rows:
        texts: list[str] = []
        for cell in row.cells:
            texts += [cell.text + _superscript(cell.notes, letters), *[""] * (cell.span - 1)]
        lines.append(texts)
    number = f"Table {table.number}. " if table.number else ""
    below = [f"{number}{table.caption}. {cohort}"]
    below += [SYNTHETIC] if synthetic else []
    below += [f"{_letter(letter)} {text}" for text, letter in letters.items()]
    below += [*table.notes, *([assumed_note] if assumed_note else [])]
    lines += [[text, *[""] * (width - 1)] for text in below]
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return stream.getvalue()


def to_html(table: Table, cohort: str, synthetic: bool, assumed_note: str) -> str:
    """Return the table as a page that stands alone: no script, no outside resource."""
    letters = footnotes(table)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("table.html.j2").render(
        table=table,
        cohort=cohort,
        synthetic=SYNTHETIC if synthetic else "",
        assumed_note=assumed_note,
        spanners=_spanners(table.columns),
        bodies=_bodies(_padded(table.rows)),
        letters=letters,
    )


def _heading(column: Column) -> str:
    return f"{column.title} {column.detail}".strip()


def _superscript(notes: Sequence[str], letters: dict[str, str]) -> str:
    return " ".join(_letter(letters[note]) for note in notes)


def _letter(letter: str) -> str:
    return "".join(SUPERSCRIPTS[part] for part in letter)


def _spanners(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Neighbouring columns of one spanner; empty where no column has any."""
    if not any(column.spanner for column in columns):
        return []
    return [
        {"lines": spanner.split("\n"), "columns": list(group)}
        for spanner, group in groupby(columns, key=lambda column: column.spanner)
    ]


def _bodies(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows in blocks: a section row opens one."""
    bodies: list[list[Row]] = []
    for row in rows:
        if row.kind == "section" or not bodies:
            bodies.append([])
        bodies[-1].append(row)
    return bodies


def _padded(rows: Sequence[Row]) -> list[Row]:
    """Rows whose single-width cells are padded, so that each column is aligned."""
    width = max((len(row.cells) for row in rows), default=0)
    columns = [
        [row.cells[place] if place < len(row.cells) else Cell(span=2) for row in rows]
        for place in range(1, width)
    ]
    texts = [_column_texts(column) for column in columns]
    return [
        Row(
            (
                row.cells[0],
                *(
                    Cell(texts[place][index], cell.notes, cell.span)
                    for place, cell in enumerate(row.cells[1:])
                ),
            ),
            row.kind,
        )
        for index, row in enumerate(rows)
    ]


def _column_texts(cells: Sequence[Cell]) -> list[str]:
    single = aligned([cell.text if cell.span == 1 else "" for cell in cells])
    return [text if cell.span == 1 else cell.text for text, cell in zip(single, cells, strict=True)]
