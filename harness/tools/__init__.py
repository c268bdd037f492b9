"""Adapters, their environments, and the sessions that drive them."""
