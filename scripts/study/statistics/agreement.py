"""Agreement of two sources that say the same thing of the same patients."""

import math

import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from study.biomarkers.decision import UNDECIDED


def cohen_kappa(first: pd.Series, second: pd.Series) -> float:
    """Return Cohen's kappa, unweighted, of two columns of levels on one index.

    Pairs of which either is missing (NaN) are left out. NaN where kappa is not defined: without
    any pair, and where both columns hold one and the same level only, so that chance alone
    would make them agree.

    Source: Cohen J (1960) Educ Psychol Meas 20:37, computed by statsmodels.
    """
    pairs = pd.DataFrame({"first": first, "second": second}).dropna()
    levels = sorted(set(pairs["first"]) | set(pairs["second"]))
    if len(levels) < 2:
        return math.nan
    counts = pd.crosstab(pairs["first"], pairs["second"])
    square = counts.reindex(index=levels, columns=levels, fill_value=0)
    return float(cohens_kappa(square.to_numpy(), return_results=False))


def count_agreement(sources: pd.DataFrame) -> pd.DataFrame:
    """Return ``fact, recorded, derived, n``: every cell of the cross-tables that occurs.

    Parameters
    ----------
    sources : pandas.DataFrame
        One row per patient and fact: fact, recorded, derived, discordant. Facts keep their order.
    """
    cells = [
        rows.groupby(["fact", "recorded", "derived"]).size().rename("n").reset_index()
        for _, rows in sources.groupby("fact", sort=False)
    ]
    return pd.concat(cells, ignore_index=True)


def summarise_agreement(sources: pd.DataFrame) -> pd.DataFrame:
    """Return one row per fact: where both sources decide, how often they agree, and kappa.

    Every patient counts once in ``n_both``, ``n_less_specific`` (both decide, and one says less
    specifically what the other says), ``n_recorded_only``, ``n_derived_only`` or ``n_neither``.
    ``percent`` and ``kappa`` are of ``n_both``, and empty where they are not defined;
    ``n_discordant`` patients are listed, among them those whose recorded verdict lacks the
    findings for it.

    Parameters
    ----------
    sources : pandas.DataFrame
        As for `count_agreement`.
    """
    rows = [_summary(fact, rows) for fact, rows in sources.groupby("fact", sort=False)]
    return pd.DataFrame(rows)


def _summary(fact: object, sources: pd.DataFrame) -> dict[str, object]:
    recorded = ~sources["recorded"].isin(UNDECIDED)
    derived = ~sources["derived"].isin(UNDECIDED)
    same = sources["recorded"].eq(sources["derived"])
    less_specific = recorded & derived & ~same & ~sources["discordant"]
    both = recorded & derived & ~less_specific
    n_both, n_agree = int(both.sum()), int((both & same).sum())
    compared = sources[both]
    return {
        "fact": fact,
        "n": len(sources),
        "n_both": n_both,
        "n_agree": n_agree,
        "percent": 100 * n_agree / n_both if n_both else math.nan,
        "kappa": cohen_kappa(compared["recorded"], compared["derived"]),
        "n_less_specific": int(less_specific.sum()),
        "n_recorded_only": int((recorded & ~derived).sum()),
        "n_derived_only": int((derived & ~recorded).sum()),
        "n_neither": int((~recorded & ~derived).sum()),
        "n_discordant": int(sources["discordant"].sum()),
    }
