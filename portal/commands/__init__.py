"""The commands of `python3 -m portal`, one room for each group.

A room offers its commands by `offer(commands)` and imports what it needs when a command is called, so that `--help` and a
fault in the settings answer at once.
"""
