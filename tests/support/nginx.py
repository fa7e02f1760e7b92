"""A real nginx with the configuration that docs/publishing.md shows."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from support.learners import wait_until
from support.processes import free_port

BLOCK = re.compile(r"^```nginx\n(.*?)^```", re.MULTILINE | re.DOTALL)

#: What leads from http to https, and what only a server with a certificate needs.
REDIRECT = re.compile(r"^server \{\n    listen 80;\n.*?^\}\n", re.MULTILINE | re.DOTALL)
TLS = re.compile(r"^    (?:ssl_|add_header Strict-Transport-Security).*\n", re.MULTILINE)


def find_nginx() -> str | None:
    """Return the program, which Debian puts where only administrators look."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Nginx:
    """nginx before servers on ``ports``, one after the other, for a site below ``base``.

    ``certificate`` is a file with a certificate and its key. Without one, the site is served by
    plain http, as it is behind another proxy that has one.
    """

    def __init__(
        self,
        document: Path,
        folder: Path,
        ports: Sequence[int],
        base: str,
        *,
        certificate: Path | None = None,
    ) -> None:
        self.port, self.plain_port = free_port(), free_port()
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.port}{base}"
        (shown,) = BLOCK.findall(document.read_text(encoding="utf-8"))
        servers = "\n".join(f"    server 127.0.0.1:{port};" for port in ports)
        below = base.rstrip("/")
        changes = [
            ("    server 127.0.0.1:8866;", servers),
            # Each request is a connection of its own, so that it can come to any process.
            ("    keepalive 64;\n", ""),
            ("location /", f"location {below}/"),
            ("location ~ ^/", f"location ~ ^{below}/"),
        ]
        if certificate is None:
            assert REDIRECT.search(shown), f"{document.name} shows no way from http to https"
            assert len(TLS.findall(shown)) > 2, f"{document.name} shows no certificate"
            shown = TLS.sub("", REDIRECT.sub("", shown))
            changes += [("listen 443 ssl;", f"listen 127.0.0.1:{self.port};")]
        else:
            changes += [
                ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
                ("listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;"),
                ("/etc/ssl/course.example/fullchain.pem", str(certificate)),
                ("/etc/ssl/course.example/privkey.pem", str(certificate)),
            ]
        for ours, theirs in changes:
            assert ours in shown, f"{document.name} shows no {ours!r}"
            shown = shown.replace(ours, theirs)
        self._configuration = folder / "nginx.conf"
        paths = "\n".join(
            f"{kind}_temp_path {folder / kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        self._configuration.write_text(
            f"{user}\ndaemon off;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'};\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{paths}\n{shown}\n}}\n"
        )
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = find_nginx()
        assert program is not None
        with (self._folder / "stderr").open("wb") as told:
            self._process = subprocess.Popen(
                [program, "-p", self._folder, "-c", self._configuration], stderr=told
            )
        wait_until(self._is_up, "nginx answers", 30)

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def _is_up(self) -> bool:
        assert self._process is not None
        told = (self._folder / "stderr").read_text()
        assert self._process.poll() is None, f"nginx did not start: {told}"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
