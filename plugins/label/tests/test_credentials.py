"""Signed files are whole, say what was done, and inherit what the photo said; c2pa's own reader confirms it."""

from __future__ import annotations

import datetime
import io
import json

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from packshot.errors import BadParameters, BadSettings
from packshot.imaging.decode import decode
from packshot.plugin import File, Frame
from packshot.plugin.local import apply_frame

c2pa = pytest.importorskip("c2pa", reason="the extra packshot-label[c2pa]")

PHOTO = np.random.default_rng(2).integers(0, 256, (60, 80, 3)).astype(np.uint8)
TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def certificate(subject, issuer, key, signed_by, *, authority):
    def name(text):
        return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A shop"), x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.datetime.now(datetime.UTC)
    uses = dict.fromkeys(
        ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"], False
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=authority, crl_sign=authority, **uses), critical=True)
    )
    if not authority:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return built.sign(signed_by, hashes.SHA256())


@pytest.fixture
def signing(monkeypatch, tmp_path):
    """A certificate of this test's own, and where the plugin looks for it."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = [
        certificate("signer", "root", key, root, authority=False),
        certificate("root", "root", root, root, authority=True),
    ]
    pem = serialization.Encoding.PEM
    (tmp_path / "chain.pem").write_bytes(b"".join(each.public_bytes(pem) for each in chain))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key.pem").write_bytes(private)
    monkeypatch.setenv("PACKSHOT_C2PA_CERTIFICATE", str(tmp_path / "chain.pem"))
    monkeypatch.setenv("PACKSHOT_C2PA_KEY", str(tmp_path / "key.pem"))
    return tmp_path


def read(file: File) -> dict:
    return json.loads(c2pa.Reader(file.media_type, io.BytesIO(file.content)).json())


def state_of(file: File) -> str:
    try:
        return read(file)["validation_state"]
    except c2pa.C2paError as error:
        return str(error)


def signed(frame: Frame, original: Frame | None, **params) -> Frame:
    return apply_frame("label.credentials", frame, inputs={} if original is None else {"original": original}, **params)


def exported(format="jpeg", **more) -> Frame:
    return apply_frame("layout.export", Frame({"rgb": PHOTO}, **more), format=format)


def uploaded(file: File) -> Frame:
    """What the host makes of an uploaded photo."""
    return decode(file.content).with_file(file)


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif", "tiff"])
def test_a_signed_file_is_valid_and_says_that_the_photo_was_edited(signing, format):
    frame = exported(format)
    after = signed(frame, uploaded(exported("jpeg").file), title="A cup")
    assert after.file is not None
    found = read(after.file)
    assert found["validation_state"] == "Valid"
    manifest = found["manifests"][found["active_manifest"]]
    assert manifest["title"] == "A cup"
    actions = next(each["data"]["actions"] for each in manifest["assertions"] if each["label"].startswith("c2pa.actions"))
    assert [action["action"] for action in actions] == ["c2pa.opened", "c2pa.edited"]
    assert after.findings["label.credentials"]["signed"] is True
    assert len(after.file.content) - len(frame.file.content) < 20_000
    assert (decode(after.file.content).rgb == decode(frame.file.content).rgb).all()


def test_the_credentials_of_the_photo_are_inherited_and_a_changed_file_is_found_out(signing):
    camera = signed(exported(), uploaded(exported().file)).file
    photo = uploaded(camera)
    assert photo.provenance.credentials
    edited = apply_frame("layout.export", photo, format="png")
    assert "label.credentials" in edited.findings["layout.export"]["note"]
    with pytest.raises(BadParameters, match="own: true"):
        signed(edited, None)
    after = signed(edited, photo).file
    found = read(after)
    (ingredient,) = found["manifests"][found["active_manifest"]]["ingredients"]
    assert ingredient["relationship"] == "parentOf"
    assert ingredient["active_manifest"] in found["manifests"]
    assert len(found["manifests"]) == 2
    broken = bytearray(after.content)
    at = after.content.rindex(b"IDAT") + 40
    broken[at] ^= 1
    assert state_of(File(bytes(broken), after.media_type)) != "Valid"


@pytest.mark.parametrize("term", ["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"])
def test_pixels_of_a_model_are_told_in_the_credentials_too(signing, term):
    frame = apply_frame("layout.export", Frame.of(PHOTO), digital_source_type=term)
    labelled = uploaded(frame.file)
    found = json.dumps(read(signed(labelled, uploaded(exported().file)).file))
    assert TERMS + term in found
    if term == "trainedAlgorithmicMedia":
        alone = json.dumps(read(signed(labelled, None).file))
        assert "c2pa.created" in alone
        assert TERMS + term in alone


def test_without_a_certificate_the_file_stays_as_it_is_and_the_finding_says_why(monkeypatch):
    monkeypatch.delenv("PACKSHOT_C2PA_CERTIFICATE", raising=False)
    frame = exported()
    after = signed(frame, uploaded(frame.file))
    assert after.file == frame.file
    assert after.findings["label.credentials"]["signed"] is False
    assert "PACKSHOT_C2PA_CERTIFICATE" in after.findings["label.credentials"]["note"]
    with pytest.raises(BadParameters, match="PACKSHOT_C2PA_CERTIFICATE"):
        signed(frame, uploaded(frame.file), required=True)


def test_a_key_that_does_not_fit_is_told(signing):
    key = ec.generate_private_key(ec.SECP384R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (signing / "key.pem").write_bytes(pem)
    with pytest.raises(BadSettings, match="belong together"):
        signed(exported(), uploaded(exported().file))
