"""How a machine gets what the portal needs, without a second command.

For each need the first of these that works: it is on the machine already; root, or sudo without a password,
installs Debian's packages; else apt downloads the same signed packages (its solver, its check of signatures)
and they are unpacked into a private cache folder: no root, and nothing outside that folder is touched.
`PORTAL_SYSTEM=private|apt|off` forces one route ("off": only says what is missing).
"""

from __future__ import annotations

import fcntl
import glob
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

from network.embedded.console import SetupError, gist, say, step
from network.embedded.home import CHECKOUT
from network.embedded.needs import SETS, Need, newest, runs

A_DAY = 86400
INSTALL = "apt-get install"
NEVER = "libc6|libc-bin|base-files|dpkg|apt|bash|dash|coreutils"  # another libc kills all programs
PRUNE = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/postgresql/*/man",
    "usr/lib/postgresql/*/lib/bitcode",
    "usr/lib/postgresql/*/lib/llvmjit*.so",  # without LLVM, which is left out, big queries would fail on it
)
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{tree}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><dir prefix="xdg">fonts</dir>
<include ignore_missing="yes">{conf}</include><cachedir>{tree}/fontcache</cachedir></fontconfig>"""


def cache_folder() -> Path:
    """The user's cache; the checkout where that is closed or mounted noexec (no .venv would work there)."""
    release = Path("/etc/os-release").read_text() if os.path.exists("/etc/os-release") else ""
    codename = "".join(re.findall(r"^VERSION_CODENAME=(.+)", release, re.M))
    kind = f"{codename}-{platform.machine()}"  # the libraries of another release must not be found
    caches = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    folder = CHECKOUT
    for base in (caches / "portal-system", CHECKOUT / "var" / "system"):
        folder = base / kind
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        usable = os.access(folder, os.W_OK) and not os.statvfs(folder).f_flag & os.ST_NOEXEC
        if usable and ":" not in str(folder):  # LD_LIBRARY_PATH splits at colons
            break
    return folder


class System:
    """The needs of one command on this machine, and how they are met."""

    def __init__(self, name: str, cache: Path | None = None) -> None:
        self.needs, self.cache = SETS[name], cache or cache_folder()
        self.tree, self.apt_state = self.cache / "tree", self.cache / "apt"
        self.route = os.environ.get("PORTAL_SYSTEM", "")
        self.debian = bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))
        self.become_root = [] if os.geteuid() == 0 else ["sudo", "-n"]

    def provide(self) -> None:
        """Meet the needs by the first route that works; stop if a required one stays unmet."""
        missing = self.missing()
        if missing and self._may_install():
            self._install(missing)
            missing = self.missing()
        if missing and self.debian and self.route in ("", "private"):
            self._unpack_in_turn()
            missing = self.missing()
        for need in missing.values():
            if not need.required:
                say(f"{need.what}: missing, so goes without. For an administrator: {INSTALL} {need.packages}")
        if lacking := [need for need in missing.values() if need.required]:
            what, packages = (", ".join(n.what for n in lacking), " ".join(n.packages for n in lacking))
            raise SetupError(f"Missing on this machine: {what}. For an administrator: {INSTALL} {packages}")

    def missing(self) -> dict[str, Need]:
        """The needs that are neither on the machine nor unpacked."""
        return {key: need for key, need in self.needs.items() if not self._ready(key) and not need.here()}

    def _ready(self, key: str) -> bool:
        stamp = self._stamp(key)
        return stamp.exists() and stamp.read_text() == SETS["test"][key].packages

    def _stamp(self, key: str, kind: str = "ready") -> Path:
        return self.tree / f".{kind}" / key

    # ── as root: Debian's packages the ordinary way ──
    def _may_install(self) -> bool:
        if not self.debian or self.route not in ("", "apt"):
            return False
        return not self.become_root or bool(shutil.which("sudo") and runs([*self.become_root, "true"]))

    def _install(self, missing: dict[str, Need]) -> None:
        names = " ".join(need.packages for need in missing.values()).split()
        apt = [*self.become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        apt += ["-o", "DPkg::Lock::Timeout=300"]
        install = [*apt, "install", "-y", "--no-install-recommends"]
        with step("System packages: apt-get update"):
            self._let_finish([*apt, "update"])  # a broken source must not stop the others
        with step(f"System packages: apt-get install {' '.join(names)}") as remark:
            if trouble := self._let_finish([*install, *names]):
                for need in missing.values():  # one unknown name stops all of them: so one by one
                    self._let_finish([*install, *need.packages.split()])
                remark(trouble)

    @staticmethod
    def _let_finish(command: list[str]) -> str:
        """In its own session, for Ctrl-C must not leave half-configured packages; returns what went wrong."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        output, _ = process.communicate()
        return gist(output) if process.returncode else ""

    # ── as anyone: the same packages, unpacked privately ──
    def _unpack_in_turn(self) -> None:
        with open(self.cache / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another make may be doing the same
            due = {key: need for key, need in self.missing().items() if need.required or not self._failed_lately(key)}
            if due and self._lists():
                for key, need in due.items():
                    with step(f"System libraries for this user alone: {need.what}") as remark:
                        self._unpack(key, need, remark)
                shutil.rmtree(self.apt_state)  # lists and archives: hundreds of MB that nobody needs again

    def _failed_lately(self, key: str) -> bool:
        stamp = self._stamp(key, "failed")
        return stamp.exists() and time.time() - stamp.stat().st_mtime < A_DAY

    def _apt(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        own = {
            "Dir::State::Lists": self.apt_state / "lists",
            "Dir::Cache": self.apt_state / "cache",
            "Dir::Log": self.apt_state / "log",
            "Debug::NoLocking": 1,
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Acquire::Retries": 2,
            "Acquire::http::Timeout": 20,
            "Acquire::https::Timeout": 20,
        }
        return subprocess.run(
            ["apt-get", "-q", *(f"-o{key}={value}" for key, value in own.items()), *arguments],
            cwd=cwd,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _lists(self) -> bool:
        """Fetch package lists of our own: the machine's may be empty or stale."""
        for folder in ("lists/partial", "cache/archives/partial", "log", "debs"):
            (self.apt_state / folder).mkdir(parents=True, exist_ok=True)
        for kind in (".debs", ".ready", ".failed"):
            (self.tree / kind).mkdir(parents=True, exist_ok=True)
        with step(f"System libraries: Debian's package lists (no root here, so all goes into {self.cache})") as remark:
            update = self._apt("update")
            there = bool(glob.glob(f"{self.apt_state}/lists/*_Packages*"))  # the exit code is 0 even offline
            if not there:
                lines = [line for line in update.stdout.splitlines() if line.startswith(("E:", "W:"))]
                remark(f"none came: {(lines or ['apt says nothing'])[0]}")
        return there

    def _unpack(self, key: str, need: Need, remark: Callable[[str], None]) -> None:
        debs, done = self.apt_state / "debs", self.tree / ".debs"
        names, trouble = self._download(need, debs, done)
        if not trouble:
            for name in names:
                subprocess.run(["dpkg-deb", "-x", debs / name, self.tree], check=True)
                (done / name).touch()
            self._settle()
            self._stamp(key).write_text(need.packages)  # environment() goes by it
            if not runs(need.proof(self.tree), env=self.environment()):
                trouble = "unpacked, but does not run"
        if trouble:
            self._stamp(key).unlink(missing_ok=True)
            self._stamp(key, "failed").touch()
        size = sum((debs / name).stat().st_size for name in names if (debs / name).exists()) / 1e6
        remark(trouble or f"{len(names)} packages, {size:.1f} MB")

    def _download(self, need: Need, debs: Path, done: Path) -> tuple[list[str], str]:
        """Let apt plan and download (it verifies, takes no lock); the archives' names and what went wrong."""
        wish = (need.private or need.packages).split()
        result = self._apt("install", "-y", "--no-install-recommends", "--print-uris", *wish)
        names = [
            name
            for name in re.findall(r"^'\S+' (\S+\.deb) \d+", result.stdout, re.M)
            if not re.match(f"({NEVER})_|{need.leave}", name) and not (done / name).exists()
        ]
        wanted = []
        for package, version, architecture in (name[:-4].split("_") for name in names):
            kind = "" if architecture == "all" else f":{architecture}"
            wanted.append(f"{package}{kind}={version.replace('%3a', ':')}")
        if wanted and not result.returncode:
            result = self._apt("download", *wanted, cwd=debs)
        return names, gist(result.stdout) if result.returncode else ""

    def _settle(self) -> None:
        """Do what the packages' own scripts would have done for us."""
        for path in (found for pattern in PRUNE for found in glob.glob(f"{self.tree}/{pattern}")):
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        for folder, _, files in os.walk(self.tree):
            for link in (Path(folder, name) for name in files if os.path.islink(os.path.join(folder, name))):
                inside = f"{self.tree}{os.readlink(link)}"
                if os.readlink(link).startswith("/") and os.path.lexists(inside):  # fonts' conf.d, Java's conf
                    link.unlink()
                    link.symlink_to(os.path.relpath(inside, folder))
        own, debian = "/usr/local/share/ca-certificates/*.crt", "usr/share/ca-certificates/mozilla/*.crt"
        certificates = [*glob.glob(f"{self.tree}/{debian}"), *glob.glob(own)]
        (self.tree / "ca.crt").write_text("\n".join(Path(file).read_text() for file in certificates))
        machine = Path("/etc/fonts/fonts.conf")
        conf = machine if machine.exists() else self.tree / "etc/fonts/conf.d"
        text = FONTS_CONF.format(tree=escape(str(self.tree)), conf=escape(str(conf)))
        (self.tree / "fonts.conf").write_text(text)

    # ── what children must know ──
    def environment(self) -> dict[str, str]:
        """For every child process: the loader reads LD_LIBRARY_PATH only when a program starts."""
        env, tree = dict(os.environ), self.tree
        needs = SETS["test"]
        private = {key for key in needs if self._ready(key) and not needs[key].here()}  # the machine's own wins
        for key in private:
            values = {name: str(value) for name, value in self._variables().get(key, {}).items()}
            env = values | env
        if private - {"ca", "pip"}:
            folders = ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/pulseaudio")
            found = [path for pattern in folders for path in glob.glob(f"{tree}/{pattern}")]
            given = env.get("LD_LIBRARY_PATH", "").split(":")
            env["LD_LIBRARY_PATH"] = ":".join(dict.fromkeys([*found, *filter(None, given)]))
        return env

    def _variables(self) -> dict[str, dict[str, object]]:
        tree = self.tree
        voikko = newest(tree, "usr/lib/voikko") or newest(tree, "usr/share/voikko")
        return {
            "ca": {"SSL_CERT_FILE": tree / "ca.crt", "PIP_CERT": tree / "ca.crt"},
            "postgres": {"PG_BINDIR": newest(tree, "usr/lib/postgresql/*/bin")},
            "magic": {"MAGIC": newest(tree, "usr/lib/file/magic.mgc")},
            "fonts": {"FONTCONFIG_FILE": tree / "fonts.conf"},
            "voikko": {"VOIKKO_DICTIONARY_PATH": voikko},
            "java": {"JAVA_HOME": newest(tree, "usr/lib/jvm/java-*-openjdk-*")},
            "chromium": {"PORTAL_CHROMIUM": tree / "usr/lib/chromium/chromium-headless-shell"},
        }

    def wheels(self) -> Path | None:
        """Where pip's own wheel lies when the machine's Python cannot make one."""
        return None if self.needs["pip"].here() else self.tree / "usr/share/python-wheels"


def main() -> None:
    """`python -m network.embedded.system run|test`: just this step."""
    try:
        System(sys.argv[1]).provide()
    except SetupError as reason:
        raise SystemExit(str(reason)) from None


if __name__ == "__main__":
    main()
