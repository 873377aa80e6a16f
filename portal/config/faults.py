"""Why a command cannot go on, told to whoever typed it."""


class Fault(Exception):
    """Why it cannot go on, in one line, and what to do about it in another."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy

    def __str__(self) -> str:
        return f"{self.reason} – {self.remedy}"


class Misconfigured(Fault):
    """A setting is missing or nonsense."""

    def __init__(self, name: str, problem: str, remedy: str) -> None:
        super().__init__(f"{name} {problem}", remedy)
        self.name = name
