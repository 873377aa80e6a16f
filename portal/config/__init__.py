"""The settings: read once, from the environment and `instance/settings.toml`, into one frozen object.

The environment wins over the file.  What is missing or nonsense stops the start with its name and the remedy; nothing
later in the program asks the environment again.  Unset stores (`DATABASE_URL`, `REDIS_URL`) mean the embedded ones of
`portal.local`, whose addresses are filled in when they have been started.
"""

from portal.config.faults import Fault, Misconfigured
from portal.config.places import ROOT
from portal.config.reading import read, table
from portal.config.settings import Settings

__all__ = ["ROOT", "Fault", "Misconfigured", "Settings", "read", "table"]
