"""The web app: a page over any function that answers a sound file. Needs the extra "webapp"."""

import os

# Read when the page's library is imported, which only modules of this room do: nothing is told to anybody.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
