"""Exact tests of tables with two columns against R, and where there is no exact test."""

import io
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

from study.statistics import effects, exact
from study.statistics.freeman_halton import two_column_test
from tests.conftest import PROJECT
from tests.unit.statistics.tabular import REFERENCE

STORED = pd.read_csv(REFERENCE / "exact.csv", dtype={"index": str})


def number(name, kind, index):
    of = STORED.query("set == @name and kind == @kind and index == @index")
    return of["value"].item()


def sets_with(kind):
    names = STORED.loc[STORED["kind"].eq(kind), "set"].unique().tolist()
    assert len(names) >= 5
    return names


def counts_of(name):
    cells = STORED.query("set == @name and kind == 'count'")
    places = cells["index"].str.split(".", expand=True).astype(int)
    return cells.assign(row=places[0], column=places[1]).pivot_table(
        index="row", columns="column", values="value", aggfunc="sum"
    ).astype(int)  # fmt: skip


@pytest.mark.parametrize("name", sets_with("enumerated"))
def test_both_p_values_are_those_of_every_table_listed_in_r(name):
    found = two_column_test(counts_of(name).to_numpy())
    assert found.p_value == pytest.approx(number(name, "enumerated", "p"), rel=1e-10, abs=0)
    assert found.mid_p_value == pytest.approx(number(name, "enumerated", "mid_p"), rel=1e-10, abs=0)


@pytest.mark.parametrize("name", sets_with("fisher_test"))
def test_the_p_value_is_that_of_fisher_test_in_r(name):
    found = exact.fisher_exact(counts_of(name))
    assert found.p_value == pytest.approx(number(name, "fisher_test", "p"), rel=1e-9, abs=0)


@pytest.mark.parametrize("name", sets_with("mid_p_interval"))
def test_the_mid_p_interval_is_that_of_r(name):
    found = effects.mid_p_odds_ratio(counts_of(name), 0.95)
    expected = [number(name, "mid_p_interval", bound) for bound in ("low", "high")]
    assert [found.ci_low, found.ci_high] == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_r_still_gives_the_stored_numbers():
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed; the stored numbers were compared all the same")
    command = ["Rscript", str(REFERENCE / "exact.R")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout
    rerun = pd.read_csv(io.StringIO(lines), dtype={"index": str})
    key = ["set", "kind", "index"]
    pd.testing.assert_frame_equal(rerun[key], STORED[key])
    np.testing.assert_allclose(rerun["value"], STORED["value"], rtol=1e-11)
