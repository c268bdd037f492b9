"""YAML to validated models, expansion into cases, selection."""
