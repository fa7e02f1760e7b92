"""Backups: one file that holds all that a course keeps about people, and the way back.

A backup is a zip archive of a few parts: a copy of the store, one of the gradebook, the files of
the exchange and of grading with the secrets of the state folder (``files.tar``), and a manifest.
The manifest has the SHA-256 of each part and, of every table, a digest of each thousand rows. With
these a restored database is compared row by row with what it was when the backup was made.
"""

from yongxin.backup.errors import BackupFailed
from yongxin.backup.making import Made, make_backup
from yongxin.backup.places import Places
from yongxin.backup.restoring import Restored, restore_backup

__all__ = ["BackupFailed", "Made", "Places", "Restored", "make_backup", "restore_backup"]
