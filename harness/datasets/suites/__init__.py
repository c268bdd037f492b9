"""Official and public suites as specimens: cases that others wrote, with what they say is valid.

They are never copied into the project: `fetch` gets them once, or the user says where they are (OZH_SUITES).
What is wrong with a suite itself is written down in `exceptions.yaml`.
"""

from harness.datasets.suites.cases import SUITES, suite_specimens
from harness.datasets.suites.exceptions import SuiteException, exceptions
from harness.datasets.suites.fetch import fetch_suites, fetched_suites

__all__ = ["SUITES", "SuiteException", "exceptions", "fetch_suites", "fetched_suites", "suite_specimens"]
