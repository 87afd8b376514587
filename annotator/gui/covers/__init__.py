"""What covers the picture while it is open: one file a widget, loaded when it is shown for the first time.

The part that offers it (`annotator.gui.parts`, `PART`) is read at every start; its `build` imports the module here, so that a window
starts without what an export, an import or a table of categories needs.
"""
