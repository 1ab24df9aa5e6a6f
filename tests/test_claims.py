"""Every claim of every notebook is recomputed over at least 10 seeds, and holds."""

import pytest

from grader.catalogue import existing
from grader.claims import claims, measure

CLAIMS = [(slug, number) for slug in existing() for number in range(len(claims(slug)))]


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "number"), CLAIMS)
def test_the_claim_holds(slug, number):
    claim, measured = claims(slug)[number], measure(slug, number)
    print(f"{claim.text} expected {claim.expected}, measured {measured.words}")
    assert measured.holds, f"{claim.text!r}: expected {claim.expected}, measured {measured.words}"
