"""Schedules and summarises what was measured. Pure."""
