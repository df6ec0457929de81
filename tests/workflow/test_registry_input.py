"""The study's women as a registry, in parquet, CSV and DuckDB: the same numbers as row by row."""

import datetime as dt
import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from schemas.analysis import ANALYSIS
from schemas.estimates import ESTIMATES, read_estimates
from study.biomarkers.derivation import DerivationRules, derive_facts
from study.cohort.cohort_file import read_cohort
from study.cohort.eligibility import apply_criteria, select_criteria
from study.cohort.registry import Registry, group_rows
from study.cohort.registry_cuts import GroupingRules
from study.cohort.registry_source import connect
from study.cohort.registry_values import count_values
from study.cohort.strata import stratify
from study.cohort.units import count_patients
from study.cohort.validation import validate
from study.cohort.workbook import NOTE_COLUMNS
from study.statistics.association import count_tables, list_counts, list_effects
from study.statistics.comparison import list_comparisons
from study.statistics.descriptives import describe_baseline, values_by_variable
from study.statistics.distributions import list_distributions
from study.statistics.multivariable import fit_models
from study.statistics.prevalence import list_prevalence
from study.statistics.screening import screen_variables
from study.statistics.vocabulary import analysis_levels
from tests.conftest import PROJECT, snakemake
from tests.unit.cohort.test_registry import DECISIONS

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
KINDS = ["parquet", "csv", "duckdb"]
COPIES = 707  # of 283 women: 200,081 rows


def differences(found: pd.DataFrame, expected: pd.DataFrame) -> list[str]:
    """Where two tables differ by more than 1e-12 of a number, or in a word between numbers."""
    assert list(found.columns) == list(expected.columns)
    assert len(found) == len(expected)
    return [
        f"{name}, row {row}: {one!r} is not {other!r}"
        for name in found
        for row, (one, other) in enumerate(zip(found[name], expected[name], strict=True))
        if not same(one, other)
    ]


def same(one: object, other: object) -> bool:
    if pd.isna(one) or pd.isna(other):
        return pd.isna(one) and pd.isna(other)
    if isinstance(one, str):
        if NUMBER.sub("#", one) != NUMBER.sub("#", str(other)):
            return False
        pairs = zip(NUMBER.findall(one), NUMBER.findall(str(other)), strict=True)
        return all(same(float(a), float(b)) for a, b in pairs)
    return bool(abs(one - other) <= 1e-12 * max(1.0, abs(other)) or one == other)


def women_of(project: Path) -> pd.DataFrame:
    """The workbook of the study, with its titles, as text."""
    folder = project / "results/milan/cohort"
    titles = pd.read_csv(folder / "columns.csv").set_index("letter")["header"]
    raw = pd.read_parquet(folder / "raw.parquet")
    return raw[list(titles.index)].rename(columns=titles)


def write(women: pd.DataFrame, path: Path) -> None:
    """Write a registry; parquet and DuckDB keep dates as dates, and parquet numbers as such."""
    days = ["Date of birth", "Date of diagnosis"]
    if path.suffix == ".csv":
        women.to_csv(path, index=False)
        return
    typed = women.assign(**{day: pd.to_datetime(women[day]).dt.date for day in days})
    if path.suffix == ".parquet":
        typed.astype({"BI-RADS": "Int64"}).to_parquet(path, index=False)
        return
    with duckdb.connect(str(path)) as connection:
        connection.register("typed", typed)
        connection.execute("CREATE TABLE women AS SELECT * FROM typed; CREATE TABLE x (i INT)")


def cohort_text(name: str, path: Path, extra: str = "") -> str:
    text = (PROJECT / "config/cohorts/milan/cohort.yaml").read_text(encoding="utf-8")
    block = f"workbook: {{path: {path}, registry: true{extra}}}\n\n"
    text = re.sub(r"workbook:\n.*?\n\n", block, text, flags=re.DOTALL)
    return text.replace("name: milan", f"name: {name}")


@pytest.fixture(scope="module")
def project(checkout, finished) -> Path:
    """A project that has gone through the parquet file wholly, through the others to the cohort."""
    folder = checkout("registry_input")
    (folder / "data").mkdir(exist_ok=True)
    for kind in KINDS:
        write(women_of(finished), folder / f"data/women.{kind}")
        (folder / f"config/cohorts/by_{kind}").mkdir()
        extra = ", table: women" if kind == "duckdb" else ""
        text = cohort_text(f"by_{kind}", Path(f"data/women.{kind}"), extra)
        (folder / f"config/cohorts/by_{kind}/cohort.yaml").write_text(text, encoding="utf-8")
    run = snakemake(folder, "--cores", "2", "--config", "cohorts=by_parquet")
    assert run.returncode == 0, run.stderr[-6000:]
    targets = [
        f"results/by_{kind}/cohort/{name}.parquet"
        for kind in ("csv", "duckdb")
        for name in ("analysis", "values")
    ]
    run = snakemake(folder, *targets, "--cores", "2", "--config", "cohorts=[by_csv, by_duckdb]")
    assert run.returncode == 0, run.stderr[-6000:]
    return folder


@pytest.mark.parametrize("name", ESTIMATES)
def test_every_estimate_of_the_registry_is_that_of_the_rows(project, finished, name):
    found, expected = (
        read_estimates(name, place / f"estimates/{name}.csv")
        for place in (project / "results/by_parquet", finished / "results/milan")
    )
    if name == "checks":
        said = found["check"].eq("registry")
        assert said.sum() == 1
        assert "counted, not listed" in found.loc[said, "message"].item()
        found = found[~said].reset_index(drop=True)
    assert not differences(found, expected)


@pytest.mark.parametrize(
    ("target", "step"),
    [
        ("resampling/stability.csv", "resample_chain"),
        ("sensitivity/batches/0000.parquet", "fit_universes_0000"),
    ],
)
def test_what_takes_a_row_for_a_patient_refuses_a_registry(project, target, step):
    target = f"results/by_parquet/{target}"
    run = snakemake(project, target, "--cores", "2", "--config", "cohorts=by_parquet")
    assert run.returncode != 0
    log = (project / f"results/by_parquet/logs/{step}.log").read_text(encoding="utf-8")
    assert "This cohort is a registry: its patients are counted and not listed" in log
    assert not (project / target).exists()


@pytest.mark.parametrize("kind", ["csv", "duckdb"])
@pytest.mark.parametrize("name", ["analysis", "values"])
def test_the_kind_of_file_makes_no_difference(project, kind, name):
    one, other = (
        pd.read_parquet(project / f"results/by_{each}/cohort/{name}.parquet")
        for each in ("parquet", kind)
    )
    pd.testing.assert_frame_equal(one, other)


def test_no_file_of_the_registry_holds_an_identifier(project, finished):
    identifiers = set(women_of(finished)["Patient no."])
    assert len(identifiers) == 283
    pattern = re.compile("|".join(map(re.escape, identifiers)))
    files = [path for path in (project / "results/by_parquet").rglob("*") if path.is_file()]
    assert len(files) > 50
    for path in files:
        if path.suffix == ".parquet":
            text = pd.read_parquet(path).to_csv()
        else:
            text = path.read_bytes().decode("utf-8", errors="ignore")
        assert not pattern.search(text), path


def replicated(women: pd.DataFrame, path: Path) -> None:
    """Write every woman `COPIES` times, each copy a patient of her own, in an order of chance."""
    rows = women.loc[np.random.default_rng(7).permutation(np.repeat(women.index, COPIES))]
    write(rows.assign(**{"Patient no.": [f"P{n}" for n in range(len(rows))]}), path)


def analysed(path: Path) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], pd.DataFrame]:
    """The analysis cohort of a registry, its ages and Ki-67, and the flow."""
    cohort = read_cohort(cohort_text("x", path))
    derivation = DECISIONS["derivation"]
    names = ("er_positive_from_percent", "pr_positive_from_percent", "ki67_high_from_percent")
    cuts = {name: [derivation[name]] for name in names}
    edges = derivation["density_upper_edges_percent"]
    period = {"start": "2018-01-01", "end": "2023-12-31"}
    rules = GroupingRules(**cuts, density_upper_edges_percent=edges, study_period=period)
    with connect(path, cohort.workbook) as (connection, relation):
        opened = Registry(connection, relation, cohort, rules, dt.date(2026, 1, 1))
        raw = group_rows(opened, "x")
        notes = pd.DataFrame(columns=NOTE_COLUMNS)
        frame, problems = validate(raw, opened.columns, notes, cohort, dt.date(2026, 1, 1))
        assert not [problem for problem in problems if problem.severity == "error"]
        aside = {"age_coding", "idc_with_dcis_is_idc"}
        derive = DerivationRules(**{k: v for k, v in derivation.items() if k not in aside})
        criteria = select_criteria(
            ["outside_study_period", "receptors_unknown", "subtype_unknown"],
            positive_birads=["4", "5"],
            luminal_unspecified_is_unknown=True,
            study_period=period,
        )
        result = apply_criteria(derive_facts(frame, derive).cohort, criteria)
        groups = result.included[["row", "microcalcifications", "her2_status"]]
        values = count_values(opened, groups.merge(raw[["row", "key"]]))
    analysis = stratify(result.included, age_coding="completed_years", idc_with_dcis_is_idc=False)
    return analysis, values_by_variable([values]), result.flow


def estimates(analysis: pd.DataFrame, values: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What the rules compute of an analysis cohort; tests of counts see the tables alone."""
    models, tables = DECISIONS["models"], count_tables(analysis)
    common = {
        "references": models["references"],
        "levels": analysis_levels(),
        "confidence_level": 0.95,
    }
    screened = screen_variables(
        analysis,
        models["outcome"],
        models["candidates"],
        models["univariable_only"],
        screening_alpha=0.1,
        screening_test="wald",
        **common,
    )
    named = {n: terms for n, terms in models["multivariable"].items() if terms != "selected"}
    return {
        "baseline": describe_baseline(analysis, values),
        "distributions": list_distributions(analysis, values),
        "contingency": list_counts(tables),
        "comparisons": list_comparisons(analysis, 0.05, 0.05, values),
        "effects": list_effects(tables, 0.95),
        "prevalence": list_prevalence(tables, 0.95),
        "univariable": screened[0],
        "multivariable": fit_models(analysis, models["outcome"], named, **common)[0],
    }


def test_200_000_rows_give_the_numbers_of_their_rows(finished, tmp_path):
    replicated(women_of(finished), tmp_path / "women.parquet")
    analysis, values, flow = analysed(tmp_path / "women.parquet")
    assert flow["remaining"].iloc[0] == 283 * COPIES
    once = pd.read_parquet(finished / "results/milan/cohort/analysis.parquet")
    rows = pd.concat([once] * COPIES, ignore_index=True)
    rows["patient_id"] = [f"P{n}" for n in range(len(rows))]
    ANALYSIS.validate(rows)
    assert count_patients(analysis) == len(rows) == 185 * COPIES
    assert len(analysis) < len(once)
    found, expected = estimates(analysis, values), estimates(rows, {})
    different = {name: differences(found[name], expected[name]) for name in found}
    assert different == {name: [] for name in found}
