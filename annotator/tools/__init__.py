"""What the hand can draw with: one module a tool, each offering a `TOOL`.

A tool is a conversation (see `gesture`): it is sent what the hand does and answers with what is being drawn, until it returns a shape, a
choice or nothing.  It never sees the document; whoever holds the conversation starts a new one when it has ended, and closes it for Esc.
Modules that offer a `MEASURE` only look: what they measure is no annotation and is never saved.
"""
