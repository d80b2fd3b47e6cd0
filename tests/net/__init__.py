"""A net under the public functions: bad arguments are named, or do no harm."""
