"""What can be wrong with a content file."""


class ContentError(Exception):
    """A content file that cannot be used; the message names the file, the line and the cure."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message
