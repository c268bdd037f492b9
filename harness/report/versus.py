"""A comparison of two arms as a whole: what is exact first, then time. In Markdown and JSON."""

from typing import Any

from harness.performance.changes import Comparison
from harness.report.changes_json import changes_json
from harness.report.changes_markdown import changes_markdown
from harness.report.verdicts import verdicts_part
from harness.report.verdicts_markdown import verdicts_markdown
from harness.results.bouts import Verdicts


def versus_markdown(exact: Comparison, verdicts: Verdicts) -> str:
    """Return both, fit for a comment on a pull request."""
    a, b = verdicts.arms
    time = verdicts_markdown(verdicts_part(verdicts))
    return f"{changes_markdown(exact, f'{b}, compared with {a}')}\n### Time\n\n{time}"


def versus_json(exact: Comparison, verdicts: Verdicts) -> dict[str, Any]:
    """Return both, for programs; ratios are of the second arm's time to the first's."""
    return {"exact": changes_json(exact), "time": verdicts.model_dump(mode="json") | {"void": verdicts.void}}
