"""How the reports' words about microcalcifications were read, among the women analysed."""

import pandas as pd

from study.cohort.units import patients

FACT = "microcalcifications"


def count_readings(included: pd.DataFrame) -> pd.DataFrame:
    """Return ``fact, recorded, read_as, n``: how often a word was read as which finding.

    An absence that a report states and one that is assumed of a silent report are the same in
    every table; only here are they told apart.
    """
    pairs = included[[f"{FACT}_recorded", FACT]].set_axis(["recorded", "read_as"], axis="columns")
    counted = pairs.assign(n=patients(included)).groupby(["recorded", "read_as"])["n"].sum()
    counts = counted.sort_index().reset_index()
    return counts.assign(fact=FACT)[["fact", "recorded", "read_as", "n"]]


def count_absences(readings: pd.DataFrame) -> tuple[int, int]:
    """Return how many women count as without the finding, and how many of those reports are silent.

    A silent report is ``undescribed``: it states neither presence nor absence.
    """
    absent = readings[readings["fact"].eq(FACT) & readings["read_as"].eq("no")]
    silent = absent.loc[absent["recorded"].eq("undescribed"), "n"]
    return int(absent["n"].sum()), int(silent.sum())
