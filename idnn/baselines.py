"""Baselines: what a classifier must beat before it is worth the word network. Examples are rows."""

import numpy as np


def majority(train_labels, num_examples):
    """Return the most frequent training label for every one of `num_examples` examples, shape (num_examples,)."""
    return np.full(num_examples, np.bincount(train_labels).argmax())


def nearest_neighbour(X_train, train_labels, X):
    """Return the label of the training example that is nearest in Euclidean distance.

    Parameters
    ----------
    X_train : ndarray, shape (m, n)
    train_labels : ndarray, shape (m,)
    X : ndarray, shape (k, n)

    Returns
    -------
    labels : ndarray, shape (k,)
    """
    distances = np.sum(X_train**2, axis=1) - 2 * X @ X_train.T  # (k, m), squared, less what every column shares
    return train_labels[distances.argmin(axis=1)]


def softmax_regression(X_train, train_labels, X, num_classes=6, num_steps=80, penalty=0.01):
    """Return the labels that a linear classifier gives, trained on the penalized softmax cross-entropy of all examples at once.

    Parameters
    ----------
    X_train : ndarray, shape (m, n), float32
    train_labels : ndarray, shape (m,)
    X : ndarray, shape (k, n)
    num_classes, num_steps : int
    penalty : float, weight of half the squared weights

    Returns
    -------
    labels : ndarray, shape (k,)

    Source: Nesterov (1983), for the steps; their length is the inverse of the largest curvature.
    """
    m = len(X_train)
    inputs = np.hstack([X_train, np.ones((m, 1))]).astype(np.float32)  # (m, n + 1)
    targets = np.eye(num_classes, dtype=np.float32)[train_labels]
    step = 1 / (0.5 * _largest_eigenvalue(inputs) + penalty)
    weights = ahead = np.zeros((inputs.shape[1], num_classes), np.float32)
    for k in range(num_steps):
        slope = inputs.T @ (_softmax(inputs @ ahead) - targets) / m + penalty * ahead
        before, weights = weights, ahead - np.float32(step) * slope
        ahead = weights + np.float32(k / (k + 3)) * (weights - before)
    return np.argmax(X @ weights[:-1] + weights[-1], axis=1)


def _largest_eigenvalue(inputs):
    """The largest eigenvalue of the mean outer product, by power iteration."""
    direction = np.random.default_rng(0).normal(size=inputs.shape[1]).astype(np.float32)
    for _ in range(20):
        image = inputs.T @ (inputs @ direction) / len(inputs)
        eigenvalue = np.linalg.norm(image)
        direction = image / eigenvalue
    return float(eigenvalue)


def _softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
