"""Says yes to everything: what a validator is worth is how far it gets beyond this. Any Python 3 runs it."""

import json
import platform
import sys

OPERATIONS = ["null", "validate"]
TIMING = {"wall_ns": 0, "cpu_ns": 0, "peak_rss_bytes": None}


def answer(request):
    match request["operation"]:
        case "hello":
            return {
                "protocol": 1,
                "tool": "always-valid",
                "version": "1.0.0",
                "language": f"Python {platform.python_version()}",
                "operations": OPERATIONS,
            }
        case "null":
            return {"timing": TIMING}
        case "validate":
            return {"timing": TIMING, "valid": True}
        case "bye":
            return {}
    return {"unsupported": "unknown operation"}


for line in sys.stdin:
    request = json.loads(line)
    sys.stdout.write(json.dumps({"id": request["id"], **answer(request)}) + "\n")
    sys.stdout.flush()
    if request["operation"] == "bye":
        break
