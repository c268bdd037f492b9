"""Requests without a body, signed as S3 wants it (AWS Signature Version 4)."""

import hashlib
from urllib.parse import SplitResult

from minio import time as amz_time
from minio.credentials.credentials import Credentials
from minio.signer import sign_v4_s3

REGION = "us-east-1"


def signed_headers(method: str, url: SplitResult, access_key: str, secret_key: str) -> dict[str, str]:
    """Return the headers of a request without a body, now, among them the host and the signature."""
    now, empty = amz_time.utcnow(), hashlib.sha256().hexdigest()
    headers = sign_v4_s3(
        method=method,
        url=url,
        region=REGION,
        headers={
            "Host": url.netloc,
            "x-amz-date": amz_time.to_amz_date(now),
            "x-amz-content-sha256": empty,
        },
        credentials=Credentials(access_key, secret_key),
        content_sha256=empty,
        date=now,
    )
    return {name: str(value) for name, value in headers.items()}
