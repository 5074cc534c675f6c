"""The original kit, as PyPI has it: aws-iatk 0.1.0, in a folder of its own."""

import subprocess
import sys

REQUIREMENT = "aws-iatk==0.1.0"


class NotToBeHad(Exception):
    """PyPI can't be reached, or has none for this platform and Python."""


class Original:
    """``folder`` goes into PYTHONPATH; ``program`` is its core."""

    def __init__(self, folder):
        self.folder = folder
        self.program = folder / "iatk_service" / "iatk"


def fetch(build):
    """The original under the folder `build`, downloaded if it is not there."""
    original = Original(build / "original" / REQUIREMENT)
    if original.program.exists():
        return original
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--retries", "1", "--timeout", "20"]
    try:
        subprocess.run(
            [*command, "--target", original.folder, REQUIREMENT],
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        )
    except subprocess.CalledProcessError as failure:
        raise NotToBeHad(f"{REQUIREMENT}: {failure.stderr.strip()[-300:]}") from failure
    except subprocess.TimeoutExpired as failure:
        raise NotToBeHad(f"{REQUIREMENT}: no answer in {failure.timeout} s") from failure
    return original
