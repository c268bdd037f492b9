"""What builds environments for tools that are not Python's: one function for each package manager."""
