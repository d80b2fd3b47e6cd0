"""What makes an exercise too long for its notebook's file: algorithms, their inputs, their mistakes."""
