"""A broker that speaks TLS only, its certificate made for the test."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

pytest.importorskip("celery", reason="needs Celery: pip install -e '.[cluster]'")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cluster.cell import Cell, free_port, needs_cluster
from video_service.dispatch.broker import Broker, BrokerAway, open_app

pytestmark = needs_cluster


def certificate(folder: Path) -> Path:
    """A self-signed one for 127.0.0.1, its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis of the tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "redis.key").write_bytes(key.private_bytes(pem, *plain))
    (folder / "redis.crt").write_bytes(made.public_bytes(pem))
    return folder / "redis.crt"


@contextmanager
def broker(url: str) -> Iterator[Broker]:
    line = Broker(url)
    yield line
    line.close()


def test_a_certificate_is_checked_and_one_of_our_own_can_be_named(tmp_path: Path) -> None:
    file, port = certificate(tmp_path), free_port()
    key = str(file.with_suffix(".key"))
    tls = ["--tls-port", str(port), "--tls-cert-file", str(file), "--tls-key-file", key,
           "--tls-auth-clients", "no", "--tls-ca-cert-file", str(file)]  # fmt: skip
    cell = Cell(tmp_path, ports={"redis": free_port(), "service": 0}, redis_flags=tls)
    cell.start("redis")
    try:
        url = f"rediss://127.0.0.1:{port}/0"
        with broker(url) as strangers, pytest.raises(BrokerAway, match=r"(?i)certificate"):
            strangers.call("card", ["a"], 1)
        with broker(f"{url}?ssl_cert_reqs=required&ssl_ca_certs={file}") as ours:
            assert ours.call("card", ["a"], 1) == 1
    finally:
        cell.kill("redis")


def test_without_a_word_about_it_certificates_are_checked() -> None:
    told = open_app("rediss://far/0").conf.broker_use_ssl
    assert told == {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    assert not open_app("redis://far/0").conf.broker_use_ssl
