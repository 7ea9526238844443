"""The reference adapter: signed JSON over Standard Webhooks, both ways. Copy this folder to start your own."""

from .adapter import ADAPTER

__all__ = ["ADAPTER"]
