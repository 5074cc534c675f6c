"""The AWS SDK for JavaScript v3."""

import base64
import json
import pathlib
import subprocess

from conftest import environment
from test_lambda import package

FLOW = pathlib.Path(__file__).with_name("js") / "flow.mjs"


def test_an_application_of_the_sdk_for_javascript(cloud, account):
    code = package(**{"index.js": "exports.handler = async (event) => event.a * 2;"})
    done = subprocess.run(
        ["node", FLOW, base64.b64encode(code).decode()],
        env=environment(cloud.url, account),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "detail": {"n": 1},
        "object": "from js",
        "doubled": 4,
        "output": 3,
        "error": {
            "name": "ValidationError",
            "message": "Stack with id nope does not exist",
            "status": 400,
        },
    }
