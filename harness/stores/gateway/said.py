"""What S3 says of an error: a document in XML, with a code that clients go by."""

import email.utils
import secrets
from http import HTTPStatus
from xml.sax.saxutils import escape

from harness.stores.gateway.heads import Headers

_CODES = {
    400: "InvalidRequest",
    401: "AccessDenied",
    403: "AccessDenied",
    404: "NoSuchKey",
    405: "MethodNotAllowed",
    408: "RequestTimeout",
    409: "OperationAborted",
    411: "MissingContentLength",
    412: "PreconditionFailed",
    416: "InvalidRange",
    429: "SlowDown",
    500: "InternalError",
    501: "NotImplemented",
    503: "SlowDown",
}
_MESSAGES = {
    "AccessDenied": "Access Denied.",
    "ExpiredToken": "The provided token has expired.",
    "InternalError": "We encountered an internal error. Please try again.",
    "NoSuchKey": "The specified key does not exist.",
    "PreconditionFailed": "At least one of the pre-conditions you specified did not hold",
    "RequestTimeTooSkewed": "The difference between the request time and the server's time is too large.",
    "SlowDown": "Please reduce your request rate.",
}


def error(status: int, path: str, code: str = "", message: str = "") -> tuple[int, str, Headers, bytes]:
    """Return status, reason, headers and body of an error; what is not given goes by the status."""
    reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    code = code or _CODES.get(status) or "".join(filter(str.isalpha, reason))
    number = secrets.token_hex(8).upper()
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message or _MESSAGES.get(code, reason))}</Message>"
        f"<Resource>{escape(path)}</Resource><RequestId>{number}</RequestId></Error>"
    ).encode("utf-8", "replace")
    headers = [
        (b"Content-Type", b"application/xml"),
        (b"Content-Length", b"%d" % len(body)),
        (b"Date", email.utils.formatdate(usegmt=True).encode()),
        (b"X-Amz-Request-Id", number.encode()),
    ]
    return status, reason, headers, body
