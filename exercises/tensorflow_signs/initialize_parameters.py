"""He-scaled variables for networks of several shapes: decided by their seed alone, new in each call, and trainable."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from exercises import library
from exercises.tensorflow_signs.inputs import size
from grader.exercise import Case, Exercise, edits_of
from idnn.rules.tensorflow_signs import HeScaled
from solutions.tensorflow_signs import initialize_parameters

SEED_PROBE = "idnn.tensors:drawn_after"
TRAINABLE = "idnn.tensors:moved_apart"


def _he_facts(layers_dims: list[int]) -> dict:
    pairs = list(enumerate(itertools.pairwise(layers_dims), 1))
    shape = {f"W{layer}": [n_in, n_out] for layer, (n_in, n_out) in pairs} | {
        f"b{layer}": [n_out] for layer, (_, n_out) in pairs
    }
    std = {f"W{layer}": float(np.sqrt(2 / n_in)) for layer, (n_in, _) in pairs} | {
        f"b{layer}": 0.0 for layer, _ in pairs
    }
    return {"shape": shape, "std": std}


def draw(rng: np.random.Generator) -> list[Case]:
    kinds = {
        "two layers, more inputs than units": [size(rng, 250, 350), 80, 6],
        "more units than inputs": [60, size(rng, 280, 350), 5],
        "layers of one size": [(n := size(rng, 40, 60)), n, n, n],
        "one layer": [size(rng, 300, 400), 60],
        "nine layers": [size(rng, 30, 40) for _ in range(9)] + [15],
        "a small network, one input": [1, 1, 2],
    }

    def probe(label: str, via: str, said: str) -> Case:
        return Case(([5, 4, 4, 3], size(rng, 0, 10_000)), label, 0.5, facts={"probe": said}, via=via)

    cases = [Case((dims, size(rng, 0, 10_000)), kind, facts=_he_facts(dims)) for kind, dims in kinds.items()]
    cases[-2:] = [dataclasses.replace(case, weight=0.5) for case in cases[-2:]]
    cases[0] = dataclasses.replace(cases[0], args=(cases[0].args[0], 0))  # a seed as good as any other
    return [
        *cases,
        probe(
            "the global seed",
            SEED_PROBE,
            "it seeds or uses TensorFlow's global random stream; draw from a generator that is made from seed",
        ),
        probe(
            "variables to train",
            TRAINABLE,
            "it does not make new variables in each call, one for each name and all of them trainable",
        ),
    ]


edit = edits_of(initialize_parameters)
DRAW = "rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out))"

EXERCISE = Exercise(
    name="initialize_parameters",
    points=15,
    draw=draw,
    rule=HeScaled(),
    section="Parameters as variables",
    withheld=library.DRAWS,
    mistakes=[
        edit(
            "columns",
            "size=(n_in, n_out)",
            "size=(n_out, n_in)",
            "The weights have the shape of the NumPy assignments, one row per unit. Examples are rows here, so W has one column per unit and b is a vector.",
            also=[("tf.zeros(n_out)", "tf.zeros((n_out, 1))")],
        ),
        edit(
            "variance_as_std",
            "np.sqrt(2 / n_in)",
            "2 / n_in",
            "2 / n is the variance. The standard deviation is its root.",
        ),
        edit("xavier", "2 / n_in", "1 / n_in", "The variance is 1 / n, Xavier's. He's is twice that."),
        edit(
            "glorot",
            DRAW,
            "tf.keras.initializers.GlorotNormal(seed + l)((n_in, n_out))",
            "This is Glorot's scale, which averages inputs and outputs, and Keras's default. He's depends on the number of inputs alone.",
        ),
        edit(
            "fan_out",
            "2 / n_in",
            "2 / n_out",
            "The spread follows from the number of the layer's units. It follows from the number of its inputs.",
        ),
        edit(
            "small",
            "np.sqrt(2 / n_in)",
            "0.01",
            "Every weight has a standard deviation of 0.01, whatever the layer's size.",
        ),
        edit(
            "unscaled",
            "np.sqrt(2 / n_in)",
            "1",
            "The weights have a standard deviation of 1, whatever the layer's size.",
        ),
        edit(
            "zeros",
            DRAW,
            "tf.zeros((n_in, n_out))",
            "All weights are zero, so all units of a layer stay the same for ever.",
        ),
        edit(
            "random_biases",
            "tf.zeros(n_out)",
            "rng.normal(0, np.sqrt(2 / n_in), n_out), dtype=tf.float32",
            "The biases are random. They start at zero.",
        ),
        edit(
            "column_biases",
            "tf.zeros(n_out)",
            "tf.zeros((n_out, 1))",
            "The biases are columns, as in the NumPy assignments. Examples are rows here, and a bias is a vector: one axis.",
        ),
        edit(
            "constant_variables",
            "name=",
            "trainable=False, name=",
            "A tape watches and an optimizer moves only variables that are marked as trainable, each by itself: here some are not, or one variable stands under two names or comes back in the next call.",
            every=True,
        ),
        edit(
            "row_biases",
            "tf.zeros(n_out)",
            "tf.zeros((1, n_out))",
            "The biases are matrices of one row. They are vectors of shape (n_l,).",
        ),
        edit(
            "copies",
            "rng.normal",
            "np.random.default_rng(seed).normal",
            "Every layer starts the generator anew from the same seed, so the layers hold the same numbers. Make one generator and draw all layers from it.",
        ),
        edit(
            "unseeded", "default_rng(seed)", "default_rng()", "The seed is not used: two calls give different weights."
        ),
        edit(
            "own_seed",
            "default_rng(seed)",
            "default_rng(0)",
            "A seed is written into the function, so the argument has no effect.",
        ),
        edit(
            "tensors",
            "tf.Variable",
            "tf.constant",
            "These are constant tensors. Training must change them, so they have to be variables.",
            every=True,
        ),
        edit(
            "float64",
            "dtype=tf.float32",
            "dtype=tf.float64",
            "The variables are float64, NumPy's default. Ask for float32.",
            also=[("tf.zeros(n_out)", "tf.zeros(n_out, tf.float64)")],
        ),
        edit(
            "global_seed",
            "rng = np.random.default_rng(seed)",
            "tf.random.set_seed(seed)",
            "This sets TensorFlow's global seed, which changes all that TensorFlow draws without a seed of its own. Make a generator of your own from the seed.",
            also=[(DRAW, "tf.random.normal((n_in, n_out), stddev=np.sqrt(2 / n_in))")],
        ),
        edit(
            "numpy_global_seed",
            "rng = np.random.default_rng(seed)",
            "np.random.seed(seed)",
            "This sets NumPy's global seed, which changes all that np.random's functions draw elsewhere. Make a generator of your own from the seed.",
            also=[("rng.normal", "np.random.normal")],
        ),
        edit(
            "positive",
            "rng.normal",
            "rng.uniform",
            "The weights are drawn between 0 and a bound, so their mean is not 0.",
        ),
    ],
)
