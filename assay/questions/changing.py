"""What if, purpose, and the same or not: questions about edits of a line, answered by running the edited function."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import numpy as np

from assay.locate.forms import Kind
from assay.questions.bench import Bench, Change
from assay.questions.effects import are_apart, claims_true, few, holds, invented, relation_in, told, words
from assay.questions.forms import EQUIVALENT, PURPOSE, WHAT_IF, Choice, Proof, Question
from assay.questions.rewriting import rewritings

CHOICES = 4
REWRITTEN = 2  # of the wrong choices are put in the form that the right one has
LEAVES_OUT, CHANGES = "leaves something out of", "changes"
GENERIC: tuple[dict[str, Any], ...] = ({"same": True}, {"error": True})


def what_ifs(bench: Bench, found: list[Change], rng: np.random.Generator) -> Iterator[Question]:
    """Yield questions of what an edit does: four claims, of which one is true. The others are mostly what other edits do."""
    pool = [(claim, change) for change in found for claim in claims_true(change.effect)]
    for i in rng.permutation(len(found)):
        change, many = found[i], len(bench.effect.parts)
        true = claims_true(change.effect)
        if not true:
            continue
        claims, from_whom = [true[0]], {}
        for j in rng.permutation(len(pool)):
            claim, other = pool[j]
            if claim not in GENERIC and _may_stand(claim, change, claims, many):
                claims.append(claim)
                from_whom[len(claims) - 1] = other
            if len(claims) == CHOICES - 1:
                break
        more = invented(bench.before.value, list(bench.effect.parts)) if len(claims) < CHOICES - 1 else []
        for claim in (
            *(more[j] for j in rng.permutation(len(more))),
            *(GENERIC[j] for j in rng.permutation(len(GENERIC))),
        ):
            if len(claims) < CHOICES and _may_stand(claim, change, claims, many):
                claims.append(claim)
        if len(claims) < 3:
            continue
        what = told(change.effect, many)
        source = bench.source(change.mend)
        choices = []
        for number, claim in enumerate(claims):
            why = f"With this edit {what}."
            if number and (other := from_whom.get(number)):
                why += f" {_capital(words(claim, many))} if line {other.line} {_becomes(other)} instead."
            choices.append(Choice(_capital(words(claim, many)) + ".", why, number == 0, Proof(source, claim)))
        asked = f"Line {change.line} is edited: `{change.before}` {_becomes(change)}. What comes of this call?"
        yield _question(bench, WHAT_IF, asked, choices, rng, change.line)


def _may_stand(claim: dict, change: Change, claims: list[dict], many: int) -> bool:
    """Whether a claim is false of an edit, and no other wording of one that stands there."""
    if holds(claim, change.effect):
        return False
    said = {words(one, many) for one in claims}
    return words(claim, many) not in said and all(are_apart(claim, one) for one in claims)


def purposes(bench: Bench, found: list[Change], rng: np.random.Generator, what: str) -> Iterator[Question]:
    """Yield questions of what a piece is for: each choice takes it away or changes it, and one of them alone has the effect that is told."""
    many = len(bench.effect.parts)
    for i in rng.permutation(len(found)):
        change = found[i]
        for claim in claims_true(change.effect):
            if claim in GENERIC:
                continue
            others = [
                other
                for other in found
                if not holds(claim, other.effect)
                and all(are_apart(claim, one) for one in claims_true(other.effect))
                and other.after != change.after
            ]
            chosen, seen = [change], {change.after or change.before}
            for j in rng.permutation(len(others)):
                if len(chosen) < CHOICES and not {others[j].after or others[j].before} & seen:
                    chosen.append(others[j])
                    seen |= {others[j].after or others[j].before}
            if len(chosen) < 3:
                continue
            one_line = len({(one.line, one.before) for one in chosen}) == 1 and all(one.after for one in chosen)
            choices = [
                Choice(
                    f"It becomes `{one.after}`." if one_line else f"{_capital(_told_change(one))}.",
                    f"With that {told(one.effect, many)}.",
                    one is change,
                    Proof(bench.source(one.mend), claim),
                )
                for one in chosen
            ]
            where = f"line {change.line}, `{change.before}`" if one_line else "one line"
            now = (
                f", in place of {few(bench.before.value)}"
                if relation_in(claim)[:1] == ("is",) and bench.may_be_said
                else ""
            )
            asked = f"Each choice {what} {where}. One of them alone has this effect on the call: {words(claim, many)}{now}. Which one?"
            yield _question(bench, PURPOSE, asked, choices, rng)
            break


def _told_change(change: Change) -> str:
    if not change.after:
        return f"line {change.line}, `{change.before}`, is left out"
    return f"line {change.line}: `{change.before}` {_becomes(change)}"


def _becomes(change: Change) -> str:
    return f"becomes `{change.after}`" if change.after else "is left out"


def sames(bench: Bench, found: list[Change], rng: np.random.Generator) -> Iterator[Question]:
    """Yield questions of which line does the same for all inputs: one rewriting that is a law of arithmetic or of NumPy, and edits that are not."""
    seen = bench.expressions
    kinds = {id(one.node): one.values for one in seen}
    for i in rng.permutation(len(seen)):
        for new, law in rewritings(seen[i].node, kinds):
            change = bench.change([(bench.answer, seen[i].place.replaced(new, Kind.SOMETHING_ELSE, seen[i].node, 1))])
            if change is None or change.effect.error or change.effect.differing or change.effect.changed:
                continue
            others = [
                other
                for other in found
                if other.line == change.line
                and other.after
                and other.before == change.before
                and (other.effect.error or other.effect.differing or other.effect.changed)
            ]
            alike = sorted(
                {other.after: other for other in others if other.after != change.after}.values(),
                key=lambda other: -difflib.SequenceMatcher(None, other.after, change.after).ratio(),
            )[: 2 * (CHOICES - 1)]
            if len(alike) < 2 or not bench.does_the_same(change.mend):
                continue
            chosen = [alike[j] for j in sorted(rng.permutation(len(alike))[: CHOICES - 1])]
            chosen[:REWRITTEN] = [_rewritten(bench, change, one) for one in chosen[:REWRITTEN]]
            choices = [Choice(f"`{change.after}`", f"{law}.", True, Proof(bench.source(change.mend), {"same": True}))]
            choices += [
                Choice(
                    f"`{one.after}`",
                    f"In the call that is shown, {told(one.effect, len(bench.effect.parts))}.",
                    False,
                    Proof(bench.source(one.mend), {"same": True}),
                )
                for one in chosen
            ]
            asked = (
                f"Which of these may stand in place of line {change.line}, `{change.before}`, so that the function does the same "
                "whatever it may be given, up to rounding?"
            )
            yield _question(bench, EQUIVALENT, asked, choices, rng, change.line)


def _rewritten(bench: Bench, change: Change, wrong: Change) -> Change:
    """Return an edit in the form that the right choice has, which would be known by it; as it is where it has no place there."""
    both = bench.change([*change.mend, *wrong.mend])
    if both is None or both.after in (change.after, wrong.after) or both.effect != wrong.effect:
        return wrong
    return both


def _question(
    bench: Bench, kind: str, asked: str, choices: list[Choice], rng: np.random.Generator, line: int = 0
) -> Question:
    order = rng.permutation(len(choices))
    return Question(
        kind,
        bench.spec.name,
        asked,
        bench.shown,
        tuple(choices[i] for i in order),
        bench.answer.source.rstrip(),
        line,
        bench.case,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
