"""The single values of age and Ki-67 in a registry, counted by the groups that are described."""

import pandas as pd

from schemas.dictionary import fields
from study.cohort import registry_keys as keys
from study.cohort.codebook import read_text
from study.cohort.consistency import DAYS_PER_YEAR
from study.cohort.grid import cell_text
from study.cohort.registry import Registry
from study.cohort.vocabulary import vocabulary

COLUMNS = ["variable", "value", "microcalcifications", "her2_status", "patients"]


def count_values(registry: Registry, groups: pd.DataFrame) -> pd.DataFrame:
    """Return ``variable, value, microcalcifications, her2_status, patients``, of groups analysed.

    Where a value is not known it is missing; whoever is analysed is counted once per variable.

    Parameters
    ----------
    groups : pandas.DataFrame
        `key`, `microcalcifications` and `her2_status` of every group that is analysed.
    """
    registry.connection.register("analysed", groups)
    ages = _ages(registry).assign(variable="age_years")
    ki67 = _numbers(registry, "ki67_percent").assign(variable="ki67_percent")
    registry.connection.unregister("analysed")
    return pd.concat([ages, ki67], ignore_index=True)[COLUMNS]


def _ages(registry: Registry) -> pd.DataFrame:
    days = registry.days
    if {"birth_date", "diagnosis_date"} <= days.keys():
        counted = _count(registry, keys.days_in_sql(days["birth_date"], days["diagnosis_date"]))
        return counted.assign(value=counted["value"] / DAYS_PER_YEAR)
    return _numbers(registry, "age_recorded")


def _numbers(registry: Registry, name: str) -> pd.DataFrame:
    """Return the numbers of a field, read as validation reads them."""
    if name not in registry.letters:
        return _count(registry, "NULL::DOUBLE")
    counted = _count(registry, f"s.{registry.sql(registry.letters[name])}")
    meaning, entry = fields()[name], registry.codebook[name]
    known = vocabulary(meaning, entry)
    raws = counted["value"].astype(object).where(counted["value"].notna(), None)
    numbers = [read_text(cell_text(raw), meaning, entry, known).value for raw in raws]
    counted["value"] = pd.Series(numbers, counted.index, dtype="float64")
    others = ["value", "microcalcifications", "her2_status"]
    return counted.groupby(others, dropna=False)["patients"].sum().reset_index()


def _count(registry: Registry, value: str) -> pd.DataFrame:
    query = registry.query
    counted = registry.connection.execute(
        f"SELECT {value} AS value, analysed.microcalcifications, analysed.her2_status, "
        f"count(*)::BIGINT AS patients FROM {query.rows(registry.relation)} "
        f"JOIN analysed ON {query.key()} = analysed.key GROUP BY ALL ORDER BY ALL"
    )
    return counted.fetchdf()
