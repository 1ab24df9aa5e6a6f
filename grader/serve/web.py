"""The service as browsers and programs see it: HTTP in, pages, JSON or a line of text out. It decides nothing about a hand-in."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from typing import IO, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grader.serve.engine import Answer, Engine
from grader.serve.inbox import Inbox, Refused, Upload
from grader.serve.tokens import Tokens
from grader.templating import page
from grader.words import counted, printable

COOKIE = "token"
MAX_SIGN_IN = 4096  # bytes of the form with the token
LONGEST_UPLOAD = 120.0  # seconds that the sending of one notebook may take
LONGEST_WAIT = 20.0  # seconds that a request may wait for its answer, under the usual patience of a proxy
AT_ONCE = 4  # uploads that are looked into at a time: a large one takes memory
# nothing of a page may load, run or be framed; a feedback page, which shows a student's work, may not even post a form
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action "
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY + "'self'",
}


class Service:
    """The service's handlers.

    Parameters
    ----------
    limit : bytes of an upload
    """

    def __init__(self, assignments: list[str], tokens: Tokens, inbox: Inbox, engine: Engine, limit: int):
        self.assignments, self.tokens, self.inbox, self.engine, self.limit = assignments, tokens, inbox, engine, limit
        self._sending: set[str] = set()  # students whose upload is coming in
        self._looking = asyncio.Semaphore(AT_ONCE)
        self._news = asyncio.Event()  # set when an answer is there, and then replaced
        self._loop: asyncio.AbstractEventLoop | None = None
        engine_told = engine.told

        def told(upload: Upload, answer: Answer) -> None:
            engine_told(upload, answer)
            if self._loop is not None:
                with contextlib.suppress(RuntimeError):  # the server has ended
                    self._loop.call_soon_threadsafe(self._tell)

        engine.told = told

    def app(self) -> ASGIApp:
        routes = [
            Route("/", self.start),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/hand-ins/{assignment}", self.result, methods=["GET"]),
            Route("/hand-ins/{assignment}", self.hand_in, methods=["POST", "PUT"]),
        ]
        handlers: Any = {Refused: refused, HTTPException: _unknown}
        return _Headers(Starlette(routes=routes, exception_handlers=handlers, lifespan=self._life))

    @contextlib.asynccontextmanager
    async def _life(self, app: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        yield
        self._loop = None

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def start(self, request: Request) -> Response:
        """The page for the browser: who hands in what, and how it stands."""
        student = self._known(request)
        if student is None:
            return HTMLResponse(page("serve_sign_in.html", wrong=False))
        rows = [(name, self.inbox.newest.get((student, name))) for name in self.assignments]
        standing = [(name, upload, upload and self.state(upload)) for name, upload in rows]
        if _asks_for_json(request):
            return JSONResponse(
                {
                    "student": student,
                    "tries_left": self.inbox.left(student),
                    "hand_ins": {n: s for n, _, s in standing if s},
                }
            )
        text = page(
            "serve.html",
            student=student,
            standing=standing,
            left=self.inbox.left(student),
            tries=self.inbox.tries,
            hidden=self.engine.hidden,
            megabytes=self.limit >> 20,
            seconds=f"{LONGEST_WAIT:g}",
        )
        return HTMLResponse(text)

    async def sign_in(self, request: Request) -> Response:
        _require_own_page(request)
        async with _limited(request, MAX_SIGN_IN).form(max_files=0, max_fields=2) as form:
            token = str(form.get("token", ""))
        if self.tokens.student(token) is None:
            return HTMLResponse(page("serve_sign_in.html", wrong=True), 401)
        response = RedirectResponse("./", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token.strip().lower(), httponly=True, samesite="strict", secure=secure)
        return response

    async def sign_out(self, request: Request) -> Response:
        _require_own_page(request)
        response = RedirectResponse("./", 303)
        response.delete_cookie(COOKIE)
        return response

    async def hand_in(self, request: Request) -> Response:
        """Take a notebook, as a form's file or as the request's body."""
        student, assignment = self._student(request), self._assignment(request)
        _require_own_page(request)
        self.inbox.require_try(student)
        if student in self._sending:
            raise Refused(429, "Another notebook of yours is coming in; wait until it is there.", 5)
        self._sending.add(student)
        try:
            async with self._received(request, assignment) as (name, file), self._looking:
                upload = await run_in_threadpool(self._take, student, assignment, name, file)
        finally:
            self._sending.discard(student)
        if _asks_for_json(request):
            return JSONResponse({"student": student, "assignment": assignment, **self.state(upload)}, 202)
        if _asks_for_html(request):
            return RedirectResponse(f"{assignment}?wait={LONGEST_WAIT:g}", 303)
        return PlainTextResponse(
            f"{assignment} of {student} was taken at {upload.when}. GET this address for what became of it.\n", 202
        )

    def _take(self, student: str, assignment: str, name: str, file: IO[bytes]) -> Upload:
        file.seek(0)
        upload = self.inbox.take(student, assignment, name, file.read())
        if self.engine.answer(upload) is None:
            self.engine.line.add(upload)
        return upload

    @contextlib.asynccontextmanager
    async def _received(self, request: Request, assignment: str) -> AsyncIterator[tuple[str, IO[bytes]]]:
        """Give what was sent, as a name and a file that is opened for reading; what is large lies on disk, not in memory."""
        limited = _limited(request, self.limit)
        try:
            async with contextlib.AsyncExitStack() as stack:
                async with asyncio.timeout(LONGEST_UPLOAD):
                    if request.headers.get("content-type", "").startswith("multipart/form-data"):
                        form = await stack.enter_async_context(limited.form(max_files=1, max_fields=2))
                        sent = next((value for value in form.values() if isinstance(value, UploadFile)), None)
                        if sent is None or not sent.filename:
                            raise Refused(422, "No file was chosen; choose the notebook, then hand it in.")
                        name, file = sent.filename, sent.file
                    else:
                        file = stack.enter_context(tempfile.SpooledTemporaryFile(1 << 20))
                        async for chunk in limited.stream():
                            file.write(chunk)
                        file.seek(0)
                        name = f"{assignment}.zip" if file.read(4) == b"PK\x03\x04" else f"{assignment}.ipynb"
                yield _base(name), file
        except TimeoutError:
            raise Refused(408, f"The notebook was not there within {LONGEST_UPLOAD:g} s; send it again.") from None
        except ClientDisconnect:
            raise Refused(400, "The connection ended before the notebook was there.") from None

    async def result(self, request: Request) -> Response:
        """Say what became of the student's last hand-in; ``?wait=SECONDS`` waits for it."""
        student, assignment = self._student(request), self._assignment(request)
        upload = self.inbox.newest.get((student, assignment))
        if upload is None:
            raise Refused(404, f"Nothing of {assignment} was handed in here by {student}.")
        upload, answer = await self._answered(upload, _seconds(request))
        if _asks_for_json(request):
            return JSONResponse({"student": student, "assignment": assignment, **self.state(upload)})
        if answer is None:
            words = self._waiting(upload)
            if _asks_for_html(request):
                return HTMLResponse(page("serve_waiting.html", upload=upload, words=words, seconds=f"{LONGEST_WAIT:g}"))
            return PlainTextResponse(words + "\n", 202)
        if answer.outcome == "failed":
            raise Refused(
                500,
                f"{assignment} is stored and could not be graded, through no fault of yours. Your instructor can grade it; "
                "you may hand it in again as well.",
            )
        text = await run_in_threadpool(self.engine.page(upload).read_bytes)
        return HTMLResponse(text, headers={"Content-Security-Policy": f"{POLICY}'none'; sandbox"})

    async def _answered(self, upload: Upload, seconds: float) -> tuple[Upload, Answer | None]:
        """Return the answer to a hand-in, or to a newer one that came meanwhile, as soon as it is there; None where it takes longer."""
        until = asyncio.get_running_loop().time() + seconds
        while True:
            news = self._news
            upload = self.inbox.newest[upload.key]
            answer = self.engine.answer(upload)
            left = until - asyncio.get_running_loop().time()
            if answer is not None or left <= 0:
                return upload, answer
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), left)

    def state(self, upload: Upload) -> dict[str, Any]:
        """Return how a hand-in stands, as JSON has it."""
        answer = self.engine.answer(upload)
        said: dict[str, Any] = {"hand_in": upload.digest, "handed_in": upload.when, "state": "waiting"}
        if answer is None:
            return {**said, "before": self.engine.line.before(upload.key)}
        said["state"] = answer.outcome
        if answer.score is not None:
            said |= {"score": answer.score, "points": answer.points}
        return {**said, "exercises": answer.exercises} if answer.exercises else said

    def _waiting(self, upload: Upload) -> str:
        before = self.engine.line.before(upload.key)
        return f"{upload.assignment} was taken at {upload.time:%Y-%m-%d %H:%M} UTC and waits; " + (
            f"{counted(before, 'hand-in')} {'is' if before == 1 else 'are'} before it." if before else "it is next."
        )

    def _known(self, request: Request) -> str | None:
        """Return who asks, by the token in the header or the cookie."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self.tokens.student(token if scheme.lower() == "bearer" else request.cookies.get(COOKIE, ""))

    def _student(self, request: Request) -> str:
        student = self._known(request)
        if student is None:
            raise Refused(401, "Your token is missing or not known here; it is the one that your instructor gave you.")
        return student

    def _assignment(self, request: Request) -> str:
        assignment = request.path_params["assignment"]
        if assignment not in self.assignments:
            raise Refused(
                404, f"{printable(assignment[:80])} cannot be handed in here; there are {', '.join(self.assignments)}."
            )
        return assignment


def _require_own_page(request: Request) -> None:
    """Refuse a form that another site's page sent in a student's name; programs send no such header, and no cookie."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused(403, "This was sent by another site's page; hand in from the page of this service.")


def _limited(request: Request, limit: int) -> Request:
    """Return the request, of whose body no more than so many bytes are read."""
    too_much = Refused(
        413,
        f"It has more than the {limit >> 20} MB that are taken. Clear the notebook's outputs, save it and hand it in again."
        if limit >= 1 << 20
        else "It is longer than a token is.",
    )
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > limit:
        raise too_much
    read = 0

    async def receive() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise too_much
        return message

    return Request(request.scope, receive)


def _base(name: str) -> str:
    """Return a file's name without its path, made printable."""
    return printable(PurePosixPath(name.replace("\\", "/")).name)[-100:] or "notebook.ipynb"


def _seconds(request: Request) -> float:
    try:
        return min(LONGEST_WAIT, max(0.0, float(request.query_params.get("wait", "0"))))
    except ValueError:
        return 0.0


def _asks_for_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _asks_for_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def refused(request: Request, error: Exception) -> Response:
    """Say why in the form that was asked for: JSON, a page, or else a line."""
    assert isinstance(error, Refused)
    headers = {"Retry-After": str(error.wait)} if error.wait else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if _asks_for_json(request):
        return JSONResponse({"error": str(error)}, error.status, headers)
    if _asks_for_html(request):
        home = "../" if request.url.path.count("/") - request.scope.get("root_path", "").count("/") > 1 else "./"
        return HTMLResponse(page("serve_refused.html", words=str(error), home=home), error.status, headers)
    return PlainTextResponse(f"{error}\n", error.status, headers)


async def _unknown(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: "There is no such page.", 405: "This cannot be asked of this page."}
    return await refused(request, Refused(error.status_code, words.get(error.status_code, str(error.detail))))


class _Headers:
    """Puts HEADERS on every answer that does not set them itself."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sent)
