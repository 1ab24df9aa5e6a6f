"""TensorFlow: tensors, graphs, one training step and a whole run, judged in float32."""
