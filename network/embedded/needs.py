"""What the portal needs from the operating system: how to find it, how Debian names it, how to prove it."""

from __future__ import annotations

import ctypes
import glob
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def newest(root: Path | str, pattern: str) -> str | None:
    """The match with the highest numbers in its path: postgresql/15 before postgresql/9."""
    found = glob.glob(f"{root}/{pattern}")
    return max(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path[len(str(root)) :])], default=None)


def loads(*libraries: str) -> bool:
    """Whether the dynamic loader finds these libraries."""
    try:
        for name in libraries:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def runs(command: list[str | Path | None], env: dict[str, str] | None = None) -> bool:
    """Whether the command exists and succeeds."""
    if None in command:
        return False
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(command, env=env, stdin=quiet, stdout=quiet, stderr=quiet)  # type: ignore[arg-type]
    except OSError:
        return False
    return done.returncode == 0


Proof = Callable[[Path], list[str | Path | None]]


def _python(code: str) -> Proof:
    return lambda tree: [sys.executable, "-c", f"import ctypes as c; lib = c.CDLL; {code}"]


def _program(pattern: str, *arguments: str) -> Proof:
    return lambda tree: [newest(tree, pattern), *arguments]


@dataclass(frozen=True)
class Need:
    """One thing that the portal uses and pip cannot bring."""

    what: str
    packages: str  # Debian's names, without version or architecture
    here: Callable[[], object]  # is it on the machine?
    proof: Proof  # the command that must succeed with a privately unpacked tree
    required: bool = True
    private: str = ""  # packages for the private route, where they are others
    leave: str = "$"  # pattern of dependencies that are of no use in a private tree


def _certificates() -> object:
    return os.environ.get("SSL_CERT_FILE") or os.path.exists("/etc/ssl/certs/ca-certificates.crt")


def _postgres() -> object:
    given = os.environ.get("DATABASE_URL") or os.environ.get("PG_BINDIR")
    return given or newest("", "usr/lib/postgresql/*/bin/initdb")


def _fonts() -> object:
    listed = os.path.exists("/etc/fonts/fonts.conf")
    return listed and glob.glob("/usr/share/fonts/**/*.[to]tf", recursive=True)


def _voikko() -> object:
    dictionary = newest("", "usr/lib/voikko/*") or newest("", "usr/share/voikko/*")
    return loads("libvoikko.so.1") and dictionary


RUN = {
    "ca": Need(
        "CA certificates",
        "ca-certificates",
        _certificates,
        lambda tree: ["grep", "-q", "BEGIN CERT", tree / "ca.crt"],
    ),
    # python3-venv would demand the exact version of python3 and drag a second interpreter in on a machine
    # that is behind on updates; the private route takes the wheels alone.
    "pip": Need(
        "pip for a virtual environment",
        "python3-venv",
        lambda: runs([sys.executable, "-c", "import ensurepip"]),
        lambda tree: [
            sys.executable,
            f"{newest(tree, 'usr/share/python-wheels/pip-*.whl')}/pip",
            "--version",
        ],
        private="python3-pip-whl python3-setuptools-whl",
        leave="openssl|ca-cert",
    ),
    "postgres": Need(
        "PostgreSQL server",
        "postgresql",
        _postgres,
        _program("usr/lib/postgresql/*/bin/postgres", "--version"),
        leave="libllvm|libz3|locales|libc-l10n|ssl-cert|openssl|ca-cert|ucf|netbase|sensible|libjson-perl"
        "|postgresql.*common|postgresql_",
    ),
    "pango": Need(
        "Pango (PDF)",
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        lambda: loads("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
        _python("lib('libpango-1.0.so.0'), lib('libpangoft2-1.0.so.0'), lib('libharfbuzz-subset.so.0')"),
    ),
    "fonts": Need(
        "a base font",
        "fontconfig-config fonts-dejavu-core",
        _fonts,
        # A broken configuration brings Pango assertions and unusable PDFs, so ask for more than no fonts.
        _python(
            "f = lib('libfontconfig.so.1'); f.FcConfigGetFonts.restype = c.POINTER(c.c_int);"
            " assert f.FcConfigGetFonts(None, 0)[0] > 0"
        ),
    ),
    "magic": Need(
        "libmagic (what a file really is)",
        "libmagic1",
        lambda: loads("libmagic.so.1"),
        _python(
            "m = lib('libmagic.so.1'); m.magic_open.restype = c.c_void_p;"
            " assert m.magic_load(c.c_void_p(m.magic_open(0)), None) == 0"
        ),
    ),
    "voikko": Need(
        "Voikko (Finnish words)",
        "libvoikko1 voikko-fi",
        _voikko,
        _python(
            "f = lib('libvoikko.so.1').voikkoInit; f.restype = c.c_void_p; assert f(c.byref(c.c_char_p()), b'fi', None)"
        ),
        required=False,
    ),
}
TEST = RUN | {
    # The shell draws no windows, which is half of a browser's work in the tests; where Debian has none, they take the
    # whole browser that they find. libatomic1: playwright's own node needs it and nothing else brings it.
    "chromium": Need(
        "Chromium (browser tests)",
        "chromium-headless-shell libatomic1",
        lambda: shutil.which("chromium-headless-shell") and loads("libatomic.so.1"),
        lambda tree: [tree / "usr/lib/chromium/chromium-headless-shell", "--version"],
        required=False,
        leave="libllvm|libz3|libgl1-mesa-dri|adwaita-icon|systemd|libsystemd-shared|libpam|procps|libproc2|dmsetup"
        "|x11-|xdg-utils",
    ),
    "java": Need(
        "Java (PDF/A tests)",
        "default-jdk-headless",
        lambda: shutil.which("javac"),
        _program("usr/lib/jvm/java-*-openjdk-*/bin/javac", "-version"),
        required=False,
    ),
}
SETS = {"run": RUN, "test": TEST}
