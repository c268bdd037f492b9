"""Parse, dispatch, show; no logic."""
