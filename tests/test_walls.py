"""The walls between the rooms: who may import whom, and what is in the wheel that students get."""

import ast
import re
import sys
import tomllib
import zipfile

import pytest

from grader import catalogue, stubs
from grader.catalogue import existing, public_functions
from tests.conftest import ROOT

PUBLIC = ("assay", "idnn")
HIDDEN = ("solutions", "exercises", "grader", "sitekit", "tools", "tests", "benchmarks")
SHIPPED = (*PUBLIC, "solutions", "exercises", "grader", "site", "tools", "benchmarks", "hub")
PUBLIC_MAY = {
    "assay": {"numpy", "IPython", "tensorflow"},
    "idnn": {
        "numpy",
        "matplotlib",
        "h5py",
        "pooch",
        "IPython",
        "tensorflow",
        "PIL",
        "requests",
        "assay",
        "anywidget",
        "traitlets",
    },
}
TENSORFLOW_AT_ONCE = {"tensors.py", "tensorflow_signs.py"}
MEANT = {("grader/mutants.py", "sigmoid")}  # TensorFlow's: a call of it may be left out


def imports(path):
    """Yield (module, whether it is imported when the file is)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        for name in names:
            yield name.split(".")[0], node in tree.body


def texts(room):
    """Return the files of a room that are no pictures, what it has made beside them left out."""
    files = [path for path in (ROOT / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path for path in files if path.suffix != ".png"]


@pytest.mark.parametrize("room", PUBLIC)
def test_public_rooms_never_import_hidden_ones(room):
    for path in (ROOT / room).rglob("*.py"):
        assert not {name for name, _ in imports(path)} & set(HIDDEN), path


@pytest.mark.parametrize("room", SHIPPED)
def test_nothing_that_ships_imports_the_tests(room):
    files = list((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert "tests" not in {name for name, _ in imports(path)}, path
        assert not [text for text in named if text.startswith("tests.")], path  # for importlib


def test_the_engine_never_imports_what_maintainers_run():
    for path in (ROOT / "grader").rglob("*.py"):
        assert not {name for name, _ in imports(path)} & {"tools", "sitekit", "benchmarks"}, path


def test_exercises_import_no_room_but_the_engine_the_solutions_and_the_library():
    for path in (ROOT / "exercises").rglob("*.py"):
        assert not {name for name, _ in imports(path)} & {"tools", "sitekit", "benchmarks"}, path


@pytest.mark.parametrize("room", ["assay", "grader"])
def test_the_engine_knows_no_assignment_no_exercise_and_no_library_by_name(room):
    """Names of one plain word may stand in a sentence; as an identifier, or alone in quotes, they may not."""
    course = catalogue.course()
    known = {course.library, *catalogue.slugs(), *(name for slug in existing() for name in public_functions(slug))}
    for path in texts(room):
        text = path.read_text(encoding="utf-8")
        telling = {name for name in known if "_" in name or name == course.library}
        found = {name for name in telling if re.search(rf"\b{name}\b", text)}
        for node in ast.walk(ast.parse(text)) if path.suffix == ".py" else ():
            names = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "value")]
            found |= known.intersection(name for name in names if isinstance(name, str))
        meant = {name for file, name in MEANT if file == path.relative_to(ROOT).as_posix()}
        assert found <= meant, f"{path}: {found - meant}"


@pytest.mark.parametrize("room", ["assay", "grader"])
def test_words_of_a_framework_stand_in_its_adapter_alone(room):
    for path in texts(room):
        if path.parent != ROOT / "assay" / "frameworks" or path.name == "__init__.py":
            found = re.search(r"(?i)\b(tensorflow|keras|tf)\b", path.read_text(encoding="utf-8"))
            assert not found, f"{path}: {found[0]}"


@pytest.mark.parametrize("room", PUBLIC)
def test_public_rooms_need_only_what_the_course_lists(room):
    for path in (ROOT / room).rglob("*.py"):
        foreign = {name for name, _ in imports(path)} - PUBLIC_MAY[room] - {room} - set(sys.stdlib_module_names)
        assert not foreign, f"{path}: {foreign}"


@pytest.mark.parametrize("room", PUBLIC)
def test_importing_public_rooms_needs_only_numpy_and_matplotlib(room):
    """h5py, pooch, IPython and TensorFlow come lazily: the wheel also runs in the browser, without them."""
    for path in (ROOT / room).rglob("*.py"):
        eager = {name for name, at_top in imports(path) if at_top}
        allowed = {"tensorflow"} if path.name in TENSORFLOW_AT_ONCE and room == "idnn" else set()
        assert not eager & ({"h5py", "pooch", "IPython", "tensorflow", "PIL", "anywidget", "traitlets"} - allowed), path


def test_solutions_import_only_numpy_tensorflow_and_the_library():
    for path in (ROOT / "solutions").glob("*.py"):
        assert {name for name, _ in imports(path)} <= {"numpy", "tensorflow", "idnn", "__future__"}, path


def test_the_child_knows_only_public_rooms_and_itself():
    for path in (ROOT / "grader" / "sandbox" / "child").glob("*.py"):
        assert not {name for name, _ in imports(path)} & set(HIDDEN), path


def test_the_conda_environment_agrees_with_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = set(project["dependencies"]) - {"pooch>=1.8"}  # comes with the course's own package
    for extra in ("student", "tensorflow"):
        wanted |= set(project["optional-dependencies"][extra])
    lines = {line.strip().removeprefix("- ") for line in (ROOT / "environment.yml").read_text().splitlines()}
    assert wanted <= lines
    assert "python=3.12" in lines


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    from grader.wheel import build_wheel

    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.mark.slow
def test_the_wheel_holds_idnn_and_data_and_nothing_hidden(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
        assert tops == set(PUBLIC)
        assert "idnn/data/reference/initialization.json" in names
        texts = {name: archive.read(name).decode(errors="replace") for name in names if name.endswith((".py", ".json"))}
    public = {name: [line.strip() for line in text.splitlines() if line.strip()] for name, text in texts.items()}
    pairs = {pair: name for name, lines in public.items() for pair in zip(lines, lines[1:])}
    for slug in existing():
        for pair in solution_pairs(slug):
            assert pair not in pairs, f"{pairs[pair]} holds two lines of solutions/{slug}.py: {pair}"


def solution_pairs(slug):
    """Return adjacent lines of the solutions' bodies: one line alone, such as the unpacking of a given cache, is no answer."""
    found = set()
    for whole, _ in stubs.solution_functions(slug).values():
        node = ast.parse(whole).body[0]
        lines = [line.strip() for line in whole.splitlines()[node.body[1].lineno - 1 :] if line.strip()]
        found |= {pair for pair in zip(lines, lines[1:]) if all(len(line) >= 15 for line in pair)}
    return found


def solution_lines(slug):
    """Return the telling lines of the solutions' bodies: long enough to mean something, and no line of a docstring."""
    telling = set()
    for whole, _ in stubs.solution_functions(slug).values():
        node = ast.parse(whole).body[0]
        lines = whole.splitlines()
        for line in lines[node.body[1].lineno - 1 :]:
            if len(line.strip()) >= 30 and not line.strip().startswith("#"):
                telling.add(line.strip())
    return telling
