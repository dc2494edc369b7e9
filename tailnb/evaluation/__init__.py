"""Evaluation: exact scores, tidy result rows with intervals, and the paper's figures apart."""
