"""Reach the outside without being led inside: one guarded client for every request we make."""
