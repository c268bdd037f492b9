"""Says what the results say: HTML, Markdown, CSV."""
