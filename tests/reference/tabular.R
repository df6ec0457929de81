# Reference numbers of the two-way tables and two-group tests, from R 4.2.2.
# Rscript tests/reference/tabular.R > tests/reference/tabular.csv
#
# Every set is written with the numbers computed from it, so that the Python test needs no R:
# kind "count" holds a cell (index row.column or row.column.stratum), kind "value" a measurement
# (index group.position), every other kind a result. Numbers have 17 significant digits.

suppressWarnings(suppressMessages(library(MASS)))

emit <- function(set, kind, index, value) {
  cat(sprintf("%s,%s,%s,%s\n", set, kind, index, sprintf("%.17g", value)), sep = "")
}

emit_counts <- function(set, x) {
  cells <- which(array(TRUE, dim(x)), arr.ind = TRUE)
  emit(set, "count", apply(cells, 1, paste, collapse = "."), x[cells])
}

two_way <- function(set, x) {
  x <- unclass(x)
  emit_counts(set, x)
  pearson <- suppressWarnings(chisq.test(x, correct = FALSE))
  emit(set, "pearson", c("statistic", "df", "p"),
       c(pearson$statistic, pearson$parameter, pearson$p.value))
  observed <- x[x > 0]
  g2 <- 2 * sum(observed * log(observed / pearson$expected[x > 0]))
  emit(set, "likelihood_ratio", c("statistic", "p"),
       c(g2, pchisq(g2, pearson$parameter, lower.tail = FALSE)))
  n <- sum(x)
  r <- cov.wt(cbind(c(row(x)), c(col(x))), wt = c(x) / n, cor = TRUE)$cor[1, 2]
  emit(set, "linear_by_linear", c("statistic", "p"),
       c((n - 1) * r^2, pchisq((n - 1) * r^2, 1, lower.tail = FALSE)))
  emit(set, "fisher_exact", "p", fisher.test(x, workspace = 2e8)$p.value)
  if (all(dim(x) == 2)) two_by_two(set, x)
}

newcombe <- function(x) {  # hybrid score interval of p1 - p2 from two Wilson intervals (1998, 10)
  n <- rowSums(x)
  p <- x[, 1] / n
  wilson <- sapply(1:2, function(i) {
    suppressWarnings(prop.test(x[i, 1], n[i], correct = FALSE))$conf.int
  })
  d <- p[1] - p[2]
  c(d, d - sqrt((p[1] - wilson[1, 1])^2 + (wilson[2, 2] - p[2])^2),
    d + sqrt((wilson[2, 1] - p[1])^2 + (p[2] - wilson[1, 2])^2))
}

# fisher.test() finds the same roots, but stops within 1e-4 of them; these are exact to rounding.
conditional_odds_ratio <- function(x) {
  m <- sum(x[, 1]); n <- sum(x[, 2]); k <- sum(x[1, ])
  support <- max(0, k - n):min(k, m)
  root <- function(f) exp(uniroot(f, c(-12, 12), tol = 1e-15, maxiter = 1e4)$root)
  weights <- function(logs) {
    d <- dhyper(support, m, n, k, log = TRUE) + support * logs
    exp(d - max(d)) / sum(exp(d - max(d)))
  }
  a <- x[1, 1]
  found <- c(root(function(l) sum(support * weights(l)) - a),
             root(function(l) sum(weights(l)[support >= a]) - 0.025),
             root(function(l) sum(weights(l)[support <= a]) - 0.025))
  theirs <- fisher.test(x)
  stopifnot(all.equal(found, unname(c(theirs$estimate, theirs$conf.int)), tolerance = 1e-2))
  found
}

two_by_two <- function(set, x) {
  yates <- suppressWarnings(chisq.test(x, correct = TRUE))
  emit(set, "yates", c("statistic", "p"), c(yates$statistic, yates$p.value))
  interval <- c("estimate", "low", "high")
  z <- c(0, -1, 1) * qnorm(0.975)
  emit(set, "risk_difference", interval, newcombe(x))
  if (any(x == 0)) return(invisible())
  # Woolf and log-risk standard errors come from glm (Wald), not from the formula under test
  y <- c(x[, 1], x[, 2])
  cells <- data.frame(mc = rep(1:0, each = 2), exposed = rep(1:0, 2), n = y)
  fit <- glm(mc ~ exposed, binomial, cells, weights = n, control = list(epsilon = 1e-14))
  # R's standard errors are of the last but one iterate: start once more from the estimates
  fit <- update(fit, start = coef(fit))
  logs <- coef(summary(fit))["exposed", 1:2]
  emit(set, "odds_ratio_wald", interval, exp(logs[1] + z * logs[2]))
  rates <- log(x[, 1] / rowSums(x))
  se <- sqrt(sum(1 / x[, 1] - 1 / rowSums(x)))
  emit(set, "risk_ratio", interval, exp(rates[1] - rates[2] + z * se))
  emit(set, "odds_ratio_conditional", interval, conditional_odds_ratio(x))
}

breslow_day_tarone <- function(x, or) {  # Breslow & Day 1980, 4.30; Tarone 1985
  a <- x[1, 1, ]; m <- a + x[1, 2, ]; t <- a + x[2, 1, ]; n <- apply(x, 3, sum)
  expected <- mapply(function(m, t, n) {
    roots <- polyroot(c(or * m * t, -(n - m - t + or * (m + t)), or - 1))
    roots <- Re(roots[abs(Im(roots)) < 1e-9])
    roots[roots > max(0, m + t - n) & roots < min(m, t)][1]
  }, m, t, n)
  v <- 1 / (1 / expected + 1 / (m - expected) + 1 / (t - expected) + 1 / (n - m - t + expected))
  sum((a - expected)^2 / v) - sum(a - expected)^2 / sum(v)
}

stratified <- function(set, x) {
  x <- unclass(x)
  emit_counts(set, x)
  plain <- mantelhaen.test(x, correct = FALSE)
  corrected <- mantelhaen.test(x, correct = TRUE)
  emit(set, "cmh", c("statistic", "p"), c(plain$statistic, plain$p.value))
  emit(set, "cmh_corrected", c("statistic", "p"), c(corrected$statistic, corrected$p.value))
  emit(set, "cmh_exact", "p", mantelhaen.test(x, exact = TRUE)$p.value)
  emit(set, "odds_ratio_pooled", c("estimate", "low", "high"), c(plain$estimate, plain$conf.int))
  bdt <- breslow_day_tarone(x, plain$estimate)
  df <- dim(x)[3] - 1
  emit(set, "breslow_day_tarone", c("statistic", "df", "p"),
       c(bdt, df, pchisq(bdt, df, lower.tail = FALSE)))
}

shape <- function(set, group, x) {
  emit(set, "value", paste(group, seq_along(x), sep = "."), x)
  emit(set, "describe", paste(group, c("mean", "sd", "q1", "median", "q3"), sep = "."),
       c(mean(x), sd(x), quantile(x, c(0.25, 0.5, 0.75), type = 6)))
  w <- shapiro.test(x)
  emit(set, "shapiro_wilk", paste(group, c("statistic", "p"), sep = "."), c(w$statistic, w$p.value))
}

two_groups <- function(set, x, y) {
  shape(set, "first", x)
  shape(set, "second", y)
  for (equal in c(TRUE, FALSE)) {
    t <- t.test(x, y, var.equal = equal)
    emit(set, if (equal) "student_t" else "welch_t", c("statistic", "df", "p"),
         c(t$statistic, t$parameter, t$p.value))
  }
  deviation <- c(abs(x - mean(x)), abs(y - mean(y)))
  group <- factor(rep(1:2, c(length(x), length(y))))
  f <- anova(lm(deviation ~ group))
  emit(set, "levene", c("statistic", "df", "p"), c(f$F[1], f$Df[2], f$`Pr(>F)`[1]))
  u <- wilcox.test(x, y, exact = FALSE, correct = FALSE)
  w <- u$statistic
  emit(set, "mann_whitney", c("statistic", "p"), c(min(w, length(x) * length(y) - w), u$p.value))
  if (!anyDuplicated(c(x, y))) {
    emit(set, "mann_whitney_exact", "p", wilcox.test(x, y, exact = TRUE)$p.value)
  }
}

cat("set,kind,index,value\n")
two_way("milan_her2", matrix(c(15, 21, 40, 109), 2))
two_way("milan_density", matrix(c(4, 16, 13, 3, 19, 70, 45, 15), 4))
two_way("milan_density_a_by_her2", matrix(c(2, 2, 4, 15), 2))
two_way("duke_her2", matrix(c(8, 35, 37, 191), 2))
two_way("duke_density", matrix(c(2, 11, 24, 5, 10, 36, 49, 19), 4))
two_way("ucb_gender", apply(UCBAdmissions, c(2, 1), sum))
two_way("esoph_tobgp", with(esoph, cbind(tapply(ncases, tobgp, sum), tapply(ncontrols, tobgp, sum))))
two_way("esoph_alcgp", with(esoph, cbind(tapply(ncases, alcgp, sum), tapply(ncontrols, alcgp, sum))))
two_way("infert_education", table(infert$education, infert$case))
two_way("birthwt_smoke", table(birthwt$smoke, birthwt$low)[2:1, 2:1])
two_way("birthwt_race", table(birthwt$race, birthwt$low))
two_way("warpbreaks_tension", table(warpbreaks$tension, warpbreaks$breaks > 26))
two_way("mtcars_cyl_gear", table(mtcars$cyl, mtcars$gear))
two_way("titanic_class", apply(Titanic, c(1, 4), sum))
two_way("survey_smoke_exercise", table(survey$Smoke, survey$Exer))
two_way("zero_cell", matrix(c(0, 5, 7, 6), 2))
stratified("ucb_departments", aperm(UCBAdmissions, c(2, 1, 3)))
stratified("birthwt_smoke_by_race", table(birthwt$smoke, birthwt$low, birthwt$race)[2:1, 2:1, ])
stratified("near_null", array(c(5, 10, 10, 18, 7, 6, 9, 8), c(2, 2, 2)))
stratified("odds_ratio_one", array(c(10, 20, 20, 40, 6, 3, 8, 4), c(2, 2, 2)))
stratified("milan_within_density", array(c(2, 2, 4, 15, 7, 9, 19, 51, 5, 8, 12, 33, 1, 2, 5, 10),
                                         c(2, 2, 4)))
stratified("infert_induced_by_education",
           table(infert$induced > 0, infert$case, infert$education)[2:1, 2:1, ])
two_groups("sleep", sleep$extra[sleep$group == 1], sleep$extra[sleep$group == 2])
two_groups("birthwt_bwt", birthwt$bwt[birthwt$smoke == 1], birthwt$bwt[birthwt$smoke == 0])
two_groups("infert_age", infert$age[infert$case == 1], infert$age[infert$case == 0])
two_groups("toothgrowth", ToothGrowth$len[ToothGrowth$supp == "OJ"],
           ToothGrowth$len[ToothGrowth$supp == "VC"])
two_groups("mtcars_mpg", mtcars$mpg[mtcars$am == 1], mtcars$mpg[mtcars$am == 0])
two_groups("plantgrowth", PlantGrowth$weight[PlantGrowth$group == "trt1"],
           PlantGrowth$weight[PlantGrowth$group == "trt2"])
