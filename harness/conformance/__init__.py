"""Judges an answer against the truth and explains a wrong one. Pure."""
