"""Makes asv's published pages stand alone; run it after `asv publish`, whose pages load scripts from CDNs.

The scripts come from npm by the lock in `pages/`, into `vendor/` beside the pages. They are no part of this
project: nothing of them is committed.
"""

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from harness.host.errors import HarnessError, HostError, InputError
from harness.tools.managers import client

ROOT = Path(__file__).resolve().parents[1]
LOCK = Path(__file__).resolve().parent / "pages"
VENDOR = "vendor"
# The last part of an address in the page -> the same, or the same before it was minified, in its package.
FILES = {
    "jquery-3.3.1.min.js": "jquery/dist/jquery.min.js",
    "jquery.flot.min.js": "flot/jquery.flot.js",
    "jquery.flot.time.min.js": "flot/jquery.flot.time.js",
    "jquery.flot.selection.min.js": "flot/jquery.flot.selection.js",
    "jquery.flot.categories.min.js": "flot/jquery.flot.categories.js",
    "jquery.flot.orderBars.js": "flot-orderbars/js/jquery.flot.orderBars.js",
    "stupidtable.min.js": "stupid-table-plugin/stupidtable.min.js",
    "md5.min.js": "blueimp-md5/js/md5.min.js",
    "bootstrap.min.js": "bootstrap/dist/js/bootstrap.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
}
ASIDE = ("bootstrap/dist/fonts",)  # what a style sheet loads in turn
# A script or a style sheet from elsewhere, with the hash that it must have there.
LOADED = re.compile(r'<(script|link rel="stylesheet") (?:src|href)="https?://[^"]*/([^"/]+)"[^>]*>')


def main() -> None:
    """Make the pages of asv.conf.json's html_dir stand alone."""
    html = ROOT / json.loads((ROOT / "asv.conf.json").read_text(encoding="utf-8"))["html_dir"]
    try:
        print(f"{make_offline(html)}: {len(FILES)} files are beside it now")
    except HarnessError as failure:
        print(f"offline_pages: {failure}", file=sys.stderr)
        sys.exit(failure.exit_code)


def make_offline(html: Path) -> Path:
    """Return the page, whose scripts and style sheets now come from `vendor/`; raises HarnessError."""
    page = html / "index.html"
    if not page.is_file():
        raise InputError(f"{html} has no pages", "run `asv publish` first")
    text = rewritten(page.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(LOCK, Path(folder) / "pages")
        client.run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], copy)
        for path in (*FILES.values(), *ASIDE):
            _copied(copy / "node_modules" / path, html / VENDOR / path)
    page.write_text(text, encoding="utf-8")
    return page


def rewritten(text: str) -> str:
    """Return the page with our addresses; raises HostError where it loads what we do not know."""

    def ours(found: re.Match[str]) -> str:
        kind, name = found.groups()
        if name not in FILES:
            raise HostError(f"asv's pages load {name}, which is not in FILES", "add it to pages/package.json")
        attribute = "src" if kind == "script" else "href"
        return f'<{kind} {attribute}="{VENDOR}/{FILES[name]}">'

    return LOADED.sub(ours, text)


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


if __name__ == "__main__":
    main()
