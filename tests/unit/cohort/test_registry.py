"""A registry is grouped before it is read, and says the same as its rows one by one."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.cohort import GROUPED
from schemas.document import document_problems, read_document
from study.biomarkers.derivation import DerivationRules, derive_facts
from study.cohort import registry
from study.cohort.cohort_file import read_cohort
from study.cohort.eligibility import apply_criteria, select_criteria
from study.cohort.registry_cuts import Cut, GroupingRules, cuts_of_fields
from study.cohort.registry_source import connect
from study.cohort.registry_values import count_values
from study.cohort.strata import stratify
from study.cohort.units import tally
from study.cohort.validation import validate
from study.cohort.workbook import NOTE_COLUMNS, read_workbook
from study.problems import ProblemsFound, StudyError
from tests.conftest import PROJECT

TODAY = dt.date(2026, 1, 1)
DECISIONS = read_document((PROJECT / "config/config.yaml").read_text(encoding="utf-8"))["analysis"]
PERIOD = {"start": "2018-01-01", "end": "2023-12-31"}
CODEBOOK = """
  patient_id: {column: ID}
  microcalcifications_recorded: {column: MC}
  density_percent: {column: Density}
  er_percent: {column: ER, missing: {unknown: [n.a.]}}
  er_recorded: {column: ER status}
  pr_percent: {column: PR}
  her2_ihc: {column: IHC}
  her2_ratio: {column: Ratio}
  ki67_percent: {column: Ki-67, numbers: {"<5": 3}}
  histology_recorded: {column: Histology}
"""
DATES = "  birth_date: {column: Born}\n  diagnosis_date: {column: Diagnosed}\n"
AGE = "  age_recorded: {column: Age}\n"


RULES = GroupingRules(
    er_positive_from_percent=[1, 10],
    pr_positive_from_percent=[1, 10],
    ki67_high_from_percent=[14, 20],
    density_upper_edges_percent=DECISIONS["derivation"]["density_upper_edges_percent"],
    study_period=PERIOD,
)


def settings_of(path: Path, codebook: str = CODEBOOK + AGE, extra: str = "") -> str:
    return (
        f"name: x\ntitle: X\nworkbook: {{path: {path}, registry: true{extra}}}\n"
        f"codebook:{codebook if codebook.startswith(chr(10)) else chr(10) + codebook}"
    )


def grouped(path: Path, codebook: str = CODEBOOK + AGE, extra: str = ""):
    """The groups, what validation says of them, and the values of the women it lets through."""
    cohort = read_cohort(settings_of(path, codebook, extra))
    with connect(path, cohort.workbook) as (connection, relation):
        opened = registry.Registry(connection, relation, cohort, RULES, TODAY)
        raw = GROUPED.validate(registry.group_rows(opened, path.stem))
        notes = pd.DataFrame(columns=NOTE_COLUMNS)
        frame, problems = validate(raw, opened.columns, notes, cohort, TODAY)
        if any(problem.severity == "error" for problem in problems):
            return raw, problems, None, None
        included = analysed(frame)
        found = included[["row", "microcalcifications", "her2_status"]].merge(raw[["row", "key"]])
        return raw, problems, included, count_values(opened, found)


def row_wise(path: Path, codebook: str = CODEBOOK + AGE) -> pd.DataFrame:
    cohort = read_cohort(settings_of(path, codebook).replace(", registry: true", ""))
    frame, problems = validate(*read_workbook(path, cohort.workbook), cohort, TODAY)
    assert not [problem for problem in problems if problem.severity == "error"]
    return analysed(frame)


def analysed(validated: pd.DataFrame) -> pd.DataFrame:
    derivation = DECISIONS["derivation"]
    aside = {"age_coding", "idc_with_dcis_is_idc"}
    derive = DerivationRules(**{k: v for k, v in derivation.items() if k not in aside})
    criteria = select_criteria(
        ["outside_study_period", "microcalcifications_not_reported", "receptors_unknown"],
        positive_birads=["4", "5"],
        luminal_unspecified_is_unknown=True,
        study_period=PERIOD,
    )
    return apply_criteria(derive_facts(validated, derive).cohort, criteria).included


def combinations(included: pd.DataFrame, coding: str = "completed_years") -> pd.DataFrame:
    """The analysis cohort, counted by combination."""
    cohort = stratify(included, age_coding=coding, idc_with_dcis_is_idc=False)
    if "patient_id" in cohort:
        cohort = cohort.drop(columns=["patient_id", "age_years", "ki67_percent"])
        cohort.insert(0, "patients", 1)
    return tally(cohort)


def measured(included: pd.DataFrame) -> dict[tuple, int]:
    """How many women of each group have which age and Ki-67."""
    counts: dict[tuple, int] = {}
    for variable in ("age_years", "ki67_percent"):
        columns = [variable, "microcalcifications", "her2_status"]
        for row in included[columns].itertuples(index=False, name=None):
            key = (variable, *(None if pd.isna(value) else value for value in row))
            counts[key] = counts.get(key, 0) + 1
    return counts


def as_counts(values: pd.DataFrame) -> dict[tuple, int]:
    rows = values[["variable", "value", "microcalcifications", "her2_status", "patients"]]
    return {
        (name, None if pd.isna(value) else value, mc, her2): n
        for name, value, mc, her2, n in rows.itertuples(index=False, name=None)
    }


PERCENT = st.one_of(st.none(), st.integers(0, 100), st.sampled_from([0.5, 9.99, 20.0, 99.5]))
DAY = st.dates(dt.date(2015, 1, 1), dt.date(2025, 12, 31))
WOMAN = st.fixed_dictionaries(
    {
        "Age": st.one_of(st.none(), st.integers(26, 99), st.sampled_from([50.4, 51.0, 50.0])),
        "MC": st.sampled_from(["yes", "no", "not described", None]),
        "Density": PERCENT,
        "ER": PERCENT,
        "ER status": st.none(),
        "PR": PERCENT,
        "IHC": st.sampled_from(["0", "1+", "2+", "3+", None]),
        "Ratio": st.one_of(st.none(), st.sampled_from([0.9, 1.99, 2.0, 2.3, 7.0])),
        "Ki-67": PERCENT,
        "Histology": st.sampled_from(["IDC", "ILC", None]),
        "Diagnosed": DAY,
        "days": st.integers(26 * 365, 90 * 365),
    }
)
# One woman whom no criterion takes, so that somebody is analysed.
SOUND = {
    "Age": 60, "MC": "yes", "Density": 30, "ER": 90, "ER status": None, "PR": 50, "IHC": "1+",
    "Ratio": None, "Ki-67": 15, "Histology": "IDC", "Diagnosed": dt.date(2020, 2, 29),
    "days": 18262,
}  # fmt: skip


def write(women: list[dict], path: Path) -> Path:
    frame = pd.DataFrame([SOUND, *women])
    frame.insert(0, "ID", [f"p{n}" for n in range(len(frame))])
    frame["Born"] = [
        d - dt.timedelta(days=n) for d, n in zip(frame["Diagnosed"], frame["days"], strict=True)
    ]
    frame = frame.drop(columns="days")
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        texts = ["MC", "ER status", "IHC", "Histology"]
        frame.astype(dict.fromkeys(texts, "str")).to_parquet(path, index=False)
    return path


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("age", [AGE, DATES], ids=["recorded", "dates"])
@given(women=st.lists(WOMAN, max_size=12))
@settings(max_examples=6, deadline=None)
def test_groups_give_the_analysis_cohort_of_the_rows(tmp_path_factory, suffix, age, women):
    path = write(women, tmp_path_factory.mktemp("registry") / f"women.{suffix}")
    _, problems, included, values = grouped(path, CODEBOOK + age)
    assert not [problem for problem in problems if problem.severity == "error"]
    by_row = row_wise(path, CODEBOOK + age)
    for coding in ("completed_years", "unrounded"):
        one, other = combinations(included, coding), combinations(by_row, coding)
        pd.testing.assert_frame_equal(one, other, check_dtype=False)
    assert as_counts(values) == measured(by_row)


def only_grouped(path: Path, codebook: str) -> pd.DataFrame:
    cohort = read_cohort(settings_of(path, codebook))
    with connect(path, cohort.workbook) as (connection, relation):
        opened = registry.Registry(connection, relation, cohort, RULES, TODAY)
        return registry.group_rows(opened, "women")


@pytest.mark.parametrize("age", [AGE, DATES], ids=["recorded", "dates"])
@given(women=st.lists(WOMAN, min_size=1, max_size=12), order=st.randoms())
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_rows_and_their_blocks_change_nothing(tmp_path_factory, age, women, order):
    folder = tmp_path_factory.mktemp("registry")
    path = write(women, folder / "women.parquet")
    rows = pd.read_parquet(path)
    shuffled = rows.loc[order.sample(list(rows.index), len(rows))]
    (folder / "shuffled").mkdir()
    shuffled.to_parquet(folder / "shuffled/women.parquet", index=False, row_group_size=2)
    found = only_grouped(folder / "shuffled/women.parquet", CODEBOOK + age)
    pd.testing.assert_frame_equal(found, only_grouped(path, CODEBOOK + age))


@given(women=st.lists(WOMAN, max_size=6), copies=st.integers(2, 5))
@settings(max_examples=10, deadline=None)
def test_every_woman_as_many_times_makes_every_group_as_many_times_as_large(
    tmp_path_factory, women, copies
):
    folder = tmp_path_factory.mktemp("registry")
    once = write(women, folder / "women.parquet")
    (folder / "more").mkdir()
    more = write([SOUND] * (copies - 1) + women * copies, folder / "more/women.parquet")
    raw, again = (only_grouped(path, CODEBOOK + AGE) for path in (once, more))
    pd.testing.assert_frame_equal(again, raw.assign(patients=raw["patients"] * copies))


def test_the_query_names_neither_the_identifier_nor_a_column_outside_the_codebook(tmp_path):
    path = write([SOUND], tmp_path / "women.parquet")
    cohort = read_cohort(settings_of(path, CODEBOOK + AGE))
    with connect(path, cohort.workbook) as (connection, relation):
        opened = registry.Registry(connection, relation, cohort, RULES, TODAY)
        query = opened.query.grouped(relation)
        registry.group_rows(opened, "women")
        stored = connection.execute("SELECT column_name FROM duckdb_columns()").fetchall()
    for name in ("ID", "Born", "Diagnosed"):
        assert f'"{name}"' not in query
        assert (name,) not in stored
    assert '"IHC"' in query


def test_a_woman_is_over_fifty_from_her_51st_birthday_whatever_365_25_makes_of_it(tmp_path):
    birthday = {**SOUND, "Diagnosed": dt.date(2021, 3, 1), "days": 18628}  # born 1970-03-01
    eve = {**SOUND, "Diagnosed": dt.date(2021, 2, 28), "days": 18627}
    path = write([birthday, eve], tmp_path / "women.parquet")
    _, _, included, _ = grouped(path, CODEBOOK + DATES)
    by_row = row_wise(path, CODEBOOK + DATES)
    assert combinations(included)["age_group"].tolist() == ["<=50", ">50"]
    assert combinations(included)["patients"].tolist() == combinations(by_row)["patients"].tolist()


def test_women_alike_to_every_decision_are_one_group_and_identifiers_stay_behind(tmp_path):
    twin = {**SOUND, "ER": 77, "Ki-67": 18, "Age": 71, "Diagnosed": dt.date(2019, 5, 5)}
    path = write([twin], tmp_path / "women.parquet")
    for codebook in (CODEBOOK + AGE, CODEBOOK + DATES):
        raw, *_ = grouped(path, codebook)
        assert raw["patients"].tolist() == [2]
        texts = set(raw.astype(str).to_numpy().ravel())
        born = {str(SOUND["Diagnosed"] - dt.timedelta(days=SOUND["days"]))}
        assert not texts & ({"p0", "p1"} | born)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_every_bad_value_is_told_at_once_with_its_column_rows_and_remedy(tmp_path, suffix):
    bad = [
        {**SOUND, "ER": 120},
        {**SOUND, "ER": 120, "Ki-67": 7, "Age": 41},
        {**SOUND, "ER": 121, "Density": -3},
        {**SOUND, "IHC": "4+"},
        {**SOUND, "IHC": "four"},
    ]
    path = write(bad, tmp_path / f"women.{suffix}")
    _, problems, *_ = grouped(path)
    told = [problem for problem in problems if problem.severity == "error"]
    found = {(p.field, p.value): re.search(r"Rows: (\d+)\.", p.rule).group(1) for p in told}
    assert found == {
        ("er_percent", "120"): "2",
        ("er_percent", "121"): "1",
        ("density_percent", "-3"): "1",
        ("her2_ihc", "4+"): "1",
        ("her2_ihc", "four"): "1",
    }
    assert len(told) == len(found)
    columns = {p.field: p.address.removeprefix("women, column ") for p in told}
    assert columns == {"er_percent": "ER", "density_percent": "Density", "her2_ihc": "IHC"}
    assert all(problem.remedy for problem in told)
    assert not any("!" in problem.address for problem in problems)


def test_bad_dates_are_told_and_a_date_of_birth_is_never_quoted(tmp_path):
    frame = pd.read_csv(write([SOUND, SOUND, SOUND], tmp_path / "women.csv"), dtype=str)
    frame.loc[1, "Born"], frame.loc[2, "Diagnosed"] = "31/02/1961", "2061-06-12"
    frame.loc[3, "Born"] = "2021-05-05"
    frame.to_csv(tmp_path / "women.csv", index=False)
    _, problems, *_ = grouped(tmp_path / "women.csv", CODEBOOK + DATES)
    told = " ".join(p.sentence() for p in problems if p.severity == "error")
    assert "column Born: Date of birth is not a date. Rows: 1." in told
    assert "column Diagnosed: Date of diagnosis '2061-06-12' lies in the future. Rows: 1." in told
    assert "Date of diagnosis is before the date of birth. Rows: 1." in told
    assert "1961" not in told
    assert "2021" not in told


def test_a_number_that_the_codebook_reads_as_a_word_keeps_its_meaning(tmp_path):
    women = [{**SOUND, "ER": 99}, {**SOUND, "ER": 98}]
    path = write(women, tmp_path / "women.parquet")
    codebook = (CODEBOOK + AGE).replace("[n.a.]", "[99]")
    raw, _, included, _ = grouped(path, codebook)
    assert sorted(raw["patients"]) == [1, 2]
    by_row = row_wise(path, codebook)
    assert combinations(included).equals(combinations(by_row))


def test_too_many_groups_stop_with_the_columns_that_divide_most(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "MOST_GROUPS", 20)
    women = [{**SOUND, "Ratio": n / 100} for n in range(100)]
    codebook = CODEBOOK + AGE + "  cep17_copies: {column: CEP17}\n"
    path = write([{**woman, "CEP17": 2.0} for woman in women], tmp_path / "women.csv")
    with pytest.raises(
        StudyError, match=r"101 different groups; up to 20.*Ratio \(her2_ratio\): 100"
    ):
        grouped(path, codebook)


def test_a_column_that_is_not_there_is_told_with_the_nearest(tmp_path):
    path = write([], tmp_path / "women.csv")
    with pytest.raises(ProblemsFound, match=r"codebook\.her2_ihc"):
        grouped(path, CODEBOOK.replace("IHC}", "IHCC}"))


@pytest.mark.parametrize(
    ("extra", "what"),
    [("", "has 2 tables. .* other, women"), (", table: men", "has no table 'men'")],
)
def test_a_duckdb_file_of_several_tables_asks_for_one(tmp_path, extra, what):
    path = tmp_path / "women.duckdb"
    frame = pd.read_csv(write([], tmp_path / "women.csv"))  # noqa: F841 - DuckDB finds it by name
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE women AS SELECT * FROM frame; CREATE TABLE other (x INT)")
    with pytest.raises(StudyError, match=what):
        grouped(path, extra=extra)
    raw, *_ = grouped(path, extra=", table: women")
    assert raw["patients"].sum() == 1


def test_what_is_no_parquet_file_is_told_in_words(tmp_path):
    path = tmp_path / "women.parquet"
    path.write_text("ID,MC\n1,yes\n")
    with pytest.raises(StudyError, match=r"women\.parquet cannot be read by DuckDB"):
        grouped(path)


@pytest.mark.parametrize(
    ("workbook", "codebook", "what"),
    [
        ("path: x.duckdb", "patient_id: {letter: A}", "is read as a registry"),
        ("path: x.xlsx, registry: true", "her2_ihc: {letter: A}", "A registry is read from"),
        ("path: x.csv, registry: true, header_rows: [2]", "her2_ihc: {letter: A}", "first row"),
        ("path: x.csv, registry: true, sheet: A", "her2_ihc: {letter: A}", "has no sheets"),
        ("path: x.csv, table: women", "patient_id: {letter: A}", "Only a .duckdb file"),
        ("path: x.csv", "her2_ihc: {letter: A}", "'codebook.patient_id' is missing"),
    ],
)
def test_what_only_a_registry_may_say_is_refused_elsewhere(workbook, codebook, what):
    text = f"{{name: x, title: X, workbook: {{{workbook}}}, codebook: {{{codebook}}}}}"
    schema = read_document((PROJECT / "schemas/cohort.schema.yaml").read_text(encoding="utf-8"))
    problems = document_problems(read_document(text), schema, "cohort.yaml")
    assert any(what in problem for problem in problems), problems


def test_age_from_two_sources_is_refused(tmp_path):
    with pytest.raises(ProblemsFound, match="stands beside the dates"):
        read_cohort(settings_of(tmp_path / "x.csv", CODEBOOK + DATES + AGE))


def test_the_cuts_follow_the_decisions_and_the_columns_there_are():
    codebook = read_cohort(settings_of(Path("x.csv"))).codebook
    cuts = cuts_of_fields(codebook, RULES)
    assert cuts["age_recorded"] == (Cut(25), Cut(50, True), Cut(51))
    assert {Cut(14), Cut(20)} <= set(cuts["ki67_percent"])
    assert {Cut(25), Cut(25, True)} <= set(cuts["density_percent"])
    one = replace(RULES, er_positive_from_percent=[1])
    assert Cut(10.0) in cuts_of_fields(codebook, one)["er_percent"]
    without_status = {name: entry for name, entry in codebook.items() if name != "er_recorded"}
    assert Cut(10.0) not in cuts_of_fields(without_status, one)["er_percent"]
    assert cuts["her2_ratio"] == (Cut(1.8), Cut(2), Cut(2.2, True))
    with_cep17 = {**codebook, "cep17_copies": codebook["her2_ratio"]}
    assert "her2_ratio" not in cuts_of_fields(with_cep17, RULES)
