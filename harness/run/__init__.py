"""Plans trials and carries them out."""
