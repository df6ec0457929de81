# Reference numbers of logistic models, computed with R (models.csv) from data sets that come
# with R (models_data/*.csv, exported here so that the Python tests need no R).
#
#     Rscript tests/reference/models.R tests/reference
#
# Made with R 4.2.2, brglm2 0.9, MASS 7.3-58.2, pROC 1.18.0.

suppressPackageStartupMessages({library(MASS); library(brglm2); library(pROC)})
folder <- commandArgs(trailingOnly = TRUE)[1]
dir.create(file.path(folder, "models_data"), showWarnings = FALSE)
number <- function(x) format(x, digits = 17)
results <- data.frame()
record <- function(set, quantity, term, value) {
  results <<- rbind(results, data.frame(set, quantity, term, value = sprintf("%.17g", value)))
}

# ---- data: outcome yes/no, categories as text, counts in `weight` --------------------------
data(birthwt, package = "MASS")
data(endometrial, package = "brglm2")
yes_no <- function(x) ifelse(x == 1, "yes", "no")
ucb <- as.data.frame(UCBAdmissions)
case_control <- function(frame) rbind(
  data.frame(outcome = "yes", frame[1:3], weight = frame$ncases),
  data.frame(outcome = "no", frame[1:3], weight = frame$ncontrols))
text <- function(frame) { frame[] <- lapply(frame, function(x) if (is.factor(x)) as.character(x) else x); frame }
sets <- list(
  birthwt = with(birthwt, data.frame(outcome = yes_no(low), age, lwt,
    race = c("white", "black", "other")[race], smoke = yes_no(smoke), ht = yes_no(ht),
    ui = yes_no(ui), weight = 1)),
  infert = with(infert, data.frame(outcome = yes_no(case), age, education,
    spontaneous = paste0("s", spontaneous), induced = paste0("i", induced), weight = 1)),
  esoph = subset(case_control(text(esoph)), weight > 0),
  ucb = with(ucb, data.frame(outcome = yes_no(Admit == "Admitted"), gender = Gender,
    dept = Dept, weight = Freq)),
  endometrial = with(endometrial, data.frame(outcome = yes_no(HG), NV = yes_no(NV), PI, EH,
    weight = 1)),
  milan_her2 = data.frame(outcome = c("yes", "no", "yes", "no"),
    her2_status = c("positive", "positive", "negative", "negative"), weight = c(15, 40, 21, 109)),
  milan_density = data.frame(outcome = rep(c("yes", "no"), each = 4),
    density = rep(c("A", "B", "C", "D"), 2), weight = c(4, 16, 13, 3, 19, 70, 45, 15)))
sets <- lapply(sets, text)
for (name in names(sets)) write.csv(format(sets[[name]], digits = 17, trim = TRUE),
  file.path(folder, "models_data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)

# ---- maximum likelihood -------------------------------------------------------------------
control <- glm.control(epsilon = 1e-14, maxit = 100)
fit <- function(x, y, w, offset = NULL) suppressWarnings(
  glm.fit(x, y, w, family = binomial(), control = control, offset = offset, intercept = FALSE))
# The model maximised at weights 0/1 of rows: -deviance/2 is its log-likelihood.
log_lik <- function(f) -f$deviance / 2

crossing <- function(excess, centre, se) sapply(c(-1, 1), function(side) {
  outer <- centre + side * se
  while (excess(outer) < 0) outer <- outer + side * se
  uniroot(excess, sort(c(centre, outer)), tol = 1e-12)$root
})
profile_ml <- function(x, y, w, j, best, beta, se) crossing(function(b) {
  held <- fit(x[, -j, drop = FALSE], y, w, offset = x[, j] * b)
  2 * (best - log_lik(held)) - qchisq(0.95, 1)
}, beta, se)

# ---- Firth --------------------------------------------------------------------------------
penalised <- function(beta, x, y, w) {
  eta <- drop(x %*% beta); p <- plogis(eta)
  sum(w * (y * plogis(eta, log.p = TRUE) + (1 - y) * plogis(-eta, log.p = TRUE))) +
    0.5 * as.numeric(determinant(crossprod(x * sqrt(w * p * (1 - p))))$modulus)
}
# The penalty is the full model's, whatever is held: logistf's and Heinze & Schemper's test.
held_penalised <- function(x, y, w, hold, at, start) {
  free <- setdiff(seq_len(ncol(x)), hold)
  beta <- start; beta[hold] <- at
  if (!length(free)) return(list(value = penalised(beta, x, y, w), beta = beta))
  objective <- function(b) { full <- beta; full[free] <- b; -penalised(full, x, y, w) }
  found <- list(par = beta[free])
  for (i in 1:2) found <- optim(found$par, objective, method = "BFGS",
    control = list(reltol = 1e-16, maxit = 1000, ndeps = rep(1e-5, length(free))))
  beta[free] <- found$par
  list(value = -found$value, beta = beta)
}

# ---- goodness of fit ----------------------------------------------------------------------
# SAS/STAT, LOGISTIC, "The Hosmer-Lemeshow Goodness-of-Fit Test": blocks are not divided.
hosmer_lemeshow <- function(p, y, w, G = 10) {
  block <- split(seq_along(p), round(p, 12))
  block <- block[order(as.numeric(names(block)))]
  N <- sum(w); M <- floor(N / G + 0.5)
  group <- integer(0); k <- 1; count <- 0
  for (b in block) {
    size <- sum(w[b])
    if (count > 0 && k < G && !(count < M && count + floor(size / 2) <= M)) { k <- k + 1; count <- 0 }
    count <- count + size; group <- c(group, k)
  }
  if (k > 1 && count <= floor(N / G / 2)) group[group == k] <- k - 1
  of <- integer(length(p)); for (i in seq_along(block)) of[block[[i]]] <- group[i]
  n <- tapply(w, of, sum); o <- tapply(w * y, of, sum); e <- tapply(w * p, of, sum)
  c(chi2 = sum((o - e)^2 / (e * (1 - e / n))), groups = length(n))
}
inflation <- function(x, terms, w) {           # x without intercept, expanded to patients
  x <- x[rep(seq_len(nrow(x)), w), , drop = FALSE]; r <- cor(x)
  det1 <- function(m) if (length(m)) det(m) else 1
  sapply(unique(terms), function(t) {
    own <- terms == t
    if (sum(own) == 1 && any(!own)) 1 / (1 - summary(lm(x[, own] ~ x[, !own]))$r.squared)
    else (det1(r[own, own, drop = FALSE]) * det1(r[!own, !own, drop = FALSE]) / det(r))^(1 / sum(own))
  })
}

# ---- every data set -----------------------------------------------------------------------
for (name in names(sets)) {
  data <- sets[[name]]; w <- data$weight; y <- as.numeric(data$outcome == "yes")
  terms <- setdiff(names(data), c("outcome", "weight"))
  x <- matrix(1, nrow(data)); of <- ""; label <- "intercept"
  for (t in terms) {
    levels <- if (is.character(data[[t]])) sort(unique(data[[t]]), method = "radix")[-1]
    columns <- if (is.null(levels)) cbind(data[[t]]) else sapply(levels, function(l) data[[t]] == l)
    x <- cbind(x, columns + 0); of <- c(of, rep(t, ncol(columns)))
    label <- c(label, paste(t, if (is.null(levels)) "(per unit)" else levels, sep = "|"))
  }
  dimnames(x) <- list(NULL, label)

  firth <- brglm_fit(x, y, w, family = binomial(), intercept = FALSE, control = brglmControl(
    epsilon = 1e-12, maxit = 10000, type = "AS_mean"))
  f <- firth$coefficients
  p <- plogis(drop(x %*% f)); f_se <- sqrt(diag(solve(crossprod(x * sqrt(w * p * (1 - p))))))
  f_best <- penalised(f, x, y, w)
  for (j in 2:ncol(x)) {
    record(name, "firth_log_odds", label[j], f[j])
    record(name, "firth_std_error", label[j], f_se[j])
    # A column of small numbers is stretched, so that the numerical climb is well conditioned.
    scale <- pmax(1, apply(abs(x), 2, max)); xs <- sweep(x, 2, scale, "/"); shift <- sum(log(scale))
    bounds <- crossing(function(b) 2 * (f_best - shift -
      held_penalised(xs, y, w, j, b * scale[j], f * scale)$value) - qchisq(0.95, 1), f[j], f_se[j])
    record(name, "firth_low", label[j], bounds[1]); record(name, "firth_high", label[j], bounds[2])
  }
  for (t in terms) {
    null <- held_penalised(xs, y, w, which(of == t), 0, f * scale)
    chi2 <- 2 * (f_best - shift - null$value)
    record(name, "firth_lr_p_value", t, pchisq(chi2, sum(of == t), lower.tail = FALSE))
  }
  g <- suppressWarnings(glm(y ~ x - 1, family = binomial(), weights = w, control = control))
  beta <- unname(coef(g)); v <- vcov(g); se <- unname(sqrt(diag(v))); best <- -deviance(g) / 2
  # Separated by NV: what glm reaches for the others is the limit of maximum likelihood.
  for (j in setdiff(2:ncol(x), if (name == "endometrial") which(of == "NV"))) {
    record(name, "log_odds", label[j], beta[j]); record(name, "std_error", label[j], se[j])
    bounds <- profile_ml(x, y, w, j, best, beta[j], se[j])
    record(name, "low", label[j], bounds[1]); record(name, "high", label[j], bounds[2])
    alone <- 2 * (best - log_lik(fit(x[, -j, drop = FALSE], y, w)))
    record(name, "lr_level_p_value", label[j], pchisq(alone, 1, lower.tail = FALSE))
  }
  if (name == "endometrial") next
  # MASS interpolates the profile; on its own coarse grid it is good to three digits only.
  spline <- confint(profile(g, maxsteps = 1000, del = 0.0125))
  for (j in 2:ncol(x)) { record(name, "confint_low", label[j], spline[j, 1])
                         record(name, "confint_high", label[j], spline[j, 2]) }
  for (t in terms) {
    own <- of == t; df <- sum(own)
    chi2 <- 2 * (best - log_lik(fit(x[, !own, drop = FALSE], y, w)))
    record(name, "lr_p_value", t, pchisq(chi2, df, lower.tail = FALSE))
    wald <- drop(beta[own] %*% solve(v[own, own, drop = FALSE]) %*% beta[own])
    record(name, "wald", t, wald)
    record(name, "wald_p_value", t, pchisq(wald, df, lower.tail = FALSE))
  }
  vif <- inflation(x[, -1, drop = FALSE], of[-1], w)
  for (t in terms) record(name, "vif", t, vif[[t]])
  n <- sum(w); null <- log_lik(fit(x[, 1, drop = FALSE], y, w)); lr <- 2 * (best - null)
  cox <- 1 - exp(-lr / n)
  hl <- hosmer_lemeshow(fitted(g), y, w)
  rows <- rep(seq_along(y), w)
  roc <- roc(y[rows], round(fitted(g), 12)[rows], quiet = TRUE, direction = "<")
  area <- ci.auc(roc, method = "delong")
  whole <- c(log_likelihood = best, null_log_likelihood = null, lr_chi2 = lr,
    lr_p_value = pchisq(lr, ncol(x) - 1, lower.tail = FALSE), cox_snell = cox,
    nagelkerke = cox / (1 - exp(2 * null / n)), hl_groups = hl[["groups"]],
    auc = area[2], auc_low = area[1], auc_high = area[3])
  if (hl[["groups"]] > 2) whole <- c(whole, hl_chi2 = hl[["chi2"]],
    hl_p_value = pchisq(hl[["chi2"]], hl[["groups"]] - 2, lower.tail = FALSE))
  for (q in names(whole)) record(name, q, "(model)", whole[[q]])
}
write.csv(results, file.path(folder, "models.csv"), row.names = FALSE, quote = FALSE)
