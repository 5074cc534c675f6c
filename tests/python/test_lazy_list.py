"""A list that makes its items late is a list in every other way."""

import copy
import json
import operator
import pickle
import random

import pytest

from aws_iatk._lazy_list import LazyList

ITEMS = ["zero", "one", "two", "three"]


@pytest.fixture
def made():
    return []


@pytest.fixture
def late(made):
    def make(index):
        made.append(index)
        return ITEMS[index]

    return LazyList.of(len(ITEMS), make)


def test_an_item_is_made_when_it_is_looked_at_and_once(late, made):
    assert len(late) == 4 and bool(late) and made == []
    assert (late[2], late[-1], late[2], late[3]) == ("two", "three", "two", "three")
    assert made == [2, 3]
    assert next(iter(late)) == "zero"
    assert made == [2, 3, 0]
    assert list(late) == ITEMS
    assert made == [2, 3, 0, 1]


def test_an_index_that_there_is_none_of(late):
    for index in (4, -5):
        with pytest.raises(IndexError):
            late[index]
    with pytest.raises(TypeError):
        late["0"]


@pytest.mark.parametrize(
    "look",
    [
        list,
        tuple,
        sorted,
        repr,
        str,
        json.dumps,
        copy.copy,
        copy.deepcopy,
        lambda items: pickle.loads(pickle.dumps(items)),
        lambda items: [*items],
        lambda items: [*reversed(items)],
        lambda items: items[1:3],
        lambda items: items[::-1],
        lambda items: items == ITEMS,
        lambda items: ITEMS == items,
        lambda items: items != ITEMS,
        lambda items: items < ["zz"],
        lambda items: items + ["more"],
        lambda items: ["more"] + items,
        lambda items: items * 2,
        lambda items: 2 * items,
        lambda items: "two" in items,
        lambda items: items.index("two"),
        lambda items: items.count("two"),
        lambda items: items.copy(),
        lambda items: ["x"].__add__(list(items)),
        lambda items: list(zip(items, items)),
        lambda items: max(items),
        lambda items: random.Random(1).choice(items),
        lambda items: random.Random(1).sample(items, 2),
        lambda items: "".join(items),
        lambda items: dict.fromkeys(items),
        lambda items: operator.itemgetter(0, 3)(items),
        lambda items: [a for a, *_ in [items]],
        lambda items: [first for first, *rest in [tuple(items)]],
    ],
)
def test_it_looks_as_a_list_does(late, look):
    assert look(late) == look(list(ITEMS))


def changed(items, change):
    change(items)
    return list(items)


@pytest.mark.parametrize(
    "change",
    [
        lambda items: items.append("more"),
        lambda items: items.extend(["more"]),
        lambda items: items.insert(1, "more"),
        lambda items: items.remove("two"),
        lambda items: items.pop(),
        lambda items: items.pop(0),
        lambda items: items.clear(),
        lambda items: items.reverse(),
        lambda items: items.sort(),
        lambda items: items.__setitem__(1, "more"),
        lambda items: items.__setitem__(slice(0, 2), ["more"]),
        lambda items: items.__delitem__(0),
        lambda items: operator.iadd(items, ["more"]),
        lambda items: operator.imul(items, 2),
        lambda items: [items.append("more") for item in items if item == "one"],
    ],
)
def test_it_changes_as_a_list_does(late, change):
    assert changed(late, change) == changed(list(ITEMS), change)


def test_a_list_takes_it_in_as_another_list(late):
    items = ["x"]
    items.extend(late)
    items[1:1] = late
    items += late
    assert items == ["x", *ITEMS, *ITEMS, *ITEMS]


def test_one_that_is_made_of_items_has_them():
    assert LazyList() == []
    assert LazyList(iter(ITEMS)) == ITEMS
