* Logistic regressions for comparison, run from the project root with
*   pspp -O format=csv tests/reference/logistic.sps > tests/reference/logistic_pspp.csv
* (PSPP 1.6.2). PSPP has the last category as reference: level codes are chosen so that the
* reference sorts last. It has no CONTRAST, no Omnibus table and no Hosmer-Lemeshow table.

SET FORMAT=F20.8.

DATA LIST LIST /mc her2 patients.
BEGIN DATA
1 1 15
0 1 40
1 2 21
0 2 109
END DATA.
WEIGHT BY patients.
LOGISTIC REGRESSION mc WITH her2 /CATEGORICAL = her2 /PRINT = CI(95) /CRITERIA = LCON(1e-12) BCON(1e-12) ITERATE(100).

DATA LIST LIST /mc density patients.
BEGIN DATA
1 4 4
0 4 19
1 1 16
0 1 70
1 2 13
0 2 45
1 3 3
0 3 15
END DATA.
WEIGHT BY patients.
LOGISTIC REGRESSION mc WITH density /CATEGORICAL = density /PRINT = CI(95) /CRITERIA = LCON(1e-12) BCON(1e-12) ITERATE(100).

GET DATA /TYPE=TXT /FILE="tests/reference/models_data/birthwt.csv" /DELIMITERS="," /FIRSTCASE=2
  /VARIABLES = outcome A3 age F3 lwt F3 race A5 smoke A3 ht A3 ui A3 weight F1.
COMPUTE low = outcome = "yes".
RECODE race ("other" = 1) ("white" = 2) ("black" = 3) INTO racecode.
COMPUTE smoker = smoke = "yes".
COMPUTE hyper = ht = "yes".
COMPUTE irritable = ui = "yes".
LOGISTIC REGRESSION low WITH age lwt racecode smoker hyper irritable
  /CATEGORICAL = racecode /PRINT = CI(95) /CRITERIA = LCON(1e-12) BCON(1e-12) ITERATE(100).
