"""Draws one SVG as a program of its own: what it costs, and what it breaks, ends with it.

    python -I drawn_apart.py WIDTH HEIGHT < drawing.svg > drawing.png

It opens no file and no connection, takes no more processor time and memory than is said here, and whoever goes beyond
is ended by the system.  It imports nothing of ours, so that it begins at once, and
only here is the library that draws.
"""

import contextlib
import resource
import signal
import sys

PROCESSOR = 0.4
"""Seconds; a plain logo takes a hundredth of it, one with a soft shadow a third."""
MEMORY = 384 << 20
NOT_A_DRAWING = 3


def bound() -> None:
    """From here on everything it may take is counted, and nothing can be opened any more."""
    with contextlib.suppress(ValueError, OSError):  # some systems know no limit for a program's memory
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, PROCESSOR)


def main(width: int, height: int) -> int:
    """Answers with what the program ends with."""
    import resvg_py

    text = sys.stdin.buffer.read().decode()
    bound()
    try:
        drawn = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, width=width, height=height, dpi=96)
    except ValueError:
        return NOT_A_DRAWING
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
