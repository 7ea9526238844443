"""The open adapters of this process, one per connected account."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from assist.contract import Account, Adapter, AdapterType, HttpClient
from assist.contract.discovery import AdapterMismatch, UnknownAdapter, adapter_type
from assist.store.queries.people import AccountRow

from .secrets import SecretBox, SecretMissing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenAccount:
    account: Account
    adapter: Adapter
    type: AdapterType


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
                self._open[(row.adapter, row.account)] = self._opened(row)
                self.errors.pop(name, None)
            except (UnknownAdapter, AdapterMismatch, SecretMissing, ValueError) as error:
                self.errors[name] = str(error)
                logger.error("account %s cannot be opened: %s", name, error)

    def get(self, adapter: str, account: str) -> OpenAccount | None:
        return self._open.get((adapter, account))

    async def close(self) -> None:
        for opened in self._open.values():
            await opened.adapter.close()

    def _opened(self, row: AccountRow) -> OpenAccount:
        secrets = {
            name: tuple(SecretStr(self._box.open(stored)) for stored in values) for name, values in row.secrets.items()
        }
        account = Account(
            shop_id=row.shop_id, adapter=row.adapter, account=row.account, config=row.config, secrets=secrets
        )
        kind = adapter_type(row.adapter)
        return OpenAccount(account, kind.open(account, self._http), kind)
