"""The machine: cache folders, interpreters, uv, and the guard that ends what we started."""
