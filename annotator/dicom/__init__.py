"""Read what scanners wrote, leniently; write what we made, strictly.

Reading a file: `source` finds out how it is written and reads its header within limits (`elements` walks it, `charsets` makes its texts
readable), `header` turns the header into images, `pixels` turns one image into a picture.  Uncompressed frames are read in process;
compressed ones are cut out here (`fragments`) and decoded in a process of its own (`pool`, `worker`), because decoders are C and files lie.
`scan` does it for whole folders.
"""
