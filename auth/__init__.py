"""Who signs in, what they may do, and the trail of what they did.

Callers open the transaction and pass its ``Session`` and the present instant ``now`` (aware,
UTC). The exceptions are :func:`auth.sign_in.sign_in` and the two functions of
:mod:`auth.credentials`: they take the function that opens a transaction instead, because a
refused attempt has to stay counted after the error, and because no lock may be held while a
password is being hashed. Transactions must be able to write from their start (``BEGIN IMMEDIATE``
on SQLite), except for :func:`auth.sessions.visit_of` and the lists, which only read.
"""
