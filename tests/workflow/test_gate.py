"""The gate between the models and what is reported: one spoilt table stops the run."""

import pandas as pd
import pytest

from reconcile_counts import reconcile_counts
from schemas.estimates import read_estimates, write_estimates
from study.problems import StudyError

ESTIMATES = ["flow", "baseline", "contingency", "univariable", "multivariable", "model_fit"]
COHORT = {
    "disposition": "disposition",
    "analysis": "analysis",
    "lost_univariable": "lost_to_missing_univariable",
    "lost_multivariable": "lost_to_missing_multivariable",
}


@pytest.fixture
def tables(finished, tmp_path):
    """The files that the gate of milan reads, and a place for what it writes."""
    milan = finished / "results" / "milan"
    return {
        **{name: milan / "estimates" / f"{name}.csv" for name in ESTIMATES},
        **{name: milan / "cohort" / f"{file}.parquet" for name, file in COHORT.items()},
        "reconciliation": tmp_path / "reconciliation.csv",
    }


def test_the_gate_passes_what_a_run_made(tables, capsys):
    reconcile_counts(**tables)
    assert "185 patients are analysed." in capsys.readouterr().out
    assert pd.read_csv(tables["reconciliation"])["agree"].all()


@pytest.mark.parametrize(
    ("name", "column", "identity"),
    [
        ("baseline", "missing", "baseline: .*: total [+] missing = analysed"),
        ("contingency", "n", "contingency: .*: n [+] missing = analysed"),
        ("multivariable", "n", "model .*: n [+] lost = analysed"),
    ],
)
def test_the_gate_stops_on_one_spoilt_table_and_names_it(tables, tmp_path, name, column, identity):
    table = read_estimates(name, tables[name])
    table.loc[0, column] += 1
    write_estimates(name, table, tmp_path / f"{name}.csv")
    with pytest.raises(
        StudyError, match=f"(?s)The counts do not agree.*{identity}: 186 is not 185"
    ):
        reconcile_counts(**{**tables, name: tmp_path / f"{name}.csv"})
    written = pd.read_csv(tables["reconciliation"])
    assert not written["agree"].all()
