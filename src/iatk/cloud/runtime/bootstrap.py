"""Runs a Python handler behind the Lambda Runtime API.

AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes" and "Building Lambda
functions with Python". Standard library only; any Python from 3.8 on.

A record of several lines is written as one line with carriage returns inside: the reader of our
output makes one log event of each line, and line feeds of the carriage returns.
"""

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

API = "/2018-06-01/runtime"
MAX_CAUSE_BYTES = 16 * 1024


class Fault(Exception):
    """What is wrong with the handler's settings or its values, under AWS's name for it."""

    def __init__(self, error_type, message, stack=()):
        super().__init__(message)
        self.error_type = error_type
        self.stack = list(stack)


class RuntimeApi:
    """One kept-alive connection: the API's calls never overlap."""

    def __init__(self):
        self._connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def call(self, method, path, body=None, headers=None):
        self._connection.request(method, API + path, body=body, headers=headers or {})
        response = self._connection.getresponse()
        return response.headers, response.read()

    def next(self):
        return self.call("GET", "/invocation/next")

    def respond(self, request_id, body):
        self.call("POST", f"/invocation/{request_id}/response", body,
                  {"Content-Type": "application/json"})

    def fail(self, path, error, cause=None):
        headers = {
            "Content-Type": "application/vnd.aws.lambda.error+json",
            "Lambda-Runtime-Function-Error-Type": error["errorType"],
        }
        if cause is not None:
            text = json.dumps(cause)
            if len(text) <= MAX_CAUSE_BYTES:
                headers["Lambda-Runtime-Function-XRay-Error-Cause"] = text
        self.call("POST", path, encode(error), headers)


class Identity:
    def __init__(self, values):
        self.cognito_identity_id = values.get("cognitoIdentityId")
        self.cognito_identity_pool_id = values.get("cognitoIdentityPoolId")


class Client:
    def __init__(self, values):
        self.installation_id = values.get("installation_id")
        self.app_title = values.get("app_title")
        self.app_version_name = values.get("app_version_name")
        self.app_version_code = values.get("app_version_code")
        self.app_package_name = values.get("app_package_name")


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = Client(values["client"]) if values.get("client") else None


class LambdaContext:
    """The second argument of a handler: "Using the Lambda context object to retrieve Python
    function information"."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        identity = headers.get("Lambda-Runtime-Cognito-Identity")
        self.identity = Identity(json.loads(identity) if identity else {})
        client_context = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(client_context)) if client_context else None
        self._epoch_deadline_time_in_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, message):
        write_record(str(message), end="")

    def __repr__(self):
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items()
                           if not name.startswith("_"))
        return f"LambdaContext([{fields}])"


class LogHandler(logging.Handler):
    """The handler that AWS puts on the root logger."""

    request_id = ""

    def emit(self, record):
        try:
            record.aws_request_id = LogHandler.request_id
            write_record(self.format(record))
        except Exception:
            self.handleError(record)


def write_record(text, end="\n"):
    body = text[:-1] if text.endswith("\n") else text
    sys.stdout.write(body.replace("\r\n", "\r").replace("\n", "\r") + (end or "\n"))
    sys.stdout.flush()


def configure_logging():
    handler = LogHandler()
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
        "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)


def encode(value):
    # From Python 3.12 on, AWS's runtimes leave what is not ASCII as it is.
    ascii_only = os.environ.get("AWS_EXECUTION_ENV", "") in {
        f"AWS_Lambda_python3.{minor}" for minor in range(12)}
    return json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")


def own_frames_dropped(frames):
    """The frames from the first one on that is not this file's."""
    for index, frame in enumerate(frames):
        if frame.filename != __file__ and not frame.filename.startswith("<frozen importlib"):
            return frames[index:]
    return []


def describe(error):
    """The JSON of an error, and what X-Ray shows of it."""
    if isinstance(error, Fault):
        frames, stack, error_type = [], error.stack, error.error_type
    else:
        frames = own_frames_dropped(traceback.extract_tb(error.__traceback__))
        stack, error_type = traceback.format_list(frames), type(error).__name__
    description = {"errorMessage": str(error), "errorType": error_type,
                   "requestId": LogHandler.request_id, "stackTrace": stack}
    cause = {
        "working_directory": os.getcwd(),
        "exceptions": [{
            "message": str(error)[:1024],
            "type": error_type,
            "stack": [{"path": frame.filename, "line": frame.lineno, "label": frame.name}
                      for frame in frames[-20:]],
        }],
        "paths": sorted({frame.filename for frame in frames[-20:]}),
    }
    return description, cause


def log_error(description):
    lines = [f"[ERROR] {description['errorType']}: {description['errorMessage']}",
             "Traceback (most recent call last):"]
    lines += [line.rstrip("\n") for line in description["stackTrace"]]
    write_record("\n".join(lines))


def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise Fault("Runtime.MalformedHandlerName",
                    f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    shown = module_name.replace("/", ".")
    if shown in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict",
                    f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib.import_module(shown)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError",
                    f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise Fault("Runtime.UserCodeSyntaxError",
                    f"Syntax error in module '{module_name}': {error}",
                    [f'  File "{error.filename}" Line {error.lineno}\n    {error.text or ""}'],
                    ) from error
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound",
                    f"Handler '{function_name}' missing on module '{module_name}'") from None


def run_handler(handler, event_text, context):
    try:
        event = json.loads(event_text)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error
    value = handler(event, context)
    try:
        return encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def serve(api, handler):
    while True:
        headers, event_text = api.next()
        LogHandler.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        trace_id = headers.get("Lambda-Runtime-Trace-Id")
        if trace_id:
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        try:
            reply = run_handler(handler, event_text, LambdaContext(headers))
        except Exception as error:  # whatever the handler raises is its answer
            description, cause = describe(error)
            log_error(description)
            api.fail(f"/invocation/{LogHandler.request_id}/error", description, cause)
        else:
            api.respond(LogHandler.request_id, reply)
        sys.stdout.flush()
        sys.stderr.flush()


def main():
    # This file's folder stands where a program's own modules are looked for; the function's does.
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    sys.argv = [""]
    api = RuntimeApi()
    configure_logging()
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        description, cause = describe(error)
        log_error(description)
        api.fail("/init/error", description, cause)
        sys.exit(1)
    serve(api, handler)


if __name__ == "__main__":
    main()
