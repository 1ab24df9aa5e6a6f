"""The service put together and run by uvicorn until it is ended."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import python_multipart  # noqa: F401 - starlette asks for it when a form comes; it is missed at the start instead
import uvicorn

from grader.course import Course
from grader.executors import DaskPool, LocalPool
from grader.sandbox import tiers
from grader.serve.engine import Answer, Engine
from grader.serve.inbox import Inbox, Upload
from grader.serve.tokens import Tokens
from grader.serve.web import Service

GRACE = 3  # seconds that a request under way has when the service ends
CONNECTIONS = 800  # at a time, under the usual limit of open files; more are told to come again


def run_service(
    course: Course,
    assignments: list[str],
    pool: LocalPool | DaskPool,
    verdicts: str,
    tries: int,
    limit: int,
    host: str,
    port: int,
    least: str = tiers.ANY,
    told: Callable[[Upload, Answer], None] = lambda upload, answer: None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Take and answer hand-ins until the process is ended; `ready` is told where, once the port is open.

    Raises
    ------
    CourseError
        If an assignment was not released.
    OSError
        If the port cannot be had.
    """
    with service(course, assignments, pool, verdicts, tries, limit, least, told) as (server, _):
        with _listening(host, port) as opened:
            name = f"[{host}]" if ":" in host else host
            ready(f"http://{name}:{opened.getsockname()[1]}")
            server.run(sockets=[opened])


@contextlib.contextmanager
def service(
    course: Course,
    assignments: list[str],
    pool: LocalPool | DaskPool,
    verdicts: str,
    tries: int,
    limit: int,
    least: str = tiers.ANY,
    told: Callable[[Upload, Answer], None] = lambda upload, answer: None,
) -> Iterator[tuple[uvicorn.Server, Engine]]:
    """Give a server that is not yet run, its engine at work; both end with the block."""
    inbox = Inbox(course, tries)
    engine = Engine(course, inbox, pool, verdicts, least, told)
    engine.require_released(assignments)
    pool.warm_up(assignments[0], pool.workers, least)
    app = Service(assignments, Tokens(course), inbox, engine, limit).app()
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE, limit_concurrency=CONNECTIONS,
        server_header=False,
    )  # fmt: skip
    engine.start()
    try:
        yield uvicorn.Server(config), engine
    finally:
        engine.stop()


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as opened:
        yield opened
