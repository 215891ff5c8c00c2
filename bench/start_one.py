"""Run the command given as arguments, and say in JSON what it took.

A program of its own and a small one: the peak memory of a process counts that of who began it.
"""

import json
import os
import sys
import time


def main() -> None:
    """`wall_s`, `cpu_s` and `memory_bytes` of the command, as the last line of the output."""
    begun = time.perf_counter()
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
    _, status, used = os.wait4(child, 0)
    cost = {
        "wall_s": time.perf_counter() - begun,
        "cpu_s": used.ru_utime + used.ru_stime,
        "memory_bytes": used.ru_maxrss * 1024,
    }
    print(json.dumps(cost))
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
