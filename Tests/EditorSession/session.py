"""A session of an editor with `tenet lsp`: each thing that the server does is asked for, and the answer compared.

    python session.py TENET RULES_FOLDER SCHEMAS_FOLDER [PART_OF_A_NAME]

Prints `ok NAME` or `not ok NAME: why` of each check; the exit code is 1 if one failed. Each check has a server and a copy of
the folders of its own. The folders are those below `Project`, which the checks know.
"""

import asyncio
import sys
from pathlib import Path

import changes
import naming
import protocol
import reading
import running
from editor import Editor

CHECKS = [*reading.CHECKS, *naming.CHECKS, *changes.CHECKS, *running.CHECKS, *protocol.CHECKS]
# So many servers at a time.
TOGETHER = 4


async def outcome(check, folders, turn):
    """`None`, or why the check failed."""
    async with turn:
        editor = Editor(*folders)
        try:
            await check(editor)
        except Exception as error:
            return f"{type(error).__name__}: {error}" if type(error).__name__ != "Failure" else str(error)
        finally:
            await editor.close()


async def main(tenet, rules, schemas, part=""):
    folders = tuple(str(Path(path).resolve()) for path in (tenet, rules, schemas))
    turn = asyncio.Semaphore(TOGETHER)
    checks = [check for check in CHECKS if part in name(check)]
    outcomes = await asyncio.gather(*(outcome(check, folders, turn) for check in checks))
    for check, why in zip(checks, outcomes):
        print(f"ok {name(check)}" if why is None else f"not ok {name(check)}: {' '.join(why.split())[:1_000]}")
    return 1 if any(outcomes) or not checks else 0


def name(check):
    return check.__name__.replace("_", " ")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: session.py TENET RULES_FOLDER SCHEMAS_FOLDER [PART_OF_A_NAME]")
    sys.exit(asyncio.run(main(*sys.argv[1:])))
