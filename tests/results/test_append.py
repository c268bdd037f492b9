"""Writing a run folder: what was recorded stays, whatever happens after it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.host.errors import HostError, InputError
from harness.results.append import RunWriter, cut_torn_line, write_atomically
from harness.results.load import load_run


def test_what_was_appended_is_read_back(tmp_path, manifest, footer, record, sample):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(record(), [sample(), sample(repeat=1, phase="warm")])
        writer.close_run(footer)

    run = load_run(tmp_path / "run")
    assert run.manifest == manifest
    assert run.records == (record(),)
    assert run.samples == (sample(), sample(repeat=1, phase="warm"))
    assert run.footer == footer


def test_a_record_is_on_the_disk_as_soon_as_it_was_appended(tmp_path, manifest, record, sample):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(record(), [sample()])

        run = load_run(tmp_path / "run")

    assert (run.records, run.samples, run.footer) == ((record(),), (sample(),), None)


def test_samples_are_written_before_the_record_that_vouches_for_them(tmp_path, manifest, record, sample):
    def samples():
        yield sample()
        raise KeyboardInterrupt

    with RunWriter.create(tmp_path / "run", manifest) as writer:
        with pytest.raises(KeyboardInterrupt):
            writer.append(record(), samples())
        writer._files["records.jsonl"].close()
        with pytest.raises(ValueError, match="closed"):
            writer.append(record(), [sample()])

    assert len((tmp_path / "run" / "samples.jsonl").read_text().splitlines()) == 1
    assert (tmp_path / "run" / "records.jsonl").read_text() == ""
    assert load_run(tmp_path / "run").samples == ()


@pytest.mark.parametrize("name", ["records.jsonl", "samples.jsonl"])
@pytest.mark.parametrize("torn", [b'{"trial": "ca', b"\0\0\0", b"{"])
def test_a_torn_last_line_is_cut_off_when_the_run_is_taken_up_again(
    tmp_path, manifest, record, sample, name, torn
):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(record("a"), [sample("a")])
    path = tmp_path / "run" / name
    whole = path.read_bytes()
    path.write_bytes(whole + torn)

    with RunWriter.resume(tmp_path / "run") as writer:
        assert path.read_bytes() == whole
        writer.append(record("b"), [sample("b")])

    run = load_run(tmp_path / "run")
    assert [one.trial for one in run.records] == ["a", "b"]
    assert [one.trial for one in run.samples] == ["a", "b"]


def test_a_run_that_is_taken_up_again_is_open_again(tmp_path, manifest, footer):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.close_run(footer)

    RunWriter.resume(tmp_path / "run").__exit__()

    assert load_run(tmp_path / "run").footer is None


@pytest.mark.parametrize(
    ("before", "after"), [(b"", b""), (b"a\n", b"a\n"), (b"a\nb", b"a\n"), (b"torn", b""), (b"a\n\0", b"a\n")]
)
def test_only_what_follows_the_last_newline_is_cut_off(tmp_path, before, after):
    path = tmp_path / "lines"
    path.write_bytes(before)

    cut_torn_line(path)

    assert path.read_bytes() == after


def test_a_file_that_is_not_there_has_no_torn_line(tmp_path):
    cut_torn_line(tmp_path / "none")

    assert not (tmp_path / "none").exists()


def test_a_folder_that_holds_a_run_is_refused(tmp_path, manifest):
    with RunWriter.create(tmp_path / "run", manifest):
        pass

    with pytest.raises(InputError, match="already holds a run -- go on with it by --resume"):
        RunWriter.create(tmp_path / "run", manifest)


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(tmp_path, manifest):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(InputError, match="exists and is no run folder -- choose another --out"):
        RunWriter.create(tmp_path, manifest)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_is_no_run_folder(tmp_path, manifest):
    (tmp_path / "file").write_text("mine")

    with pytest.raises(InputError, match="exists and is no run folder"):
        RunWriter.create(tmp_path / "file", manifest)
    with pytest.raises(HostError, match="cannot be made: Not a directory -- choose another --out"):
        RunWriter.create(tmp_path / "file" / "run", manifest)


def test_an_empty_folder_and_one_yet_to_be_made_are_taken(tmp_path, manifest):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "new" / "run"):
        with RunWriter.create(folder, manifest):
            assert load_run(folder).manifest == manifest


def test_many_threads_may_append_at_once(tmp_path, manifest, record, sample):
    with RunWriter.create(tmp_path / "run", manifest) as writer, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: writer.append(record(f"t{n}"), [sample(f"t{n}")] * 20), range(60)))

    run = load_run(tmp_path / "run")
    assert {one.trial for one in run.records} == {one.trial for one in run.samples}
    assert len((tmp_path / "run" / "samples.jsonl").read_text().splitlines()) == 1200


def test_a_file_written_atomically_is_the_old_one_or_the_new_one(tmp_path):
    path = tmp_path / "file.json"
    write_atomically(path, "old")

    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")

    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["file.json"]


def test_nothing_is_left_behind_where_the_renaming_fails(tmp_path):
    (tmp_path / "folder" / "inside").mkdir(parents=True)

    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "folder", "text")

    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def test_letters_of_all_scripts_stay_legible(tmp_path, manifest):
    with RunWriter.create(tmp_path / "run", manifest.model_copy(update={"command": ("ozh", "Größe")})):
        pass

    text = (tmp_path / "run" / "run.json").read_text(encoding="utf-8")
    assert "Größe" in text
    assert json.loads(text)["format"] == 1
