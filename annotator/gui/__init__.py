"""The window: panels and a canvas that show what the session says and pass on what the hands do.  The only package that knows Qt.

A session's topic goes through the `bridge` to each panel, which reads plain values from the session and redraws.  A key or a click becomes
an action of the `commands` tables, which calls one verb of the session.  Nothing here decides anything about annotations.
"""
