"""The kit under faults: at each call of each operation the result is right, or the error is clear; and
nothing is left behind that a second try, or gc, does not find."""

import concurrent.futures
import json
import logging
import re
import threading
import time
import uuid

import gate as faults
import pytest
from gate import FAULTS
from worlds import PATTERN, worlds  # noqa: F401 (a fixture)

import aws_iatk

TEMPLATE = json.dumps(
    {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "work"}}},
        "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}},
    }
)
SCHEMA = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "required": ["total"],
        "properties": {"total": {"type": "integer", "minimum": 7}},
    }
)


# Each operation sets its world up and returns what to call and what to see in the result.


def get_stack_outputs(world):
    make_stack(world)

    def check(outputs):
        assert outputs == {"Name": "work"}

    return lambda: world.kit.get_stack_outputs("app", ["Name"]).outputs, check


def get_physical_id_from_stack(world):
    make_stack(world)

    def check(physical_id):
        assert physical_id.endswith("/work")

    return lambda: world.kit.get_physical_id_from_stack("Queue", "app").physical_id, check


def make_stack(world):
    def call(operation, **fields):
        return world.direct.query(
            world.region, "cloudformation", operation, "2010-05-15", StackName="app", **fields
        )

    call("CreateStack", TemplateBody=TEMPLATE)
    deadline = time.monotonic() + 60
    while "CREATE_COMPLETE" not in call("DescribeStacks"):
        assert time.monotonic() < deadline, "the stack was not made"


def add_listener(world):
    world.rule()
    return lambda: world.kit.add_listener("default", "orders").id, hears(world)


def listen_to_a_rules_target(world):
    world.application()
    return lambda: world.kit.listen(rule_name="orders", target_id="work").id, hears(world)


def listen_to_a_pattern(world):
    return lambda: world.kit.listen(pattern=PATTERN).id, hears(world)


def listen_to_a_bus(world):
    return lambda: world.kit.listen().id, hears(world)


def hears(world):
    def check(listener):
        world.poll(listener, world.put(1))
        world.kit.remove_listeners([listener])

    return check


def listen_to_a_queue(world):
    url = world.application()
    ids = world.put(1)

    def check(listener):
        assert listener.id.endswith("/work")
        assert listener.expect(PATTERN, within=world.within).id == ids[0]
        left = world.sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
        numbers = [int(left[f"ApproximateNumberOfMessages{of}"]) for of in ("", "NotVisible")]
        assert sum(numbers) == 1

    return lambda: world.kit.listen(queue="work"), check


def poll_events(world):
    listener = made_listener(world)
    ids = world.put(1, 2)

    def check(bodies):
        got = [json.loads(body)["id"] for body in bodies]
        # What was in an answer that was lost comes later.
        world.poll(listener, [event for event in ids if event not in got])
        # Two messages of one event are two to a poll; a message that comes again is not.
        assert len(got) - len(set(got)) == world.gate.doubled[world.region]

    return lambda: world.kit.poll_events(listener, 1, 10).events, check


def made_listener(world, **options):
    world.rule()
    return world.kit.add_listener("default", "orders", **options).id


def wait_until_event_matched(world):
    listener = made_listener(world)
    world.put(1, 2)

    def matches(body):
        assert json.loads(body)["detail"] == {"total": 2}

    def check(matched):
        assert matched is True

    def act():
        return told(world.kit.wait_until_event_matched, listener, matches, world.within)

    return act, check


def expect(world):
    world.rule()
    listener = world.kit.listen(rule_name="orders")
    ids = world.put(1, 2)

    def act():
        expected = [{"detail": {"total": [total]}} for total in (1, 2)]
        return [listener.expect(one, within=world.within).id for one in expected]

    def check(got):
        assert got == ids
        assert listener.expect(lambda event: event.body["detail"]["total"] == 2).id == ids[1]
        assert sorted(event.id for event in listener.all_of(PATTERN, PATTERN)) == sorted(ids)

    return act, check


def count(world):
    world.rule()
    listener = world.kit.listen(rule_name="orders")
    ids = world.put(1, 2, 3)

    def check(events):
        assert sorted(event.id for event in events) == sorted(ids)
        kept = [event.id for event in listener.events() if not event.duplicate]
        assert sorted(kept) == sorted(ids)

    return lambda: listener.count(PATTERN, at_least=3, within=world.within), check


def never(world):
    world.rule()
    listener = world.kit.listen(rule_name="orders")

    def check(outcome):
        assert outcome.controlled is True
        # Its rule is as it was, and lets nothing of the kit's own through.
        assert world.events("DescribeRule", Name=listener.id)["EventPattern"] == PATTERN
        world.poll(listener.id, world.put(1))

    return lambda: listener.never(PATTERN, within=0), check


def mark_an_act(world):
    world.rule()
    listener = world.kit.listen(rule_name="orders")
    world.put(1)
    listener.expect(PATTERN)

    def act():
        with listener.act() as began:
            return began

    def check(began):
        (event,) = world.put(2)
        assert listener.expect(PATTERN, since=began).id == event

    return act, check


def remove_listeners(world):
    listener = made_listener(world)
    return lambda: world.kit.remove_listeners([listener]).message, removed(world)


def remove_listeners_of_another_process(world):
    listener = made_listener(world)
    # A session that knows nothing of the listener.
    other = aws_iatk.AwsIatk(region=world.region, profile="other")
    return lambda: other.remove_listeners([listener]).message, removed(world)


def remove_listeners_by_tag(world):
    made_listener(world, tags={"team": "a"})
    filters = [aws_iatk.RemoveListeners_TagFilter("team", ["a"])]
    return lambda: world.kit.remove_listeners(tag_filters=filters).message, removed(world)


def removed(world):
    def check(message):
        assert message == "success"
        assert world.leavings() == []
        assert world.events("DescribeRule", Name="orders")["EventPattern"] == PATTERN

    return check


def gc(world):
    made_listener(world)

    def act():
        gone = world.kit.gc(older_than=0)
        errors = "; ".join(one["Error"] for one in gone if one["Error"])
        if errors:
            raise AssertionError(errors)
        return "success"

    return act, removed(world)


def publish(world):
    listener = made_listener(world)
    events = [{"Source": "shop", "DetailType": "order", "Detail": {"n": n}} for n in range(12)]

    def check(ids):
        assert len(ids) == 12
        numbers = set()
        deadline = time.monotonic() + 30
        # What the bus had taken before the answer was lost is there twice.
        while len(numbers) < 12 and time.monotonic() < deadline:
            for body in world.kit.poll_events(listener, 1, 10).events:
                numbers.add(json.loads(body)["detail"]["n"])
        assert numbers == set(range(12))

    return lambda: world.kit.publish(*events).event_ids, check


def find_a_lost_event(world):
    listener = made_listener(world)
    published = world.kit.publish({"Source": "shopp", "DetailType": "order", "Detail": {}})

    def check(text):
        assert "last seen: event bus default: it took the event" in text
        assert 'source: expected "shop", found "shopp"' in text

    return lambda: published.last_seen(listener), check


def get_trace_tree(world):
    header = made_trace(world)

    def check(tree):
        assert [[part.name for part in path] for path in tree.paths] == [["api", "worker"]]

    return lambda: world.kit.get_trace_tree(header).trace_tree, check


def retry_get_trace_tree_until(world):
    header = made_trace(world)

    def has_two(output):
        assert len(output.trace_tree.paths[0]) == 2

    def check(passed):
        assert passed is True

    def act():
        return told(world.kit.retry_get_trace_tree_until, header, has_two, False, world.within)

    return act, check


class LastWarnings(logging.Handler):
    """The last warning of each thread."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = {}

    def emit(self, record):
        self.texts[record.thread] = record.getMessage()


LAST_WARNINGS = LastWarnings()
logging.getLogger("aws_iatk").addHandler(LAST_WARNINGS)


def told(wait, *arguments):
    """Waits; a wait that only says no has its reason in the log."""
    if not wait(*arguments):
        raise AssertionError(LAST_WARNINGS.texts.get(threading.get_ident(), "no reason"))
    return True


def wait_for_a_trace(world):
    header = made_trace(world)

    def act():
        return world.kit.trace(header).wait_until_complete(["api > worker"], world.within)

    def check(view):
        assert view.complete

    return act, check


def made_trace(world):
    now = int(time.time())
    trace_id = f"1-{now:08x}-{uuid.uuid4().hex[:24]}"
    api = {"id": "a" * 16, "trace_id": trace_id, "name": "api", "start_time": now, "end_time": now}
    worker = {**api, "id": "b" * 16, "parent_id": "a" * 16, "name": "worker"}
    documents = [json.dumps(api), json.dumps(worker)]
    world.direct.rest(world.region, "xray", "/TraceSegments", TraceSegmentDocuments=documents)
    return f"Root={trace_id}"


def generate_mock_event(world):
    registry = "/v1/registries/name/shop"
    world.direct.rest(world.region, "schemas", registry)
    schema = {"Content": SCHEMA, "Type": "JSONSchemaDraft4"}
    world.direct.rest(world.region, "schemas", f"{registry}/schemas/name/order", **schema)

    def check(event):
        assert event == {"total": 7}

    return lambda: world.kit.generate_mock_event("shop", "order").event, check


MAKING = [add_listener, listen_to_a_rules_target, listen_to_a_pattern, listen_to_a_bus]
REMOVING = [
    remove_listeners,
    remove_listeners_of_another_process,
    remove_listeners_by_tag,
    gc,
]
# At the end of these, nothing of the kit's is there.
CLEANING = [*MAKING, *REMOVING]
OPERATIONS = [
    *CLEANING,
    get_stack_outputs,
    get_physical_id_from_stack,
    listen_to_a_queue,
    poll_events,
    wait_until_event_matched,
    expect,
    count,
    never,
    mark_an_act,
    publish,
    find_a_lost_event,
    get_trace_tree,
    retry_get_trace_tree_until,
    wait_for_a_trace,
    generate_mock_event,
]

# A wait that its service does not answer.
SHORT = 1
# A service's failure as users read it, with the reason after it.
CLEAR = re.compile(r"failed to call service: [\w ]+, operation: \w+, error: .*\w")


def calls_of(world, operation):
    """The names of the calls that it makes without a fault."""
    act, check = operation(world)
    world.gate.plan(world.region)
    result = act()
    calls = world.gate.calls(world.region)
    check(result)
    return calls


def survive(world, operation, fault_of):
    """It goes well in spite of the fault, and nothing is left behind."""
    act, check = operation(world)
    world.gate.plan(world.region, fault_of)
    result = act()
    world.gate.plan(world.region)
    check(result)
    if operation in CLEANING:
        assert world.leavings() == []


def survive_or_tell(world, operation, fault_of, rolls_back):
    """It goes well, or fails clearly; then a second try goes well, and gc finds what is left."""
    act, check = operation(world)
    rolls_back = rolls_back and operation in MAKING
    world.gate.plan(world.region, fault_of)
    within, world.within = world.within, SHORT
    try:
        result = act()
    except (aws_iatk.IatkException, AssertionError) as error:
        assert CLEAR.search(str(error)), f"not clear: {error}"
        world.gate.plan(world.region)
        if rolls_back:
            assert world.leavings() == []
        world.within = within
        result = act()
    world.gate.plan(world.region)
    check(result)
    if operation in CLEANING and world.leavings():
        world.kit.gc(older_than=0)
        assert world.leavings() == []


def failure_of(world, act, fault_of):
    world.gate.plan(world.region, fault_of)
    with pytest.raises((aws_iatk.IatkException, AssertionError)) as failed:
        act()
    return str(failed.value)


def side_by_side(run, cases):
    """Runs each case at once; names all that went wrong."""

    def one(case):
        try:
            return run(*case[1:])
        except Exception as error:  # whatever it is, it is named
            return f"{case[0]}: {type(error).__name__}: {error}"

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        wrong = [outcome for outcome in pool.map(one, cases) if outcome]
    assert not wrong, "\n".join(wrong)


def every(operations, calls):
    """(operation, number of the call, its name) for each call of each operation."""
    for operation in operations:
        for number, name in enumerate(calls[operation]):
            yield operation, number, name


@pytest.fixture(scope="module")
def calls(worlds):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return dict(zip(OPERATIONS, pool.map(lambda op: calls_of(worlds(), op), OPERATIONS)))


def test_one_fault_at_any_call_is_survived(worlds, calls):
    cases = []
    for operation, number, name in every(OPERATIONS, calls):
        what = f"{operation.__name__}, call {number} ({name})"
        for fault in FAULTS:
            if faults.befalls(fault, name):
                fault_of = faults.once(fault, number)
                cases.append((f"{what} {fault}", worlds(), operation, fault_of))
        fault_of = faults.once("throttled", number, times=2)
        cases.append((f"{what} throttled twice", worlds(), operation, fault_of))
    side_by_side(survive, cases)


def test_one_operation_that_fails_for_good_is_told_and_rolled_back(worlds, calls):
    cases = {}
    for operation, _, name in every(OPERATIONS, calls):
        for fault in ("throttled", "internal", "lost"):
            what = f"{operation.__name__}, each {name} {fault}"
            cases[what] = (what, worlds(), operation, faults.operation(fault, name), True)
    side_by_side(survive_or_tell, cases.values())


def test_an_endpoint_that_stays_away_is_told_and_gc_finds_what_is_left(worlds, calls):
    cases = []
    for operation, number, name in every(OPERATIONS, calls):
        for fault in ("unavailable", "lost"):
            what = f"{operation.__name__}, from call {number} ({name}) on {fault}"
            cases.append((what, worlds(), operation, faults.from_call(fault, number), False))
    side_by_side(survive_or_tell, cases)


def test_a_wait_does_not_hammer_a_service_that_is_away(worlds):
    world = worlds()
    world.rule()
    listener = world.kit.listen(rule_name="orders")
    text = failure_of(
        world, lambda: listener.expect(PATTERN, within=3), faults.from_call("unavailable", 0)
    )
    assert CLEAR.search(text)
    assert len(world.gate.calls(world.region)) < 20


def test_never_does_not_say_that_nothing_came_if_it_could_not_see_that_it_heard(worlds):
    world = worlds()
    world.rule()
    listener = world.kit.listen(rule_name="orders")
    text = failure_of(
        world, lambda: listener.never(PATTERN, within=0), faults.operation("internal", "PutEvents")
    )
    assert "no event matched, but could not see whether the listener still hears" in text


def test_a_listener_that_could_not_be_seen_to_hear_is_none(worlds):
    world = worlds()
    world.rule()
    for name in ("PutRule", "PutEvents"):
        text = failure_of(
            world,
            lambda: world.kit.add_listener("default", "orders"),
            # Three attempts of the call, and the next one goes well.
            lambda call, name=name: "throttled" if call.operation == name and call.nth < 3 else "",
        )
        assert f"operation: {name}" in text
        assert "Rate exceeded" in text
        assert world.leavings() == []


def test_publishing_that_breaks_off_says_how_far_it_came(worlds):
    world = worlds()
    events = [{"Source": "shop", "DetailType": "n", "Detail": {}}] * 12
    text = failure_of(world, lambda: world.kit.publish(*events), faults.from_call("internal", 1))
    assert text.startswith("10 of 12 events were put: failed to call service: EventBridge")
