"""What can go wrong with a backup."""


class BackupFailed(Exception):
    """No backup was made, or none restored; everything is as it was. The message says why."""
