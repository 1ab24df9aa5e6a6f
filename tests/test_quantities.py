"""How large a case is, and on which side of a number."""

import numpy as np

from grader.quantities import quantities, sides


def test_sizes_lengths_and_magnitudes_have_names():
    found = quantities(
        {
            "W": {"W1": np.array([[3.0, -4.0]]), "b1": np.array([0.0])},
            "Y": (np.ones((1, 5)), True),
            "dims": [2, 7],
            "rate": 0.1,
        }
    )
    assert found["len(W)"] == 2 and found["sum of sizes of W"] == 3 and found["largest size of W"] == 2
    assert found["largest of W"] == 4 and found["least of W"] == 3 and found["length of W"] == 5
    assert found["Y[0].shape[1]"] == 5 and found["length of Y[0]"] == np.sqrt(5)
    assert (found["len(dims)"], found["min(dims)"], found["max(dims)"]) == (2, 2, 7)
    assert found["float rate"] == 0.1 and not any("Y[1]" in name for name in found)


def test_what_is_no_number_has_no_size():
    assert quantities({"a": np.nan, "b": "text", "c": None, "d": np.zeros(0)}).keys() == {
        "d.shape[0]", "sum of sizes of d", "largest size of d",
    }  # fmt: skip


def test_what_lies_at_a_number_is_on_neither_side_and_counts_where_it_is_whole():
    assert sides({"low": 1.0, "at": 3.2, "high": 9.0}, 3.0) == {("low", -1), ("high", 1)}
    assert sides({"more": 4.0, "just": 3.01, "at": 3.0}, 3) == {("more", 1), ("at", 0)}
    assert sides({"low": -9.0, "high": 1.0}, -3.0) == {("low", -1), ("high", 1)}
