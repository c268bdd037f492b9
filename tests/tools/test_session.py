"""Whatever a worker does wrong ends as the right outcome and sentence, and nothing of it is left."""

import contextlib
import dataclasses
import signal

import psutil
import pytest

from harness.datasets.build import build as build_dataset
from harness.scenario.location import FileLocation
from harness.scenario.recipe import Recipe
from harness.tools.process import STDERR_KEPT, Limits
from harness.tools.protocol import NullRequest, OpenRequest, ProbeRequest, ReadRequest
from harness.tools.session import SessionEndedError, session

SECONDS = 30
WHOLE = ((0, 4, 1), (0, 6, 1))


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A tiny image: its folder, and the digest of its pixels."""
    recipe = Recipe(name="tiny", source="ramp", axes="yx", shape=(4, 6), dtype="uint16", chunks=(4, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OZH_CACHE", str(tmp_path_factory.mktemp("cache")))
        return build_dataset(recipe).folder


def read(one, image, seconds=SECONDS):
    handle = one.ask(OpenRequest(store=FileLocation(path=str(image)), level=0), SECONDS).answer.handle
    return one.ask(ReadRequest(handle=handle, region=WHOLE), seconds).answer


def gone(pid):
    """Tell whether a process is gone, or a zombie that nobody waits for; being killed may take a moment."""
    with contextlib.suppress(psutil.NoSuchProcess):
        one = psutil.Process(pid)
        for seconds in (0.01, 0.1, 1, 5):
            if one.status() == psutil.STATUS_ZOMBIE:
                return True
            with contextlib.suppress(psutil.TimeoutExpired):
                one.wait(seconds)
        return False
    return True


def test_an_honest_worker_says_hello_with_its_settings_and_answers(start, image):
    with start() as one:
        answer = read(one, image)
        pid = one._process._popen.pid

    assert one.hello.tool == "fake-honest"
    assert one.hello.settings == {"pace": "steady"}
    assert one.start_ns > 0
    assert (answer.dtype, answer.shape) == ("uint16", (4, 6))
    assert one.over
    assert gone(pid)


@pytest.mark.parametrize(
    ("fault", "seconds", "outcome", "said"),
    [
        ("hang-in-run", 0.3, "timeout", "no answer to 'read' within 0.3 s"),
        ("late", 0.3, "timeout", "no answer to 'read' within 0.3 s"),
        ("garbage", SECONDS, "errored", "not an answer: Invalid JSON"),
        ("long-line", SECONDS, "errored", "answered with a line longer than 1048576 bytes"),
        ("wrong-id", SECONDS, "errored", "answered request 5, but request 4 was asked"),
        ("prints-to-stdout", SECONDS, "errored", "in 'Downloading chunk 1 of 3\\n'"),
        ("dies-by-signal", SECONDS, "crashed", "the worker was ended by SIGSEGV during 'read'"),
        ("exits", SECONDS, "crashed", "the worker ended with exit code 3 during 'read'"),
        ("leaks-memory", SECONDS, "crashed", "used more than 400 MiB of memory and was killed"),
    ],
)
def test_a_fault_in_a_run_ends_the_session_with_its_outcome(start, image, fault, seconds, outcome, said):
    with start(fault, mib=400) as one:
        pid = one._process._popen.pid
        with pytest.raises(SessionEndedError) as caught:
            read(one, image, seconds)

        assert one.over
        assert gone(pid)
    assert caught.value.outcome == outcome
    assert said in caught.value.problem.message


@pytest.mark.parametrize(
    ("fault", "outcome", "said"),
    [
        ("hang-at-start", "timeout", "no answer to 'hello' within 0.2 s"),
        ("other-version", "errored", "says it is fake-other-version@9, but fake-other-version@1 was started"),
        (
            "lies-about-capabilities",
            "failed",
            "excluded: it did not answer `unsupported` to an operation that does not exist",
        ),
    ],
)
def test_a_worker_that_cannot_be_believed_gets_no_session(start, fault, outcome, said):
    with (
        pytest.raises(SessionEndedError) as caught,
        start(fault, 0.2 if fault == "hang-at-start" else SECONDS),
    ):
        pytest.fail("there is no session")

    assert caught.value.outcome == outcome
    assert caught.value.problem.message == said


def test_a_late_answer_is_never_taken_for_that_to_a_later_request(start, image):
    with start("late") as one:
        with pytest.raises(SessionEndedError):
            read(one, image, 0.3)
        with pytest.raises(ValueError, match="closed"):
            one.ask(NullRequest(), SECONDS)


def test_an_answer_too_many_is_not_taken_for_the_next(start_small):
    with start_small("answers-twice") as one:
        one.ask(NullRequest(), SECONDS)
        with pytest.raises(SessionEndedError, match="answered request 3, but request 4 was asked"):
            one.ask(NullRequest(), SECONDS)


def test_a_flood_on_stderr_does_no_harm_and_its_end_is_kept(start, image):
    with start("floods-stderr") as one:
        answer = read(one, image)

    assert answer.sha256 is not None
    assert STDERR_KEPT - 6 <= len(one.stderr()) <= STDERR_KEPT
    assert set(one.stderr().split()[1:-1]) == {"noise"}


def test_the_last_words_of_a_worker_are_kept(start, image):
    with start("exits") as one, pytest.raises(SessionEndedError) as caught:
        read(one, image)

    assert caught.value.stderr == "last words\n"


def test_what_a_worker_started_goes_with_it_at_a_timeout(start_small):
    with start_small("has-a-child") as one:
        child = int(one.hello.packages["child"])
        assert psutil.pid_exists(child)
        with pytest.raises(SessionEndedError) as caught:
            one.ask(NullRequest(), 0.1)

    assert caught.value.outcome == "timeout"
    assert gone(child)


def test_what_a_worker_started_goes_with_it_at_the_end_too(start_small):
    with start_small("has-a-child") as one:
        child = int(one.hello.packages["child"])

    assert gone(child)


def test_a_worker_that_does_not_leave_is_made_to(start_small):
    with start_small("stays") as one:
        pid = one._process._popen.pid
        one.close(patience_seconds=0.1)
        assert gone(pid)


def test_a_worker_is_ended_when_the_body_raises(start_small):
    with contextlib.suppress(ZeroDivisionError), start_small("honest") as one:
        pid = one._process._popen.pid
        raise ZeroDivisionError

    assert gone(pid)


@pytest.mark.parametrize(
    ("behaviour", "outcome", "said"),
    [
        ("other-protocol", "errored", "speaks protocol 2, not 1"),
        ("cannot-start", "errored", "could not start: ImportError: no module named that"),
    ],
)
def test_a_hello_that_is_none_gets_no_session(start_small, behaviour, outcome, said):
    with pytest.raises(SessionEndedError) as caught, start_small(behaviour):
        pytest.fail("there is no session")

    assert (caught.value.outcome, caught.value.problem.message) == (outcome, said)


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("ends-by-a-nameless-signal", f"the worker was ended by signal {signal.SIGRTMIN + 1} during 'null'"),
        ("closes-its-answers", "the worker closed its answers and stayed during 'null'"),
    ],
)
def test_odd_ends_are_crashes_too(start_small, behaviour, said):
    with start_small(behaviour) as one, pytest.raises(SessionEndedError) as caught:
        one.ask(NullRequest(), SECONDS)

    assert (caught.value.outcome, caught.value.problem.message) == ("crashed", said)


def test_an_answer_in_pieces_is_put_together(start_small):
    with start_small("answers-in-pieces") as one:
        assert one.ask(NullRequest(), SECONDS).answer.tool == "ö" * 50_000


def test_a_worker_killed_from_elsewhere_has_crashed(start_small):
    with start_small("honest") as one:
        one.kill()
        with pytest.raises(SessionEndedError) as caught:
            one.ask(ProbeRequest(operation="anything"), SECONDS)

    assert caught.value.outcome == "crashed"
    assert "SIGKILL" in caught.value.problem.message


def test_a_command_that_is_not_there_has_crashed(small, watcher):
    built = dataclasses.replace(small("honest"), command=("/nowhere/worker",))
    with pytest.raises(SessionEndedError) as caught, session(built, "default", {}, Limits(), watcher):
        pytest.fail("there is no session")

    assert caught.value.outcome == "crashed"
    assert caught.value.problem.message == "cannot start /nowhere/worker: No such file or directory"


def test_a_worker_inherits_nothing_of_the_user(start_small, monkeypatch):
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "http_proxy", "HTTPS_PROXY", "PYTHONPATH", "TOKEN"):
        monkeypatch.setenv(name, "of the user")
    monkeypatch.setenv("HOME", "/of/the/user")

    with start_small("shows-environment") as one:
        shown = dict(one.hello.packages)

    assert "of the user" not in shown.values()
    scratch = shown.pop("cwd")
    assert {shown[name] for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")} == {scratch}
    assert shown.pop("GIVEN") == "yes"
    assert "/usr/bin" in shown["PATH"]
    assert set(shown) - {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"} == {
        *("PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LANG", "LC_ALL", "TZ"),
        *("PYTHONNOUSERSITE", "PYTHONDONTWRITEBYTECODE"),
    }


def test_a_child_that_left_the_group_goes_too(start_small):
    with start_small("has-a-child-that-leaves") as one:
        child = int(one.hello.packages["child"])

    assert gone(child)
