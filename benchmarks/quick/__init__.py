"""Scenarios as asv shows them (`history`), and what both views show (`shown`). asv imports all of these."""
