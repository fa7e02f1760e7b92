"""The secret that signs cookies, kept so that nobody is signed out by a restart."""

from pathlib import Path

from yongxin.secret_file import secret_in

FILE_NAME = "cookie_secret"
SECRET_BYTES = 48


def cookie_secret(folder: Path) -> bytes:
    """Return the secret in ``folder``, the same for every server over one folder.

    Raises ``UnsafeSecret`` and ``OSError``.
    """
    return secret_in(
        folder / FILE_NAME, SECRET_BYTES, if_deleted="everybody will have to sign in again"
    )
