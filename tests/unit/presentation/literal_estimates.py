"""Literal estimates of two cohorts: all that the tables and the figure are tested on.

Milan's counts of HER2 and density are the paper's; the other numbers are plausible ones.
Duke has no histology and no Ki-67, and a term that separates.
"""

import math

import pandas as pd

from schemas.estimates import ESTIMATES

NAN = float("nan")
MILAN = {
    "mc_by_her2": {"negative": (21, 130), "positive": (15, 55)},
    "mc_by_density": {"A": (4, 23), "B": (16, 86), "C": (13, 58), "D": (3, 18)},
    "mc_by_density_group": {"A-B": (20, 109), "C-D": (16, 76)},
    "mc_by_subtype": {
        "her2_enriched": (10, 36),
        "luminal_a": (20, 126),
        "luminal_b_her2_positive": (5, 19),
        "triple_negative": (1, 4),
    },
    "mc_by_histology": {
        "IDC": (13, 68),
        "IDC+DCIS": (6, 32),
        "ILC": (3, 17),
        "ILC+LCIS": (1, 5),
        "other": (13, 63),
    },
    "mc_by_age_group": {"<=50": (6, 31), ">50": (30, 154)},
}
STRATA = {
    "A": {"positive": (2, 6), "negative": (2, 17)},
    "B": {"positive": (7, 26), "negative": (9, 60)},
    "C": {"positive": (5, 18), "negative": (8, 40)},
    "D": {"positive": (1, 5), "negative": (2, 13)},
}
DUKE = {
    "mc_by_her2": {"negative": (35, 226), "positive": (8, 45)},
    "mc_by_density": {"A": (2, 12), "B": (11, 47), "C": (24, 73), "D": (5, 24)},
    "mc_by_density_group": {"A-B": (13, 59), "C-D": (29, 97)},
    "mc_by_age_group": {"<=50": (21, 130), ">50": (22, 141)},
}


def frame(name, rows):
    """Return rows as an estimates table that satisfies its schema."""
    columns = list(ESTIMATES[name].columns)
    typed = pd.DataFrame(rows, columns=columns)
    return ESTIMATES[name].validate(typed)


def contingency(tables, strata=()):
    rows = []
    for table, levels in tables.items():
        rows += _counts(table, None, levels)
    for stratum, levels in dict(strata).items():
        rows += _counts("mc_by_her2_within_density", stratum, levels)
    return frame("contingency", rows)


def _counts(table, stratum, levels):
    return [
        (table, stratum, level, column, count, total, 100 * count / total)
        for level, (events, total) in levels.items()
        for column, count in {"yes": events, "no": total - events}.items()
    ]


def baseline(tables, variables, continuous, total, events):
    """One block per variable: counts of its table, and the continuous ones as given."""
    rows = []
    for variable, values in continuous.items():
        sizes = {"overall": total, "mc_yes": events, "mc_no": total - events}
        for group, size in sizes.items():
            missing = values[-1] if group != "mc_yes" else 0
            known = size - missing
            rows.append((variable, None, group, known, known, NAN, *values[:-1], missing))
    empty = (NAN,) * 7
    for table, variable in variables.items():
        all_women = sum(women for _, women in tables[table].values())
        all_events = sum(with_mc for with_mc, _ in tables[table].values())
        for level, (with_mc, women) in tables[table].items():
            for group, n, of, size in (
                ("overall", women, all_women, total),
                ("mc_yes", with_mc, all_events, events),
                ("mc_no", women - with_mc, all_women - all_events, total - events),
            ):
                rows.append((variable, level, group, n, of, 100 * n / of, *empty, size - of))
    return frame("baseline", rows)


def estimate(model, variable, level, reference, women, log_odds=NAN, error=NAN, p=NAN, **more):
    """Return one row of a model: `women` is (n, events, level n, level events)."""
    known = not math.isnan(log_odds)
    wide = 1.959963985 * error
    row = {
        "model": model, "variable": variable, "level": level, "reference": reference,
        "n": women[0], "events": women[1], "level_n": women[2], "level_events": women[3],
        "log_odds": log_odds, "std_error": error,
        "odds_ratio": math.exp(log_odds) if known else NAN,
        "ci_low": math.exp(log_odds - wide) if known else NAN,
        "ci_high": math.exp(log_odds + wide) if known else NAN,
        "ci_method": "wald", "wald": (log_odds / error) ** 2 if known else NAN, "df": 1,
        "p_value": p, "lr_p_value": NAN, "estimator": "ml",
        "status": "ok" if known else "not_estimable",
    }  # fmt: skip
    return row | more


def overall(model, variable, reference, women, wald, df, p, lr):
    return estimate(
        model, variable, "(overall)", reference, women, wald=wald, df=df, p=p, lr_p_value=lr,
        status="ok",
    )  # fmt: skip


MILAN_FLOW = frame(
    "flow",
    [
        (0, "assessed", "Assessed", 0, 0, 283),
        (1, "receptors_unknown", "Receptors unknown", 39, 0, 244),
        (2, "subtype_unknown", "Subtype unknown", 59, 0, 185),
        (3, "analysed", "Analysed", 0, 0, 185),
    ],
)
DUKE_FLOW = frame(
    "flow", [(0, "assessed", "Assessed", 0, 0, 922), (1, "analysed", "Analysed", 651, 0, 271)]
)
MILAN_BASELINE = baseline(
    MILAN,
    {
        "mc_by_age_group": "age_group",
        "mc_by_density": "density",
        "mc_by_density_group": "density_group",
        "mc_by_histology": "histology",
        "mc_by_her2": "her2_status",
        "mc_by_subtype": "subtype",
    },
    {
        "age_years": (61.42, 10.31, 61.3, 54.05, 68.95, 36.2, 85.4, 0),
        "ki67_percent": (18.2, 11.9, 15.0, 10.0, 22.5, 1.0, 80.0, 0),
    },
    185,
    36,
)
DUKE_BASELINE = baseline(
    DUKE,
    {"mc_by_age_group": "age_group", "mc_by_density": "density", "mc_by_her2": "her2_status"},
    {"age_years": (52.6, 11.2, 51.4, 44.8, 60.7, 22.9, 86.3, 0)},
    271,
    43,
)
MILAN_READINGS = frame(
    "readings",
    [("microcalcifications", "no", "no", 149), ("microcalcifications", "yes", "yes", 36)],
)
DUKE_READINGS = frame(
    "readings",
    [
        ("microcalcifications", "undescribed", "no", 220),
        ("microcalcifications", "no", "no", 8),
        ("microcalcifications", "yes", "yes", 43),
    ],
)
_TEST = "mc_by_her2_within_density"
MILAN_TESTS = frame(
    "tests",
    [
        ("mc_by_her2", None, "pearson", 3.0489, 1, 0.080803, True, None),
        ("mc_by_her2", None, "yates", 2.3792, 1, 0.122858, False, None),
        ("mc_by_her2", None, "likelihood_ratio", 2.9104, 1, 0.088015, False, None),
        ("mc_by_her2", None, "fisher_exact", NAN, NAN, 0.103613, False, None),
        ("mc_by_density", None, "pearson", 0.5148, 3, 0.915486, False, None),
        ("mc_by_density", None, "fisher_exact", NAN, NAN, 0.940312, True, None),
        ("mc_by_density_group", None, "pearson", 0.2098, 1, 0.646927, True, None),
        ("mc_by_density_group", None, "yates", 0.0745, 1, 0.784812, False, None),
        ("mc_by_density_group", None, "fisher_exact", NAN, NAN, 0.707111, False, None),
        ("mc_by_subtype", None, "fisher_exact", NAN, NAN, 0.299871, True, None),
        ("mc_by_histology", None, "fisher_exact", NAN, NAN, 0.9996, True, None),
        ("mc_by_age_group", None, "pearson", 0.0003, 1, 0.986921, True, None),
        ("age_by_mc", None, "student_t", 0.2173, 183, 0.828237, False, None),
        ("age_by_mc", None, "mann_whitney", 2610.5, NAN, 0.801123, True, None),
        ("ki67_by_mc", None, "welch_t", 0.9173, 50.2, 0.363281, True, None),
        *[
            (_TEST, stratum, "fisher_exact", NAN, NAN, p, True, None)
            for stratum, p in {"A": 0.27256, "B": 0.2327, "C": 0.51332, "D": 1.0}.items()
        ],
        (_TEST, None, "cochran_mantel_haenszel", 3.1273, 1, 0.076993, True,
         "without continuity correction; corrected_statistic=2.4; corrected_p_value=0.117312; "
         "exact_p_value=0.094618; strata=A,B,C"),
        (_TEST, None, "breslow_day_tarone", 0.4321, 3, 0.933721, False,
         "strata=A,B,C; smallest_fitted=0.7436; sparse: a fitted count is below 5"),
    ],
)  # fmt: skip
DUKE_TESTS = frame(
    "tests",
    [
        ("mc_by_her2", None, "pearson", 0.147583, 1, 0.700882, True, None),
        ("mc_by_her2", None, "yates", 0.025839, 1, 0.872297, False, None),
        ("mc_by_her2", None, "fisher_exact", NAN, NAN, 0.660247, False, None),
        ("mc_by_density", None, "fisher_exact", NAN, NAN, 0.496873, True, None),
        ("mc_by_density_group", None, "pearson", 1.1416, 1, 0.285311, True, None),
        ("mc_by_age_group", None, "pearson", 0.0154, 1, 0.901236, True, None),
        ("age_by_mc", None, "mann_whitney", 4811.0, NAN, 0.0504, True, None),
    ],
)


def effects(tables):
    rows = []
    for table, (difference, risk, odds) in tables.items():
        name, _, stratum = table.partition("/")
        place = (name, stratum or None)
        if difference:
            rows.append((*place, "risk_difference", *difference, "newcombe"))
            rows.append((*place, "risk_ratio", *risk, "wald"))
        method = "wald" if difference else "mantel_haenszel"
        rows.append((*place, "odds_ratio", *odds, method))
    return frame("effects", rows)


MILAN_EFFECTS = effects(
    {
        "mc_by_her2": (
            (0.111189, -0.012513, 0.250817), (1.688312, 0.942126, 3.025497),
            (1.946429, 0.914663, 4.142049),
        ),
        "mc_by_density_group": (
            (0.02704, -0.08628, 0.14726), (1.147368, 0.636, 2.0699), (1.18667, 0.5697, 2.4717),
        ),
        "mc_by_age_group": (
            (0.001257, -0.169, 0.1236), (1.006494, 0.4573, 2.2152), (1.008065, 0.38, 2.6741),
        ),
        f"{_TEST}/A": (
            (0.215686, -0.11, 0.5784), (2.833333, 0.507, 15.83), (3.75, 0.3908, 35.98),
        ),
        _TEST: ((), (), (1.9717, 0.9188, 4.2313)),
    }
)  # fmt: skip
DUKE_EFFECTS = effects(
    {
        "mc_by_her2": (
            (0.022911, -0.0735, 0.1637), (1.147937, 0.5711, 2.3073), (1.17992, 0.5068, 2.747),
        )
    }
)  # fmt: skip


def _milan_univariable():
    n, mc = 185, 36
    her2 = ("univariable", "her2_status", "positive", "negative", (n, mc, 55, 15))
    age = ("univariable", "age_group", ">50", "<=50", (n, mc, 154, 30))
    rows = [
        estimate(*her2, 0.665996, 0.385276, 0.083888, lr_p_value=0.088015, selected=True),
        estimate(*her2, 0.665996, 0.385276, 0.083888, ci_method="profile", ci_low=0.8996,
                 ci_high=4.1269, selected=True),
        estimate(*age, 0.008032, 0.497803, 0.987127, lr_p_value=0.987121),
        estimate("univariable", "density_group", "C-D", "A-B", (n, mc, 76, 16), 0.171148,
                 0.374374, 0.647544, lr_p_value=0.648211),
        overall("univariable", "density", "A", (n, mc, n, mc), 0.5136, 3, 0.915781, 0.916602),
        *[
            estimate("univariable", "density", level, "A", (n, mc, women, events), b, error, p)
            for level, women, events, b, error, p in (
                ("B", 86, 16, 0.082238, 0.616101, 0.893812),
                ("C", 58, 13, 0.316005, 0.635182, 0.618817),
                ("D", 18, 3, -0.051293, 0.838301, 0.951208),
            )
        ],
        estimate("univariable", "histology_group", "IDC", "other", (n, mc, 68, 13), -0.034786,
                 0.38588, 0.928175, lr_p_value=0.928067),
        estimate("univariable", "luminal_b_her2_positive", "yes", "no", (n, mc, 19, 5), 0.438913,
                 0.558915, 0.432303, lr_p_value=0.447717),
    ]  # fmt: skip
    return frame("univariable", [{"selected": False} | row for row in rows])


def _milan_multivariable():
    women = {"her2_status": (55, 15), "age_group": (154, 30), "density_group": (76, 16),
             "histology_group": (68, 13), "luminal_b_her2_positive": (19, 5)}  # fmt: skip
    levels = {"her2_status": ("positive", "negative"), "age_group": (">50", "<=50"),
              "density_group": ("C-D", "A-B"), "histology_group": ("IDC", "other"),
              "luminal_b_her2_positive": ("yes", "no")}  # fmt: skip
    models = {
        "screened": {"her2_status": (0.665996, 0.385276, 0.083888)},
        "adjusted": {
            "her2_status": (0.6791, 0.3874, 0.079611),
            "age_group": (-0.0279, 0.5032, 0.955783),
            "density_group": (0.1877, 0.3779, 0.619411),
            "histology_group": (-0.0441, 0.3901, 0.909987),
        },
        "all_candidates": {
            "her2_status": (0.7113, 0.4512, 0.114921),
            "age_group": (-0.0291, 0.5034, 0.953912),
            "density_group": (0.1866, 0.378, 0.621577),
            "histology_group": (-0.0447, 0.3902, 0.908801),
            "luminal_b_her2_positive": (-0.0913, 0.6607, 0.890092),
        },
    }
    return frame(
        "multivariable",
        [
            estimate(model, variable, *levels[variable], (185, 36, *women[variable]), *values)
            for model, terms in models.items()
            for variable, values in terms.items()
        ],
    )


def fit(model, n, events, parameters, fitted=True):
    values = (-89.9, -91.3, 2.91, parameters, 0.088, 0.0156, 0.0249) if fitted else (NAN,) * 7
    test = (1.9123, 3, 0.590812, 5) if parameters > 1 else (NAN, NAN, NAN, 2)
    rest = (0.5725, 0.4834, 0.6616, 1.37, "ok" if fitted else "separated")
    return (model, n, events, 0, parameters, events / parameters, *values, *test, *rest)


MILAN_UNIVARIABLE = _milan_univariable()
MILAN_MULTIVARIABLE = _milan_multivariable()
MILAN_FIT = frame(
    "model_fit",
    [
        fit("screened", 185, 36, 1),
        fit("adjusted", 185, 36, 4),
        fit("all_candidates", 185, 36, 5),
    ],
)
_NESTED = (
    "HER2 status and luminal B HER2-positive are nested: the coefficient of HER2 compares "
    "HER2-enriched with HER2-negative tumours"
)
MILAN_CHECKS = frame(
    "checks",
    [
        ("screened", "events_per_parameter", "note", 36.0, "36 events per parameter"),
        ("adjusted", "events_per_parameter", "warning", 9.0, "9 events per parameter, below 10"),
        ("adjusted", "entry_rule", "warning", NAN, "Age is kept against the entry rule"),
        ("all_candidates", "entry_rule", "warning", NAN, "Age is kept against the entry rule"),
        ("all_candidates", "nested_terms", "serious", NAN, _NESTED),
    ],
)


def _duke_univariable():
    separated = ("univariable", "age_group", ">50", "<=50", (271, 43, 141, 0))
    her2 = ("univariable", "her2_status", "positive", "negative", (271, 43, 45, 8))
    rows = [
        estimate(*her2, 0.165451, 0.431146, 0.701164, lr_p_value=0.705313, selected=True),
        estimate(*separated, status="separated", ci_method="wald"),
        estimate(*separated, -4.2, 1.43, 0.0033, status="ok", estimator="firth",
                 ci_method="profile", lr_p_value=0.0217),
        estimate("univariable", "density_group", "C-D", "A-B", (156, 42, 97, 29), 0.411478,
                 0.386871, 0.287555, lr_p_value=0.282901),
    ]  # fmt: skip
    return frame("univariable", [{"selected": False} | row for row in rows])


DUKE_UNIVARIABLE = _duke_univariable()
DUKE_MULTIVARIABLE = frame(
    "multivariable",
    [
        estimate("screened", "her2_status", "positive", "negative", (271, 43, 45, 8), 0.165451,
                 0.431146, 0.701164),
        estimate("adjusted", "her2_status", "positive", "negative", (156, 42, 25, 8), 0.2011,
                 0.4811, 0.675921),
        estimate("adjusted", "density_group", "C-D", "A-B", (156, 42, 97, 29),
                 status="not_converged"),
    ],
)  # fmt: skip
DUKE_FIT = frame(
    "model_fit", [fit("screened", 271, 43, 1), fit("adjusted", 156, 42, 2, fitted=False)]
)
DUKE_CHECKS = frame(
    "checks",
    [
        ("adjusted", "term_absent", "warning", NAN, "Histology is not in the cohort"),
        *[
            (model, "missing_depends_on_outcome", "warning", 1e-10,
             "Whether density_group is missing depends on the outcome.")
            for model in ("univariable_density_group", "adjusted")
        ],
        ("univariable_age_group", "separation", "serious", 1.0, "Complete separation."),
    ],
)  # fmt: skip
