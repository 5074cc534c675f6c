"""What tests say about AWS's errors."""

import contextlib

import botocore.exceptions
import pytest


@contextlib.contextmanager
def aws_error(code, message=None, status=None):
    """The block fails with this error of AWS; `message` is the whole text."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        yield caught
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    if message is not None:
        assert error["Message"] == message
    if status is not None:
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
