"""Makes text from datasets, tools and servers safe to show. All of it is hostile until it has passed here.

The report's content holds texts as they came; each format escapes what it prints. HTML is escaped by its
template engine.
"""

import re
import unicodedata

# Terminal sequences: OSC (up to BEL or ST), CSI, then any other two-character escape.
_ANSI = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]?")
# Control, format (bidirectional overrides among them), surrogate; line and paragraph separators.
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_MARKDOWN = re.compile(r"([\\`*_\[\]|~])")
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def plain(text: str) -> str:
    """Return the text without terminal sequences and invisible characters.

    Newlines stay, tabs become spaces.
    """
    text = _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _HIDDEN)


def one_line(text: str) -> str:
    """Return the plain text with each run of white space as one space."""
    return " ".join(plain(text).split())


def shortened(text: str, length: int) -> str:
    """Return one plain line of at most `length` characters, an ellipsis where it was cut."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def markdown(text: str) -> str:
    """Return one line that Markdown shows as it is, in a table cell too."""
    line = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", line)


def markdown_code(text: str) -> str:
    """Return a code span, for names; backticks and bars are replaced by what looks like them."""
    line = one_line(text).replace("`", "'").replace("|", "¦")
    return f"`{line}`" if line else ""


def markdown_block(text: str) -> str:
    """Return a fenced block, with a fence that nothing inside can close."""
    body = plain(text).strip("\n")
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{body}\n{fence}"


def spreadsheet(text: str) -> str:
    """Return one line that no spreadsheet takes for a formula."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def web_address(url: str | None) -> str | None:
    """Return the address if a reader may be given it as a link (http or https), else None."""
    if url is None:
        return None
    line = one_line(url)
    return line if re.fullmatch(r"https?://[^\s<>\"'`()\[\]\\|]+", line) else None
