"""The command `popmodel`."""

import os
import sys
from collections.abc import Sequence

from popmodel.cli.arguments import parser
from popmodel.schema import SchemaError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process if not given.

    Returns
    -------
    int
        0 when done; 2 for bad input, with one message on stderr; 130 when interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # A console of another encoding shows a question mark instead of ending the run.
            reconfigure(errors="replace")
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = parser().parse_args(words)
    except SystemExit as end:
        return int(end.code or 0) if isinstance(end.code, int | None) else 2
    try:
        return int(arguments.run(arguments, words))
    except BrokenPipeError:
        # The reader of a pipe has had enough (`popmodel score … | head`): nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SchemaError as error:
        print(f"popmodel: {_text(error)}", file=sys.stderr)
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
        print(f"popmodel: {what}. Check the path, its permissions and the free space.", file=sys.stderr)
    except KeyboardInterrupt:
        print("popmodel: interrupted; nothing was changed.", file=sys.stderr)
        return 130
    return 2


def _text(error: SchemaError) -> str:
    """Return every fault that an error carries, or its message."""
    if len(error.faults) < 2:
        return str(error)
    from popmodel.cli.faults import fault_lines

    return "\n".join(fault_lines(error.faults))
