"""The one thing that changes, and everything around it that touches disk, clock and thread: session, store, journal, projects."""
