"""What reads sound files: one module a library, behind the same stream of mono blocks."""
