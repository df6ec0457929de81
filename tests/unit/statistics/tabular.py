"""The reference numbers of tabular.R, and the data they were computed from."""

import csv
from functools import cache

import numpy as np
import pandas as pd

from tests.conftest import PROJECT

REFERENCE = PROJECT / "tests" / "reference"


@cache
def reference() -> dict[str, dict[str, dict[str, float]]]:
    """Return the number per set, kind and index."""
    numbers: dict[str, dict[str, dict[str, float]]] = {}
    with (REFERENCE / "tabular.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            kinds = numbers.setdefault(line["set"], {})
            kinds.setdefault(line["kind"], {})[line["index"]] = float(line["value"])
    return numbers


def sets_with(kind: str) -> list[str]:
    """Return the sets that R computed this for; never none, so that no test is empty."""
    names = [name for name, kinds in reference().items() if kind in kinds]
    assert names, f"tabular.csv has no {kind}"
    return names


def counts_of(name: str) -> pd.DataFrame:
    return strata_of(name)[""]


def strata_of(name: str) -> dict[str, pd.DataFrame]:
    """Return the tables of a set by stratum; the only one of a two-way table is the empty text."""
    cells: dict[str, dict[tuple[int, int], int]] = {}
    for index, n in reference()[name]["count"].items():
        row, column, *stratum = index.split(".")
        cells.setdefault("".join(stratum), {})[int(row), int(column)] = int(n)
    return {stratum: _square(of_stratum) for stratum, of_stratum in cells.items()}


def groups_of(name: str) -> tuple[np.ndarray, np.ndarray]:
    values: dict[str, list[float]] = {"first": [], "second": []}
    for index, value in reference()[name]["value"].items():
        values[index.split(".")[0]].append(value)
    return np.array(values["first"]), np.array(values["second"])


def table(*rows: tuple[int, ...]) -> pd.DataFrame:
    """Return literal counts, with the labels of the study's MC by HER2 where it is 2×2."""
    names = ["positive", "negative"] if len(rows) == 2 else list("ABCDEFG"[: len(rows)])
    columns = ["yes", "no"] if len(rows[0]) == 2 else list("vwxyz"[: len(rows[0])])
    return pd.DataFrame(rows, index=names, columns=columns)


def _square(cells: dict[tuple[int, int], int]) -> pd.DataFrame:
    rows, columns = (sorted({index[axis] for index in cells}) for axis in (0, 1))
    counts = [[cells[row, column] for column in columns] for row in rows]
    names = ([f"row {i}" for i in rows], [f"column {i}" for i in columns])
    return pd.DataFrame(counts, *names)
