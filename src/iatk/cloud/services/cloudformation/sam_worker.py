"""Runs AWS's own translator of serverless templates (aws-sam-translator) for the local cloud.

One JSON object a line on standard input, one answer a line on standard output:

    {"template": {...}, "parameters": {"Name": "text"}, "region": "us-east-1"}
    {"template": {...}}   or   {"error": "why the template cannot be translated"}

The first line of output comes unasked: {"ready": true}, or {"error": ...} if the library is missing.
The worker calls no service: names of managed policies are looked up in the list that comes with the
library, and the region is handed to it instead of a session.
"""

import json
import os
import sys

# Whatever the library prints must not get between the answers.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def answer(value):
    answers.write(json.dumps(value) + "\n")
    answers.flush()


try:
    from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.utils.py27hash_fix import (
        to_py27_compatible_template,
        undo_mark_unicode_str_in_template,
    )
except ImportError as missing:
    answer(
        {
            "error": f"{sys.executable} cannot import aws-sam-translator ({missing}); "
            "install it with pip, or name another interpreter in IATK_PYTHON"
        }
    )
    sys.exit(1)


class Session:
    """What the translator wants of a boto3 session."""

    def __init__(self, region_name):
        self.region_name = region_name


def translate(template, parameters, region):
    # As CloudFormation does: the ids that the translator makes of hashes then come out the same.
    to_py27_compatible_template(template, parameters)
    translator = Translator(None, Parser(), boto_session=Session(region))
    translated = translator.translate(
        template, parameters, get_managed_policy_map=dict
    )
    return undo_mark_unicode_str_in_template(translated)


def explain(error):
    """The text that CloudFormation shows: the document's message and those of its causes."""
    if isinstance(error, InvalidDocumentException):
        return " ".join([error.message] + [cause.message for cause in error.causes])
    if isinstance(error, ExceptionWithMessage):
        return error.message
    return f"Internal transform failure. {type(error).__name__}: {error}"


answer({"ready": True})
for line in sys.stdin:
    try:
        request = json.loads(line)
        answer(
            {
                "template": translate(
                    request["template"], request["parameters"], request["region"]
                )
            }
        )
    except RecursionError:
        answer({"error": "Internal transform failure. The template is nested too deep"})
    except Exception as error:  # a template must never end the worker
        answer({"error": explain(error)})
