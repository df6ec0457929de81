"""The women of a study, one by one, from what it printed and what is assumed beside it."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd

from study.problems import ProblemsFound, StudyError
from study.reconstruction.ages import ages_by_rank, birth_dates, deal_ages, diagnosis_dates
from study.reconstruction.apportionment import largest_remainder, scatter_within, spread
from study.reconstruction.counts import printed_count, unmet_claims
from study.reconstruction.dealing import Table, deal, group_sizes

GROUPS = {
    "her2_positive_mc": ("positive", "yes"),
    "her2_positive_no_mc": ("positive", "no"),
    "her2_negative_mc": ("negative", "yes"),
    "her2_negative_no_mc": ("negative", "no"),
}
EXCLUSIONS = ("receptors_unknown", "subtype_unknown")
RECEPTORS = ["er_percent", "pr_percent", "ki67_percent"]


def reconstruct_women(published: Mapping[str, Any]) -> pd.DataFrame:
    """Return all women assessed, one row each, in the order of their diagnoses.

    Parameters
    ----------
    published : mapping
        Content of `published.yaml`, valid by its schema.

    Returns
    -------
    pandas.DataFrame
        Facts in canonical names; `excluded_by` is missing for the women analysed, and every fact
        that the study prints of these alone is missing for the others. `age_years` is unrounded.

    Raises
    ------
    ProblemsFound
        Where a printed count does not follow from the assumed cells.
    """
    claims, assumed = published["claims"], published["assumed"]
    excluded = {
        reason: printed_count(claims, population="excluded", subject={"excluded_by": reason})
        for reason in EXCLUSIONS
    }
    parts = {
        "analysed": analysed_women(assumed),
        "receptors_unknown": women_without_receptors(excluded["receptors_unknown"]),
        "subtype_unknown": women_without_ki67(excluded["subtype_unknown"], assumed),
    }
    women = _in_turn(parts)
    women = _with_what_all_have(women, assumed)
    unmet = unmet_claims(women, [*claims, *published["inferred"]])
    if unmet:
        raise ProblemsFound(unmet, "The reconstruction does not satisfy what the study printed:")
    return women


def analysed_women(assumed: Mapping[str, Any]) -> pd.DataFrame:
    """Return the women analysed, with every fact of `assumed` dealt to them."""
    tables = {fact: table["counts"] for fact, table in assumed["tables"].items()}
    groups = spread(group_sizes(tables))
    # Dealing begins with the common levels; unscattered, the first years would hold only these.
    dealt = pd.DataFrame(deal(groups, tables))
    women = dealt.iloc[scatter_within(groups)].reset_index(drop=True)
    women["her2_status"] = [GROUPS[group][0] for group in groups]
    women["microcalcifications"] = [GROUPS[group][1] for group in groups]
    ages = ages_by_rank(assumed["ages"]["years_at_rank"])
    if len(ages) != len(groups):
        raise StudyError(
            f"assumed.ages.years_at_rank ends at rank {len(ages)}, but assumed.tables hold "
            f"{len(groups)} women. Let the last rank be their number."
        )
    women["age_years"] = deal_ages(groups, women["age_group"].tolist(), ages)
    women["age_group"] = np.where(np.floor(women["age_years"]) > 50, ">50", "<=50")
    women[RECEPTORS] = _profiles_in_turn(women, assumed["receptor_profiles"]["profiles"])
    return women


def women_without_receptors(n: int) -> pd.DataFrame:
    """Return `n` women of whom nothing about receptors is known."""
    return pd.DataFrame({"excluded_by": ["receptors_unknown"] * n})


def women_without_ki67(n: int, assumed: Mapping[str, Any]) -> pd.DataFrame:
    """Return `n` women with hormone receptors, without HER2, and without Ki-67.

    By the study's definitions no other known receptor profile leaves the subtype unknown.
    """
    chosen = assumed["excluded_women"]["subtype_unknown"]
    totals = _totals(assumed["tables"]["her2_findings"]["counts"])
    negative = {finding: totals[finding] for finding in chosen["her2_findings"]}
    profiles = cycle(assumed["receptor_profiles"]["profiles"][chosen["receptor_profiles"]])
    women = pd.DataFrame([next(profiles) for _ in range(n)]).drop(columns="ki67_percent")
    return women.assign(
        excluded_by="subtype_unknown",
        her2_status="negative",
        her2_findings=spread(largest_remainder(n, negative)),
    )


def _in_turn(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the women of all parts, each part spread evenly over the consecutive cohort."""
    order = pd.Series(spread({part: len(women) for part, women in parts.items()}))
    placed = [part.set_axis(order.index[order == name]) for name, part in parts.items()]
    return pd.concat(placed).sort_index()


def _with_what_all_have(women: pd.DataFrame, assumed: Mapping[str, Any]) -> pd.DataFrame:
    """Add number, dates and the facts all share; side and BI-RADS of the excluded; HER2."""
    dates = assumed["diagnosis_dates"]
    women = women.assign(
        patient_id=[f"SYN-{number:03d}" for number in range(1, len(women) + 1)],
        diagnosis_date=diagnosis_dates(len(women), dates["start"], dates["end"]),
        **{fact: same["value"] for fact, same in assumed["same_for_all"].items()},
    )
    women["birth_date"] = birth_dates(women["diagnosis_date"], women["age_years"])
    excluded = women["excluded_by"].notna()
    for fact in assumed["excluded_women"]["like_analysed"]["facts"]:
        like_analysed = _totals(assumed["tables"][fact]["counts"])
        women.loc[excluded, fact] = spread(largest_remainder(int(excluded.sum()), like_analysed))
    findings = women.pop("her2_findings").str.split(" ", n=1)
    return women.assign(her2_ihc=findings.str[0], her2_ish=findings.str[1])


def _profiles_in_turn(
    women: pd.DataFrame, profiles: Mapping[str, list[dict[str, float]]]
) -> pd.DataFrame:
    """Return a receptor profile per woman, in turn within subtype, with and without MC apart.

    The women of a histology, and of a density within it, follow each other, so that these too
    receive every profile alike.
    """
    queue = women.sort_values(["histology", "density"], kind="stable")
    turn = queue.groupby(["subtype", "microcalcifications"]).cumcount().loc[women.index]
    received = [
        profiles[subtype][place % len(profiles[subtype])]
        for subtype, place in zip(women["subtype"], turn, strict=True)
    ]
    return pd.DataFrame(received, women.index)[RECEPTORS]


def _totals(table: Table) -> dict[str, int]:
    return {level: sum(row.values()) for level, row in table.items()}
