"""Take an export into a project: survey it, judge its series, give ids, take identity out, write, and prove what was done.

`surveying` reads headers and makes one row a series; `table` brings the rows to Excel and back; `mapping` keeps who became whom, far from
the project; `planning` gives ids when two people have confirmed; `taking` writes; `proof` says what was done.  The export is only read.
"""
