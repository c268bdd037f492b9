"""Run folders: records, manifest, provenance, footer, and frames made of them."""
