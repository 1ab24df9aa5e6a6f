"""Every claim of every notebook is recomputed over at least 10 seeds, and holds."""

import pytest

from tests.claims.__main__ import claims
from tests.conftest import assignments_with_notebooks

CLAIMS = [(slug, i) for slug in assignments_with_notebooks() for i in range(len(claims(slug)))]


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "number"), CLAIMS)
def test_the_claim_holds(slug, number):
    claim = claims(slug)[number]
    words, holds = claim.measure()
    print(f"{claim.text} expected {claim.expected}, measured {words}")
    assert holds, f"{claim.text!r}: expected {claim.expected}, measured {words}"
