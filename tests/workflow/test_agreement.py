"""Women whose workbook records what its findings contradict: the table, the list, the account."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from schemas.analysis import DISCORDANT_PATIENTS
from schemas.estimates import read_estimates
from tests.conftest import snakemake

WORKBOOK = """code,MC,IHC,FISH,HER2,ER,ER status,PR,Ki67,density
A-1,yes,3+,,positive,90,positive,40,30,B
A-2,no,1+,,negative,80,positive,0,10,C
A-3,no,2+,,positive,0,negative,0,50,A
A-4,yes,0,,positive,0.5,positive,0,60,D
A-5,no,2+,negative,negative,70,positive,60,15,B
A-6,,,,,,,,,
"""
COHORT = """name: both
title: Invented women with findings and verdicts
synthetic: true
workbook: {path: data/both.csv}
codebook:
  patient_id: {column: code}
  microcalcifications_recorded: {column: MC}
  her2_ihc: {column: IHC}
  her2_ish: {column: FISH, blank: not_done}
  her2_recorded: {column: HER2}
  er_percent: {column: ER}
  er_recorded: {column: ER status}
  pr_percent: {column: PR}
  ki67_percent: {column: Ki67}
  density_recorded: {column: density}
"""
TARGETS = ["results/both/tables/agreement.html", "results/both/cohort/disposition.parquet"]


def explain(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/explain_patient.py", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


@pytest.fixture(scope="module")
def project(checkout) -> Path:
    """A project whose cohort `both` has run as far as this file needs."""
    folder = checkout("agreement")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data/both.csv").write_text(WORKBOOK, encoding="utf-8")
    (folder / "config/cohorts/both").mkdir()
    (folder / "config/cohorts/both/cohort.yaml").write_text(COHORT, encoding="utf-8")
    run = snakemake(folder, *TARGETS, "--cores", "2", "--config", "cohorts=both")
    assert run.returncode == 0, run.stderr[-4000:]
    return folder


def test_agreement_counts_every_woman_and_compares_those_of_both_sources(project):
    results = project / "results/both/estimates"
    summary = read_estimates("agreement_summary", results / "agreement_summary.csv")
    her2 = summary.set_index("fact").loc["her2_status"]
    assert her2[["n", "n_both", "n_agree", "n_recorded_only", "n_neither"]].to_list() == [
        *(6, 4, 3, 1, 1)
    ]
    # by chance (2 * 1 + 2 * 3) / 16 = 0.5
    assert her2["kappa"] == pytest.approx(0.5)
    cells = read_estimates("agreement", results / "agreement.csv")
    assert cells.groupby("fact")["n"].sum().eq(6).all()
    assert "age_years" not in set(cells["fact"])


def test_the_list_of_discordant_patients_opens_with_its_reasons(project):
    file = project / "results/both/cohort/discordant_patients.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    listed = DISCORDANT_PATIENTS.validate(pd.read_csv(file))
    assert listed[["patient_id", "fact", "recorded", "derived", "used"]].to_numpy().tolist() == [
        ["A-4", "er_status", "positive", "negative", "derived"],
        ["A-3", "her2_status", "positive", "unknown", "recorded"],
        ["A-4", "her2_status", "positive", "negative", "derived"],
    ]
    assert listed["reason"].iloc[1] == (
        "HER2 IHC 2+: IHC 2+ without ISH leaves the status unknown; "
        "a score of 2+ is equivocal and asks for ISH; the recorded value is used"
    )


def test_a_patient_is_explained_in_sentences(project):
    told = explain(project, "both", " A-3 ")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Patient A-3 of cohort both (synthetic)\n")
    assert ("HER2 status: positive.\n  Seen: HER2 IHC 2+.\n  Recorded: positive.\n") in told.stdout
    assert told.stdout.endswith("\nIncluded in the analysis.\n")
    excluded = explain(project, "both", "A-6").stdout
    assert "\nExcluded: microcalcifications not reported.\n  She also fails: " in excluded


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere", "A-1"), "There is no cohort 'nowhere'. Known: both, duke, example, milan."),
        (("milan", "A-1"), "Run: .venv/bin/snakemake --cores all --config cohorts=milan"),
        (("both", "Z-9"), "No patient of cohort both has this identifier; 6 were read."),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_sentence(project, arguments, said):
    refused = explain(project, *arguments)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "A-" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_cohort_of_the_study_is_explained_and_has_nothing_to_compare(finished):
    table = pd.read_parquet(finished / "results/milan/cohort/trace.parquet")
    her2 = table[table["biomarker"].eq("her2_status") & table["row"].eq("3")]
    told = explain(finished, "milan", her2["patient_id"].iloc[0])
    assert (
        "HER2 status: positive.\n"
        "  Seen: HER2 IHC 2+, HER2 ISH verdict positive.\n"
        "  Rule: IHC 2+ with ISH positive is positive (edition of the reference study, "
        "row 3 of schemas/her2_status.csv).\n"
        "  Evidence: ISH verdict without numbers.\n"
    ) in told.stdout
    page = (finished / "results/milan/tables/agreement.html").read_text(encoding="utf-8")
    assert "Nothing to compare: it is recorded in no woman (the findings decide it in 244" in page
    assert "No woman is discordant." in page
