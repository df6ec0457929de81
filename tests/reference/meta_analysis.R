# Reference numbers of the random-effects summary, from metafor 3.8-1 (R 4.2.2).
# Rscript tests/reference/meta_analysis.R > tests/reference/meta_analysis.csv
#
# Sets of metadat, each written with the numbers computed from it, so that the Python test needs
# no R: kind "study" holds an estimate (index yi.position) or its variance (vi.position), "weight"
# a share of the weights, "result" the rest. Numbers have 17 significant digits. REML is iterated
# until tau2 stands still to `threshold`.

suppressWarnings(suppressMessages(library(metafor)))

emit <- function(set, kind, index, value) {
  cat(sprintf("%s,%s,%s,%s\n", set, kind, index, sprintf("%.17g", as.numeric(value))), sep = "")
}

pooled <- function(set, d, level = 95, threshold = 1e-14) {
  d <- d[!is.na(d$yi) & !is.na(d$vi), ]
  emit(set, "study", paste0("yi.", seq_along(d$yi)), d$yi)
  emit(set, "study", paste0("vi.", seq_along(d$vi)), d$vi)
  fit <- rma(yi, vi, data = d, method = "REML", test = "knha", level = level,
             control = list(threshold = threshold, maxiter = 1e5))
  prediction <- predict(fit)
  emit(set, "result",
       c("confidence_level", "k", "tau2", "i2", "q", "p_value", "log_odds", "std_error", "low",
         "high", "prediction_low", "prediction_high"),
       c(level / 100, fit$k, fit$tau2, fit$I2, fit$QE, fit$QEp, fit$beta, fit$se, fit$ci.lb,
         fit$ci.ub, prediction$pi.lb, prediction$pi.ub))
  emit(set, "weight", seq_along(d$yi), weights(fit) / 100)
}

cat("set,kind,index,value\n")
bcg <- function(measure) {
  escalc(measure = measure, ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
}
pooled("bcg_odds_ratio", bcg("OR"))
pooled("bcg_risk_ratio", bcg("RR"), level = 90)
# Magnesium after infarction: sparse tables and one mega-trial
pooled("magnesium", escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i,
                           data = dat.egger2001))
# Teacher expectancy: small effects, tau2 close to 0
pooled("expectancy", dat.raudenbush1985)
# Stroke care: differences in days of stay, tau2 of several hundred
pooled("stroke_care", escalc(measure = "MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i,
                             sd2i = sd2i, n2i = n2i, data = dat.normand1999), threshold = 1e-11)
# Two trials: 1 degree of freedom
pooled("bcg_two_trials", bcg("OR")[1:2, ])
# Three trials that agree: tau2 is truncated at 0
pooled("bcg_agreeing", bcg("OR")[1:3, ])
