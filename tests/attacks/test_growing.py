"""The attacks by size and by links would succeed without the bound that holds them: the suite would notice."""

from __future__ import annotations

import pytest

from grader import outputs, prose, submission
from tests.attacks import Arena
from tests.attacks.growing import ATTACKS
from tests.attacks.pages import ATTACKS as PAGES

pytestmark = [pytest.mark.isolated, pytest.mark.usefixtures("isolation")]


@pytest.fixture(scope="module")
def arena():
    with Arena() as arena:
        yield arena


def named(name):
    return next(attack for attack in [*ATTACKS, *PAGES] if attack.name == name)


def test_gigapixels_are_noticed(arena, monkeypatch):
    monkeypatch.setattr(outputs, "MAX_ALL_PIXELS", 10**12)
    monkeypatch.setattr(outputs, "MAX_IMAGE_BYTES", 10**12)
    assert "million pixels" in arena.run(named("gigapixels by many cells"))[0]


def test_text_without_end_is_noticed(arena, monkeypatch):
    monkeypatch.setattr(outputs, "MAX_TEXT", 10**12)
    monkeypatch.setattr(outputs, "MAX_OUTPUTS", 10**6)
    won = arena.run(named("forged text in a hundred cells"))
    assert any("characters" in one or "MB" in one for one in won), won


def test_a_link_is_noticed(arena, monkeypatch):
    monkeypatch.setattr(submission, "harmless", lambda source, released="": source)
    monkeypatch.setattr(prose._Theirs, "link", prose._Renderer.link)
    for name in ("addresses that become links", "references that become links", "addresses of mail"):
        won = arena.run(named(name))
        assert won and won[0].startswith("the feedback page holds"), name
