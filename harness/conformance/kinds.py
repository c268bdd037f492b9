"""Kinds of numpy dtypes (`dtype.kind`), by what their values have in common."""

TEXT = "OUT"
INTEGERS = "iu"
GREY = "iuf"  # what can be off by a little
REAL = "biuf"
NUMBERS = "biufc"
QUANTITIES = "iufc"
WITH_NAN = "fc"
UNEQUAL_TO_THEMSELVES = "fcmM"  # NaN, NaT
