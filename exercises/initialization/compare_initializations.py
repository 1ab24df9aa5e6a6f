"""Mean and spread over the seeds: one initializer to four, one of them drawing nothing, and a stand-in for training."""

import functools

import numpy as np

from assay import rules
from exercises.initialization.inputs import units
from grader.exercise import Case, Draw, Exercise, edits_of
from idnn.rules import initialization as stand_ins
from solutions.initialization import compare_initializations

edit = edits_of(compare_initializations)
LAMBDAS = "idnn.rules.initialization:given_lambdas"


def draw(rng):
    def initializer(bound=None):
        shape = (units(rng, 2, 5), units(rng, 2, 5))
        if bound == 0:
            return functools.partial(stand_ins.give_zeros, shape=shape)
        return functools.partial(stand_ins.draw_uniform, shape=shape, bound=bound or float(rng.uniform(0.2, 0.6)))

    def train(steepness=None):
        return functools.partial(stand_ins.pretend_to_train, steepness=steepness or float(rng.uniform(0.3, 0.6)))

    def seeds(count):
        return [int(seed) for seed in rng.choice(np.arange(10, 10_000), count, replace=False)]

    alike, sure = initializer(), train(1e5)
    outcomes = {seed: sure(alike(np.random.default_rng(seed))) for seed in seeds(60)}
    failed, reached = ([seed for seed, accuracy in outcomes.items() if accuracy == wanted] for wanted in (0.0, 1.0))
    return [
        Case(({"a": initializer()}, train(), seeds(5)), "one initializer, five seeds"),
        Case(({"a": initializer(), "B": initializer()}, train(), [*seeds(2), 0]), "two initializers, three seeds"),
        Case(({"wide": initializer(2.0), "narrow": initializer(0.1)}, train(), seeds(12)), "twelve seeds"),
        Case(
            ({name: initializer() for name in "pqrs"}, train(), seeds(4)),
            "four initializers, all of them lambdas",
            via=LAMBDAS,
        ),
        Case(
            ({"zeros": initializer(0), "random": initializer()}, train(), seeds(6)),
            "one initializer that draws nothing",
        ),
        Case(({"a": initializer(), "b": initializer()}, train(), seeds(1)), "a single seed", weight=0.5),
        Case(
            ({"a": alike, "b": initializer()}, sure, [*failed[:5], *reached[:3]]),
            "accuracies of exactly 0 and 1, the first of them alike",
            weight=0.5,
        ),
    ]


def anywhere(draw: Draw):
    """One to forty initializers of any names, seeds from 0 to 2^63, accuracies that are all alike, near 0.5, or of exactly 0 and 1."""
    shape = (int(draw.rng.integers(1, 4)), int(draw.rng.integers(1, 4)))
    initializers = {}
    plain = draw.flip()
    for name in range(draw.integer(1, 40, usual=2)):
        plainest = [0.0, 0.02] if draw.near is None else []
        bound = draw.option(*plainest, *draw.rng.uniform(0.05, 2.0, 4).tolist())
        stand_in = functools.partial(stand_ins.draw_uniform, shape=shape, bound=bound)
        before = "" if plain else draw.option("_", "d", "W1", "Random", "zeros ", "Xavier's ", " ")
        initializers[f"{before}{name}"] = stand_in if bound else functools.partial(stand_ins.give_zeros, shape=shape)
    steepness = draw.real_magnitude(1e-2, 1.0)  # beside a number there are accuracies of many digits
    steepness = draw.option(steepness, 1e2, 1e4) if draw.near is None else steepness
    train = functools.partial(stand_ins.pretend_to_train, steepness=steepness)
    count = draw.integer(1 if draw.near in (None, 1) else 2, 200, usual=4)
    count += draw.option(0, 1, 1, 2)
    first, beside = draw.beside(lambda: draw.integer(0, 2**62, usual=10**6))
    places = draw.rng.permutation(count)
    mixed = first + 7 * (np.roll(places, -int(np.argmin(places))) if beside else places)
    seeds = draw.option(range(count), range(count), range(first, first + count), mixed) if draw.near is None else mixed
    seeds = [int(seed) for seed in seeds]
    if count > 1 and draw.flip(0.2):
        seeds[-1] = 2**63 + first
    for name, (_, deviation) in compare_initializations(initializers, train, seeds).items():
        if 0 < deviation < 1e-3:  # other ways to compute it would lose digits
            initializers[name] = functools.partial(stand_ins.give_zeros, shape=shape)
    return Case((initializers, train, seeds), via=draw.option("", "", LAMBDAS))


EXERCISE = Exercise(
    name="compare_initializations",
    points=15,
    draw=draw,
    anywhere=anywhere,
    further=14,
    rule=rules.Close(returns=("the mean", "the standard deviation")),
    section="One run is an anecdote",
    mistakes=[
        edit(
            "one_generator",
            "results = {}",
            "results, rng = {}, np.random.default_rng(seeds[0])",
            "One generator serves all seeds, so only the first seed matters. Each seed starts a generator of its own.",
            also=[("np.random.default_rng(seed)", "rng")],
        ),
        edit(
            "generator_shared",
            "results = {}",
            "results, rngs = {}, [np.random.default_rng(seed) for seed in seeds]",
            "The initializers of one seed share a generator, so what the first one draws changes what the second one gets. Give each a fresh one from the same seed.",
            also=[("np.random.default_rng(seed))) for seed in seeds", "rng)) for rng in rngs")],
        ),
        edit(
            "sample_deviation",
            "np.std(accuracies)",
            "np.std(accuracies, ddof=1)",
            "The sum of squares is divided by one less than the number of seeds. The population's standard deviation, NumPy's default, is asked for.",
        ),
        edit(
            "variance",
            "np.std",
            "np.var",
            "The second number is the variance. The standard deviation is its square root.",
        ),
        edit(
            "standard_error",
            "np.std(accuracies)",
            "np.std(accuracies) / np.sqrt(len(seeds))",
            "The second number is the standard error of the mean, which shrinks with more seeds. The standard deviation over the seeds is asked for.",
        ),
        edit("median", "np.mean", "np.median", "The first number is the median. The mean over the seeds is asked for."),
        edit(
            "best",
            "np.mean",
            "np.max",
            "The first number is the best accuracy of all seeds. Reporting the luckiest run is what this function is to prevent; take the mean.",
        ),
        edit(
            "swapped",
            "float(np.mean(accuracies)), float(np.std(accuracies))",
            "float(np.std(accuracies)), float(np.mean(accuracies))",
            "Mean and standard deviation are swapped: the mean comes first.",
        ),
        edit(
            "mean_only",
            "(float(np.mean(accuracies)), float(np.std(accuracies)))",
            "float(np.mean(accuracies))",
            "Only the mean is there. Without the standard deviation nobody can say whether a difference is more than luck.",
        ),
        edit(
            "all_accuracies",
            "(float(np.mean(accuracies)), float(np.std(accuracies)))",
            "accuracies",
            "These are the accuracies of all seeds. Return their mean and their standard deviation.",
        ),
        edit(
            "numbers_of_seeds",
            "in seeds",
            "in range(len(seeds))",
            "The seeds 0, 1, 2, ... were used instead of those in the list.",
        ),
        edit(
            "first_start_only",
            "default_rng(seed)",
            "default_rng(seeds[0])",
            "All runs start from the parameters of the first seed, so they do not differ. Initialize anew for each seed.",
        ),
        edit(
            "old_generator",
            "default_rng",
            "RandomState",
            "The numbers come from the old RandomState, which draws other numbers from the same seed. The course uses np.random.default_rng.",
        ),
        edit(
            "list_not_reset",
            "results = {}",
            "results, accuracies = {}, []",
            "From the second initializer on, the accuracies of those before it are counted too: the list is not emptied in between.",
            also=[("accuracies = [train", "accuracies += [train")],
        ),
        edit(
            "last_seed_only",
            "in seeds",
            "in seeds[-1:]",
            "Only the last seed counts: the list of accuracies is emptied for every seed. Empty it for every initializer.",
        ),
        edit(
            "rounded",
            "float(np.mean(accuracies)), float(np.std(accuracies))",
            "round(float(np.mean(accuracies)), 2), round(float(np.std(accuracies)), 2)",
            "The results are rounded. Round when printing, not when computing.",
        ),
        edit(
            "returned_too_early",
            "    return results",
            "        return results",
            "Only the first initializer is there: the return stands inside the loop.",
        ),
    ],
)
