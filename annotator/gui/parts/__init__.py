"""Parts of the window that some projects or some moments need: one file a part, each offering `PART`.

All of these files are read at every start.  A part over the picture is built when it is shown for the first time: its widget, and whatever
that needs, stands in `annotator.gui.covers`, and only its `build` imports it.
"""
