"""Collections of tracks with known genres."""
