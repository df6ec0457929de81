"""Files of one table (.csv, .tsv, .parquet, SPSS .sav) as grids of text."""

import csv
import warnings
from collections import Counter
from io import BytesIO, StringIO
from typing import Any

from openpyxl.utils import get_column_letter

from study.cohort.grid import Grid, Note, cell_text
from study.problems import StudyError


def read_delimited(
    content: bytes, name: str, encoding: str | None = None, delimiter: str | None = None
) -> Grid:
    """Return a .csv or .tsv file; UTF-8 is tried first, then Western European (cp1252).

    Raises
    ------
    StudyError
        If the bytes are not text of the given encoding.
    """
    text, notes = _decode(content, name, encoding)
    separator = delimiter or _delimiter(text)
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    return Grid(sheet=name.rpartition(".")[0], rows=rows, notes=notes + _ragged(rows))


def read_parquet(content: bytes, name: str) -> Grid:
    """Return a parquet file; its column names are row 1.

    Raises
    ------
    StudyError
        If the file is no parquet file.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        raise StudyError(f"{name} cannot be read as parquet ({type(error).__name__}).") from None
    columns = [[cell_text(value) for value in column.to_pylist()] for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Grid(sheet=name.rpartition(".")[0], rows=[table.column_names, *rows])


def read_sav(content: bytes, name: str) -> Grid:
    """Return an SPSS file: value labels instead of codes, variable names as row 1.

    A value that SPSS declares missing keeps its label, so that the codebook can say what
    it means; without a label it is an empty cell.

    Raises
    ------
    StudyError
        If the file is no SPSS file.
    """
    import pyreadstat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame, meta = pyreadstat.read_sav(BytesIO(content), user_missing=True)
    except (pyreadstat.ReadstatError, OSError) as error:
        raise StudyError(f"{name} cannot be read as SPSS ({type(error).__name__}).") from None
    columns = [
        [
            _sav_text(
                value, meta.variable_value_labels.get(key, {}), meta.missing_ranges.get(key, [])
            )
            for value in frame[key].astype(object)
        ]
        for key in meta.column_names
    ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    labels = [label or "" for label in meta.column_labels]
    return Grid(name.rpartition(".")[0], [list(meta.column_names), *rows], labels=labels)


def _sav_text(value: Any, labels: dict[Any, str], missing: list[Any]) -> str:
    if value in labels:
        return str(labels[value])
    comparable = isinstance(value, int | float | str)
    if comparable and any(_within(value, bounds) for bounds in missing):
        return ""
    return cell_text(None if str(value) == "NaT" else value)


def _within(value: Any, bounds: Any) -> bool:
    same_kind = isinstance(value, str) == isinstance(bounds["lo"], str)
    return same_kind and bounds["lo"] <= value <= bounds["hi"]


def _decode(content: bytes, name: str, encoding: str | None) -> tuple[str, list[Note]]:
    if encoding is None and content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"  # what Excel calls "Unicode text"
    try:
        return content.decode(encoding or "utf-8-sig"), []
    except (UnicodeDecodeError, LookupError):
        if encoding is not None:
            raise StudyError(
                f"{name} is not text in the encoding '{encoding}'. Correct workbook.encoding "
                "in cohort.yaml, or leave it out."
            ) from None
    text = "The file is not UTF-8 and was read as Western European (cp1252): check the accents."
    return content.decode("cp1252", errors="replace"), [Note(0, "", "file", text)]


def _delimiter(text: str) -> str:
    """Return the delimiter by which most rows are as wide as the first, and that most widely."""

    def merit(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(StringIO(text), delimiter=delimiter) if row][:200]
        width = Counter(widths).most_common(1)[0][0] if widths else 1
        return (widths.count(width) / len(widths) if width > 1 else 0.0, width)

    return max([",", ";", "\t"], key=merit)


def _ragged(rows: list[list[str]]) -> list[Note]:
    """Note every row with a value to the right of the widest of the first rows."""
    usual = Counter(len(row) for row in rows if row).most_common(1)
    width = usual[0][0] if usual else 0
    return [
        Note(
            number,
            get_column_letter(width + 1),
            "ragged_row",
            f"The row has {len(row)} cells where the others have {width}: is a text or a decimal "
            "comma not quoted?",
        )
        for number, row in enumerate(rows, start=1)
        if len(row) > width and any(cell.strip() for cell in row[width:])
    ]
