"""asv's pages stand alone once their scripts lie beside them."""

import json
import re
from pathlib import Path

import asv
import offline_pages
import pytest

from harness.host.errors import HostError, InputError

PAGE = Path(asv.__file__).parent / "www" / "index.html"
ELSEWHERE = re.compile(r"<(?:script|link)[^>]*(?:src|href)=\"https?:")


def test_all_that_the_installed_asv_loads_comes_from_beside_it_then():
    text = PAGE.read_text(encoding="utf-8")

    rewritten = offline_pages.rewritten(text)

    assert ELSEWHERE.search(text)
    assert not ELSEWHERE.search(rewritten)
    for path in offline_pages.FILES.values():
        assert f'"vendor/{path}"' in rewritten
    assert rewritten.count("<script") == text.count("<script")


def test_a_script_that_nobody_knows_is_said():
    with pytest.raises(HostError, match=r"asv's pages load other\.js"):
        offline_pages.rewritten('<script src="https://example.org/a/other.js" integrity="x"></script>')


def test_pages_are_needed(tmp_path):
    with pytest.raises(InputError, match="asv publish"):
        offline_pages.make_offline(tmp_path)


def test_every_file_comes_from_a_locked_package_with_a_hash():
    lock = json.loads((offline_pages.LOCK / "package-lock.json").read_text())["packages"]

    for path in (*offline_pages.FILES.values(), *offline_pages.ASIDE):
        entry = lock[f"node_modules/{path.partition('/')[0]}"]
        assert entry["integrity"].startswith("sha512-")
    assert "resolved" not in json.dumps(lock)


@pytest.mark.tools
def test_the_scripts_are_put_beside_the_page(tmp_path):
    (tmp_path / "index.html").write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")

    page = offline_pages.make_offline(tmp_path)

    for address in re.findall(r'"(vendor/[^"]+)"', page.read_text(encoding="utf-8")):
        assert (tmp_path / address).stat().st_size > 1000
    assert any((tmp_path / "vendor" / "bootstrap" / "dist" / "fonts").iterdir())
