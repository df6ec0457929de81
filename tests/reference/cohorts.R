# Every number of a cohort's estimates, computed again with R from analysis.parquet (as CSV).
#
#     Rscript tests/reference/cohorts.R analysis.csv results/<cohort>/estimates <folder>
#
# The estimates are read for their keys only (which table, level, model): their numbers are
# emptied, computed here, and written to <folder> under the same names, for
# tests/workflow/test_cohorts_against_r.py to compare. Written for the decisions of
# config/config.yaml (95%, Fisher below 5, alpha 0.05). Made with R 4.2.2.

suppressPackageStartupMessages({ library(brglm2); library(pROC) })
paths <- commandArgs(trailingOnly = TRUE)
women <- read.csv(paths[1], na.strings = "")
z <- qnorm(0.975)

DENSITIES <- c("A", "B", "C", "D")
VARIABLE <- c(mc_by_her2 = "her2_status", mc_by_density = "density",
  mc_by_density_group = "density_group", mc_by_her2_within_density = "her2_status",
  mc_by_subtype = "subtype", mc_by_histology = "histology", mc_by_age_group = "age_group")
EXPOSED <- c(her2_status = "positive", density_group = "C-D", age_group = ">50")
REFERENCE <- c(her2_status = "negative", age_group = "<=50", density_group = "A-B", density = "A",
  histology_group = "other", luminal_b_her2_positive = "no")
GROUPS <- list(overall = rep(TRUE, nrow(women)),
  mc_yes = women$microcalcifications == "yes", mc_no = women$microcalcifications == "no",
  her2_positive = women$her2_status == "positive", her2_negative = women$her2_status == "negative")

# Rows of an estimates file with these columns emptied; `of` computes a named list for each row.
again <- function(name, columns, of) {
  frame <- read.csv(file.path(paths[2], paste0(name, ".csv")), na.strings = "", check.names = FALSE)
  frame[columns] <- NA_real_
  for (i in seq_len(nrow(frame))) {
    found <- of(frame[i, ])
    stopifnot(names(found) %in% columns)
    for (column in names(found)) frame[i, column] <- found[[column]]
  }
  numbers <- sapply(frame, is.numeric)
  frame[numbers] <- lapply(frame[numbers], function(x) sprintf("%.17g", x))
  write.csv(frame, file.path(paths[3], paste0(name, ".csv")), row.names = FALSE)
}

# ---- baseline ----------------------------------------------------------------------------------
again("baseline", c("n", "total", "percent", "mean", "sd", "median", "q1", "q3", "minimum",
                    "maximum", "missing"), function(row) {
  values <- women[[row$variable]][which(GROUPS[[row$group]])]
  known <- values[!is.na(values) & !values %in% c("unknown", "not_done", "not_applicable")]
  found <- list(n = 0, total = length(known), missing = length(values) - length(known))
  if (row$variable %in% c("age_years", "ki67_percent")) {
    found$n <- length(known)
    if (!length(known)) return(found)
    q <- quantile(known, c(0.25, 0.5, 0.75), type = 6, names = FALSE)
    found <- c(found, mean = mean(known), sd = sd(known), q1 = q[1], median = q[2], q3 = q[3],
      minimum = min(known), maximum = max(known))
  } else if (!is.na(row$level)) {
    found$n <- sum(known == row$level)
    found$percent <- 100 * found$n / length(known)
  }
  found
})

# ---- counts, their tests and effects -----------------------------------------------------------
counts <- function(table, stratum) {
  variable <- VARIABLE[[table]]
  inside <- if (is.na(stratum)) rep(TRUE, nrow(women)) else women$density %in% stratum
  names <- sort(unique(na.omit(women[[variable]])))       # alphabetical: also the clinical order
  if (variable %in% names(EXPOSED)) names <- unique(c(EXPOSED[[variable]], names))
  unclass(table(factor(women[[variable]][inside], names),
    factor(women$microcalcifications[inside], c("yes", "no"))))
}
occupied <- function(t) t[rowSums(t) > 0, colSums(t) > 0, drop = FALSE]
tells <- function(t) all(dim(occupied(t)) > 1)
expected <- function(t) outer(rowSums(t), colSums(t)) / sum(t)

again("contingency", c("n", "row_total", "row_percent"), function(row) {
  t <- counts(row$table, row$stratum)
  if (!row$row %in% rownames(t)) return(list(n = 0, row_total = 0))
  n <- t[row$row, row$column]; total <- sum(t[row$row, ])
  list(n = n, row_total = total, row_percent = if (total) 100 * n / total else NA)
})

strata <- lapply(DENSITIES, function(d) counts("mc_by_her2_within_density", d))
strata <- simplify2array(Filter(tells, strata))
pooled <- mantelhaen.test(strata, correct = FALSE)
across <- function(test) {
  if (test == "cochran_mantel_haenszel") {
    corrected <- mantelhaen.test(strata, correct = TRUE)
    return(list(statistic = pooled$statistic, df = 1, p_value = pooled$p.value, chosen = "True",
      corrected_statistic = corrected$statistic, corrected_p_value = corrected$p.value,
      exact_p_value = mantelhaen.test(strata, exact = TRUE)$p.value))
  }
  fitted <- apply(strata, 3, function(t) {                # Breslow & Day 1980; Tarone 1985
    m <- sum(t[1, ]); k <- sum(t[, 1]); n <- sum(t)
    surplus <- function(a) a * (n - m - k + a) - pooled$estimate * (m - a) * (k - a)
    a <- uniroot(surplus, c(max(0, m + k - n), min(m, k)), tol = 1e-14)$root
    c(a, m - a, k - a, n - m - k + a)
  })
  difference <- strata[1, 1, ] - fitted[1, ]; v <- 1 / colSums(1 / fitted)
  x <- sum(difference^2 / v) - sum(difference)^2 / sum(v); df <- dim(strata)[3] - 1
  list(statistic = x, df = df, p_value = pchisq(x, df, lower.tail = FALSE), chosen = "False",
    smallest_fitted = min(fitted))
}
# Half of the tables as probable as t, and all that are less probable; t has two columns.
mid_p <- function(t) {
  n <- rowSums(t); logs <- 0; left <- sum(t[, 1]); observed <- 0; own <- left
  for (i in seq_len(nrow(t) - 1)) {
    rest <- sum(n[-seq_len(i)])
    low <- pmax(0, left - rest); ways <- pmin(n[i], left) - low + 1
    taken <- sequence(ways, low); before <- rep(left, ways)
    logs <- rep(logs, ways) + dhyper(taken, n[i], rest, before, log = TRUE)
    observed <- observed + dhyper(t[i, 1], n[i], rest, own, log = TRUE)
    left <- before - taken; own <- own - t[i, 1]
  }
  (sum(exp(logs[logs <= observed + 1e-7])) + sum(exp(logs[logs < observed - 1e-7]))) / 2
}
of_counts <- function(row) {
  t <- occupied(counts(row$table, row$stratum))
  rule <- if (!tells(t) || min(expected(t)) < 5) "fisher_exact" else "pearson"
  found <- list(chosen = if (row$test == rule) "True" else "False")
  if (!tells(t)) return(found)
  chi <- function(x, df) list(statistic = x, df = df, p_value = pchisq(x, df, lower.tail = FALSE))
  x <- rep(row(t), t); y <- rep(col(t), t)
  c(found, switch(row$test,
    pearson = chi(suppressWarnings(chisq.test(t, correct = FALSE))$statistic, nrow(t) - 1),
    yates = chi(suppressWarnings(chisq.test(t, correct = TRUE))$statistic, 1),
    likelihood_ratio = chi(2 * sum((t * log(t / expected(t)))[t > 0]), nrow(t) - 1),
    linear_by_linear = chi((sum(t) - 1) * cor(x, y)^2, 1),
    fisher_exact = list(p_value = fisher.test(t, workspace = 2e7)$p.value,
      mid_p_value = mid_p(t))))
}
of_values <- function(row) {
  values <- as.numeric(women[[if (grepl("^age", row$table)) "age_years" else "ki67_percent"]])
  groups <- if (grepl("mc$", row$table)) c("mc_yes", "mc_no") else c("her2_positive", "her2_negative")
  of <- lapply(groups, function(g) values[which(GROUPS[[g]] & !is.na(values))])
  a <- of[[1]]; b <- of[[2]]
  if (row$test == "shapiro_wilk") {
    w <- if (length(a) > 2) shapiro.test(of[[match(row$stratum, groups)]])
    return(c(list(chosen = "False"), if (length(a) > 2) list(statistic = w$statistic, p_value = w$p.value)))
  }
  if (length(a) < 2) return(list(chosen = if (row$test == "mann_whitney") "True" else "False"))
  group <- factor(rep(1:2, lengths(of)))
  spread <- anova(lm(c(abs(a - mean(a)), abs(b - mean(b))) ~ group))
  normal <- all(sapply(of, function(x) shapiro.test(x)$p.value) >= 0.05)
  rule <- if (!normal) "mann_whitney" else if (spread[1, 5] < 0.05) "welch_t" else "student_t"
  found <- list(chosen = if (row$test == rule) "True" else "False")
  if (row$test == "levene")
    return(c(found, statistic = spread[1, 4], df = spread[2, 1], p_value = spread[1, 5]))
  if (row$test == "mann_whitney") {
    pairs <- length(a) * length(b)
    small <- pairs <= 400 && pairs / 2 + min(lengths(of)) <= 220 && !anyDuplicated(c(a, b))
    plain <- wilcox.test(a, b, exact = FALSE, correct = FALSE)
    u <- min(plain$statistic, pairs - plain$statistic)
    if (!small) return(c(found, statistic = u, p_value = plain$p.value))
    return(c(found, statistic = u, p_value = wilcox.test(a, b, exact = TRUE)$p.value,
      asymptotic_p_value = plain$p.value))
  }
  t <- t.test(a, b, var.equal = row$test == "student_t")
  c(found, statistic = unname(t$statistic), df = unname(t$parameter), p_value = t$p.value)
}
again("tests", c("statistic", "df", "p_value", "chosen", "corrected_statistic", "corrected_p_value",
                 "exact_p_value", "asymptotic_p_value", "smallest_fitted", "mid_p_value"), function(row) {
  if (row$test %in% c("cochran_mantel_haenszel", "breslow_day_tarone")) across(row$test)
  else if (row$table %in% names(VARIABLE)) of_counts(row)
  else of_values(row)
})

# fisher.test() stops within 1e-4 of these roots.
# Of the table itself the tails of the exact interval hold all, those of the mid-p interval half.
conditional <- function(t, own = 1) {
  m <- sum(t[, 1]); n <- sum(t[, 2]); k <- sum(t[1, ]); a <- t[1, 1]
  support <- max(0, k - n):min(m, k)
  share <- function(l) { d <- dhyper(support, m, n, k, log = TRUE) + support * l
                         exp(d - max(d)) / sum(exp(d - max(d))) }
  root <- function(f) exp(uniroot(f, c(-15, 15), tol = 1e-15, maxiter = 1e4)$root)
  lowest <- a == min(support); highest <- a == max(support)
  c(if (lowest || highest) NA else root(function(l) sum(support * share(l)) - a),
    if (lowest) 0 else root(function(l)
      sum(share(l)[support > a]) + own * share(l)[support == a] - 0.025),
    if (highest) NA else root(function(l)
      sum(share(l)[support < a]) + own * share(l)[support == a] - 0.025))
}
wilson <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
again("effects", c("estimate", "ci_low", "ci_high"), function(row) {
  if (row$method == "mantel_haenszel")
    return(list(estimate = pooled$estimate, ci_low = pooled$conf.int[1], ci_high = pooled$conf.int[2]))
  t <- counts(row$table, row$stratum); n <- rowSums(t); p <- t[, 1] / n
  ratio <- function(x, se) x * exp(c(0, -1, 1) * z * se)
  v <- c(NA, NA, NA)
  if (row$method == "conditional_exact" && tells(t)) v <- conditional(t)
  if (row$method == "conditional_mid_p" && tells(t)) v <- conditional(t, own = 1 / 2)
  if (row$measure == "odds_ratio" && row$method == "wald" && all(t > 0))
    v <- ratio(t[1, 1] * t[2, 2] / t[1, 2] / t[2, 1], sqrt(sum(1 / t)))
  if (row$measure == "risk_ratio" && all(t[, 1] > 0))
    v <- ratio(p[1] / p[2], sqrt(sum(1 / t[, 1] - 1 / n)))
  if (row$measure == "risk_difference" && all(n > 0)) {     # Newcombe 1998, method 10
    w <- mapply(wilson, t[, 1], n)
    v <- p[1] - p[2] + c(0, -sqrt((p[1] - w[1, 1])^2 + (w[2, 2] - p[2])^2),
                         sqrt((w[2, 1] - p[1])^2 + (p[2] - w[1, 2])^2))
  }
  list(estimate = v[1], ci_low = v[2], ci_high = v[3])
})

# ---- logistic models ---------------------------------------------------------------------------
for (v in names(REFERENCE)) if (any(!is.na(women[[v]])))
  women[[v]] <- relevel(factor(women[[v]]), ref = REFERENCE[[v]])
women$event <- as.integer(women$microcalcifications == "yes")

plain <- function(x, y, b) { e <- drop(x %*% b); sum(plogis(ifelse(y == 1, e, -e), log.p = TRUE)) }
firth <- function(x, y, b) { p <- plogis(drop(x %*% b))
  plain(x, y, b) + determinant(crossprod(x * sqrt(p * (1 - p))))$modulus[1] / 2 }
glm_fit <- function(x, y, offset = NULL) suppressWarnings(glm.fit(x, y, family = binomial(),
  offset = offset, intercept = FALSE, control = list(epsilon = 1e-14, maxit = 200)))
# The highest value of a (penalised) log-likelihood with some coefficients held.
highest <- function(f, x, y, b, held, at) {
  b[held] <- at; free <- setdiff(seq_along(b), held)
  if (identical(f, plain)) {
    b[free] <- glm_fit(x[, free, drop = FALSE], y, drop(x[, held, drop = FALSE] %*% b[held]))$coefficients
    return(plain(x, y, b))
  }
  climb <- function(own) { b[free] <- own; -firth(x, y, b) }
  for (i in 1:3) b[free] <- optim(b[free], climb, method = "BFGS",
    control = list(reltol = 1e-16, maxit = 2000, ndeps = rep(1e-5, length(free))))$par
  firth(x, y, b)
}
fit <- function(terms) {
  data <- women[complete.cases(women[c("event", terms)]), ]
  if (!nrow(data)) return(list(data = data, y = integer(), x = matrix(0, 0, 0)))
  x <- model.matrix(reformulate(terms), data); y <- data$event
  result <- function(f, b) { p <- plogis(drop(x %*% b))
    list(f = f, b = b, v = solve(crossprod(x * sqrt(p * (1 - p)))), top = f(x, y, b)) }
  bias_reduced <- brglm_fit(x, y, family = binomial(), intercept = FALSE,
    control = brglmControl(epsilon = 1e-13, maxit = 10000, type = "AS_mean"))
  list(data = data, x = x, y = y, ml = result(plain, glm_fit(x, y)$coefficients),
    firth = result(firth, bias_reduced$coefficients))
}
terms_of <- list()
for (name in c("univariable", "multivariable")) {
  rows <- read.csv(file.path(paths[2], paste0(name, ".csv")))
  model <- if (name == "univariable") paste0("univariable_", rows$variable) else rows$model
  terms_of <- c(terms_of, lapply(split(rows$variable, model), unique))
}
models <- lapply(terms_of, fit)

of_level <- function(row, model) {
  m <- models[[model]]; found <- list(n = nrow(m$data), events = sum(m$y), level_n = 0, level_events = 0)
  if (!nrow(m$data)) return(found)
  whole <- row$level == "(overall)"
  inside <- if (whole) rep(TRUE, nrow(m$data)) else m$data[[row$variable]] == row$level
  found$level_n <- sum(inside); found$level_events <- sum(m$y[inside])
  own <- if (whole) which(attr(m$x, "assign") == match(row$variable, terms_of[[model]]))
         else match(paste0(row$variable, row$level), colnames(m$x))
  e <- m[[row$estimator]]; b <- e$b[own]; se <- sqrt(diag(e$v))[own]; df <- length(own)
  wald <- drop(b %*% solve(e$v[own, own]) %*% b)
  ratio <- 2 * (e$top - highest(e$f, m$x, m$y, e$b, own, 0))
  found <- c(found, wald = wald, df = df, p_value = pchisq(wald, df, lower.tail = FALSE),
    lr_p_value = pchisq(max(ratio, 0), df, lower.tail = FALSE))
  if (whole) return(found)
  bound <- function(side) if (row$ci_method == "wald") b + side * z * se else uniroot(function(at)
    2 * (e$top - highest(e$f, m$x, m$y, e$b, own, at)) - z^2, sort(b + c(0, 8) * side * se),
    tol = 1e-10)$root
  c(found, log_odds = unname(b), std_error = unname(se), odds_ratio = unname(exp(b)),
    ci_low = unname(exp(bound(-1))), ci_high = unname(exp(bound(1))))
}
NUMBERS <- c("n", "events", "level_n", "level_events", "log_odds", "std_error", "odds_ratio",
  "ci_low", "ci_high", "wald", "df", "p_value", "lr_p_value")
again("univariable", NUMBERS, function(row) of_level(row, paste0("univariable_", row$variable)))
again("multivariable", NUMBERS, function(row) of_level(row, row$model))

# Patients of one predicted risk stay in one group (SAS's rule).
hosmer_lemeshow <- function(p, y, groups = 10) {
  n <- length(y); aim <- floor(n / groups + 0.5); of <- integer(n); now <- 1; size <- 0
  for (rows in split(seq_len(n), round(p, 10))) {
    fits <- size < aim && size + floor(length(rows) / 2) <= aim
    if (size > 0 && !fits && now < groups) { now <- now + 1; size <- 0 }
    of[rows] <- now; size <- size + length(rows)
  }
  if (now > 1 && size <= floor(n / groups / 2)) of[of == now] <- now - 1
  total <- tapply(y, of, length); e <- tapply(p, of, sum)
  list(g = length(total), chi2 = sum((tapply(y, of, sum) - e)^2 / (e * (1 - e / total))))
}
inflation <- function(x, assign) {
  r <- cor(x); minor <- function(keep) if (any(keep)) det(r[keep, keep, drop = FALSE]) else 1
  max(sapply(unique(assign), function(t)
    (minor(assign == t) * minor(assign != t) / det(r))^(1 / sum(assign == t))))
}
again("model_fit", c("n", "events", "missing", "parameters", "events_per_parameter", "log_likelihood",
    "null_log_likelihood", "lr_chi2", "lr_df", "lr_p_value", "cox_snell", "nagelkerke", "hl_chi2",
    "hl_df", "hl_p_value", "hl_groups", "auc", "auc_low", "auc_high", "max_vif"), function(row) {
  m <- models[[row$model]]; y <- m$y; n <- length(y)
  found <- list(n = n, events = sum(y), missing = nrow(women) - n)
  if (!n) return(c(found, parameters = 0))
  k <- ncol(m$x) - 1; p <- plogis(drop(m$x %*% m$ml$b))
  null <- plain(matrix(1, n), y, qlogis(mean(y))); lr <- 2 * (m$ml$top - null); cox <- 1 - exp(-lr / n)
  area <- ci.auc(roc(y, round(p, 10), quiet = TRUE, direction = "<"))
  hl <- hosmer_lemeshow(p, y)
  found <- c(found, parameters = k, events_per_parameter = min(sum(y), n - sum(y)) / k,
    log_likelihood = m$ml$top, null_log_likelihood = null, lr_chi2 = lr, lr_df = k,
    lr_p_value = pchisq(lr, k, lower.tail = FALSE), cox_snell = cox,
    nagelkerke = cox / (1 - exp(2 * null / n)), hl_groups = hl$g, auc = area[2], auc_low = area[1],
    auc_high = area[3], max_vif = inflation(m$x[, -1, drop = FALSE], attr(m$x, "assign")[-1]))
  if (hl$g <= max(2, k + 1)) return(found)                # groups that the model reproduces
  c(found, hl_chi2 = hl$chi2, hl_df = hl$g - 2, hl_p_value = pchisq(hl$chi2, hl$g - 2, lower.tail = FALSE))
})
