"""Printed words for canonical names: the names of the output contract never reach a reader.

The order of a dictionary is the order of the printed rows.
"""

import re

SYNTHETIC = "Synthetic cohort reconstructed from printed counts"

VARIABLES = {
    "age_years": "Age, years",
    "age_group": "Age at diagnosis",
    "density": "Breast density",
    "density_group": "Breast density, two groups",
    "histology": "Histological type",
    "histology_group": "Histological type, two groups",
    "er_status": "ER status",
    "pr_status": "PR status",
    "hr_status": "Hormone receptors",
    "her2_status": "HER2 status",
    "her2_low": "HER2-low category",
    "her2_recount": "HER2 ISH recount",
    "her2_ish_reading": "HER2 ISH",
    "membrane_staining": "Membrane staining",
    "subtype": "Molecular subtype",
    "luminal_b_her2_positive": "Luminal B HER2-positive subtype",
    "ki67_percent": "Ki-67 index, %",
}

# Within a sentence.
SHORT = {
    "age_years": "age",
    "age_group": "age",
    "density": "density A–D",
    "density_group": "density",
    "histology": "histological type",
    "histology_group": "histology",
    "hr_status": "hormone receptors",
    "her2_status": "HER2 status",
    "subtype": "subtype",
    "luminal_b_her2_positive": "luminal B HER2-positive",
    "ki67_percent": "Ki-67",
}

LEVELS = {
    "age_group": {">50": "> 50 years", "<=50": "≤ 50 years"},
    "density": {level: level for level in "ABCD"},
    "density_group": {"A-B": "A–B", "C-D": "C–D"},
    "histology": {
        "IDC": "IDC",
        "IDC+DCIS": "IDC with DCIS",
        "ILC": "ILC",
        "ILC+LCIS": "ILC with LCIS",
        "other": "Other",
    },
    "histology_group": {"IDC": "IDC", "other": "Any other type"},
    "er_status": {"positive": "Positive", "negative": "Negative"},
    "pr_status": {"positive": "Positive", "negative": "Negative"},
    "hr_status": {"positive": "Positive", "negative": "Negative"},
    "her2_ish": {"positive": "Positive", "negative": "Negative", "equivocal": "Equivocal"},
    "her2_status": {"positive": "Positive", "negative": "Negative"},
    "subtype": {
        "luminal_a": "Luminal A",
        "luminal_b_her2_negative": "Luminal B, HER2-negative",
        "luminal_b_her2_positive": "Luminal B, HER2-positive",
        "luminal_unspecified": "Luminal, Ki-67 not known",
        "her2_enriched": "HER2-enriched",
        "triple_negative": "Triple negative",
    },
    "luminal_b_her2_positive": {"yes": "Yes", "no": "No (any other subtype)"},
}

TERMS = {
    ("her2_status", "positive"): "HER2 positive",
    ("her2_status", "negative"): "HER2 negative",
    ("density_group", "C-D"): "Density C–D",
    ("histology_group", "IDC"): "Histology IDC",
    ("luminal_b_her2_positive", "yes"): "Luminal B HER2-positive",
}
REFERENCES = {
    ("her2_status", "negative"): "negative",
    ("age_group", "<=50"): "≤ 50",
    ("histology_group", "other"): "other",
    ("luminal_b_her2_positive", "no"): "other",
}
TERM_STEMS = {"age_group": "Age", "density": "Density", "density_group": "Density"}

TABLE_VARIABLES = {
    "mc_by_density": "density",
    "mc_by_density_group": "density_group",
    "mc_by_her2_within_density": "her2_status",
    "mc_by_her2": "her2_status",
    "mc_by_subtype": "subtype",
    "mc_by_histology": "histology",
    "mc_by_age_group": "age_group",
}

TESTS = {
    "pearson": "Pearson’s χ² test, without continuity correction",
    "yates": "χ² test with Yates’ correction",
    "likelihood_ratio": "likelihood-ratio χ² test",
    "linear_by_linear": "linear-by-linear association",
    "fisher_exact": "Fisher’s exact test",
    "cochran_mantel_haenszel": "Cochran–Mantel–Haenszel test, without continuity correction",
    "breslow_day_tarone": "Breslow–Day test with Tarone’s adjustment",
    "student_t": "Student’s t test",
    "welch_t": "Welch’s t test",
    "levene": "Levene’s test, centred on the means",
    "mann_whitney": "Mann–Whitney U test, normal approximation corrected for ties",
    "shapiro_wilk": "Shapiro–Wilk test",
}
SCREENING_TESTS = {"wald": "Wald", "likelihood_ratio": "likelihood-ratio"}

MODELS = {
    "(all)": "All models",
    "screened": "Screened",
    "adjusted": "Adjusted",
    "all_candidates": "All candidates",
}

STATUSES = {
    "separated": "complete or quasi-complete separation: no finite estimate",
    "not_converged": "the model did not converge",
    "aliased": "determined by the other terms of the model",
    "not_estimable": "not estimable",
}
STATUS_WORDS = {
    "separated": "separated",
    "not_converged": "not converged",
    "aliased": "aliased",
    "not_estimable": "not estimable",
}

# An edition or a scheme that is not here keeps its own words.
EDITIONS = {
    "reference_study": "edition of the reference study",
    "asco_cap_2007": "ASCO/CAP 2007",
    "asco_cap_2013": "ASCO/CAP 2013",
    "asco_cap_2018": "ASCO/CAP 2018/2023",
    "st_gallen_2013": "St Gallen 2013",
    "maisonneuve_2014": "Maisonneuve 2014",
}

ABBREVIATIONS = {
    "MC": "microcalcifications",
    "HER2": "human epidermal growth factor receptor 2",
    "IHC": "immunohistochemistry",
    "ISH": "in situ hybridisation",
    "ER": "oestrogen receptor",
    "PR": "progesterone receptor",
    "IDC": "invasive ductal carcinoma",
    "DCIS": "ductal carcinoma in situ",
    "ILC": "invasive lobular carcinoma",
    "LCIS": "lobular carcinoma in situ",
}


def name_of_test(test: str, note: object) -> str:
    """Return the printed name of a test; its note says where Mann–Whitney is exact."""
    if test == "mann_whitney" and "asymptotic_p_value=" in str(note):
        return "Mann–Whitney U test, exact"
    return TESTS[test]


def variable_label(variable: str) -> str:
    """Return the printed name of a variable; an unknown one keeps its own words."""
    return VARIABLES.get(variable, variable.replace("_", " ").capitalize())


def level_label(variable: str, level: str) -> str:
    """Return the printed name of a level as it stands under its variable."""
    return LEVELS.get(variable, {}).get(level, level)


def term_label(variable: str, level: str) -> str:
    """Return variable and level in one phrase: ``Age > 50 years``."""
    if (variable, level) in TERMS:
        return TERMS[variable, level]
    stem = TERM_STEMS.get(variable, variable_label(variable))
    return f"{stem} {level_label(variable, level)}"


def reference_label(variable: str, reference: str) -> str:
    """Return what a term is compared with, in as few words as follow ``vs``."""
    return REFERENCES.get((variable, reference), level_label(variable, reference))


def model_label(model: str) -> str:
    """Return the printed name of a model; a univariable one is named by its variable."""
    if model.startswith("univariable_"):
        return variable_label(model.removeprefix("univariable_"))
    return MODELS.get(model, model.replace("_", " ").capitalize())


def in_words(message: str) -> str:
    """Return a message with its canonical names replaced by the printed ones."""
    names = "|".join(sorted(SHORT, key=len, reverse=True))
    return re.sub(rf"\b({names})\b(?: = ([^\s,;:.()]+))?", _said, message)


def _said(found: re.Match[str]) -> str:
    variable, level = found.groups()
    return term_label(variable, level) if level else SHORT[variable]


def ordered_levels(variable: str, levels: list[str]) -> list[str]:
    """Return levels in the order of print, unknown ones last."""
    known = [level for level in LEVELS.get(variable, {}) if level in levels]
    return known + [level for level in levels if level not in known]
