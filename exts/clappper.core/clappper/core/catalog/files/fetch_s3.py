"""Fetches an object from S3 by boto3, which finds the user's credentials itself.

For use outside Kit, which has no boto3: there a presigned https address does the same.
"""

from __future__ import annotations

import contextlib
from typing import Any

from clappper.core.catalog.files.fetch import Order, Validator
from clappper.core.errors import CatalogError

__all__ = ["fetch_s3"]

_CONNECT_S = 10.0


def fetch_s3(order: Order) -> Validator | None:
    """Fetch ``s3://bucket/key`` unless it is as before; the result is that of ``fetch_file``.

    Raises:
        ConnectionError: S3 cannot be reached or cannot answer now.
        CatalogError: There are no credentials, S3 refuses, or the object is too large.
    """
    try:
        import boto3.session
        import botocore.config
        import botocore.exceptions as errors
    except ImportError as exc:
        raise CatalogError(
            f'{order.name} needs boto3 to be fetched: install "clappper-core[s3]", '
            "or use a presigned https address."
        ) from exc
    bucket, _, key = order.source.partition("://")[2].partition("/")
    if not (bucket and key):
        raise CatalogError(f"{order.name} names no file in a bucket: write s3://bucket/key.")
    config = botocore.config.Config(
        connect_timeout=min(_CONNECT_S, order.deadline_s),
        read_timeout=order.deadline_s,
        # Another attempt would outlive the deadline, and the next refresh is one.
        retries={"total_max_attempts": 1},
    )
    condition = {"IfNoneMatch": order.known.etag} if order.known.etag else {}
    try:
        client = boto3.session.Session().client("s3", config=config)
        try:
            answer = client.get_object(Bucket=bucket, Key=key, **condition)
            order.check_size(answer.get("ContentLength", 0))
            with contextlib.closing(answer["Body"]) as body:
                order.write(body.iter_chunks(1 << 16))
            return Validator(answer.get("ETag"))
        finally:
            client.close()
    except errors.ClientError as exc:
        _raise_refusal(exc.response, order)
        return None
    except (errors.NoCredentialsError, errors.PartialCredentialsError) as exc:
        raise CatalogError(
            f"{order.name} needs credentials, and there are none: "
            "run aws configure, or use a presigned https address."
        ) from exc
    except errors.SSLError as exc:
        raise CatalogError(
            f"{order.name} has a certificate that is not trusted here: "
            "name your own ones in AWS_CA_BUNDLE."
        ) from exc
    except (errors.HTTPClientError, errors.IncompleteReadError) as exc:
        raise ConnectionError(
            f"{order.name} cannot be reached, or the connection broke off"
        ) from exc
    except errors.BotoCoreError as exc:
        raise CatalogError(
            f"{order.name} cannot be asked for: check the address and the AWS settings."
        ) from exc


def _raise_refusal(response: dict[str, Any], order: Order) -> None:
    """Tell why there is no file, unless the answer is that nothing has changed.

    Raises:
        ConnectionError: S3 cannot answer now.
        CatalogError: It refuses.
    """
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == 304 and order.known.etag:
        return
    if status == 429 or status >= 500:
        raise ConnectionError(f"{order.name} cannot answer now (status {status})")
    if status in (401, 403):
        raise CatalogError(
            f"{order.name} refuses to give the file (status {status}): check your AWS rights."
        )
    raise CatalogError(
        f"{order.name} does not give the file (status {status}): check bucket and key."
    )
