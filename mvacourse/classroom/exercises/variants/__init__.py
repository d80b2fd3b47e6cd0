"""Algorithms that the exercises ask for, each with switches that make its usual mistakes."""
