"""Look over a whole project: in lots that several processes take, kept as they come in, so that a killed run goes on.

`lots` cuts the project into pieces that are looked at each by itself; `looking` looks at one of them, in whichever process; `ledger` keeps
what was found; `running` hands the lots out, counts, and says in the end what only the whole shows.
"""
