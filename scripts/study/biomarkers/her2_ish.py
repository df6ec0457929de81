"""HER2 in situ hybridisation: from ratio and copies, or a verdict, to a group of an edition."""

from dataclasses import dataclass

import pandas as pd

from schemas.decision_tables import HER2_ISH
from study.biomarkers.binning import bin_values
from study.biomarkers.decision import SEPARATOR, Decision, decide
from study.biomarkers.lookup import look_up, name_missing, select_edition

NUMBERS = ["her2_ratio", "her2_copies", "cep17_copies"]
RECOUNT = ["her2_recount_ratio", "her2_recount_copies", "her2_recount_cells"]
# Only this edition has a recount, of at least so many cells as its threshold says.
_RECOUNT_EDITION = "asco_cap_2018"
# A quotient or product of decimals, such as 1.2 / 0.6, must not miss a threshold by a binary digit.
_DECIMALS = 10


@dataclass(frozen=True)
class Hybridisation:
    """What in situ hybridisation says by an edition.

    Attributes
    ----------
    group : Decision
        Of the fact ``her2_ish``: one of the groups in ``schemas/her2_ish.csv``, or missing.
    reading : pandas.Series
        The group in a word: positive, negative, equivocal or unknown.
    recount : pandas.Series
        ``unchanged``, ``changed``, or ``missing`` (not done, incomplete, too few cells).
    recount_flags : pandas.Series
        What is to be said of the recount's number of cells.
    """

    group: Decision
    reading: pd.Series
    recount: pd.Series
    recount_flags: pd.Series


def decide_her2_ish(cohort: pd.DataFrame, edition: str) -> Hybridisation:
    """Return the ISH group by an edition, and what a recount makes of it.

    Numbers come before the recorded verdict, which counts where they are incomplete; where the
    two say different things the patient is listed. A ratio that is not recorded is that of the
    copies of HER2 and CEP17; so are copies of HER2 from ratio and CEP17.

    Raises
    ------
    StudyError
        If the decision table has no such edition.
    """
    ratio, copies = _completed(cohort)
    verdict = name_missing(cohort["her2_ish"])
    found = _look_up_group(ratio, copies, verdict, edition)
    by_numbers = _look_up_group(ratio, copies, pd.Series("missing", verdict.index), edition)
    recounted = _look_up_group(
        cohort["her2_recount_ratio"],
        cohort["her2_recount_copies"],
        pd.Series("missing", verdict.index),
        edition,
    )
    recount, flags = _compare_recount(cohort, found["ish"], recounted["ish"])
    recorded = verdict.replace("missing", "unknown")
    decision = decide(
        cohort["patient_id"],
        cohort[[*NUMBERS, "her2_ish", *RECOUNT]],
        pd.DataFrame(
            {
                "her2_ish": by_numbers["reading"],
                **found[["rule", "edition", "row", "grade"]],
                "flags": join_flags(found["flags"], _made_of_others(cohort), flags),
            }
        ),
        recorded,
        use_recorded=pd.Series(False, verdict.index),
    )
    used = pd.Series("derived", verdict.index).mask(
        found["ish"].str.startswith("verdict_"), "recorded"
    )
    listed = decision.disagreements
    group = Decision(
        found["ish"].rename("her2_ish"),
        decision.trace,
        listed.assign(used=used[listed.index]),
        decision.recorded_and_derived.assign(used=used),
    )
    return Hybridisation(group, found["reading"], recount, flags)


def _completed(cohort: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return ratio and copies, each from the two other numbers where it is not recorded."""
    ratio, copies, cep17 = (cohort[name] for name in NUMBERS)
    quotient = (copies / cep17).where(cep17 > 0).round(_DECIMALS)
    product = (ratio * cep17).round(_DECIMALS)
    return ratio.fillna(quotient), copies.fillna(product)


def _look_up_group(
    ratio: pd.Series, copies: pd.Series, verdict: pd.Series, edition: str
) -> pd.DataFrame:
    numbers = pd.DataFrame(
        {
            "ratio": bin_values(ratio, "her2_ratio", edition),
            "copies": bin_values(copies, "her2_copies", edition),
            "verdict": verdict,
        }
    )
    return look_up(numbers, select_edition(HER2_ISH, "edition", edition, "her2_ish.csv"))


def _compare_recount(
    cohort: pd.DataFrame, first: pd.Series, second: pd.Series
) -> tuple[pd.Series, pd.Series]:
    # ASSUME: the recount is by another observer who does not know the first count, as the edition
    # asks; a workbook does not say so. A recount whose number of cells is not recorded counts.
    cells = bin_values(cohort["her2_recount_cells"], "her2_recount_cells", _RECOUNT_EDITION)
    complete = cohort[["her2_recount_ratio", "her2_recount_copies"]].notna().all(axis="columns")
    counts = complete & cells.ne("too_few")
    recount = pd.Series("missing", first.index)
    recount = recount.mask(counts & second.eq(first), "unchanged")
    recount = recount.mask(counts & second.ne(first), "changed")
    flags = pd.Series("", first.index)
    flags = flags.mask(complete & cells.eq("missing"), "recount_cells_not_recorded")
    return recount, flags.mask(complete & cells.eq("too_few"), "recount_of_too_few_cells")


def _made_of_others(cohort: pd.DataFrame) -> pd.Series:
    ratio, copies, cep17 = (cohort[name].notna() for name in NUMBERS)
    flags = pd.Series("", cohort.index)
    flags = flags.mask(~ratio & copies & cep17, "ratio_from_copies")
    return flags.mask(ratio & ~copies & cep17, "copies_from_ratio")


def join_flags(*columns: pd.Series) -> pd.Series:
    """Return several flags as one text, in their order; empty where there is none."""
    rows = pd.concat(columns, axis="columns").to_numpy()
    texts = [SEPARATOR.join(filter(None, row)) for row in rows]
    return pd.Series(texts, columns[0].index, dtype="str")
