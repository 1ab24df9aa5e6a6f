"""Parts of the library that answer exercises under another name; each exercise says beside its points which of them it withholds.

``tests/test_withheld.py`` tries every function of the library on every exercise: whatever passes a case must stand here.
"""

CHECKERS = ("idnn.gradients",)  # slopes, differences and verdicts on gradients
BACKWARD = (
    "idnn.networks:backward_propagation", "idnn.networks:gradients", "idnn.networks:train_with", "idnn.networks:train",
    "idnn.networks:_FlatNetwork", "idnn.sweeps:train_many", "idnn.sweeps:_Stack",
    "idnn.passes:network_backward", "idnn.passes:network_backward_and_step", "idnn.passes:network_backward_slope_of_relu",
    "idnn.passes:network_backward_mirrored", "idnn.passes:network_backward_not_finite", "idnn.passes:_first_layer",
    "idnn.passes:_slopes_of_biases", "idnn.passes:incident_backward", "idnn.rules.tensorflow_signs:_gradients",
)  # fmt: skip
LOSSES = (
    "idnn.networks:cross_entropy", "idnn.networks:cost", "idnn.networks:accuracy", "idnn.passes:mean_cross_entropy",
    "idnn.passes:network_cost", "idnn.curves:network_cost", "idnn.sweeps:accuracies", "idnn.rules.tensorflow_signs:_cross_entropies",
)  # fmt: skip
FORWARD = (
    "idnn.networks:forward_propagation", "idnn.networks:forward_propagation_n", "idnn.passes:_network_forward",
    "idnn.networks:_FlatNetwork", "idnn.rules.tensorflow_signs:_activations",
)  # fmt: skip
DROPOUT = ("idnn.passes:dropout_masks", "idnn.networks:train", *FORWARD)
DRAWS = ("idnn.networks:draw_parameters", "idnn.sweeps:draw_networks", "idnn.rules.initialization:give_zeros", "idnn.rules.initialization:draw_uniform")  # fmt: skip
STEPS = ("idnn.networks:train_with", "idnn.networks:train", "idnn.networks:_descend")
