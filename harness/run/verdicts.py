"""From the bouts of a pair to the verdict as it stands in results."""

import math

from harness.performance.detectable import detectable
from harness.performance.ratio import ratio_of_logs
from harness.performance.signed_rank import centre
from harness.performance.verdict import STANDARD, p_of
from harness.results.bouts import ArmOf, Purpose, Verdict
from harness.run.arms import Pair
from harness.run.deciding import CAP_SECONDS, Decided
from harness.run.plan import Trial

_FEWEST = 5  # bouts, to say anything of their scatter


def verdict_of(
    decided: Decided[Pair],
    purpose: Purpose = "verdict",
    *,
    confirmed: bool | None = None,
) -> Verdict:
    """Return a verdict with what it rests on; figures that too few bouts can't give are left out."""
    logs = decided.log_ratios
    bouts = len(logs)
    ratio = ratio_of_logs(logs) if bouts else None
    return Verdict(
        arms=(arm_of(decided.pair.a), arm_of(decided.pair.b)),
        purpose=purpose,
        word=decided.word,
        why=decided.why,
        confirmed=confirmed,
        ratio=ratio.centre if ratio else None,
        low=ratio.low if ratio and bouts >= _FEWEST else None,
        high=ratio.high if ratio and bouts >= _FEWEST else None,
        total_ratio=math.exp(centre([bout.ratio.total for bout in decided.bouts])) if bouts else None,
        cpu_ratio=math.exp(centre([bout.cpu for bout in decided.bouts])) if bouts else None,
        p=p_of(decided.seen, decided.word) if decided.seen else None,
        bouts=bouts,
        seconds=decided.seconds,
        detectable=detectable(logs, _affordable(decided)) if bouts >= _FEWEST else None,
    )


def arm_of(trial: Trial) -> ArmOf:
    """Return how results name an arm."""
    return ArmOf(case=trial.case.id, tool=trial.tool_id)


def _affordable(decided: Decided[Pair]) -> int:
    """Return how many bouts there may be, by the procedure and by the time that they took."""
    each = decided.seconds / len(decided.bouts)
    fitting = [bouts for bouts in STANDARD.looks if each * bouts <= CAP_SECONDS]
    return fitting[-1] if fitting else STANDARD.looks[0]
