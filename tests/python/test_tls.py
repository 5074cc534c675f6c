"""Whom the kit trusts: the authorities that the user's environment names."""

import pytest
from conftest import environment
from relay import Relay

from aws_iatk import AwsIatk, IatkException

BUNDLES = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"]


@pytest.fixture
def relay(cloud, account, tmp_path, monkeypatch):
    """In the place of AWS, by HTTPS, with a certificate of its own; the kit is not told to trust it."""
    for name, value in environment(cloud.url, account).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", *BUNDLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with Relay(cloud.url, tmp_path) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url)
        yield between


@pytest.mark.parametrize("variable", BUNDLES)
def test_an_authority_of_the_users_is_trusted(relay, monkeypatch, variable):
    kit = AwsIatk(region="us-east-1")
    with pytest.raises(IatkException, match="certificate") as failed:
        kit.get_stack_outputs("nope", ["a"])
    assert failed.value.error_name == "TlsError"
    monkeypatch.setenv(variable, relay.environment["AWS_CA_BUNDLE"])
    with pytest.raises(IatkException, match="nope does not exist") as failed:
        kit.get_stack_outputs("nope", ["a"])
    assert relay.take_calls() == {"DescribeStacks": 1}


def test_the_configuration_file_names_one_too(relay, monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text(f"[default]\nca_bundle = {relay.environment['AWS_CA_BUNDLE']}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises(IatkException, match="nope does not exist"):
        AwsIatk(region="us-east-1").get_stack_outputs("nope", ["a"])
