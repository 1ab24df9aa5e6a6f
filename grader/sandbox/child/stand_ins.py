"""What a notebook asks of a machine that is not there while grading: a shell, a front end, packages that are not installed.

An honest notebook goes on after each of these in its own kernel, so it goes on here: a line is printed and nothing is done. A package
that is missing is stood in for while cells run; a function that is judged meets the import error, which says what it lacks.
"""

from __future__ import annotations

import asyncio
import builtins
import concurrent.futures
import contextlib
import multiprocessing.dummy
import multiprocessing.pool
import os
import pwd
import re
import site
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from IPython.utils.text import SList

from assay import library

# magics and what they would reach: the system, installers, a front end, a debugger, settings of a kernel
_LINE = """
    pip conda mamba micromamba uv matplotlib gui autosave load_ext reload_ext unload_ext autoreload aimport config
    connect_info qtconsole less more man edit clear cls debug pdb notebook tensorboard page pycat killbgscripts bookmark store
    subshell history hist recall rerun logstart logstop logon logoff logstate
""".split()
_LINES = ("sx", "system")  # they give the lines of a command
_CELL = "system sx script bash sh ruby perl python python2 python3 pypy cmd powershell debug".split()
OURS = {"solutions", "grader", "exercises", "tests", "child", "assay"}  # never stood in for: their absence is meant

judging = False  # whether a function is being judged: then nothing is stood in for
answered = 0  # times that a program's output or a person's words were asked for, and we answered
_missing: dict[str, types.ModuleType] = {}


def prepare(shell: Any) -> None:
    """Give the shell magics and functions that survive without a machine."""
    usual_line, usual_cell = shell.run_line_magic, shell.run_cell_magic

    def run_line_magic(name: str, line: str, _stack_depth: int = 1) -> Any:
        if name == "pylab":
            return _pylab(shell)
        if name in _LINES:
            return _output(f"%{name} {line}")
        if name in _LINE or shell.find_line_magic(name) is None:
            return _said(f"%{name} {line}")
        return usual_line(name, line, _stack_depth + 1)

    def run_cell_magic(name: str, line: str, cell: str) -> Any:
        if name in _CELL:
            for _, kept in re.findall(r"--(out|err|proc)[ =](\w+)", line):
                shell.user_ns[kept] = ""
            return _output(f"%%{name} {line}") if name in _LINES else _said(f"%%{name} {line}", answers=True)
        if shell.find_cell_magic(name) is None:
            return _unknown(shell, name, cell)
        return usual_cell(name, line, cell)

    shell.run_line_magic, shell.run_cell_magic = run_line_magic, run_cell_magic
    shell.system = shell.system_raw = shell.system_piped = lambda command: _said(f"!{command}")
    shell.getoutput = lambda command, *args, **options: _output(f"!{command}")
    shell.enable_gui = shell.enable_matplotlib = lambda *args, **options: (None, "agg")
    shell.ask_exit = lambda: None
    shell.set_hook("show_in_pager", lambda *args, **options: None)
    _without_a_machine()


@contextlib.contextmanager
def none() -> Iterator[None]:
    """While a function is judged nothing is stood in for."""
    global judging
    judging = True
    try:
        yield
    finally:
        judging = False


def _said(what: str, answers: bool = False) -> None:
    global answered
    answered += answers
    print(f"({what.split(chr(10))[0].strip()[:60]} is not run while grading)")


def _output(what: str) -> SList:
    """Return the lines of a command that is not run: IPython's list of lines, and none."""
    _said(what, answers=True)
    return SList()


def _unknown(shell: Any, name: str, cell: str) -> None:
    """A cell magic of an extension that is not here: its cell is run where it is Python."""
    _said(f"%%{name}")
    try:
        code = compile(shell.transform_cell(cell), f"<%%{name}>", "exec")
    except (SyntaxError, ValueError):
        return
    exec(code, shell.user_ns)


def _pylab(shell: Any) -> None:
    names = "import numpy, matplotlib\nfrom matplotlib import pylab, mlab, pyplot\nnp, plt = numpy, pyplot\n"
    exec(f"{names}from pylab import *\nfrom numpy import *", shell.user_ns)


def _without_a_machine() -> None:
    """Replace what would start a program, open a window or wait for a person."""
    import getpass

    import matplotlib

    os.system = lambda command: _said(f"!{command}", answers=True) or 0
    os.popen = lambda command, *args: _said(f"!{command}", answers=True) or _Empty()
    subprocess.Popen = _Process
    builtins.input = _words
    getpass.getpass = lambda prompt="", stream=None: _words("")
    pwd.getpwuid = _somebody
    site.sethelper()  # they come with the site module, which this interpreter was started without
    site.setcopyright()
    sys.modules["matplotlib.pyplot"].switch_backend("agg")
    matplotlib.use = lambda *args, **options: None
    sys.modules["matplotlib.pyplot"].switch_backend = lambda *args: None
    _threads_for_processes()
    concurrent.futures.ProcessPoolExecutor = concurrent.futures.ThreadPoolExecutor
    asyncio.selector_events.BaseSelectorEventLoop._make_self_pipe = _self_pipe


def _words(prompt: object = "") -> str:
    """Answer for a person who is not there."""
    global answered
    answered += 1
    print(prompt, end="")
    return ""


def _somebody(user: int, look_up: Callable = pwd.getpwuid) -> pwd.struct_passwd:
    """Return who a user is; here is nobody who has a name."""
    try:
        return look_up(user)
    except KeyError:
        return pwd.struct_passwd(("student", "x", user, os.getgid(), "", os.environ.get("HOME", "/"), "/bin/sh"))


def _threads_for_processes() -> None:
    """One process is all there is: others are threads, which share what a forked process would have had."""
    with_threads = multiprocessing.dummy

    class Process(with_threads.Process):
        pid = ident = None

        def terminate(self) -> None:
            pass

        kill = close = terminate

    multiprocessing.get_context = lambda method=None: multiprocessing
    multiprocessing.set_start_method = lambda method, force=False: None
    multiprocessing.Process, multiprocessing.Pool = Process, multiprocessing.pool.ThreadPool
    multiprocessing.Manager = _Manager
    for name in ("Pipe", "Queue", "JoinableQueue", "Lock", "RLock", "Event", "Semaphore", "Condition", "Barrier"):
        setattr(multiprocessing, name, getattr(with_threads, name))


class _Manager:
    """Threads share what they have: a manager's things are the plain ones."""

    dict, list = dict, list

    def __getattr__(self, name: str) -> Any:
        return getattr(multiprocessing.dummy, name)

    def start(self) -> None:
        pass

    shutdown = start

    def __enter__(self) -> _Manager:
        return self

    def __exit__(self, *_: Any) -> None:
        pass


class _Empty:
    """The output of a program that was not run."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **options: ""

    def __enter__(self) -> _Empty:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def __iter__(self) -> Any:
        return iter(())


class _Process:
    """A program that was not run: it ended well and said nothing."""

    returncode, pid = 0, 0

    def __init__(self, args: Any, *more: Any, text: bool = False, universal_newlines: bool = False, **options: Any):
        self.args = args
        self._nothing: Any = "" if text or universal_newlines or options.get("encoding") else b""
        self.stdin = self.stdout = self.stderr = _Empty()
        frame = sys._getframe(1)
        while frame.f_back and frame.f_globals.get("__name__") == "subprocess":
            frame = frame.f_back
        if frame.f_globals.get("__name__") == "__main__":  # what a library asks of the system is its own affair
            _said(f"!{args if isinstance(args, str) else ' '.join(map(str, args))}", answers=True)

    def __class_getitem__(cls, item: Any) -> Any:
        return cls

    def communicate(self, *args: Any, **options: Any) -> tuple:
        return self._nothing, self._nothing

    def wait(self, *args: Any, **options: Any) -> int:
        return 0

    poll = wait

    def kill(self) -> None:
        pass

    terminate = kill

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: Any) -> None:
        pass


class _Pipe:
    """One end of a pipe with the few words of a socket that an event loop uses; sockets are refused here."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)

    def fileno(self) -> int:
        return self._descriptor

    def recv(self, size: int) -> bytes:
        return os.read(self._descriptor, size)

    def send(self, data: bytes) -> int:
        return os.write(self._descriptor, data)

    def close(self) -> None:
        os.close(self._descriptor)


def _self_pipe(loop: Any) -> None:
    loop._ssock, loop._csock = map(_Pipe, os.pipe())
    loop._internal_fds += 1
    loop._add_reader(loop._ssock.fileno(), loop._read_from_self)


def stand_in_for(error: BaseException, namespace: dict) -> bool:
    """Let the package that an import did not find be stood in for in `namespace`; return whether that is something new."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return False
    top = error.name.split(".")[0]
    name = (
        error.name if top in sys.modules else top
    )  # part of a package that is there, as google.colab where Google's others are
    if top in OURS or library.holds(top) or top in sys.stdlib_module_names or name in _missing or name in sys.modules:
        return False
    _missing[name] = _tqdm() if name == "tqdm" else _Module(name)
    if name == "nest_asyncio":
        _nest_loops()
    if not hasattr(builtins.__import__, "stands_in"):
        _hook(namespace)
    _said(f"{name} is not installed here; what uses it")
    return True


def _parents(name: str) -> Iterator[str]:
    """Yield a module's name and those of the packages that it is in."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _hook(namespace: dict) -> None:
    usual = builtins.__import__

    def import_(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        stands = next((one for one in _parents(name) if one in _missing), "")
        if not stands or globals is not namespace or judging:
            return usual(name, globals, locals, fromlist, level)
        if fromlist or "." not in stands:
            return _missing[stands]
        package = usual(stands.split(".")[0])
        setattr(package, stands.split(".")[1], _missing[stands])
        return package

    import_.stands_in = True
    builtins.__import__ = import_


def _nest_loops() -> None:
    """Let loops run while one runs, as the package nest_asyncio does: each in a thread of its own."""
    run, until_complete = asyncio.run, asyncio.BaseEventLoop.run_until_complete

    def in_a_thread(coroutine: Any) -> Any:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            return pool.submit(run, coroutine).result()

    asyncio.run = lambda main, **options: in_a_thread(main)
    asyncio.BaseEventLoop.run_until_complete = lambda loop, future: (
        in_a_thread(future) if asyncio._get_running_loop() else until_complete(loop, future)
    )


class _Nothing:
    """Whatever is asked of a package that is not installed: it can be called, read, looped over and compared, and is nothing."""

    def __init__(self, name: str):
        self.__dict__["_name"] = name

    def _use(self) -> None:
        if judging:
            package = self._name.split(".")[0]
            raise ModuleNotFoundError(f"No module named '{package}'", name=package)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        self._use()
        return _Nothing(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        self._use()

    def __call__(self, *args: Any, **options: Any) -> Any:
        self._use()
        decorates = len(args) == 1 and not options and isinstance(args[0], types.FunctionType | type)
        return args[0] if decorates else _Nothing(f"{self._name}()")

    def __getitem__(self, key: Any) -> Any:
        self._use()
        return _Nothing(f"{self._name}[]")

    def __setitem__(self, key: Any, value: Any) -> None:
        self._use()

    def __iter__(self) -> Any:
        self._use()
        return iter(())

    def __enter__(self) -> Any:
        self._use()
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def __len__(self) -> int:
        self._use()
        return 0

    def __bool__(self) -> bool:
        self._use()
        return False

    def __float__(self) -> float:
        self._use()
        return float("nan")

    def _other(self, *_: Any) -> Any:
        self._use()
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = (
        _other
    )
    __matmul__ = __rmatmul__ = __neg__ = __mod__ = __and__ = __or__ = __invert__ = _other

    def __mro_entries__(self, bases: Any) -> tuple:
        return ()

    def _unlike(self, other: Any) -> bool:
        self._use()
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _unlike

    def __repr__(self) -> str:
        return f"<{self._name} is not installed where grading runs>"


class _Module(types.ModuleType):
    """A package that is not installed."""

    def __getattr__(self, name: str) -> Any:
        if name in ("__path__", "__file__", "__all__", "__spec__"):
            raise AttributeError(name)
        return getattr(_Nothing(self.__name__), name)


def _tqdm() -> types.ModuleType:
    """A progress bar that shows nothing and hands on what it is given, under all the names that it goes by."""

    class tqdm:
        def __init__(self, iterable: Any = (), *args: Any, **options: Any):
            self.iterable, self.n, self.total = iterable, 0, options.get("total")

        def __iter__(self) -> Any:
            return iter(self.iterable)

        def __len__(self) -> int:
            return len(self.iterable)

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: Any) -> None:
            pass

        def __getattr__(self, name: str) -> Any:
            return lambda *args, **options: None

        write = staticmethod(print)

    module = _Module("tqdm")
    module.tqdm = module.tqdm_notebook = tqdm
    module.trange = lambda *args, **options: tqdm(range(*args), **options)
    module.auto = module.notebook = module.std = module.autonotebook = module
    return module
