"""scenarios/quick/speed.yaml as asv shows it (`history`); all modules here are imported by asv."""
