"""What the command line does; one module for each kind of work, imported when it is asked for."""


class CommandFailed(Exception):
    """A command could not do its work. The message is all that the person who typed it needs."""
