"""Derived facts: receptors, HER2, subtype, density, histology, age; each with its reasons."""
