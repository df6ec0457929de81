"""Random words that depend on seed, replicate and position alone, in NumPy."""

import numpy as np

# Source: Steele GL, Lea D, Flood CH (2014). Fast splittable pseudorandom number generators.
# OOPSLA, 453-472 (SplitMix64). Word i of replicate r is word r * SEGMENT + i of the seed's
# one stream, and from i = SEGMENT on that of a stretch MOST_REPLICATES segments further on, so
# that no two replicates share any and no state is carried from one to the next.
GAMMA = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
SEGMENT = 1 << 20
MOST_REPLICATES = 1 << 24
# From the end of a segment to where the positions beyond it go on.
BEYOND = (MOST_REPLICATES - 1) * SEGMENT


def stream_key(seed: int, purpose: int) -> np.uint64:
    """Return where the stream of a seed and a purpose (a kind of draw) starts."""
    sequence = np.random.SeedSequence(seed, spawn_key=(purpose,))
    return np.uint64(sequence.generate_state(1, np.uint64)[0])


def words(key: np.uint64, replicates: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return 64 random bits per (replicate, position), the two broadcast against each other."""
    segment = replicates.astype(np.uint64) * np.uint64(SEGMENT)
    place = positions + positions // SEGMENT * BEYOND + 1
    value = (segment + place.astype(np.uint64)) * GAMMA + key
    mixed = value >> np.uint64(30)
    for shift, factor in ((27, FIRST), (31, SECOND)):
        value ^= mixed
        value *= factor
        np.right_shift(value, np.uint64(shift), out=mixed)
    value ^= mixed
    return value


def uniforms(key: np.uint64, replicates: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return numbers above 0 and below 1, multiples of 2**-53 shifted by half of it."""
    bits = words(key, replicates, positions) >> np.uint64(11)
    return (bits.astype(float) + 0.5) * 2.0**-53
