"""Reading bucket notifications in the form of MinIO and of AWS."""

import json

import pytest

from packshot_ingest.notifications import BadNotification, read_uploads
from packshot_ingest.uploads import Place

from .minio_messages import notification, record


def read(*records):
    return read_uploads(notification(*records))


def test_a_put_in_minios_form():
    (upload,) = read(record("photos", "acme/SKU-1/front view.jpg", etag="abc", size=7, sequencer="15CFEDF8D5304D1A"))
    assert (upload.bucket, upload.key, upload.etag, upload.size) == ("photos", "acme/SKU-1/front view.jpg", "abc", 7)
    assert upload.version == ""


def test_keys_are_url_encoded_on_the_wire():
    entry = record("photos", "商品/a+b & c%.jpg")
    assert entry["s3"]["object"]["key"] == "%E5%95%86%E5%93%81%2Fa%2Bb+%26+c%25.jpg"
    assert read(entry)[0].key == "商品/a+b & c%.jpg"


def test_a_record_in_awss_form_has_no_wrapping_and_no_s3_before_its_name():
    entry = record("photos", "a/b.jpg", event="ObjectCreated:CompleteMultipartUpload")
    assert read_uploads(json.dumps({"Records": [entry]}).encode())[0].key == "a/b.jpg"


def test_the_uploaders_metadata_is_read():
    (upload,) = read(record("photos", "a/b.jpg", metadata={"content-type": "image/jpeg", "X-Amz-Meta-Recipe": "scene"}))
    assert upload.metadata == {"recipe": "scene"}


@pytest.mark.parametrize(
    ("key", "event"),
    [
        ("a/b.jpg", "s3:ObjectRemoved:Delete"),
        ("a/b.jpg", "s3:ObjectAccessed:Get"),
        ("a/b.jpg", "s3:ObjectCreated:PutTagging"),
        ("folder/", "s3:ObjectCreated:Put"),
        ("artifacts/ab/abc", "s3:ObjectCreated:Put"),
        ("results/ab/abc.json", "s3:ObjectCreated:Put"),
    ],
)
def test_what_is_no_upload_is_left_alone(key, event):
    assert read(record("photos", key, event=event)) == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"{}", b'{"Records": 7}', b'{"Records": [{"eventName": "x"}]}', b"\xff\xfe"]
)
def test_anything_else_is_no_notification(body):
    with pytest.raises(BadNotification, match="Not an S3 bucket notification"):
        read_uploads(body)


def test_ids_are_the_same_for_the_same_upload_and_others_for_another():
    def derived(bucket="photos", key="a/b.jpg", etag="1", sequencer="1"):
        return read(record(bucket, key, etag=etag, sequencer=sequencer))[0].derived("photo")

    others = {derived(bucket="p"), derived(key="a/c.jpg"), derived(etag="2"), derived(sequencer="2")}
    assert derived() == derived()
    assert len({derived(), *others}) == 5


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("acme/SKU-1/front.jpg", Place("acme", "SKU-1", "front.jpg")),
        ("acme/SKU-1/2026/front.jpg", Place("acme", "SKU-1", "front.jpg")),
        ("SKU-1/front.jpg", Place("local", "SKU-1", "front.jpg")),
        ("SKU-1.jpg", Place("local", "SKU-1", "SKU-1.jpg")),
        ("/SKU-1/front.jpg", Place("local", "SKU-1", "front.jpg")),
    ],
)
def test_a_key_says_whose_photo_of_what_it_is(key, place):
    assert Place.of(key, "local") == place
