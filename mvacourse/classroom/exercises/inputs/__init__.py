"""What the exercises are checked on: odd and even sizes, both signs, no symmetry; long loops."""
