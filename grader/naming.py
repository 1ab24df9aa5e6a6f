"""A slip that students share becomes a known mistake: the smallest edit of the solution that computes what one of their answers does.

The search for a slip's place (:mod:`assay.locate`) is run the other way round: on the solution, with what the answer gives as what is wanted. So
no line of a student's gets into an exercise.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assay.check import judge_visible
from assay.locate import find
from assay.spec import Reference, Spec
from assay.verdict import with_what_was_asked
from grader import catalogue, stubs
from grader.course import Course, CourseError
from grader.executors import opened
from grader.exercise import edited, edits_of, without_docstring
from grader.grading import tasks
from grader.references import VISIBLE_SEED, build_spec, draw_cases
from grader.replay import Replay
from grader.sandbox import tiers

SECONDS = 60.0  # for the search: nobody sits before a notebook
WIDTH = 120  # of a line in an exercise's module
MOST_CHANGES = 4  # of the solution's text, in one mistake

Change = tuple[str, str, int | None]  # a text of the solution, what stands there instead, and which of several it is
Pair = tuple[tuple[int, ...], ast.AST, ast.AST]  # where two trees differ (which child of which), and what is there


@dataclass(frozen=True)
class Edited:
    """A mistake in the notation of an exercise's module: changes of the solution's text, one after the other."""

    id: str
    changes: tuple[Change, ...]

    def text(self, indent: str = "") -> str:
        """Return the call that stands in the list of mistakes."""
        (old, new, place), *more = self.changes
        given = [*map(_quoted, (self.id, old, new, "")), *[f"place={place}"] * bool(place)]
        also = [f"({', '.join([_quoted(a), _quoted(b), *[str(n)] * bool(n)])})" for a, b, n in more]
        given += [f"also=[{', '.join(also)}]"] * bool(also)
        line = f"{indent}edit({', '.join(given)})"
        rows = "".join(f"{indent}    {one},\n" for one in given)
        return line if len(line) < WIDTH else f"{indent}edit(\n{rows}{indent})"


def _quoted(text: str) -> str:
    said = repr(text)
    return f'"{said[1:-1]}"' if said[0] == "'" and '"' not in text and "\\'" not in said else said


def name_slip(course: Course, assignment: str, exercise: str, student: str, id: str, least: str = tiers.ANY) -> Edited:
    """Return the mistake that computes what a student's answer does, on visible and hidden cases, and write it into the exercise's module.

    Raises
    ------
    CourseError
        If there is no such answer, it holds every case or stops with an error, no small edit of the solution computes the same, or the module
        has no list for it.
    """
    path = module_of(assignment, exercise)
    module = path.read_text(encoding="utf-8")
    known = [mistake.id for mistake in catalogue.exercise(assignment, exercise).mistakes]
    if not id.isidentifier() or id in known:
        raise CourseError(f"a mistake's name is a word of letters, digits and _ that is not taken yet, not {id!r}")
    found = [task for task in tasks(course, course.hand_ins(assignment).taken, least, False) if task.student == student]
    if not found:
        raise CourseError(f"nothing of {assignment} was handed in by {student}")
    server, restored = opened(found[0])
    server.start()
    replay = Replay(restored.notebook, server, figures=False)
    try:
        replay.run()
        replay.place = exercise
        spec = as_answered(assignment, exercise, found[0].seed, replay.call)
    finally:
        replay.end()
    mistake = mistake_of(spec, id)
    path.write_text(with_mistake(module, mistake), encoding="utf-8")
    return mistake


def module_of(assignment: str, exercise: str) -> Path:
    return catalogue.course().root / "exercises" / assignment / f"{exercise}.py"


def as_answered(assignment: str, exercise: str, seed: int, call: Callable) -> Spec:
    """Return all cases of an exercise with what an answer gives as what is wanted; ``call(name, case, args, names)`` makes a call of it."""
    one = catalogue.exercise(assignment, exercise)
    cases = [*draw_cases(assignment, one, VISIBLE_SEED, True), *draw_cases(assignment, one, seed, False)]
    spec = build_spec(assignment, one, cases, visible=True)
    given = [
        [with_what_was_asked(call(exercise, reference.case, args, spec.parameters), args) for args in spec.calls(i)]
        for i, reference in enumerate(spec.references)
    ]
    return replace(spec, references=[Reference(r.case, o) for r, o in zip(spec.references, given)])


def mistake_of(spec: Spec, id: str) -> Edited:
    """Return the smallest edit of the solution after which every case of `spec` holds; CourseError where there is none."""
    solution = catalogue.solution(spec.assignment, spec.name)
    function = stubs.as_in_notebook(solution, spec.assignment, spec.name)
    verdict = judge_visible(spec, function)
    if verdict.passed:
        raise CourseError(f"the answer gives what the solution of {spec.name} gives, as far as its rule asks")
    if any(outcome.error for reference in spec.references for outcome in reference.expected):
        raise CourseError(
            f"the answer to {spec.name} stops with an error on some case; the error says more than a name would"
        )
    found = find(spec, function, verdict, SECONDS)
    for source in found.sources if found else ():
        changes = changes_between(without_docstring(stubs.source_as(solution, spec.name)), source)
        if changes and _holds(spec, solution, Edited(id, changes)):
            return Edited(id, changes)
    raise CourseError(
        f"no small edit of the solution of {spec.name} gives what this answer gives; "
        "where it is worth a name, write a function of your own that does, and `written` (docs/maintainer.md)"
    )


def _holds(spec: Spec, solution: Callable, mistake: Edited) -> bool:
    """Whether the mistake as it will stand in the module gives what the answer gave."""
    (old, new, place), *more = mistake.changes
    function = edits_of(solution)(mistake.id, old, new, "", place=place, also=more).function
    return judge_visible(spec, function).passed


def changes_between(source: str, other: str) -> tuple[Change, ...]:
    """Return the changes after which a function's text means what the last function of `other` does; none where it takes too many.

    Each is made after the one before, and as small as leaves its text in the source once, up to a statement.
    """
    wanted, found = _bare(ast.parse(other).body[-1]), []
    while pairs := _first_difference(_bare(ast.parse(source).body[0]), wanted):
        change = _change(source, pairs) if len(found) < MOST_CHANGES else None
        if change is None:
            return ()
        found.append(change)
        source = edited(source, change[0], change[1], "", change[2])
    return tuple(found)


def _bare(function: ast.stmt) -> ast.stmt:
    """Return a function's tree without its docstring."""
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return function


def _first_difference(old: ast.AST, new: ast.AST) -> list[Pair]:
    """Return where two trees differ first, from the outside to the smallest piece that holds all of it; in a block, all of its first one."""
    pairs: list[Pair] = []
    path: tuple[int, ...] = ()
    while ast.dump(old) != ast.dump(new):
        pairs.append((path, old, new))
        a, b = [*ast.iter_child_nodes(old)], [*ast.iter_child_nodes(new)]
        differ = [i for i, (x, y) in enumerate(zip(a, b)) if ast.dump(x) != ast.dump(y)]
        several = len(differ) != 1 and not (differ and (hasattr(old, "body") or isinstance(old, ast.arguments)))
        if type(old) is not type(new) or len(a) != len(b) or several:
            break
        old, new, path = a[differ[0]], b[differ[0]], (*path, differ[0])
    return pairs


def _change(source: str, pairs: list[Pair]) -> Change | None:
    """Return the smallest change of the text that makes the statement, or the list of parameters, as it is wanted."""
    number = max(i for i, (_, old, _) in enumerate(pairs) if isinstance(old, ast.stmt | ast.arguments))
    if isinstance(pairs[number][1], ast.arguments):
        number += 1  # the first of them
    if not number or number == len(pairs):
        return None  # it is all of the function
    whole, written = pairs[number], [(old, new) for _, old, new in pairs[number:] if hasattr(old, "lineno")]
    if len(written) > 1 and isinstance(written[-1][0], ast.Constant | ast.Name):
        written.pop()  # a number alone says little
    for i, (old, new) in reversed([*enumerate(written)]):
        start, piece = _offset(source, old), ast.get_source_segment(source, old)
        text = ast.unparse(new).replace("\n", "\n" + " " * old.col_offset)
        for there in (text.replace("'", '"'), text, f"({text})"):
            changed = source[:start] + there + source[start + len(piece) :]
            if not _is_there(changed, whole):
                continue
            for around, _ in reversed(written[: i + 1]):  # until it stands there once
                first, before = _offset(source, around), ast.get_source_segment(source, around)
                after = changed[first : first + len(before) + len(there) - len(piece)]
                if source.count(before) == 1:
                    return before, after, None
            return before, after, source[:first].count(before) + 1
    return None


def _is_there(source: str, pair: Pair) -> bool:
    """Whether what is wanted stands at its place in a text."""
    path, _, wanted = pair
    try:
        node: ast.AST = _bare(ast.parse(source).body[0])
        for i in path:
            node = [*ast.iter_child_nodes(node)][i]
    except (SyntaxError, IndexError):
        return False
    return ast.dump(node) == ast.dump(wanted)


def _offset(source: str, node: ast.AST) -> int:
    rows = source.splitlines(keepends=True)
    before = rows[node.lineno - 1].encode()[: node.col_offset].decode()  # columns are counted in bytes
    return sum(map(len, rows[: node.lineno - 1])) + len(before)


def with_mistake(module: str, mistake: Edited) -> str:
    """Return the text of an exercise's module with a mistake more at the end of its list; CourseError where there is no such list."""
    tree = ast.parse(module)
    lists = [
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.keyword) and one.arg == "mistakes" and isinstance(one.value, ast.List) and one.value.elts
    ]
    has_edit = any(isinstance(node, ast.Name) and node.id == "edit" for node in ast.walk(tree))
    if len(lists) != 1 or not has_edit:
        raise CourseError(
            f"the exercise's module has no list of mistakes with an edit in it; write there: {mistake.text()}"
        )
    last = lists[0].elts[-1]
    end = _offset(module, last) + len(ast.get_source_segment(module, last))
    return f"{module[:end]},\n{mistake.text(' ' * last.col_offset)}{module[end:]}"


__all__ = ["Edited", "as_answered", "changes_between", "mistake_of", "name_slip", "with_mistake"]
