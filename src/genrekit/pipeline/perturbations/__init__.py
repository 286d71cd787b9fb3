"""Changes to a recording that no genre should hang on, to measure how far the answers hold; never trained on."""
