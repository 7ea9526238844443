"""The open adapters of this process, one per connected account."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from assist.contract import Account, Adapter, AdapterType, Commerce, HttpClient, OpensCommerce
from assist.contract.discovery import AdapterMismatch, UnknownAdapter, adapter_type
from assist.store.queries.people import AccountRow

from .secrets import SecretBox, SecretMissing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenAccount:
    """`commerce` is None where the program cannot move money: remedies are recommended then, and given by hand."""

    account: Account
    adapter: Adapter
    type: AdapterType
    commerce: Commerce | None = None


class Accounts:
    """Every account that could be opened; the others with why not, for /readyz."""

    def __init__(self, box: SecretBox, http: HttpClient) -> None:
        self._box = box
        self._http = http
        self._open: dict[tuple[str, str], OpenAccount] = {}
        self.errors: dict[str, str] = {}

    def load(self, rows: Sequence[AccountRow]) -> None:
        """Open what is connected. One account that cannot be opened does not stop the others."""
        for row in rows:
            name = f"{row.adapter}/{row.account}"
            try:
                self._open[(row.adapter, row.account)] = open_adapter(row, self._box, self._http)
                self.errors.pop(name, None)
            except (UnknownAdapter, AdapterMismatch, SecretMissing, ValueError) as error:
                # What it was opened with before counts no more.
                self._open.pop((row.adapter, row.account), None)
                self.errors[name] = str(error)
                logger.error("account %s cannot be opened: %s", name, error)

    def get(self, adapter: str, account: str) -> OpenAccount | None:
        return self._open.get((adapter, account))

    async def close(self) -> None:
        for opened in self._open.values():
            await opened.adapter.close()

    def is_broken(self, adapter: str, account: str) -> bool:
        """Is it connected and cannot be opened?"""
        return f"{adapter}/{account}" in self.errors


def open_adapter(row: AccountRow, box: SecretBox, http: HttpClient) -> OpenAccount:
    """Open one account. Raises UnknownAdapter, AdapterMismatch, SecretMissing, or ValueError naming what is wrong."""
    secrets = {name: tuple(SecretStr(box.open(stored)) for stored in values) for name, values in row.secrets.items()}
    account = Account(shop_id=row.shop_id, adapter=row.adapter, account=row.account, config=row.config, secrets=secrets)
    kind = adapter_type(row.adapter)
    commerce = kind.open_commerce(account, http) if isinstance(kind, OpensCommerce) else None
    return OpenAccount(account, kind.open(account, http), kind, commerce)
