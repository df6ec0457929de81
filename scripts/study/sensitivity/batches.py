"""Which universes a batch has, and what they stand for in a cohort."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from study.sensitivity.preparation import silent_rules
from study.sensitivity.prepared import Universe
from study.sensitivity.specification import Specification, specify, without_effect
from study.sensitivity.universes import Dimensions


def batch_of(universes: pd.DataFrame, batch: int, batches: int) -> pd.DataFrame:
    """Return the universes of batch 0 … `batches` - 1: neighbours, which share most steps.

    Those behind the first few share their derivation with the next ones, so that contiguous
    parts derive least often. The last batches are one universe shorter; with more batches than
    universes some are empty.
    """
    parts = np.array_split(np.arange(len(universes)), batches)
    return universes.iloc[parts[batch]]


def specify_universes(
    listed: pd.DataFrame,
    analysis: Mapping[str, Any],
    dimensions: Dimensions,
    validated: pd.DataFrame,
) -> list[Universe]:
    """Return the universes with what they decide.

    Options that change nothing are not applied, so that none of them takes back what another
    dimension has changed. Rules of derivation that change nobody in this cohort are the
    primary's, which lets universes that differ in them alone share a derivation.
    """
    silent = silent_rules(validated, specify(analysis).derivation)
    specifications = _specifications(listed, analysis, dimensions)
    return [
        Universe(name, without_effect(specification, silent))
        for name, specification in zip(listed["universe"], specifications, strict=True)
    ]


def mark_kept(
    listed: pd.DataFrame, analysis: Mapping[str, Any], dimensions: Dimensions
) -> pd.DataFrame:
    """Return the list with ``keeps_exposure``: whether its screen cannot leave the exposure out."""
    exposure = analysis["models"]["exposure"]
    specifications = _specifications(listed, analysis, dimensions)
    return listed.assign(keeps_exposure=[one.keeps(exposure) for one in specifications])


def _specifications(
    listed: pd.DataFrame, analysis: Mapping[str, Any], dimensions: Dimensions
) -> list[Specification]:
    primary, names = specify(analysis), dimensions_of(listed)
    changing = {
        (name, option): [change] if specify(analysis, [change]) != primary else []
        for name in names
        for option, change in dimensions[name].items()
    }
    return [
        specify(analysis, [c for name in names for c in changing[name, str(row[name])]])
        for row in listed.to_dict("records")
    ]


def in_order(
    tables: Sequence[pd.DataFrame], empty: pd.DataFrame, listed: pd.DataFrame
) -> pd.DataFrame:
    """Return tables of universes as one, in the order of the list; `empty` if there is none."""
    if not tables:
        return empty
    rank = {name: i for i, name in enumerate(listed["universe"])}
    whole = pd.concat(tables, ignore_index=True)
    return whole.sort_values(
        "universe", key=lambda names: names.map(rank), kind="stable", ignore_index=True
    )


def dimensions_of(universes: pd.DataFrame) -> Sequence[str]:
    """Return the dimensions of a list of universes: its columns before `is_primary`."""
    return list(universes.columns[1 : universes.columns.get_loc("is_primary")])
