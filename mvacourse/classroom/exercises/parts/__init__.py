"""Algorithms that exercises ask for, their inputs and their mistakes, where a file would be too long."""
