"""A worker for tests, which starts quickly: `small_worker.py TOOL BEHAVIOUR`. Most of it is in its hello."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

tool, behaviour = sys.argv[1:3]


def say(body):
    os.write(1, json.dumps(body).encode() + b"\n")


def hello(request):
    answer = {"protocol": 1, "tool": tool, "version": "1", "settings": request["settings"]}
    if behaviour == "shows-environment":
        answer["packages"] = dict(os.environ, cwd=str(Path.cwd()))
    if behaviour in ("has-a-child", "has-a-child-that-leaves"):
        leaves = behaviour == "has-a-child-that-leaves"
        child = subprocess.Popen(["sleep", "1000"], start_new_session=leaves)
        answer["packages"] = {"child": str(child.pid)}
    if behaviour == "other-protocol":
        answer["protocol"] = 2
    if behaviour == "cannot-start":
        return {"error": {"type": "ImportError", "message": "no module named that"}}
    return answer


def null(_):
    if behaviour.startswith("has-a-child"):
        time.sleep(1000)
    if behaviour == "ends-by-a-nameless-signal":
        os.kill(os.getpid(), signal.SIGRTMIN + 1)
    if behaviour == "closes-its-answers":
        os.close(1)
        time.sleep(1000)
    if behaviour == "answers-in-pieces":
        line = json.dumps({"id": number, "tool": "ö" * 50_000}, ensure_ascii=False).encode() + b"\n"
        for at in range(0, len(line), 7001):
            os.write(1, line[at : at + 7001])
        return None
    if behaviour == "answers-twice":
        say({"id": number})
    return {}


for line in sys.stdin.buffer:
    request = json.loads(line)
    number = request["id"]
    if request["operation"] == "bye" and behaviour == "stays":
        time.sleep(1000)
    known = {"hello": hello, "null": null, "bye": lambda _: {}}
    body = known.get(request["operation"], lambda _: {"unsupported": "no"})(request)
    if body is not None:
        say({"id": number, **body})
    if request["operation"] == "bye":
        break
