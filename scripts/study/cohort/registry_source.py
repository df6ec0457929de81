"""A registry as a relation of DuckDB: its rows stay in the file, its texts are read once each."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from study.cohort.cohort_file import Workbook
from study.cohort.registry_keys import quoted
from study.problems import StudyError

SUFFIXES = (".parquet", ".csv", ".tsv", ".duckdb")
_NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "FLOAT",
    "DOUBLE",
)


@contextmanager
def connect(path: Path, layout: Workbook) -> Iterator[tuple[Any, str]]:
    """Yield a connection to DuckDB and the SQL that names the registry's rows.

    One thread, and memory for groups that does not grow with the rows: what exceeds it goes to
    a temporary folder.

    Raises
    ------
    StudyError
        If the file cannot be read as what its name says, then or later.
    """
    import duckdb

    unreadable = (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException)
    with tempfile.TemporaryDirectory() as folder:
        settings: dict[str, Any] = {
            "threads": 1,
            "memory_limit": "200MB",
            "temp_directory": folder,
        }
        with duckdb.connect(config=settings) as connection:
            try:
                yield connection, _relation(connection, path, layout)
            except unreadable as error:
                reason = str(error).splitlines()[0]
                raise StudyError(f"{path} cannot be read by DuckDB: {reason}") from None


def _relation(connection: Any, path: Path, layout: Workbook) -> str:
    place = "'" + str(path).replace("'", "''") + "'"
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return f"read_parquet({place})"
    if suffix in (".csv", ".tsv"):
        delimiter = layout.delimiter or ("\t" if suffix == ".tsv" else "")
        options = ["header = true", "all_varchar = true"]
        options += [f"delim = '{delimiter}'"] if delimiter else []
        options += [f"encoding = '{layout.encoding}'"] if layout.encoding else []
        return f"read_csv({', '.join([place, *options])})"
    if suffix == ".duckdb":
        connection.execute(f"ATTACH {place} AS registry (READ_ONLY)")
        return f"registry.{quoted(_table(connection, path, layout.table))}"
    known = ", ".join(SUFFIXES)
    raise StudyError(f"{path.name}: a registry is read from files ending in {known}.")


def _table(connection: Any, path: Path, wanted: str | None) -> str:
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'registry' ORDER BY 1"
    tables = [name for (name,) in connection.execute(query).fetchall()]
    if wanted in tables:
        return str(wanted)
    if wanted is None and len(tables) == 1:
        return str(tables[0])
    reason = f"has no table '{wanted}'" if wanted else f"has {len(tables)} tables"
    named = ", ".join(tables) or "none"
    raise StudyError(
        f"{path.name} {reason}. Name one under workbook.table in cohort.yaml. Tables: {named}."
    )


def list_columns(connection: Any, relation: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return `letter`, `position` and `header` of the columns, and the SQL type by letter."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    letters = [get_column_letter(position + 1) for position in range(len(described))]
    headers = [row[0] for row in described]
    columns = pd.DataFrame({"letter": letters, "position": range(len(letters)), "header": headers})
    return columns, dict(zip(letters, (row[1] for row in described), strict=True))


def is_number(sql_type: str) -> bool:
    """Return whether a column holds numbers as such, and not as text."""
    return sql_type in _NUMBERS


def distinct_values(connection: Any, relation: str, column: str) -> list[Any]:
    """Return the values of a column, each once."""
    rows = connection.execute(f"SELECT DISTINCT {column} FROM {relation}").fetchall()
    return [value for (value,) in rows if value is not None]


def store_readings(
    connection: Any, letter: str, sql_type: str, readings: Mapping[Any, tuple[Any, str | None]]
) -> None:
    """Keep what the values of a column mean as the table ``read_<letter>``: raw, value, odd."""
    import pyarrow as pa

    values = [value for value, _ in readings.values()]
    kind = pa.date32() if any(isinstance(v, dt.date) for v in values) else pa.float64()
    table = pa.table(
        {
            "raw": pa.array(list(readings)),
            "value": pa.array(values, kind),
            "odd": pa.array([odd for _, odd in readings.values()], pa.string()),
        }
    )
    connection.register("readings", table)
    name = quoted(f"read_{letter}")
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT raw::{sql_type} AS raw, value, odd FROM readings"
    )
    connection.unregister("readings")
