"""Recorded against derived as a reader sees it."""

import csv
import io

import pandas as pd
import pytest

from schemas.estimates import ESTIMATES
from study.presentation.agreement import FILE, compared, quote_agreement, render_agreement
from study.presentation.render import to_csv, to_html
from study.statistics.agreement import count_agreement, summarise_agreement
from tests.unit.presentation.test_render import Reader
from tests.unit.statistics.test_agreement import sources

NOBODY = pd.DataFrame(columns=["patient_id", "fact", "recorded", "derived", "used"])
DIFFERING = NOBODY.assign(fact=["age_years", "her2_status", "her2_status"])
COUNTS = {
    "fact": "er_status",
    "n": 9,
    "n_both": 0,
    "n_agree": 0,
    "percent": float("nan"),
    "kappa": float("nan"),
    "n_less_specific": 0,
    "n_recorded_only": 0,
    "n_derived_only": 0,
    "n_neither": 9,
    "n_discordant": 0,
}


def tables(rows=None):
    both = sources() if rows is None else sources(rows)
    return (
        ESTIMATES["agreement"].validate(count_agreement(both)),
        ESTIMATES["agreement_summary"].validate(summarise_agreement(both)),
    )


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_cross_table_has_recorded_rows_derived_columns_and_totals():
    rows = texts(render_agreement(*tables(), DIFFERING))
    start = [row[0] for row in rows].index("HER2 status")
    assert rows[start][1] == (
        "Compared in 4 women: 3 agree (75.0%), kappa 0.50; "
        "only recorded in 1, only derived in 2, neither in 1."
    )
    assert rows[start + 1 : start + 7] == [
        ["", "Positive", "Negative", "Unresolved", "Not known", "All"],
        ["Positive", "2", "0", "0", "1", "3"],
        ["Negative", "1", "1", "0", "0", "2"],
        ["Unresolved", "0", "1", "0", "0", "1"],
        ["Not known", "0", "1", "0", "1", "2"],
        ["All", "3", "3", "0", "2", "8"],
    ]


def test_a_fact_of_one_source_has_a_sentence_and_no_cross_table():
    table = render_agreement(*tables(), DIFFERING)
    assert texts(table)[-1] == [
        "Breast density",
        "Nothing to compare: the findings decide it in no woman (recorded in 8 of 8).",
    ]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "it is neither recorded nor decided by findings in any woman"),
        ({"n_derived_only": 7}, "it is recorded in no woman (the findings decide it in 7 of 9)"),
        ({"n_recorded_only": 7}, "the findings decide it in no woman (recorded in 7 of 9)"),
        ({"n_recorded_only": 1, "n_derived_only": 2}, "recorded in 1 woman, derived in 2 others"),
        ({"n_less_specific": 2}, "one source is less specific in all 2 women"),
    ],
)
def test_nothing_to_compare_is_said_with_its_reason(counts, said):
    assert compared(pd.Series(COUNTS | counts)) == f"Nothing to compare: {said}."


def test_a_kappa_that_is_not_defined_is_said_in_words():
    row = pd.Series(COUNTS | {"n_both": 9, "n_agree": 9, "percent": 100.0, "n_neither": 0})
    assert (
        compared(row) == "Compared in 9 women: 9 agree (100.0%), kappa not defined, one level only."
    )


def test_notes_count_the_discordant_women_age_included_and_name_the_list():
    notes = " ".join(render_agreement(*tables(), DIFFERING).notes)
    assert f"each listed with the reason in {FILE}: Age 1; HER2 status 2." in notes
    assert "All 8 women read" in notes
    assert "Less specific:" in notes
    only_her2 = [row for row in sources().itertuples(index=False) if row.fact == "her2_status"]
    notes = " ".join(render_agreement(*tables(only_her2), NOBODY).notes)
    assert "No woman is discordant." in notes
    assert "Less specific:" not in notes
    assert "The subtype is derived" not in notes


def test_the_page_is_well_formed_and_its_headings_are_headers():
    reader = Reader(to_html(render_agreement(*tables(), DIFFERING), "Milan", True, ""))
    assert reader.open == []
    scopes = [header["scope"] for header in reader.headers]
    # two columns, five of HER2 and five of subtype
    assert scopes.count("col") == 2 + 5 + 5
    assert scopes.count("rowgroup") == 3


def test_the_csv_is_a_rectangle_without_a_number_in_its_caption():
    text = to_csv(render_agreement(*tables(), DIFFERING), "Milan", True, "")
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) == 1
    captions = [row[0] for row in rows if "Milan" in row[0]]
    assert captions == ["Recorded against derived. Milan"]


def test_captions_quote_every_fact():
    quoted = quote_agreement(tables()[1])
    assert quoted[0].startswith("HER2 status: compared in 4 women: 3 agree (75.0%), kappa 0.50")
    assert quoted[2].startswith("Breast density: nothing to compare")
