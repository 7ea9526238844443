"""Where secrets come from: the environment, or sealed with this installation's key file."""

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

_ENVIRONMENT = "env:"
_SEALED = "sealed:"


class SecretMissing(Exception):
    """A secret cannot be read; the message names it and the cure, never its value."""


class SecretBox:
    """Seals and opens secrets with a key file (made on first use, readable by its owner only)."""

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file

    def seal(self, plain: str) -> str:
        return _SEALED + self._fernet().encrypt(plain.encode()).decode()

    def reference(self, given: str) -> str:
        """Return what to store for a secret given as `env:NAME`, sealed or plain."""
        return given if given.startswith((_ENVIRONMENT, _SEALED)) else self.seal(given)

    def open(self, stored: str) -> str:
        """Return the plain secret. Raises SecretMissing."""
        if stored.startswith(_ENVIRONMENT):
            name = stored.removeprefix(_ENVIRONMENT)
            value = os.environ.get(name)
            if not value:
                raise SecretMissing(f"environment variable {name} is not set; set it to the secret")
            return value
        try:
            return self._fernet().decrypt(stored.removeprefix(_SEALED).encode()).decode()
        except InvalidToken as error:
            raise SecretMissing(
                f"a stored secret was sealed with another key than {self._key_file}; restore that file or set it anew"
            ) from error

    def open_fresh(self, sealed: str, seconds: int) -> str:
        """Return what was sealed at most `seconds` ago. Raises SecretMissing for anything else."""
        try:
            return self._fernet().decrypt(sealed.removeprefix(_SEALED).encode(), ttl=seconds).decode()
        except InvalidToken as error:
            raise SecretMissing("sealed with another key, or too long ago") from error

    def _fernet(self) -> Fernet:
        if not self._key_file.exists():
            self._key_file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
        return Fernet(self._key_file.read_bytes())


def new_token() -> str:
    """Return a fresh unguessable token (256 bits)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what the store keeps of a token: it is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
