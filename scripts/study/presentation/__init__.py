"""How numbers are said: rounding, words, tables and figures. Nothing is estimated here."""
