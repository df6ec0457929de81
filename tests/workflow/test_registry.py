"""A registry export, each finding in its own vocabulary, runs through the codebook alone."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from schemas.estimates import read_estimates
from tests.conftest import snakemake
from tests.workflow.registry import PATIENTS, registry_export


@pytest.fixture(scope="module")
def results(checkout) -> Path:
    folder = checkout("registry")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "config/cohorts/registry").mkdir()
    codebook = Path(__file__).with_name("registry.yaml")
    shutil.copy(codebook, folder / "config/cohorts/registry/cohort.yaml")
    registry_export(folder / "data/registry.tsv")
    run = snakemake(folder, "--cores", "2", "--config", "cohorts=registry")
    assert run.returncode == 0, run.stderr[-6000:]
    return folder / "results/registry"


def test_every_case_has_the_her2_status_of_the_guideline(results):
    derived = pd.read_parquet(results / "cohort/derived.parquet")
    assert derived["her2_status"].tolist()[: len(PATIENTS)] == [case[6] for case in PATIENTS]


def test_a_range_that_a_cut_off_divides_leaves_the_word_to_the_recorded_status(results):
    derived = pd.read_parquet(results / "cohort/derived.parquet")
    divided = derived[derived["er_percent"].isna()]
    assert set(divided["er_recorded"]) == {"positive", "negative"}
    assert divided["er_status"].equals(divided["er_recorded"])


def test_undecided_women_are_excluded_by_name_and_the_others_analysed(results):
    flow = read_estimates("flow", results / "estimates/flow.csv").set_index("criterion")
    undecided = sum(case[6] in ("unknown", "unresolved") for case in PATIENTS)
    assert flow.loc["receptors_unknown", "excluded"] == undecided
    assert flow["remaining"].iloc[-1] == len(PATIENTS) + 120 - undecided
    models = read_estimates("univariable", results / "estimates/univariable.csv")
    assert models["status"].eq("ok").any()
    assert (results / "tables/table4.html").exists()


def test_the_trace_gives_the_evidence_for_each(results):
    trace = pd.read_parquet(results / "cohort/trace.parquet")
    her2 = trace[trace["biomarker"] == "her2_status"].head(len(PATIENTS))
    decided = [case[6] in ("positive", "negative") for case in PATIENTS]
    assert her2["grade"].ne("none").tolist() == decided
    assert her2["edition"].eq("asco_cap_2018").all()
