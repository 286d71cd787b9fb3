"""What lies in a sound file, byte by byte: which part is sound, which part is tags.

Written without the tag library on purpose: what checks an edit must not share its blind spots.
"""
