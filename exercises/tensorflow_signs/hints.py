"""Hints that several exercises give."""

NO_CAST = (
    "tf.constant and tf.convert_to_tensor make tensors of numbers and arrays, but refuse a tensor of another dtype. "
    "tf.cast takes both."
)
