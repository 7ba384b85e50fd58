"""Bucket notifications as MinIO's AMQP target writes them."""

import json
from urllib.parse import quote_plus


def record(bucket, key, *, event="s3:ObjectCreated:Put", etag="d41d8cd9", size=1, sequencer="17A0C3F2A1B2C3D4", metadata=None):
    """One event record, all of MinIO's fields filled in."""
    stored = {"key": quote_plus(key), "size": size, "eTag": etag, "contentType": "image/jpeg", "sequencer": sequencer}
    stored["userMetadata"] = metadata if metadata is not None else {"content-type": "image/jpeg"}
    return {
        "eventVersion": "2.0",
        "eventSource": "minio:s3",
        "awsRegion": "",
        "eventTime": "2026-11-24T04:00:00.000Z",
        "eventName": event,
        "userIdentity": {"principalId": "merchant"},
        "requestParameters": {"principalId": "merchant", "region": "", "sourceIPAddress": "10.1.2.3"},
        "responseElements": {"x-amz-request-id": "17A0C3F2A1B2C3D4", "x-minio-deployment-id": "0170a4cc-dca6-4e72"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "Config",
            "bucket": {"name": bucket, "ownerIdentity": {"principalId": "merchant"}, "arn": f"arn:aws:s3:::{bucket}"},
            "object": stored,
        },
        "source": {"host": "10.1.2.3", "port": "", "userAgent": "MinIO (linux; amd64) minio-py/7.2"},
    }


def notification(*records):
    """The message that carries these records."""
    first = records[0]
    bucket = first["s3"]["bucket"]["name"]
    message = {"EventName": first["eventName"], "Key": f"{bucket}/{first['s3']['object']['key']}", "Records": list(records)}
    return json.dumps(message).encode()
