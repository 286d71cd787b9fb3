"""From a folder of music to an artifact: one module a stage, files in and files out. Needs the extra ``train``."""
