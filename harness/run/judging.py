"""What is made of an answer: judged against the truth that the worker never saw. Pure."""

from typing import Any

import numpy as np

from harness.conformance.digest import v3_name
from harness.conformance.facts import judge_inspect
from harness.conformance.listing import judge_list
from harness.conformance.mismatch import Asked
from harness.conformance.pixels import explain_pixels, judge_pixels
from harness.conformance.reduced import judge_downsample
from harness.conformance.validity import judge_validity
from harness.conformance.verdict import Verdict, wrong
from harness.run.asking import Question
from harness.scenario.operation import Downsample, Inspect, ListArrays, Null, Open, Read, Validate
from harness.scenario.selection import MAY_REFUSE
from harness.tools.protocol import Answer

Array = np.ndarray[Any, np.dtype[Any]]


def may_refuse_to_open(question: Question) -> bool:
    """Tell whether an error at opening is right: the specification leaves it to the tool, or asks for it."""
    reads = isinstance(question.operation, Open | Read)
    return reads and question.specimen is not None and question.specimen.must != "read"


def may_refuse(question: Question) -> bool:
    """Tell whether an error is a right answer: for the reason above, or because of what is selected."""
    operation = question.operation
    selected = operation.selection if isinstance(operation, Read) else None
    return may_refuse_to_open(question) or selected in MAY_REFUSE


def judge(question: Question, answer: Answer) -> Verdict:
    """Judge an answer; a verdict of kind `digest` asks for the pixels and for `explain`."""
    operation, truth, specimen = question.operation, question.truth, question.specimen
    if isinstance(operation, Null):
        return Verdict(right=True)
    if isinstance(operation, Validate):
        title, valid = (specimen.title, specimen.valid) if specimen else ("", True)
        return judge_validity(title, valid, answer.valid, answer.messages)
    if isinstance(operation, Inspect):
        return judge_inspect(truth.image, answer.image)
    if isinstance(operation, ListArrays):
        return judge_list(truth.array_paths, answer.arrays)
    return _judge_pixels(question, answer)


def _judge_pixels(question: Question, answer: Answer) -> Verdict:
    operation, specimen = question.operation, question.specimen
    if specimen and specimen.must == "refuse":
        return wrong("accepted", f"it was read, but must be refused: {specimen.title}")
    if isinstance(operation, Open):
        return _judge_opened(question, answer)
    if question.is_outside:
        index, length = question.region[0], question.truth.levels[question.level].shape[0]
        sentence = f"index {index} of an axis of {length} was answered with shape {list(answer.shape or ())}"
        return wrong("outside", f"{sentence}, where an error was due")
    truth = question.true_pixels()
    if isinstance(operation, Downsample):
        return judge_downsample(truth, operation, question.truth.axes, answer, question.convention)
    return judge_pixels(truth, answer.dtype, answer.shape, answer.sha256)


def _judge_opened(question: Question, answer: Answer) -> Verdict:
    pixels = question.truth.levels[question.level]
    dtype, shape = v3_name(pixels.dtype), pixels.shape
    if (answer.dtype, answer.shape) == (dtype, shape):
        return Verdict(right=True)
    sentence = f"level {question.level} is {dtype} {list(shape)}, but was opened as {answer.dtype} "
    return wrong("facts", sentence + str(list(answer.shape) if answer.shape is not None else None))


def explain(question: Question, answer: Answer, pixels: Array) -> Verdict:
    """Explain wrong pixels; they may turn out to be right after all (NaN payloads, a tolerance)."""
    operation, known = question.operation, question.truth
    truth = question.true_pixels()
    if isinstance(operation, Downsample):
        return judge_downsample(truth, operation, known.axes, answer, question.convention, pixels)
    asked = Asked(
        axes=known.axes,
        level=None if question.specimen and question.specimen.array is not None else question.level,
        region=question.region,
        chunks=known.chunks,
        levels=known.levels,
        fill_value=known.fill_value,
        others=question.others,
    )
    return explain_pixels(truth, pixels, asked)
