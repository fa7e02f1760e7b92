"""Put the uv of the lock file into a virtual environment.

Debian's bare python3 makes virtual environments only without pip, so this needs the standard
library alone: it takes uv's wheel for this machine from uv.lock, checks its hash and unpacks it.

    python3 tools/get_uv.py .venv
"""

import hashlib
import io
import platform
import sys
import sysconfig
import tomllib
import urllib.request
import zipfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"


def wheel_for_this_machine(lock: Path) -> tuple[str, str]:
    """Return address and SHA-256 of uv's wheel. Raises ``LookupError`` when there is none."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    wheels = next(one["wheels"] for one in packages if one["name"] == "uv")
    for wheel in wheels:
        # uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
        tags = wheel["url"].rsplit("/", 1)[-1].removesuffix(".whl").split("-")[4].split(".")
        if any(fits(tag) for tag in tags):
            return wheel["url"], wheel["hash"].removeprefix("sha256:")
    raise LookupError(f"uv.lock lists no uv for {sysconfig.get_platform()}")


def fits(tag: str) -> bool:
    """Tell whether a wheel's platform tag, such as ``musllinux_1_1_x86_64``, is this machine's."""
    machine = platform.machine().lower()
    system = {"darwin": "macosx", "win32": "win"}.get(sys.platform)
    if system is None:
        glibc = platform.libc_ver()[0] == "glibc"
        system = "manylinux" if glibc else "musllinux"
    return tag.startswith(system) and tag.endswith(machine)


def main(environment: Path) -> None:
    """Download, check and unpack."""
    url, digest = wheel_for_this_machine(LOCK)
    with urllib.request.urlopen(url, timeout=120) as reply:  # noqa: S310 - the lock's https address
        data: bytes = reply.read()
    if hashlib.sha256(data).hexdigest() != digest:
        sys.exit(f"{url} is not the file that uv.lock describes; nothing was installed")
    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        for entry in wheel.namelist():
            # Programs of a wheel stand in NAME.data/scripts.
            if ".data/scripts/" in entry:
                target = environment / "bin" / Path(entry).name
                target.write_bytes(wheel.read(entry))
                target.chmod(0o755)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (IndexError, LookupError, OSError) as error:
        sys.exit(f"cannot get uv: {error}")
