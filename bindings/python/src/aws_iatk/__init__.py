"""Integration tests of event-driven applications on AWS.

``AwsIatk`` finds deployed resources, listens to event buses, reads traces and makes mock events. It
talks to AWS, or to whatever endpoint ``AWS_ENDPOINT_URL`` names, such as the local cloud of the
``iatk`` program.
"""

import json
import logging
import math
import os
import pathlib
import random
import time
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from logging import NullHandler
from subprocess import PIPE, Popen
from typing import (
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
    Union,
    cast,
)

from . import _native, _packed, trace_header
from .add_eb_listener import AddEbListenerOutput, AddEbListenerParams
from .generate_mock_event import (
    GenerateBareboneEventOutput,
    GenerateBareboneEventParams,
    GenerateMockEventOutput,
    GenerateMockEventParams,
)
from .get_physical_id_from_stack import PhysicalIdFromStackOutput, PhysicalIdFromStackParams
from .get_stack_outputs import GetStackOutputsOutput, GetStackOutputsParams
from .get_trace_tree import GetTraceTreeOutput, GetTraceTreeParams
from .jsonrpc import Caller, Payload
from .listening import Act, ListenedEvent, Listener, NoEvents, Pattern
from .mocking import MockEvent, Mocking
from .poll_events import PollEventsOutput, PollEventsParams, WaitUntilEventMatchedParams
from .publishing import Distribution, Published
from .remove_listeners import (
    RemoveListeners_TagFilter,
    RemoveListenersOutput,
    RemoveListenersParams,
)
from .retry_xray_trace import RetryGetTraceTreeUntilParams
from .tracing import TracePart, TraceView

__all__ = [
    "AwsIatk",
    "IatkException",
    "PhysicalIdFromStackOutput",
    "GetStackOutputsOutput",
    "AddEbListenerOutput",
    "RemoveListenersOutput",
    "RemoveListeners_TagFilter",
    "PollEventsOutput",
    "GetTraceTreeOutput",
    "GenerateBareboneEventOutput",
    "GenerateMockEventOutput",
    "Act",
    "Distribution",
    "ListenedEvent",
    "Listener",
    "MockEvent",
    "NoEvents",
    "Published",
    "TracePart",
    "TraceView",
]

LOG = logging.getLogger(__name__)
LOG.addHandler(NullHandler())
iatk_service_logger = logging.getLogger("iatk.service")

# Delays between attempts: 0.1 s, 0.2 s, 0.4 s … and never more than this.
_FIRST_DELAY_SECONDS = 0.1
_LONGEST_DELAY_SECONDS = 3.2
# After a retryable failure, which many tests may meet at once, a part of the delay is left to chance.
# A larger part would let a tenth attempt into the default ten seconds, where users count on fewer.
_JITTER = 0.15

_INTERNAL_ERROR = -32603

F = TypeVar("F", bound=Callable[..., Any])


def _log_duration(func: F) -> F:
    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not LOG.isEnabledFor(logging.DEBUG):
            return func(*args, **kwargs)
        start = datetime.now()
        ret = func(*args, **kwargs)
        LOG.debug("elapsed: %s seconds", (datetime.now() - start).total_seconds())
        return ret

    return cast(F, wrapper)


class IatkException(Exception):
    """A call failed. ``str()`` gives the reason.

    Attributes
    ----------
    message : str
        The reason
    error_code : int
        10 for what failed while it ran; 400, 404 and 500 as the methods say
    error_name : str
        AWS's name of the error, e.g. ``ValidationException``, or the kit's own; "" if there is none
    service, operation, request_id : str
        The call to AWS that failed; "" if none did
    http_status : int
        Its HTTP status; 0 if there was no call
    retryable : bool
        Whether the same call may succeed later
    """

    def __init__(
        self, message: Any, error_code: int, data: Optional[Mapping[str, Any]] = None
    ) -> None:
        super().__init__(message)
        self.message = str(message)
        self.error_code = error_code
        if data is None and isinstance(message, IatkException):
            data = message._data
        self._data: Dict[str, Any] = dict(data or {})
        self.error_name: str = self._data.get("name", "")
        self.service: str = self._data.get("service", "")
        self.operation: str = self._data.get("operation", "")
        self.request_id: str = self._data.get("request_id", "")
        self.http_status: int = self._data.get("http_status", 0)
        self.retryable: bool = self._data.get("retryable", False)

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.message, self.error_code, self._data)


class RetryableException(Exception):
    """Raise it in a function under ``AwsIatk.retry_until`` to have the function called again."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)


def _failure_of(assertion_fn: Callable[[Any], Any], value: Any) -> Optional[str]:
    """Why ``value`` does not pass, or None: an AssertionError says no, and so does False."""
    try:
        verdict = assertion_fn(value)
    except AssertionError as failure:
        LOG.debug("Assertion failed: %s", failure)
        return str(failure) or "AssertionError"
    if verdict is False:
        LOG.warning("the assertion function returned False, which counts as a failed assertion")
        return "the assertion function returned False"
    return None


def _passes(assertion_fn: Callable[[Any], Any], value: Any) -> bool:
    return _failure_of(assertion_fn, value) is None


@dataclass
class AwsIatk(Mocking):
    """The kit.

    Parameters
    ----------
    region : str, optional
        The AWS Region to work in; by default the one of the environment or the profile
    profile : str, optional
        The profile whose credentials and settings to use
    """

    region: Optional[str] = None
    profile: Optional[str] = None

    # Where calls go: the native library, in process. Set to a program, it is started for each call,
    # with the request as its standard input and the reply as its standard output.
    _iatk_binary_path = _native.PATH

    def get_physical_id_from_stack(
        self, logical_resource_id: str, stack_name: str
    ) -> PhysicalIdFromStackOutput:
        """Finds the physical id of a stack's resource.

        IAM permissions needed: cloudformation:DescribeStackResource

        Raises
        ------
        IatkException
            If the stack or the resource is not there
        """
        params = PhysicalIdFromStackParams(logical_resource_id, stack_name)
        payload = params.to_payload(self.region, self.profile)
        return PhysicalIdFromStackOutput(self._invoke_iatk(payload))

    def get_stack_outputs(self, stack_name: str, output_names: List[str]) -> GetStackOutputsOutput:
        """Reads outputs of a stack.

        IAM permissions needed: cloudformation:DescribeStacks

        Raises
        ------
        IatkException
            If the stack is not there, or one of the outputs
        """
        params = GetStackOutputsParams(stack_name, output_names)
        payload = params.to_payload(self.region, self.profile)
        return GetStackOutputsOutput(self._invoke_iatk(payload))

    def add_listener(
        self,
        event_bus_name: str,
        rule_name: str,
        target_id: Optional[str] = None,
        tags: Optional[Dict[str, str]] = None,
    ) -> AddEbListenerOutput:
        """Listens to the events that match a rule: a copy of the rule delivers them to a queue.

        Parameters
        ----------
        event_bus_name : str
            The bus that the rule is on
        rule_name : str
            The rule to copy
        target_id : str, optional
            A target of the rule whose input transformation to copy too
        tags : Dict[str, str], optional
            Tags for what is made, beside the kit's own

        IAM permissions needed: events:DescribeEventBus, events:DescribeRule,
        events:ListTargetsByRule, events:PutRule, events:PutTargets, events:RemoveTargets,
        events:DeleteRule, events:TagResource, sqs:CreateQueue, sqs:GetQueueAttributes,
        sqs:DeleteQueue, sqs:TagQueue

        Raises
        ------
        IatkException
            If the bus, the rule or the target is not there, or nothing could be made; what was
            made is removed again
        """
        params = AddEbListenerParams(event_bus_name, rule_name, target_id, tags)
        payload = params.to_payload(self.region, self.profile)
        return AddEbListenerOutput(self._invoke_iatk(payload))

    def remove_listeners(
        self,
        ids: Optional[List[str]] = None,
        tag_filters: Optional[List[RemoveListeners_TagFilter]] = None,
    ) -> RemoveListenersOutput:
        """Removes listeners, by their ids or by their tags.

        IAM permissions needed: tag:GetResources, sqs:GetQueueUrl, sqs:ListQueueTags,
        sqs:DeleteQueue, events:RemoveTargets, events:DeleteRule

        Raises
        ------
        IatkException
            If both are given, or a listener could not be removed
        """
        payload = RemoveListenersParams(ids, tag_filters).to_payload(self.region, self.profile)
        return RemoveListenersOutput(self._invoke_iatk(payload))

    def poll_events(
        self,
        listener_id: str,
        wait_time_seconds: Optional[int],
        max_number_of_messages: Optional[int],
    ) -> PollEventsOutput:
        """Takes events that came to a listener.

        Parameters
        ----------
        listener_id : str
            The listener's id
        wait_time_seconds : int
            How long to wait for an event: 0 to 20 seconds
        max_number_of_messages : int
            How many events to take at most: 1 to 10

        IAM permissions needed: sqs:GetQueueUrl, sqs:ReceiveMessage, sqs:DeleteMessage

        Raises
        ------
        IatkException
            If the listener is not there
        """
        return self._poll_events(
            PollEventsParams(listener_id, wait_time_seconds, max_number_of_messages)
        )

    def _poll_events(
        self, params: PollEventsParams, caller: Optional[str] = None
    ) -> PollEventsOutput:
        payload = params.to_payload(self.region, self.profile)
        return PollEventsOutput(self._invoke_iatk(payload, caller))

    def wait_until_event_matched(
        self,
        listener_id: str,
        assertion_fn: Callable[[str], Any],
        timeout_seconds: int = 30,
    ) -> bool:
        """Waits until an event passes an assertion.

        Parameters
        ----------
        listener_id : str
            The listener's id
        assertion_fn : Callable[[str], None]
            Gets each event's JSON text; raises AssertionError (or returns False) if it is not
            the one
        timeout_seconds : int
            How long to wait: 1 to 999 seconds

        Returns
        -------
        bool
            Whether an event passed in time
        """
        params = WaitUntilEventMatchedParams(listener_id, assertion_fn, timeout_seconds)
        deadline = time.monotonic() + params.timeout_seconds
        seen = 0
        failures: List[str] = []
        while True:
            remaining = deadline - time.monotonic()
            poll = params._poll_event_params
            wait = max(0, math.ceil(remaining))
            if poll.wait_time_seconds is not None and wait < poll.wait_time_seconds:
                poll = replace(poll, wait_time_seconds=wait)
            out = self._poll_events(params=poll, caller="wait_until_event_matched")
            for index, event in enumerate(out.events):
                seen += 1
                failure = _failure_of(params.assertion_fn, event)
                if failure is None:
                    self._give_back(listener_id, len(out.events) - index - 1)
                    return True
                failures.append(f"  event {seen}: {failure}")
            if time.monotonic() >= deadline:
                break
        LOG.warning(
            "no event matched within %s s; %d event(s) came to listener %s%s",
            params.timeout_seconds,
            seen,
            listener_id,
            "".join(f"\n{failure}" for failure in failures[-5:]),
        )
        return False

    def _give_back(self, listener_id: str, count: int) -> None:
        """The last ``count`` events that were polled are polled again."""
        if count == 0:
            return
        # Not through _invoke_iatk: whoever has put something in its place expects polls alone.
        params = {"ListenerId": listener_id, "Count": count}
        payload = Payload("listener.unpoll", params, self.region, self.profile)
        try:
            self._raise_error_if_returned(_native.call(payload.dump_bytes()))
        except (IatkException, OSError) as failure:
            LOG.debug("events that were polled together with the match are gone: %s", failure)

    def get_trace_tree(
        self, tracing_header: str, fetch_child_traces: Optional[bool] = False
    ) -> GetTraceTreeOutput:
        """Fetches a trace as a tree.

        Parameters
        ----------
        tracing_header : str
            An X-Ray header with the trace's id: ``Root=1-…``
        fetch_child_traces : bool
            Whether traces that are linked as children belong to the tree

        IAM permissions needed: xray:BatchGetTraces

        Raises
        ------
        IatkException
            If the header has no trace id, or the trace is not there (yet)
        """
        return self._get_trace_tree(GetTraceTreeParams(tracing_header, fetch_child_traces))

    def _get_trace_tree(
        self, params: GetTraceTreeParams, caller: Optional[str] = None
    ) -> GetTraceTreeOutput:
        payload = params.to_payload(self.region, self.profile)
        return GetTraceTreeOutput(self._invoke_iatk(payload, caller))

    def retry_get_trace_tree_until(
        self,
        tracing_header: str,
        assertion_fn: Callable[[GetTraceTreeOutput], Any],
        fetch_child_traces: Union[bool, int, float, None] = False,
        timeout_seconds: Union[int, float] = 30,
    ) -> bool:
        """Fetches a trace until its tree passes an assertion.

        A number as ``fetch_child_traces`` is the timeout, which version 0.1.0 had in this place.

        Returns
        -------
        bool
            Whether it passed within ``timeout_seconds``

        Raises
        ------
        IatkException
            If fetching fails for another reason than that the trace is not complete yet
        """
        params = RetryGetTraceTreeUntilParams(
            tracing_header, assertion_fn, fetch_child_traces, timeout_seconds
        )

        @self.retry_until(assertion_fn=params.assertion_fn, timeout=params.timeout_seconds)
        def fetch_trace_tree() -> GetTraceTreeOutput:
            try:
                return self._get_trace_tree(
                    params=GetTraceTreeParams(params.tracing_header, params.fetch_child_traces),
                    caller="retry_get_trace_tree_until",
                )
            except IatkException as failure:
                text = str(failure)
                not_complete_yet = "trace not found" in text or (
                    "found a segment" in text and "with no parent" in text
                )
                if not_complete_yet or failure.retryable:
                    raise RetryableException(failure) from failure
                raise IatkException(failure, 500) from failure

        return fetch_trace_tree()

    def trace(self, header_or_id: str, linked: bool = False) -> TraceView:
        """Looks at a trace as far as it has come; see ``aws_iatk.tracing``.

        Parameters
        ----------
        header_or_id : str
            An X-Ray header with the trace's id (``Root=1-…``), or the id
        linked : bool
            Whether traces that are linked as children belong to it

        IAM permissions needed: xray:BatchGetTraces; where Transaction Search is on,
        xray:StartTraceRetrieval and xray:ListRetrievedTraces

        Raises
        ------
        IatkException
            If there is no trace id, or X-Ray can't be asked; a trace that is not there is a view
            with ``found`` False
        """
        return TraceView(self._method, header_or_id, linked)

    def generate_mock_event(
        self,
        registry_name: Optional[str] = None,
        schema_name: Optional[str] = None,
        schema_version: Optional[str] = None,
        event_ref: Optional[str] = None,
        skip_optional: Optional[bool] = None,
        contexts: Optional[List[Callable[[Any], Any]]] = None,
    ) -> GenerateMockEventOutput:
        """Makes an event that a schema of a registry describes.

        Parameters
        ----------
        registry_name, schema_name : str
            Where the schema is
        schema_version : str
            Which version of it; by default the latest
        event_ref : str
            For an OpenAPI schema, the component that describes the event
        skip_optional : bool
            Whether to leave out what the schema does not require
        contexts : List[Callable[[dict], dict]]
            Functions that fill the event in, each applied to the result of the one before

        IAM permissions needed: schemas:DescribeSchema

        Raises
        ------
        IatkException
            If the schema is not there or no event can be made from it; with code 400 if a context
            returns something that is not JSON, with 404 if the last one returns None
        """
        params = GenerateMockEventParams(
            registry_name, schema_name, schema_version, event_ref, skip_optional, contexts
        )
        event = self._generate_barebone_event(
            GenerateBareboneEventParams(
                registry_name=params.registry_name,
                schema_name=params.schema_name,
                schema_version=params.schema_version,
                event_ref=params.event_ref,
                skip_optional=params.skip_optional,
            )
        ).event
        if isinstance(params.contexts, list):
            event = self._apply_contexts(
                generated_event=event, callable_contexts=params.contexts
            )
        return GenerateMockEventOutput(event)

    def _generate_barebone_event(
        self, params: GenerateBareboneEventParams
    ) -> GenerateBareboneEventOutput:
        payload = params.to_payload(self.region, self.profile)
        return GenerateBareboneEventOutput(self._invoke_iatk(payload))

    def _apply_contexts(
        self, generated_event: Any, callable_contexts: List[Callable[[Any], Any]]
    ) -> Any:
        for context in callable_contexts:
            generated_event = context(generated_event)
            try:
                json.dumps(generated_event)
            except TypeError:
                name = getattr(context, "__name__", repr(context))
                raise IatkException(
                    f"context applier {name} returns a non-JSON-serializable result", 400
                ) from None
        if generated_event is None:
            raise IatkException(
                "event is empty, make sure function returns a valid event", 404
            )
        return generated_event

    def retry_until(
        self,
        assertion_fn: Callable[[Any], Any],
        timeout: Union[int, float] = 10,
        retryable_exceptions: Tuple[Type[BaseException], ...] = (RetryableException,),
    ) -> Callable[[Callable[..., Any]], Callable[..., bool]]:
        """A decorator: calls the function until its result passes an assertion.

        Parameters
        ----------
        assertion_fn : Callable[[Any], None]
            Gets the function's result; raises AssertionError (or returns False) if it is not
            good yet
        timeout : int or float
            How long to try, in seconds; 0 for ever
        retryable_exceptions : tuple
            Exceptions of the function after which it is called again

        Returns
        -------
        A decorator; the decorated function returns whether the assertion passed in time. The last
        attempt is made when the time is up.

        Raises
        ------
        TypeError
            If ``timeout`` is no number or ``assertion_fn`` can't be called
        ValueError
            If ``timeout`` is negative
        """
        if not isinstance(timeout, (int, float)):
            raise TypeError("timeout must be an int or float")
        if timeout < 0:
            raise ValueError("timeout must not be a negative value")
        if not callable(assertion_fn):
            raise TypeError("condition is not a callable function")

        def retry_until_decorator(func: Callable[..., Any]) -> Callable[..., bool]:
            @wraps(func)
            def _wrapper(*args: Any, **kwargs: Any) -> bool:
                deadline = time.monotonic() + timeout if timeout > 0 else math.inf
                delay = _FIRST_DELAY_SECONDS
                while True:
                    reason = ""
                    try:
                        output = func(*args, **kwargs)
                    except retryable_exceptions as failure:
                        LOG.debug("trying again after: %s", failure)
                        reason = str(failure)
                        part = random.uniform(1 - _JITTER, 1)
                    else:
                        if _passes(assertion_fn, output):
                            return True
                        part = 1.0
                    remaining = deadline - time.monotonic()
                    if remaining <= 0:
                        LOG.debug("condition not satisfied within %s seconds", timeout)
                        if reason:
                            LOG.warning("given up after %s s: %s", timeout, reason)
                        return False
                    time.sleep(min(delay * part, remaining))
                    delay = min(delay * 2, _LONGEST_DELAY_SECONDS)

            return _wrapper

        return retry_until_decorator

    def patch_aws_client(
        self, client: Any, sampled: int = 1, header: Optional[str] = None
    ) -> Any:
        """Makes a boto3 client send a tracing header with each request, so that it is sampled.

        Parameters
        ----------
        client : boto3.client
            The client; one that was patched before gets the new header instead
        sampled : int
            1 to have requests sampled, 0 to have them not
        header : str, optional
            A whole header, so that all requests belong to its trace; by default each request begins
            a trace, whose id the service that gets it makes up

        Returns
        -------
        boto3.client
            The same client

        Raises
        ------
        ValueError
            If ``header`` has no trace id
        """
        trace_header.patch(client, sampled, header)
        return client

    def trace_clients(self, *clients: Any, sampled: int = 1, header: Optional[str] = None) -> str:
        """Makes all that boto3 clients send part of one trace.

        Requests get X-Ray's and W3C's headers; events of ``put_events``, messages of SQS and
        executions of state machines get the header in their own field, since a request's header
        goes no further than the service.

        Parameters
        ----------
        clients : boto3.client
            The clients
        sampled : int
            1 to have the new trace sampled, 0 to have it not
        header : str, optional
            The header of a trace that there is; by default that of a new one

        Returns
        -------
        str
            The header, as ``get_trace_tree`` takes it. For requests that no boto3 client makes:
            ``aws_iatk.trace_header.http_headers(header)``
        """
        header = header or trace_header.new_header(sampled)
        for client in clients:
            self.patch_aws_client(client, header=header)
        return header

    def listen(
        self,
        event_bus_name: str = "",
        rule_name: str = "",
        pattern: Optional[Pattern] = None,
        topic_arn: str = "",
        queue: str = "",
        target_id: str = "",
        tags: Optional[Dict[str, str]] = None,
    ) -> Listener:
        """Listens to a rule, a pattern, a whole bus, a topic or a queue; ready when it returns.

        Parameters
        ----------
        event_bus_name : str
            The bus; by default "default", or the one that the rule's name names
        rule_name : str
            What this rule matches: its name, its ARN, or CDK's ``bus|rule``
        pattern : dict or str
            What this event pattern matches
        topic_arn : str
            What is published to this SNS topic
        queue : str
            What comes to this SQS queue or dead-letter queue, by URL, ARN or name; it stays there
        target_id : str
            A target of the rule whose input transformation to copy too
        tags : Dict[str, str]
            Tags for what is made, beside the kit's own

        Returns
        -------
        Listener
            A context manager that removes what it made; see ``aws_iatk.listening``

        Raises
        ------
        IatkException
            If there is nothing to listen to, or nothing could be made
        """
        params: Dict[str, Any] = {"EventBusName": event_bus_name, "RuleName": rule_name}
        if pattern is not None:
            text = pattern if isinstance(pattern, str) else json.dumps(pattern)
            params["EventPattern"] = text
        params.update(TopicArn=topic_arn, Queue=queue, TargetId=target_id, Tags=tags or {})
        listener = Listener(
            self._method,
            self._method("listener.add", params),
            lambda listener_id: self.remove_listeners(ids=[listener_id]),
        )
        for warning in listener.warnings:
            LOG.warning("listener %s: %s", listener.id, warning)
        return listener

    def publish(
        self,
        *events: Mapping[str, Any],
        event_bus_name: str = "",
        correlation_id: str = "",
        correlation_key: str = "correlationId",
        trace_header: str = "",
    ) -> Published:
        """Puts events on a bus, with a correlation id and a trace header.

        Parameters
        ----------
        events : dict
            As boto3's ``put_events`` takes them: Source, DetailType, Detail (a dict or JSON text),
            Resources, Time (RFC 3339 text), EventBusName
        event_bus_name : str
            The bus of events that name none
        correlation_id : str
            By default a new UUID
        correlation_key : str
            Where it goes in each detail; "" leaves the details as they are
        trace_header : str
            By default that of a new trace, sampled

        Raises
        ------
        IatkException
            If the bus did not take all of them, with the reason of each
        """
        entries = [dict(event) for event in events]
        out = self._method(
            "event.publish",
            {
                "EventBusName": event_bus_name,
                "Events": entries,
                "CorrelationId": correlation_id,
                "CorrelationKey": correlation_key,
                "TraceHeader": trace_header,
            },
        )
        first = entries[0]
        detail = first.get("Detail") or {}
        detail = json.loads(detail) if isinstance(detail, str) else dict(detail)
        if correlation_key:
            detail.setdefault(correlation_key, out["CorrelationId"])
        return Published(
            event_ids=out["EventIds"],
            correlation_id=out["CorrelationId"],
            trace_header=out["TraceHeader"],
            event_pattern=out["EventPattern"],
            _first={
                "EventBusName": first.get("EventBusName") or event_bus_name,
                "Source": first.get("Source", ""),
                "DetailType": first.get("DetailType", ""),
                "Detail": detail,
            },
            _find_lost=lambda params: str(self._method("event.find_lost", params)["Explanation"]),
        )

    def repeat(
        self,
        runs: int,
        run: Callable[[], Union[float, ListenedEvent]],
        limits: Optional[Mapping[str, float]] = None,
    ) -> Distribution:
        """Runs an act-and-expect many times.

        Parameters
        ----------
        runs : int
            How many times
        run : Callable[[], float or ListenedEvent]
            Returns how long it took, in seconds, or an event with its latency
        limits : dict
            What may not be passed, in seconds, by ``p50``, ``p95``, ``p99`` or ``max``

        Raises
        ------
        AssertionError
            If a limit is passed, with the distribution
        """
        measured: List[float] = []
        for _ in range(runs):
            result = run()
            seconds = result.latency if isinstance(result, ListenedEvent) else result
            if seconds is None:
                raise ValueError("the event has no latency: expect it since an act")
            measured.append(seconds)
        out = self._method(
            "distribution", {"Measured": measured, "Limits": dict(limits or {}), "Unit": "s"}
        )
        if out["BrokenLimits"]:
            raise AssertionError("; ".join(out["BrokenLimits"]) + "\n" + out["Text"])
        return Distribution(
            runs=out["Runs"],
            min=out["Min"],
            p50=out["P50"],
            p95=out["P95"],
            p99=out["P99"],
            max=out["Max"],
            text=out["Text"],
        )

    def explain(self, pattern: Pattern, event: Union[str, Mapping[str, Any]]) -> Dict[str, Any]:
        """Why an event matches an event pattern, or what would make it match.

        Returns
        -------
        dict
            ``matches``, ``leaves``, ``changes``, and ``text`` for people
        """
        as_text: Callable[[Any], str] = lambda v: v if isinstance(v, str) else json.dumps(v)
        explanation: Dict[str, Any] = self._method(
            "event.explain", {"EventPattern": as_text(pattern), "Event": as_text(event)}
        )
        return explanation

    def gc(
        self, dry_run: bool = False, older_than: Optional[float] = None
    ) -> Sequence[Dict[str, Any]]:
        """Removes listeners that test runs which broke off left behind, the original kit's too.

        Parameters
        ----------
        dry_run : bool
            Only tell what would go
        older_than : float
            Also what was made longer ago than so many seconds

        Returns
        -------
        Sequence[dict]
            ``Id``, ``Created``, ``Reason``, ``Resources`` and ``Error`` of each
        """
        params: Dict[str, Any] = {"DryRun": dry_run}
        if older_than is not None:
            params["OlderThanSeconds"] = math.floor(older_than)
        left: Sequence[Dict[str, Any]] = self._method("gc", params)
        return left

    def _method(self, method: str, params: Dict[str, Any]) -> Any:
        """The output of a method of the native core."""
        payload = Payload(method, params, self.region, self.profile)
        return self._invoke_iatk(payload).get("result", {}).get("output")

    @_log_duration
    def _invoke_iatk(self, payload: Payload, caller: Caller = None) -> Dict[str, Any]:
        """Sends a request to the core; a failure becomes an IatkException."""
        input_data = payload.dump_bytes(caller)
        LOG.debug("payload: %s", input_data)
        return self._raise_error_if_returned(self._popen_iatk(input_data))

    def _popen_iatk(
        self, input: bytes, env_vars: Optional[Dict[str, str]] = None
    ) -> Union[bytes, memoryview]:
        """The core's reply to a request."""
        LOG.debug("calling iatk rpc with input %s", input)
        if self._iatk_binary_path == _native.PATH:
            return _native.call_packed(input)
        env = {**os.environ, **(env_vars or {})}
        process = Popen([self._iatk_binary_path], stdout=PIPE, stdin=PIPE, stderr=PIPE, env=env)
        out, err = process.communicate(input=input)
        lines = err.decode("utf-8", "replace").splitlines()
        for line in lines:
            iatk_service_logger.debug(line)
        if not out:
            reason = f"{self._iatk_binary_path} ended with status {process.returncode}"
            raise IatkException(": ".join([reason, *lines[:1]]), _INTERNAL_ERROR)
        return out

    def _raise_error_if_returned(self, output: Union[bytes, memoryview]) -> Dict[str, Any]:
        """The reply, if it is a result."""
        try:
            reply: Dict[str, Any] = _packed.read(output)
            error = reply.get("error")
        except (ValueError, AttributeError) as failure:
            raise IatkException(
                f"the core's reply is not JSON-RPC: {bytes(output[:200])!r}", _INTERNAL_ERROR
            ) from failure
        if error:
            raise IatkException(
                error.get("message", ""), error.get("code", 0), error.get("data")
            )
        return reply
