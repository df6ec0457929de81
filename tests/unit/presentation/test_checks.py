from study.presentation.checks import render_checks
from study.presentation.render import to_html
from tests.unit.presentation import literal_estimates as given


def test_remarks_stand_under_their_severity_once_with_the_models_they_concern():
    rows = [
        tuple(cell.text for cell in row.cells) for row in render_checks(given.MILAN_CHECKS).rows
    ]
    assert [row[0] for row in rows if row[1] == ""] == ["Serious", "Warnings", "Notes"]
    assert ("Adjusted, All candidates", "Age is kept against the entry rule") in rows


def test_a_page_beside_the_numbered_tables_has_no_number():
    page = to_html(render_checks(given.MILAN_CHECKS), "Milan", True, "")
    assert "Table " not in page
    assert "Synthetic cohort" in page
