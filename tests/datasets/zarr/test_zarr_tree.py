"""Folders that somebody else may have written."""

import os

import pytest

from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.tree import FolderTree, MemoryTree


@pytest.fixture(params=["folder", "memory"])
def tree(request, tmp_path):
    return FolderTree(tmp_path) if request.param == "folder" else MemoryTree()


def test_what_was_put_is_there(tree):
    tree.put("image/0/c/0/1", b"x")
    tree.put("zarr.json", b"y")
    assert tree.get("image/0/c/0/1") == b"x"
    assert sorted(tree.keys()) == ["image/0/c/0/1", "zarr.json"]


def test_nothing_is_none(tree):
    tree.put("image/0", b"x")
    assert tree.get("image") is None
    assert tree.get("image/0/below") is None
    assert tree.get("other") is None


@pytest.mark.parametrize(
    "key", ["../secret", "/etc/passwd", "a/../../secret", "a//b", "", ".", "a\0b", "\ud800"]
)
def test_a_key_that_leaves_the_folder_is_refused(tmp_path, key):
    (tmp_path / "secret").write_bytes(b"s")
    (tmp_path / "inside").mkdir()
    with pytest.raises(FormatError, match="not a key inside"):
        FolderTree(tmp_path / "inside").get(key)
    with pytest.raises(FormatError, match="not a key inside"):
        FolderTree(tmp_path / "inside").put(key, b"")


def test_a_link_that_leaves_the_folder_is_refused(tmp_path):
    (tmp_path / "secret").write_bytes(b"s")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "file").symlink_to(tmp_path / "secret")
    (tmp_path / "inside" / "folder").symlink_to(tmp_path)
    for key in ("file", "folder/secret"):
        with pytest.raises(FormatError, match="leads out of the folder"):
            FolderTree(tmp_path / "inside").get(key)


def test_a_link_within_the_folder_is_followed(tmp_path):
    (tmp_path / "data").write_bytes(b"x")
    (tmp_path / "link").symlink_to("data")
    assert FolderTree(tmp_path).get("link") == b"x"


def test_links_that_go_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(FormatError, match="cannot be read"):
        FolderTree(tmp_path).get("a")


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert FolderTree(tmp_path).get("pipe") is None


def test_a_name_too_long_for_the_file_system_is_refused(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        FolderTree(tmp_path).get("x" * 5000)
