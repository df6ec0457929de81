"""The draws of `draws` and `variates`, compiled; every function gives the same numbers as there.

All that calls one another stands in this file: numba's cache notices no change elsewhere.
"""

from math import exp, floor, log, log1p, sqrt

import numpy as np
from numba import njit, uint64

from study.statistics.resampling.variates import (
    BLOCK,
    HALF_LOG_TWO_PI,
    LOG_FACTORIALS,
    RATIO_SCALE,
    RATIO_SHIFT,
    SMALL_MEAN,
)
from study.statistics.resampling.words import BEYOND, FIRST, GAMMA, SECOND, SEGMENT

# Replicates drawn side by side, in vector instructions.
TOGETHER = 64
HALF = np.uint64(0xFFFFFFFF)


@njit(cache=True, error_model="numpy")
def draw_patients(
    key: np.uint64, first: int, size: int, owner: np.ndarray, width: int
) -> np.ndarray:
    """Draw the patients of every replicate by number, two per word."""
    n = uint64(len(owner))
    counts = np.empty((size, width))
    even, odd = np.zeros(width, np.int64), np.zeros(width, np.int64)
    for r in range(size):
        position = uint64(first + r) * uint64(SEGMENT)
        for _ in range(len(owner) // 2):
            position += uint64(1)
            bits = _mix(position * GAMMA + key)
            even[owner[((bits >> uint64(32)) * n) >> uint64(32)]] += 1
            odd[owner[((bits & HALF) * n) >> uint64(32)]] += 1
        if len(owner) % 2:
            bits = _mix((position + uint64(1)) * GAMMA + key)
            even[owner[((bits >> uint64(32)) * n) >> uint64(32)]] += 1
        for cell in range(width):
            counts[r, cell] = even[cell] + odd[cell]
            even[cell] = odd[cell] = 0
    return counts


@njit(cache=True, error_model="numpy")
def draw_cells(
    key: np.uint64,
    first: int,
    size: int,
    live: np.ndarray,
    shares: np.ndarray,
    n: int,
    width: int,
) -> np.ndarray:
    """Draw one cell after the other: binomial among the patients not yet drawn."""
    counts = np.zeros((size, width))
    left, found = np.empty(TOGETHER), np.empty(TOGETHER)
    for start in range(0, size, TOGETHER):
        together = min(TOGETHER, size - start)
        left[:] = float(n)
        for variate in range(len(live) - 1):
            share = shares[variate]
            _propose(key, first + start, variate, left, min(share, 1.0 - share), found)
            for w in range(together):
                if found[w] < 0.0:
                    found[w] = _binomial(key, first + start + w, variate, left[w], share)
                elif share > 0.5:
                    found[w] = left[w] - found[w]
                counts[start + w, live[variate]] = found[w]
                left[w] -= found[w]
        for w in range(together):
            counts[start + w, live[-1]] = left[w]
    return counts


@njit(cache=True, error_model="numpy")
def _propose(  # type: ignore[no-untyped-def]
    key, first, variate, trials, rare, found
):
    """Take the first proposals of `_reject_binomial` that need no logarithm; -1 for the others."""
    for w in range(len(found)):
        n = trials[w]
        u = _uniform(key, first + w, variate * BLOCK) - 0.5
        v = _uniform(key, first + w, variate * BLOCK + 1)
        spread = sqrt(n * rare * (1.0 - rare))
        b = 1.15 + 2.53 * spread
        a = -0.0873 + 0.0248 * b + 0.01 * rare
        us = 0.5 - abs(u)
        k = np.floor((2.0 * a / us + b) * u + (n * rare + 0.5))
        good = (us >= 0.07) & (v <= 0.92 - 4.2 / b) & (n * rare >= SMALL_MEAN)
        found[w] = k if good else -1.0


@njit(cache=True, error_model="numpy")
def draw_outcomes(
    key: np.uint64, first: int, size: int, totals: np.ndarray, events: float
) -> np.ndarray:
    """Deal the outcomes to one pattern after the other."""
    patterns = len(totals)
    counts = np.empty((size, 2 * patterns))
    for r in range(size):
        left, population = events, totals.sum()
        for k in range(patterns):
            found = _hypergeometric(key, first + r, k, totals[k], population, left)
            counts[r, k] = found
            counts[r, patterns + k] = totals[k] - found
            left -= found
            population -= totals[k]
    return counts


@njit(cache=True, error_model="numpy")
def _mix(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> uint64(30))) * FIRST
    value = (value ^ (value >> uint64(27))) * SECOND
    return value ^ (value >> uint64(31))


@njit(cache=True, error_model="numpy")
def _uniform(key: np.uint64, replicate: int, position: int) -> float:
    place = uint64(position + position // SEGMENT * BEYOND)
    number = uint64(replicate) * uint64(SEGMENT) + place + uint64(1)
    return (float(_mix(number * GAMMA + key) >> uint64(11)) + 0.5) * 2.0**-53


@njit(cache=True, error_model="numpy")
def _binomial(key: np.uint64, replicate: int, variate: int, trials: float, share: float) -> float:
    rare = min(share, 1.0 - share)
    if trials * rare < SMALL_MEAN:
        found = 0.0
        left, mass = _uniform(key, replicate, variate * BLOCK), exp(trials * log1p(-rare))
        odds = rare / (1.0 - rare)
        while left >= mass and found < trials:
            left -= mass
            mass *= odds * (trials - found) / (found + 1.0)
            found += 1.0
    else:
        found = _reject_binomial(key, replicate, variate, trials, rare)
    return trials - found if share > 0.5 else found


@njit(cache=True, error_model="numpy")
def _reject_binomial(key: np.uint64, replicate: int, variate: int, n: float, p: float) -> float:
    spread = sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    word = variate * BLOCK
    while True:
        u = _uniform(key, replicate, word) - 0.5
        v = _uniform(key, replicate, word + 1)
        word += 2
        us = 0.5 - abs(u)
        k = floor((2.0 * a / us + b) * u + (n * p + 0.5))
        if us >= 0.07 and v <= 0.92 - 4.2 / b:
            return float(k)
        if k < 0.0 or k > n:
            continue
        height = log(v * ((2.83 + 5.1 / b) * spread) / (a / (us * us) + b))
        mode = floor((n + 1.0) * p)
        gain = (k - mode) * log(p / (1.0 - p))
        gain = gain + _log_factorial(mode) + _log_factorial(n - mode)
        if height <= gain - _log_factorial(k) - _log_factorial(n - k):
            return float(k)


@njit(cache=True, error_model="numpy")
def _hypergeometric(
    key: np.uint64, replicate: int, variate: int, marked: float, population: float, sample: float
) -> float:
    few, many = min(marked, population - marked), max(marked, population - marked)
    m = min(sample, population - sample)
    if m * few < SMALL_MEAN * population:
        found = 0.0
        left = _uniform(key, replicate, variate * BLOCK)
        none = _log_factorial(many) - _log_factorial(population)
        mass = exp(none + _log_factorial(population - m) - _log_factorial(many - m))
        while left >= mass and found < min(m, few):
            left -= mass
            mass *= (few - found) * (m - found) / ((found + 1.0) * (many - m + found + 1.0))
            found += 1.0
    else:
        found = _reject_hypergeometric(key, replicate, variate, few, many, m)
    if marked > population - marked:
        found = m - found
    return marked - found if m < sample else found


@njit(cache=True, error_model="numpy")
def _reject_hypergeometric(
    key: np.uint64, replicate: int, variate: int, few: float, many: float, m: float
) -> float:
    population = few + many
    p = few / population
    centre = m * p + 0.5
    spread = sqrt((population - m) * m * p * (1.0 - p) / (population - 1.0) + 0.5)
    width = RATIO_SCALE * spread + RATIO_SHIFT
    mode = floor((m + 1.0) * (few + 1.0) / (population + 2.0))
    top = _log_weight(float(mode), few, many, m)
    word = variate * BLOCK
    while True:
        u = _uniform(key, replicate, word)
        v = _uniform(key, replicate, word + 1)
        word += 2
        k = floor(centre + width * (v - 0.5) / u)
        if k < 0.0 or k > min(m, few):
            continue
        if 2.0 * log(u) <= top - _log_weight(float(k), few, many, m):
            return float(k)


@njit(cache=True, error_model="numpy")
def _log_weight(k: float, few: float, many: float, m: float) -> float:
    return (
        _log_factorial(k)
        + _log_factorial(few - k)
        + _log_factorial(m - k)
        + _log_factorial(many - m + k)
    )


@njit(cache=True, error_model="numpy")
def _log_factorial(number: float) -> float:
    if number < 32.0:
        return LOG_FACTORIALS[int(number)]
    following = number + 1.0
    square = following * following
    series = (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / 1260.0 / square) / square) / following
    return (following - 0.5) * log(following) - following + HALF_LOG_TWO_PI + series
