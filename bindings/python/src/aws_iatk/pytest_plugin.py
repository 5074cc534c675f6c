"""Fixtures for pytest, there as soon as the package is installed.

``iatk``
    The kit, for the region and profile of the options ``--iatk-region`` and ``--iatk-profile``.
``iatk_listener``
    ``iatk_listener(rule_name="orders")`` listens, as ``AwsIatk.listen`` does; what was made is removed
    at the end of the test. Each test, and so each parallel worker, has queues and rules of its own.
``iatk_stack``
    ``iatk_stack("my-stack")`` is a deployed stack: ``.outputs`` and ``.physical_id("Logical")``.

The report of a test that failed has, for each of its listeners, the events that came, the
expectations that were not met, and the way of the last event's trace; and the traces that the test
looked at with ``AwsIatk.trace``, as it saw them last.
"""

from typing import Any, Callable, Dict, Generator, List

import pytest

from . import AwsIatk, IatkException, Listener, tracing

_LISTENERS = pytest.StashKey[List[Listener]]()
_MOST_EVENTS = 20


class Stack:
    """A deployed stack.

    Attributes
    ----------
    name : str
        Its name or ARN
    outputs : Dict[str, str]
        All its outputs
    """

    def __init__(self, iatk: AwsIatk, name: str) -> None:
        self._iatk = iatk
        self.name = name
        self.outputs: Dict[str, str] = iatk._method("stack.outputs", {"StackName": name})

    def physical_id(self, logical_resource_id: str) -> str:
        """The physical id of a resource, by its name in the template."""
        return self._iatk.get_physical_id_from_stack(logical_resource_id, self.name).physical_id


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("iatk")
    group.addoption("--iatk-region", help="Region of the fixture iatk")
    group.addoption("--iatk-profile", help="Profile of the fixture iatk")


@pytest.fixture
def iatk(request: pytest.FixtureRequest) -> AwsIatk:
    option = request.config.getoption
    return AwsIatk(region=option("--iatk-region"), profile=option("--iatk-profile"))


@pytest.fixture
def iatk_listener(
    request: pytest.FixtureRequest, iatk: AwsIatk
) -> Generator[Callable[..., Listener], None, None]:
    listeners = request.node.stash.setdefault(_LISTENERS, [])

    def listen(**place: Any) -> Listener:
        listener = iatk.listen(**place)
        listeners.append(listener)
        return listener

    yield listen
    if listeners:
        iatk.remove_listeners(ids=[listener.id for listener in listeners])


@pytest.fixture
def iatk_stack(iatk: AwsIatk) -> Callable[[str], Stack]:
    return lambda name: Stack(iatk, name)


def _way_of_trace(iatk: AwsIatk, header: str) -> str:
    try:
        tree = iatk.get_trace_tree(header).trace_tree
    except IatkException as failure:
        return f"trace {header}: {failure}\n"
    ways = (" -> ".join(f"{s.name} ({s.origin})" for s in path) for path in tree.paths)
    return f"trace {header}:\n" + "".join(f"  {way}\n" for way in ways)


def _log_of(iatk: AwsIatk, listener: Listener) -> str:
    try:
        events = listener.events()
    except IatkException as failure:
        return f"its events can't be read: {failure}\n"
    text = f"{len(events)} event(s) came\n"
    for event in events[-_MOST_EVENTS:]:
        text += f"  {event.number}: {event.text}\n"
    text += "".join(f"not met: {failure}" for failure in listener.failures)
    headers = [event.trace_header for event in events if event.trace_header]
    return text + (_way_of_trace(iatk, headers[-1]) if headers else "")


def pytest_runtest_setup() -> None:
    tracing.record_views()


def _picture_of(view: tracing.TraceView) -> str:
    try:
        return view.text()
    except IatkException as failure:
        return f"it can't be drawn: {failure}\n"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" or not report.failed:
        return
    iatk = getattr(item, "funcargs", {}).get("iatk")
    for listener in item.stash.get(_LISTENERS, []):
        if iatk is not None:
            report.sections.append((f"iatk listener {listener.id}", _log_of(iatk, listener)))
    for view in tracing.recorded_views():
        report.sections.append((f"iatk trace {view.id}", _picture_of(view)))
