"""Each test that holds verdicts holds as many as are recorded for it."""

import json

import pytest
import recorded


@pytest.fixture(autouse=True)
def _as_many_verdicts_as_recorded():
    recorded.asked.clear()
    yield
    if recorded.RENEW and recorded.asked:
        recorded.EXPECTED[recorded.test_id()] = [*recorded.asked]
    elif recorded.asked:
        assert len(recorded.asked) == len(recorded.EXPECTED[recorded.test_id()])


def pytest_sessionfinish():
    if recorded.RENEW:
        lines = (json.dumps({test: held})[1:-1] for test, held in sorted(recorded.EXPECTED.items()))
        recorded.FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
