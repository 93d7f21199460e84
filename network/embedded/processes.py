"""Child processes that never outlive us, not even when we are killed without a chance to clean up."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from network.embedded.console import SetupError, gist

PR_SET_PDEATHSIG = 1
Command = Sequence[str | Path]


def _death_signal(number: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def die_with_parent(number: int = signal.SIGKILL) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child this signal when the thread that started it ends.

    Start children from the main thread only. `subprocess` changes the user before it calls this; a change
    afterwards would clear the wish.
    """
    parent = os.getpid()

    def ask() -> None:
        _death_signal(number)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return ask


def on_stop(handler: Callable[[int, object], None]) -> None:
    """Let every wish to stop reach the handler: Ctrl-C, `kill`, and a closed terminal unless nohup forbids."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def end_with_make() -> None:
    """Started by make, end when make is killed: whoever kills the command that they typed means all of it."""
    if os.environ.get("MAKELEVEL"):
        _death_signal(signal.SIGTERM)


def begin(command: Command, *, env: dict[str, str], cwd: Path) -> subprocess.Popen[str]:
    """Start a preparing command; `finish` waits for it."""
    return subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=die_with_parent(),
    )


def finish(process: subprocess.Popen[str], *, what: str, log: Path | None = None) -> None:
    """Wait for a preparing command; its failure becomes one line, the rest goes to the log."""
    try:
        output, _ = process.communicate()
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        where = ""
        if log:
            with contextlib.suppress(OSError):  # a full disk must not hide the reason
                log.write_text(output)
                where = f" (all of it: {log})"
        raise SetupError(f"{what} failed: {gist(output)}{where}")


def capture(command: Command, *, env: dict[str, str], cwd: Path, what: str, log: Path | None = None) -> None:
    """Run a preparing command to its end."""
    finish(begin(command, env=env, cwd=cwd), what=what, log=log)


def stat_of(pid: int) -> tuple[str, str]:
    """Name and state letter of a process; two empty strings when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return "", ""
    return text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2]


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie that nobody has collected does not."""
    return stat_of(pid)[1] not in ("", "Z", "X")


def wait_until(condition: Callable[[], object], seconds: float, pause: float = 0.05) -> bool:
    """Wait for something to become true; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def end(process: subprocess.Popen[bytes], number: int, seconds: float) -> None:
    """Ask a child to stop and, when it does not, kill it with all of its process group."""
    if process.poll() is None:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
