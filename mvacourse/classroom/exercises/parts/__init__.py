"""Algorithms that exercises ask for, with their inputs and their mistakes."""
