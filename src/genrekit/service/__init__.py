"""The HTTP service: the one door for strangers' files."""
