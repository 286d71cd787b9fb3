"""Ten short pieces, one a genre: each module writes one down, `band` turns it into MIDI."""
