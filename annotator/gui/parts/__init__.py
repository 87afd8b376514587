"""Parts of the window that some projects or some moments need: one file a part, each offering `PART`."""
