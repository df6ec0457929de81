import time
from datetime import datetime
from types import SimpleNamespace

import openpyxl
import pytest
import yaml

from reconstruct_workbook import reconstruct_workbook
from study.problems import StudyError

from .conftest import PUBLISHED


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("reconstructed") / "workbook.xlsx"
    reconstruct_workbook(published=PUBLISHED, workbook=path)
    return path


@pytest.fixture(scope="module")
def patients(workbook):
    rows = openpyxl.load_workbook(workbook)["Patients"].iter_rows(values_only=True)
    header = next(rows)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def about(workbook):
    rows = openpyxl.load_workbook(workbook)["About"].iter_rows(values_only=True)
    return [[value for value in row if value is not None] for row in rows]


def test_another_day_writes_the_same_bytes(workbook, tmp_path, monkeypatch):
    later = datetime(2031, 5, 4, 3, 2, 1)
    clock = SimpleNamespace(datetime=SimpleNamespace(now=lambda tz=None: later), timezone=later)
    clock.timezone = SimpleNamespace(utc=None)
    monkeypatch.setattr("openpyxl.writer.excel.datetime", clock)
    monkeypatch.setattr(time, "time", later.timestamp)
    reconstruct_workbook(published=PUBLISHED, workbook=tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()


def test_times_in_the_properties_are_pinned(workbook):
    properties = openpyxl.load_workbook(workbook).properties
    assert properties.created == properties.modified == datetime(2025, 1, 1)


def test_sheet_patients_holds_283_women_with_synthetic_numbers(patients):
    assert [row["Patient no."] for row in patients] == [f"SYN-{n:03d}" for n in range(1, 284)]


def test_first_woman_is_kept_as_a_hospital_would(patients):
    assert patients[0] == {
        "Patient no.": "SYN-001",
        "Date of birth": datetime(1966, 11, 29),
        "Date of diagnosis": datetime(2018, 1, 4),
        "Side": "left",
        "BI-RADS": 4,
        "Breast density": "ACR B",
        "Microcalcifications": "no",
        "Biopsy": "yes",
        "Histological type": "Infiltrating ductal carcinoma",
        "Invasive component": "yes",
        "ER (%)": 70,
        "PR (%)": 40,
        "HER2 IHC": "1+",
        "HER2 ISH": None,
        "Ki-67 (%)": 10,
        "Local recurrence": "no",
        "Diagnostic path complete": "yes",
    }


def test_39_women_have_receptors_not_available_and_98_have_no_ki67(patients):
    assert sum(row["ER (%)"] == "n.a." and row["HER2 IHC"] == "n.a." for row in patients) == 39
    assert sum(row["Ki-67 (%)"] == "n.a." for row in patients) == 98


def test_what_is_not_printed_of_the_98_is_blank(patients):
    without_ki67 = [row for row in patients if row["Ki-67 (%)"] == "n.a."]
    for column in ("Microcalcifications", "Breast density", "Histological type", "Date of birth"):
        assert {row[column] for row in without_ki67} == {None}
        assert sum(row[column] is None for row in patients) == 98


def test_sheet_about_says_synthetic_cites_the_study_and_bars_conclusions(about):
    text = " ".join(str(value) for row in about for value in row)
    assert about[0][0].startswith("SYNTHETIC. This is not patient data.")
    assert "10.3390/jcm14145056" in text
    assert "No conclusion about cut-offs of ER, PR, Ki-67 or HER2 IHC may be drawn" in text


def test_sheet_about_lists_every_assumed_cell_with_its_reason(about, published):
    for fact, table in published["assumed"]["tables"].items():
        for level, row in table["counts"].items():
            assert [fact, level, *row.values(), table["reason"]] in about
    for subtype, profiles in published["assumed"]["receptor_profiles"]["profiles"].items():
        for profile in profiles:
            assert ["receptor_profiles", subtype, *profile.values()] in [row[:5] for row in about]
    for point in published["assumed"]["ages"]["years_at_rank"]:
        assert ["ages", point["rank"], point["years"]] in [row[:3] for row in about]
    for fact, same in published["assumed"]["same_for_all"].items():
        assert [fact, same["value"], same["reason"]] in about


def test_sheet_about_lists_what_is_assumed_of_the_excluded_with_its_reason(about, published):
    excluded = published["assumed"]["excluded_women"]
    without_ki67 = excluded["subtype_unknown"]["reason"]
    assert [row for row in about if row and row[0] == "excluded_women"] == [
        ["excluded_women", "all", "nothing but what follows", excluded["reason"]],
        [
            "excluded_women",
            "all",
            "side, birads: like the analysed",
            excluded["like_analysed"]["reason"],
        ],
        [
            "excluded_women",
            "subtype_unknown",
            "her2_findings: 0, 1+, 2+ not amplified",
            without_ki67,
        ],
        ["excluded_women", "subtype_unknown", "receptor_profiles: luminal_a", without_ki67],
    ]


def test_an_unknown_key_of_published_yaml_is_refused_by_name(published, tmp_path):
    path = tmp_path / "published.yaml"
    path.write_text(yaml.safe_dump({**published, "clams": []}), encoding="utf-8")
    with pytest.raises(StudyError, match=r"unknown key 'clams'\. Did you mean 'claims'\?"):
        reconstruct_workbook(published=path, workbook=tmp_path / "workbook.xlsx")
    assert not (tmp_path / "workbook.xlsx").exists()
