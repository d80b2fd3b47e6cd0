"""Algorithms that students build: each with its inputs and its mistakes, which fill a file."""
