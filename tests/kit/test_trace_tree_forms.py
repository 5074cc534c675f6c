"""get_trace_tree in process: a packed reply is the reply in JSON, and what is read late is as if it had
been read at once."""

import copy
import dataclasses
import json
import pickle
import threading

import pytest
from conftest import environment
from fake_xray import FakeXRay, running
from test_traces import link, new_trace_id, segment, subsegment

import aws_iatk
from aws_iatk import _native, xray
from aws_iatk.get_trace_tree import GetTraceTreeOutput, GetTraceTreeParams

TRACE = "1-5759e988-bd862e3fe1be46a994272793"
LINKED = "1-5759e988-bd862e3fe1be46a994272794"


def rich():
    """A trace with all that documents have, in several paths."""
    root = segment(
        TRACE,
        "api",
        links=[link(LINKED)],
        service={"type": "t", "version": "1"},
        http={"request": {"method": "GET"}, "response": {"status": 200}},
        cause={"working_directory": "/", "exceptions": [{"id": "e", "stack": [{"line": 1}]}]},
        annotations={"n": 12345678901234567890, "x": 1.50, "text": 'é "\\\n\t\u2028<&>\U0001f600'},
        metadata={"deep": [[[{"a": None}]]]},
        aws={"region": "us-east-1"},
        error=False,
        fault=True,
        subsegments=[subsegment("outer", sql={}, subsegments=[subsegment("inner", namespace="aws")])],
    )
    inner = root["subsegments"][0]["subsegments"][0]
    worker = segment(TRACE, "worker", inner, 0.5, None)
    return [worker, segment(TRACE, "late", root, 0.9), root, segment(TRACE, "table", worker, 0.6)]


def traces():
    root = segment(TRACE, "root")
    twice = segment(TRACE, "twice", root, 0.2)
    deep = [root]
    for _ in range(200):
        deep.append(segment(TRACE, "link", deep[-1]))
    spaced = json.dumps(segment(TRACE, "spaced", root), indent=2)
    return {
        "one segment": [root],
        "rich": rich(),
        "one document in several versions": [root, {**twice, "name": "last"}, twice],
        "versions of which one is in progress": [root, twice, {**twice, "end_time": None}],
        "several roots": [segment(TRACE, "second", start=2), root, segment(TRACE, "third", start=1)],
        "wide": [root, *(segment(TRACE, f"leaf-{n}", root) for n in range(100))],
        "deep": [*deep, segment(TRACE, "aside", deep[100])],
        "written with spaces": [root, spaced],
        "a ring": [
            root,
            {**segment(TRACE, "a", "00000000000000b1"), "id": "00000000000000a1"},
            {**segment(TRACE, "b", "00000000000000a1"), "id": "00000000000000b1"},
        ],
    }


@pytest.fixture(scope="module")
def fake():
    with running(FakeXRay()) as fake:
        yield fake


@pytest.fixture
def kit(fake, monkeypatch):
    for name, value in environment(fake.url).items():
        monkeypatch.setenv(name, value)
    fake.traces = {TRACE: rich(), LINKED: [segment(LINKED, "linked", start=3)]}
    return aws_iatk.AwsIatk(region="us-east-1")


@pytest.fixture
def tree(kit):
    return kit.get_trace_tree(f"Root={TRACE}").trace_tree


def in_json(kit, linked=False):
    """The reply as JSON has it, with the paths' documents repeated."""
    payload = GetTraceTreeParams(f"Root={TRACE}", linked).to_payload(kit.region, kit.profile)
    return json.loads(_native.call(payload.dump_bytes()))


@pytest.fixture
def full(kit):
    """The tree made of the whole reply at once."""
    return GetTraceTreeOutput(in_json(kit)).trace_tree


def everything(value):
    """All attributes of an object and of those in it, and their classes."""
    if isinstance(value, list):
        return [everything(item) for item in value]
    if dataclasses.is_dataclass(value):
        fields = {field.name: everything(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return [type(value).__name__, fields, dict(value) if isinstance(value, dict) else None]
    return value


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("name", traces())
def test_a_packed_tree_is_the_tree_in_json(kit, fake, name, linked):
    fake.traces[TRACE] = traces()[name]
    packed = kit.get_trace_tree(f"Root={TRACE}", fetch_child_traces=linked).trace_tree
    reply = in_json(kit, linked)
    assert everything(packed) == everything(GetTraceTreeOutput(reply).trace_tree)
    output = kit._method(
        "get_trace_tree", {"TracingHeader": f"Root={TRACE}", "FetchChildTraces": linked}
    )
    assert json.dumps(output) == json.dumps(reply["result"]["output"])


def test_the_output_is_a_dict_however_it_is_looked_at(kit):
    expected = in_json(kit)["result"]["output"]

    def output():
        return kit._method("get_trace_tree", {"TracingHeader": f"Root={TRACE}"})

    assert output() == expected
    assert not output() != expected
    assert dict(output()) == expected
    assert list(output()) == list(expected)
    assert list(output().keys()) == list(expected)
    assert list(output().values()) == list(expected.values())
    assert len(output()) == len(expected)
    assert repr(output()) == repr(expected)
    assert output()["root"] == expected["root"]
    assert output().get("paths") == expected["paths"]
    assert output().get("nothing") is None
    assert output().get("nothing", 1) == 1
    assert "source_trace" in output() and "nothing" not in output()
    with pytest.raises(KeyError, match="nothing"):
        output()["nothing"]
    assert copy.deepcopy(output()) == expected
    assert pickle.loads(pickle.dumps(output())) == expected


def test_paths_are_lists_and_have_one_object_for_a_segment(tree):
    assert isinstance(tree.paths, list)
    assert {type(path) for path in tree.paths} == {list}
    assert tree.paths is tree.paths
    assert [[s.name for s in path] for path in tree.paths] == [["api", "worker", "table"], ["api", "late"]]
    assert tree.paths[0][0] is tree.paths[1][0]
    assert tree.root == tree.paths[0][0]
    assert tree.root is not tree.paths[0][0]
    assert isinstance(tree.source_trace.segments, list)
    assert {type(segment) for segment in tree.source_trace.segments} == {xray.Segment}


def test_what_is_set_before_anything_was_read_stays(tree):
    segment = tree.paths[0][1]
    segment.error = "mine"
    segment.note = "more"
    assert (segment.name, segment.error, segment.note) == ("worker", "mine", "more")
    tree.source_trace.segments = []
    assert tree.source_trace.segments == []


def test_what_is_deleted_before_anything_was_read_is_gone(tree):
    segment = tree.root
    del segment.name
    assert not hasattr(segment, "name")
    assert segment.fault is True
    with pytest.raises(AttributeError, match="name"):
        segment.name
    with pytest.raises(AttributeError, match="nothing"):
        del segment.nothing


def test_an_attribute_that_there_is_none_of(tree):
    with pytest.raises(AttributeError, match="nothing"):
        tree.root.nothing
    assert getattr(tree.root, "nothing", None) is None
    assert not hasattr(tree, "nothing")


@pytest.mark.parametrize("of", [lambda t: t, lambda t: t.root, lambda t: t.source_trace])
@pytest.mark.parametrize(
    "made",
    [
        copy.copy,
        copy.deepcopy,
        *(lambda value, p=p: pickle.loads(pickle.dumps(value, p)) for p in range(6)),
    ],
)
def test_copies_of_what_was_not_read_are_whole(kit, full, of, made):
    tree = kit.get_trace_tree(f"Root={TRACE}").trace_tree
    copied = made(of(tree))
    assert everything(copied) == everything(of(full))
    assert everything(of(tree)) == everything(of(full))


@pytest.mark.parametrize("of", [lambda t: t, lambda t: t.root, lambda t: t.source_trace])
@pytest.mark.parametrize(
    "look",
    [repr, hash, vars, dataclasses.asdict, lambda v: v == v, lambda v: sorted(v.__dict__)],
)
def test_what_was_not_read_looks_as_if_it_had_been(kit, full, of, look):
    tree = kit.get_trace_tree(f"Root={TRACE}").trace_tree
    assert look(of(tree)) == look(of(full))
    assert of(kit.get_trace_tree(f"Root={TRACE}").trace_tree) == of(full)


def test_a_segment_that_a_test_makes_is_as_before():
    segment = xray.Segment({"id": "1"})
    assert vars(segment)["id"] == "1"
    segment.name = "n"
    del segment.name
    assert "name" not in vars(segment)


def test_several_threads_read_one_segment(tree):
    names = []
    ready = threading.Barrier(8)

    def read():
        ready.wait(30)
        names.append([segment.name for path in tree.paths for segment in path])

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert names == [["api", "worker", "table", "api", "late"]] * 8


def test_paths_that_are_cut_are_cut_in_both_forms(kit, fake):
    chain = [segment(TRACE, "s0")]
    for number in range(700):
        chain.append(segment(TRACE, f"s{number + 1}", chain[-1]))
    fake.traces[TRACE] = chain + [segment(TRACE, "leaf", one, 0.1) for one in chain]
    tree = kit.get_trace_tree(f"Root={TRACE}").trace_tree
    reply = in_json(kit)
    assert reply["result"]["output"]["paths_cut"] is True
    assert [len(path) for path in tree.paths] == [
        len(path) for path in reply["result"]["output"]["paths"]
    ]
    assert sum(len(path) for path in tree.paths) < 200_000
