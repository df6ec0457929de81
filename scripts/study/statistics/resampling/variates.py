"""Binomial and hypergeometric variates of many replicates, at a cost that n does not change.

Every variate owns a block of words, so that a rejection in one replicate moves no other draw.
Whole numbers are floats throughout.
"""

from collections.abc import Callable

import numpy as np

from study.statistics.resampling.words import uniforms

# Words that one variate may use: two per attempt.
BLOCK = 1 << 11
# Below this mean, summing the distribution from zero is cheaper than rejection, which needs it.
SMALL_MEAN = 10.0
# Of the ratio of uniforms: 2 * sqrt(2 / e) and 3 - 2 * sqrt(3 / e).
RATIO_SCALE, RATIO_SHIFT = 1.7155277699214135, 0.8989161620588988
# log(k!) for small k, where Stirling's series is not exact to the last digits.
LOG_FACTORIALS = np.cumsum(np.log(np.maximum(np.arange(32.0), 1.0)))
HALF_LOG_TWO_PI = 0.9189385332046728

# From two uniforms and the positions of the replicates: proposals, and whether they are accepted.
Propose = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def binomial(
    key: np.uint64, replicates: np.ndarray, variate: int, trials: np.ndarray, share: float
) -> np.ndarray:
    """Return one binomial number per replicate, of `trials` with probability `share`."""
    rare = min(share, 1.0 - share)
    odds = rare / (1.0 - rare)
    small = trials * rare < SMALL_MEAN
    found = np.zeros(len(trials))
    n = trials[small]
    found[small] = _sum_until(
        uniforms(key, replicates[small], np.array(variate * BLOCK)),
        np.exp(n * np.log1p(-rare)),
        lambda count, at: odds * (n[at] - count) / (count + 1.0),
        n,
    )
    m = trials[~small]
    found[~small] = _reject(
        key, replicates[~small], variate, lambda u, v, at: _binomial_proposal(m[at], rare, u, v)
    )
    return trials - found if share > 0.5 else found


def hypergeometric(
    key: np.uint64,
    replicates: np.ndarray,
    variate: int,
    marked: float,
    population: float,
    sample: np.ndarray,
) -> np.ndarray:
    """Return how many `marked` are among `sample` of the population, drawn without replacement."""
    few, many = min(marked, population - marked), max(marked, population - marked)
    m = np.minimum(sample, population - sample)
    small = m * few < SMALL_MEAN * population
    found = np.zeros(len(sample))
    s = m[small]
    none = log_factorial(many) - log_factorial(population)
    found[small] = _sum_until(
        uniforms(key, replicates[small], np.array(variate * BLOCK)),
        np.exp(none + log_factorial(population - s) - log_factorial(many - s)),
        lambda count, at: (
            (few - count) * (s[at] - count) / ((count + 1.0) * (many - s[at] + count + 1.0))
        ),
        np.minimum(s, few),
    )
    t = m[~small]
    found[~small] = _reject(
        key,
        replicates[~small],
        variate,
        lambda u, v, at: _hypergeometric_proposal(few, many, t[at], u, v),
    )
    found = found if marked <= population - marked else m - found
    return np.where(m < sample, marked - found, found)


def log_factorial(number: np.ndarray | float) -> np.ndarray:
    """Return log(k!) of whole numbers (Stirling's series above 31)."""
    following = np.asarray(number) + 1.0
    square = following * following
    series = (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / following
    large = (following - 0.5) * np.log(following) - following + HALF_LOG_TWO_PI + series
    small = LOG_FACTORIALS[np.minimum(number, 31.0).astype(np.int64)]
    return np.where(following > 32.0, large, small)


def _sum_until(
    left: np.ndarray,
    mass: np.ndarray,
    ratio: Callable[[float, np.ndarray], np.ndarray],
    highest: np.ndarray,
) -> np.ndarray:
    """Return where the probabilities, summed from zero, pass `left`."""
    found = np.zeros(len(left))
    at = np.flatnonzero((left >= mass) & (highest > 0))
    left, mass, count = left[at], mass[at], 0.0
    while at.size:
        left = left - mass
        mass = mass * ratio(count, at)
        count += 1.0
        found[at] = count
        more = (left >= mass) & (count < highest[at])
        at, left, mass = at[more], left[more], mass[more]
    return found


def _reject(key: np.uint64, replicates: np.ndarray, variate: int, propose: Propose) -> np.ndarray:
    """Return the first accepted proposal of every replicate."""
    found = np.empty(len(replicates))
    pending = np.arange(len(replicates))
    word = variate * BLOCK
    while pending.size:
        u = uniforms(key, replicates[pending], np.array(word))
        v = uniforms(key, replicates[pending], np.array(word + 1))
        proposal, good = propose(u, v, pending)
        found[pending[good]] = proposal[good]
        pending = pending[~good]
        word += 2
    return found


def _binomial_proposal(
    n: np.ndarray, p: float, u: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    # Source: Hörmann W (1993). The generation of binomial random variates. J Stat Comput Simul
    # 46:101-110 (algorithm BTRS).
    spread = np.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    u = u - 0.5
    us = 0.5 - np.abs(u)
    proposal = np.floor((2.0 * a / us + b) * u + (n * p + 0.5))
    good = (us >= 0.07) & (v <= 0.92 - 4.2 / b)
    rest = np.flatnonzero(~good & (proposal >= 0.0) & (proposal <= n))
    n, k, b, us = n[rest], proposal[rest], b[rest], us[rest]
    height = np.log(v[rest] * ((2.83 + 5.1 / b) * spread[rest]) / (a[rest] / (us * us) + b))
    mode = np.floor((n + 1.0) * p)
    gain = (k - mode) * np.log(p / (1.0 - p))
    gain = gain + log_factorial(mode) + log_factorial(n - mode)
    good[rest] = height <= gain - log_factorial(k) - log_factorial(n - k)
    return proposal, good


def _hypergeometric_proposal(
    few: float, many: float, m: np.ndarray, u: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    # Source: Stadlober E (1990). The ratio of uniforms approach for generating discrete random
    # variates. J Comput Appl Math 31:181-189.
    population = few + many
    p = few / population
    centre = m * p + 0.5
    spread = np.sqrt((population - m) * m * p * (1.0 - p) / (population - 1.0) + 0.5)
    width = RATIO_SCALE * spread + RATIO_SHIFT
    mode = np.floor((m + 1.0) * (few + 1.0) / (population + 2.0))
    proposal = np.floor(centre + width * (v - 0.5) / u)
    good = (proposal >= 0.0) & (proposal <= np.minimum(m, few))
    rest = np.flatnonzero(good)
    gain = np.zeros(len(rest))
    for number, sign in ((mode[rest], 1.0), (proposal[rest], -1.0)):
        for part in (number, few - number, m[rest] - number, many - m[rest] + number):
            gain = gain + sign * log_factorial(part)
    good[rest] = 2.0 * np.log(u[rest]) <= gain
    return proposal, good
