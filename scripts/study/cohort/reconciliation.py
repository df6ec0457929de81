"""The gate: the flow, the tables and the models must speak of the same patients.

Every function returns identities: identity (in words), left, right, agree.
"""

from collections.abc import Iterable

import pandas as pd

from study.cohort.units import count_patients, is_counted, patients

# What must be known of a patient for her to stand in a table of microcalcifications.
TABLE_VARIABLES = {
    "mc_by_her2": ["her2_status"],
    "mc_by_density": ["density"],
    "mc_by_density_group": ["density_group"],
    "mc_by_her2_within_density": ["her2_status", "density"],
    "mc_by_subtype": ["subtype"],
    "mc_by_histology": ["histology"],
    "mc_by_age_group": ["age_group"],
}


def reconcile_flow(
    flow: pd.DataFrame, disposition: pd.DataFrame, analysis: pd.DataFrame
) -> pd.DataFrame:
    """Return the identities of the flow: its own sums, the dispositions, the analysis cohort."""
    criteria = flow.iloc[1:-1]
    assessed, analysed = int(flow["remaining"].iloc[0]), int(flow["remaining"].iloc[-1])
    taken = patients(disposition).groupby(disposition["excluded_by"]).sum()
    included = disposition[disposition["included"]]
    steps = [
        (f"flow: remaining after {now.criterion}", before.remaining - now.excluded, now.remaining)
        for before, now in zip(flow.itertuples(), flow.iloc[1:].itertuples(), strict=False)
    ]
    excluded = [
        (
            f"flow: excluded by {row.criterion} = dispositions",
            row.excluded,
            taken.get(row.criterion, 0),
        )
        for row in criteria.itertuples()
    ]
    totals = [
        ("flow: assessed - excluded = analysed", assessed - flow["excluded"].sum(), analysed),
        (
            "flow: assessed = patients with a disposition",
            assessed,
            _distinct(disposition),
        ),
        ("flow: analysed = dispositions included", analysed, count_patients(included)),
        ("flow: analysed = rows of the analysis cohort", analysed, count_patients(analysis)),
        (
            "flow: analysed = included patients found in the analysis cohort",
            analysed,
            _found(included, analysis),
        ),
    ]
    return _identities([*steps, *excluded, *totals])


def reconcile_tables(
    analysed: int, analysis: pd.DataFrame, baseline: pd.DataFrame, contingency: pd.DataFrame
) -> pd.DataFrame:
    """Return the identities of Table 1 and of the contingency tables with the analysed n.

    A table that is not there must lack its variables: every analysed patient is then missing.
    """
    overall = baseline[baseline["group"] == "overall"]
    described = [
        (f"baseline: {variable}: total + missing = analysed", total + missing, analysed)
        for variable, total, missing in _first_rows(overall, "variable", ["total", "missing"])
    ]
    levels = overall[overall["level"].notna()].groupby("variable", sort=False)
    summed = [
        (f"baseline: {variable}: levels sum to total", rows["n"].sum(), rows["total"].iloc[0])
        for variable, rows in levels
    ]
    counted = contingency.groupby("table")["n"].sum()
    crossed = [
        (
            f"contingency: {table}: n + missing = analysed",
            counted.get(table, 0) + _missing(analysis, ["microcalcifications", *variables]),
            analysed,
        )
        for table, variables in TABLE_VARIABLES.items()
    ]
    return _identities([*described, *summed, *crossed])


def reconcile_models(
    analysed: int,
    analysis: pd.DataFrame,
    estimates: pd.DataFrame,
    model_fit: pd.DataFrame,
    lost: pd.DataFrame,
) -> pd.DataFrame:
    """Return the identities of every model: n + lost = analysed, in its estimates and its fit.

    Parameters
    ----------
    estimates : pandas.DataFrame
        model, n of the univariable (named by `name_univariable`) and multivariable models.
    lost : pandas.DataFrame
        model, patient_id of whom each model lost to missing values; only analysed patients,
        each once, count. Of a registry, model and patients.
    """
    listed = {model: _found(rows, analysis) for model, rows in lost.groupby("model")}
    fits = model_fit.set_index("model")
    rows = []
    for model, counts in estimates.groupby("model", sort=False)["n"]:
        for n in counts.unique():
            rows.append((f"model {model}: n + lost = analysed", n + listed.get(model, 0), analysed))
            rows.append((f"model {model}: n = n of its fit", n, fits["n"].get(model, 0)))
    for model, n, missing in _first_rows(model_fit, "model", ["n", "missing"]):
        rows.append((f"fit of {model}: n + missing = analysed", n + missing, analysed))
    return _identities(rows)


def name_univariable(univariable: pd.DataFrame) -> pd.DataFrame:
    """Return the univariable estimates with the model names of the other tables."""
    return univariable.assign(model="univariable_" + univariable["variable"])


def describe_disagreements(identities: pd.DataFrame) -> str:
    """Return the identities that do not hold, one per line; empty if all hold."""
    broken = identities[~identities["agree"]]
    return "\n".join(
        f"  {row.identity}: {row.left} is not {row.right}" for row in broken.itertuples()
    )


def _missing(analysis: pd.DataFrame, variables: list[str]) -> int:
    return count_patients(analysis, analysis[variables].isna().any(axis="columns"))


def _distinct(rows: pd.DataFrame) -> int:
    """Return how many patients there are; who is named twice is one."""
    return count_patients(rows) if is_counted(rows) else rows["patient_id"].nunique()


def _found(rows: pd.DataFrame, analysis: pd.DataFrame) -> int:
    """Return how many patients of the analysis are among the rows; of a registry, all of them."""
    if is_counted(rows):
        return count_patients(rows)
    return _distinct(rows[rows["patient_id"].isin(analysis["patient_id"])])


def _first_rows(frame: pd.DataFrame, key: str, columns: list[str]) -> Iterable[tuple]:
    return frame.drop_duplicates(key)[[key, *columns]].itertuples(index=False, name=None)


def _identities(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["identity", "left", "right"])
    frame = frame.astype({"identity": "str", "left": "int64", "right": "int64"})
    return frame.assign(agree=frame["left"] == frame["right"])
