"""Every way we know to reach a row through SQLAlchemy and SQL, and what must come of it.

A *way* is a function that takes a session and an *aim* (whose row is meant).  A read gives the tenants of the rows it
saw; a write tries to change something of the aim.  Each way is walked by the app's own role, acting for Nordlicht, with
five aims: its own row, another tenant's, a child's, the parent's, and its own again while acting for nobody.  What comes
of it (sees, changes, nothing, or the name of an error) is compared, cell by cell, with the tables in this folder: so the
loss of one wall is seen even while the other still holds.
"""
