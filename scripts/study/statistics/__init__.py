"""Statistics of the study: descriptives, contingency tables, logistic models and their checks."""
