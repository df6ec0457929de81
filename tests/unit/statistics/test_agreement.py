"""Agreement of recorded and derived facts; kappa is that of R."""

import io
import shutil
import subprocess

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from schemas.estimates import ESTIMATES
from study.statistics.agreement import cohen_kappa, count_agreement, summarise_agreement
from tests.conftest import PROJECT

REFERENCE = PROJECT / "tests/reference/agreement.csv"
# fact, recorded, derived, discordant; one line per patient
SOURCES = [
    ("her2_status", "positive", "positive", False),
    ("her2_status", "positive", "positive", False),
    ("her2_status", "negative", "negative", False),
    ("her2_status", "negative", "positive", True),
    ("her2_status", "positive", "unknown", True),
    ("her2_status", "unresolved", "negative", True),
    ("her2_status", "unknown", "negative", False),
    ("her2_status", "unknown", "unknown", False),
    ("subtype", "luminal_unspecified", "luminal_a", False),
    ("subtype", "luminal_a", "luminal_unspecified", False),
    ("subtype", "luminal_unspecified", "luminal_unspecified", False),
    ("subtype", "luminal_unspecified", "triple_negative", True),
    *[("subtype", "unknown", "unknown", False)] * 4,
    *[("density", "B", "unknown", False)] * 8,
]


def sources(rows=SOURCES):
    return pd.DataFrame(rows, columns=["fact", "recorded", "derived", "discordant"])


def summary_of(fact):
    table = ESTIMATES["agreement_summary"].validate(summarise_agreement(sources()))
    return table.set_index("fact").loc[fact]


def reference_tables():
    return [
        (name, rows["first"].repeat(rows["n"]), rows["second"].repeat(rows["n"]), kappa)
        for (name, kappa), rows in pd.read_csv(REFERENCE).groupby(["table", "kappa"])
    ]


@pytest.mark.parametrize(("name", "first", "second", "kappa"), reference_tables())
def test_kappa_is_that_of_r(name, first, second, kappa):
    assert cohen_kappa(first, second) == pytest.approx(kappa, abs=1e-12)
    assert cohen_kappa(second, first) == pytest.approx(kappa, abs=1e-12)


def test_r_still_gives_the_stored_numbers():
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed; the stored numbers were compared all the same")
    lacks_psych = ["Rscript", "-e", "quit(status = !requireNamespace('psych', quietly = TRUE))"]
    if subprocess.run(lacks_psych, capture_output=True).returncode:
        pytest.skip("R lacks psych; the stored numbers were compared all the same")
    command = ["Rscript", str(PROJECT / "tests/reference/agreement.R")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(lines)), pd.read_csv(REFERENCE))


def test_a_kappa_computed_by_hand():
    # 7 of 10 agree; by chance (6 * 5 + 4 * 5) / 100 = 0.5
    first = pd.Series(list("ppppppnnnn"))
    second = pd.Series(list("ppppnnpnnn"))
    assert cohen_kappa(first, second) == pytest.approx((0.7 - 0.5) / (1 - 0.5))


def test_kappa_is_not_defined_without_pairs_or_for_one_level_in_both():
    nobody = pd.Series([], dtype="str")
    assert np.isnan(cohen_kappa(nobody, nobody))
    same = pd.Series(["positive"] * 3)
    assert np.isnan(cohen_kappa(same, same))
    assert np.isnan(cohen_kappa(same, pd.Series([None] * 3, dtype="str")))


def test_kappa_leaves_out_pairs_of_which_one_is_missing():
    first = pd.Series(["p", "n", "p", None, "n"], dtype="str")
    second = pd.Series(["p", "n", "n", "p", None], dtype="str")
    assert cohen_kappa(first, second) == cohen_kappa(first[:3], second[:3])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_is_one_for_agreement_never_more_and_blind_to_names(pairs):
    first, second = (pd.Series(column) for column in zip(*pairs, strict=True))
    kappa = cohen_kappa(first, second)
    renamed = {"a": "z", "b": "y", "c": "x"}
    again = cohen_kappa(first.map(renamed), second.map(renamed))
    np.testing.assert_allclose(again, kappa, rtol=0, atol=1e-12)
    if len(set(first)) > 1:
        assert cohen_kappa(first, first) == pytest.approx(1)
    assert np.isnan(kappa) or -1 - 1e-12 <= kappa <= 1 + 1e-12


def test_every_cell_that_occurs_is_counted_and_facts_keep_their_order():
    cells = ESTIMATES["agreement"].validate(count_agreement(sources()))
    assert list(cells["fact"].unique()) == ["her2_status", "subtype", "density"]
    assert cells["n"].sum() == len(SOURCES)
    her2 = cells[cells["fact"].eq("her2_status")].drop(columns="fact")
    assert her2.to_numpy().tolist() == [
        ["negative", "negative", 1],
        ["negative", "positive", 1],
        ["positive", "positive", 2],
        ["positive", "unknown", 1],
        ["unknown", "negative", 1],
        ["unknown", "unknown", 1],
        ["unresolved", "negative", 1],
    ]


def test_only_patients_in_whom_both_sources_decide_are_compared():
    her2 = summary_of("her2_status")
    assert (her2["n"], her2["n_both"], her2["n_agree"], her2["percent"]) == (8, 4, 3, 75)
    # by chance (2 * 3 + 2 * 1) / 16 = 0.5
    assert her2["kappa"] == pytest.approx(0.5)
    assert her2[["n_recorded_only", "n_derived_only", "n_neither"]].to_list() == [1, 2, 1]
    assert her2["n_discordant"] == 3


def test_a_less_specific_subtype_neither_agrees_nor_differs_and_a_contradiction_does():
    subtype = summary_of("subtype")
    assert (subtype["n_less_specific"], subtype["n_both"], subtype["n_agree"]) == (2, 2, 1)
    assert subtype["n_discordant"] == 1


def test_where_nothing_can_be_compared_percent_and_kappa_are_empty():
    density = summary_of("density")
    assert density["n_both"] == 0
    assert density[["percent", "kappa"]].isna().all()
    assert density["n_recorded_only"] == 8


def test_a_summary_that_does_not_count_everybody_is_refused():
    table = summarise_agreement(sources())
    table.loc[0, "n_neither"] += 1
    with pytest.raises(Exception, match="add up to all patients"):
        ESTIMATES["agreement_summary"].validate(table)
