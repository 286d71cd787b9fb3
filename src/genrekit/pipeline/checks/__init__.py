"""What a trained artifact is examined for, one module a subject; every check is a plain function."""
