#!/usr/bin/env python3
"""Writes 213,068 made-up lots of a city, one JSON object a line: the events of compare.py.

usage: make_lots.py OUT

The same file at every run, some 190 MB. Each column is made of quotas, values that the patterns of
families.json match and how often, and of fillers that none of them matches; so each family matches
as often as its "matches" say.
"""

import random
import re
import sys

LOTS = 213_068
CHANCE = random.Random(7)

# Borders of x, from west to east, and a place on a border of its own.
WEST, MIDDLE, EAST = -122.46471267081272, -122.41600944012424, -122.4063085128395
CORNER_X, CORNER_Y = -122.42916360922355, 37.729900216217324
MARGIN = 1e-6


def column(quotas, filler):
    """The quotas' values, then fillers up to the number of lots, in an order of chance."""
    values = [value for value, count in quotas for _ in range(count)]
    values += [filler() for _ in range(LOTS - len(values))]
    CHANCE.shuffle(values)
    return values


def spread(count, make):
    """`count` quotas of one, each a value of its own."""
    return [(make(), 1) for _ in range(count)]


def until(accepts, make):
    while True:
        value = make()
        if accepts(value):
            return value


def streets():
    quotas = [
        ("ACADIA", 24), ("BLUXOME", 442), ("DRAKE", 25), ("DRUMM", 13), ("FULTON", 1910),
        ("FUNSTON", 477), ("RHODE ISLAND", 328), ("MASON", 2657), ("MASONIC", 293),
        ("JEFFERSON", 131), ("MOULTON", 22), ("BEACH", 211), ("HYDE", 1758), ("CHESTNUT", 825),
        ("CLAYTON", 4724), ("WASHINGTON", 8000), ("LAKE", 846), ("IRVING", 1963),
        ("SANTIAGO", 682), ("UNKNOWN", 6900),
    ]  # fmt: skip
    matched = re.compile("(AC|BL|DR|FU|RH|MASO).*|.*(ON|KE|MM|ING|GO)")
    first = "ALVA BRODER CABRI DELMAR ELSI GALVE HOLLO JUNI KEAR LOMBA MIRA NORIE OAKD PACHE".split()
    last = "DO RY TA LIS NESS RER SETT VAL WICH WOOD YARD ZOLA ERA IGAN".split()
    names = [a + b for a in first for b in last]
    names += [f"{number:02}TH" for number in range(4, 49)]
    names = [name for name in names if not matched.fullmatch(name)]
    weights = [1 / (4 + rank) for rank in range(len(names))]
    fillers = iter(CHANCE.choices(names, weights, k=LOTS))
    return column(quotas, lambda: next(fillers))


def street_types():
    others = ["AVE", "BLVD", "WAY", "DR", "LN", "PL", "RD", "TER", None]
    weights = [60, 8, 8, 6, 4, 3, 3, 2, 6]
    return column(
        [("ST", 116_386), ("SQ", 15), ("CT", 1774)], lambda: CHANCE.choices(others, weights)[0]
    )


def house_numbers():
    begin = ["440", "443", "4401", "4420", "4498"]
    end = ["41", "141", "941", "1541", "3041"]
    quotas = [("441", 2453)]
    quotas += spread(1524, lambda: CHANCE.choice(begin))
    quotas += spread(1560, lambda: CHANCE.choice(end))
    return column(
        quotas,
        lambda: until(
            lambda number: not number.startswith("44") and not number.endswith("41"),
            lambda: str(CHANCE.randint(0, CHANCE.choice((999, 2999, 4799)))),
        ),
    )


def map_numbers():
    wildcards = [re.compile(p) for p in ("143.*", "2.*0.*1.*7", ".*218", "3.*5.*2")]
    exact = {"1430022", "2607117", "2607218", "3745012"}

    def only(wanted):
        """Whether of the wildcards a number matches `wanted` and no other."""
        return lambda number: number not in exact and all(
            bool(pattern.fullmatch(number)) == (place == wanted)
            for place, pattern in enumerate(wildcards)
        )

    def number(first="", last=""):
        middle = 7 - len(first) - len(last)
        return lambda: first + "".join(CHANCE.choices("0123456789", k=middle)) + last

    quotas = [("1430022", 1), ("2607117", 101), ("2607218", 35), ("3745012", 655), ("VACSTWIL", 1)]
    quotas += spread(489, lambda: until(only(0), number("143")))
    quotas += spread(612, lambda: until(only(1), number("2", "7")))
    quotas += spread(8, lambda: until(only(2), number("", "218")))
    quotas += spread(1885, lambda: until(only(3), number("3", "2")))
    return column(quotas, lambda: until(only(None), number()))


def zone_of(x):
    return sum(x > border for border in (WEST, MIDDLE, EAST))


def shapes():
    """For each lot: whether it has several polygons, and its ring of points."""
    zones = [(-122.5149, WEST), (WEST, MIDDLE), (MIDDLE, EAST), (EAST, -122.365)]
    lots = [zone for zone, count in enumerate((41_895, 107_053, 20_000, 44_120)) for _ in range(count)]
    CHANCE.shuffle(lots)
    by_zone = [[lot for lot in range(LOTS) if lots[lot] == zone] for zone in range(4)]
    # Lots with a point beyond a border: it is where the value says.
    beyond = dict.fromkeys(by_zone[0][:432], WEST + MARGIN)
    beyond |= dict.fromkeys(by_zone[1][:248], MIDDLE + MARGIN)
    beyond |= dict.fromkeys(by_zone[2][:498], MIDDLE - MARGIN)
    inner = by_zone[1][1000:]
    first_at_corner, touches_corner = set(inner[:2]), set(inner[2:218])
    several = set(inner[1000:1060]) | set(by_zone[3][:60])
    with_corner_y = inner[1000]
    for lot, zone in enumerate(lots):
        low, high = zones[zone]
        x = CORNER_X if lot in first_at_corner else CHANCE.uniform(low + MARGIN, high - MARGIN)
        y = CHANCE.uniform(37.7081, 37.8120)
        ring = [(x, y)]
        for _ in range(min(120, max(4, int(CHANCE.lognormvariate(2.2, 0.6))))):
            near = x + CHANCE.gauss(0, 1e-4)
            ring.append((near if zone_of(near) == zone else x, y + CHANCE.gauss(0, 1e-4)))
        if lot in beyond:
            ring[1] = (beyond[lot], ring[1][1])
        if lot in touches_corner:
            ring[2] = (CORNER_X, ring[2][1])
        if lot == with_corner_y:
            ring[2] = (ring[2][0], CORNER_Y)
        yield lot in several, [*ring, ring[0]]


def quoted(text):
    return "null" if text is None else f'"{text}"'


def main(out):
    columns = zip(map_numbers(), streets(), street_types(), house_numbers(), shapes())
    with open(out, "w", encoding="ascii", buffering=1 << 20) as file:
        for number, street, kind, house, (several, ring) in columns:
            points = ",".join(f'{{"x":{x},"y":{y},"z":0}}' for x, y in ring)
            first = points[: points.index("}") + 1]
            rings = f"[[{points}]]" if several else f"[{points}]"
            file.write(
                f'{{"type":"Feature","properties":{{"MAPBLKLOT":"{number}","BLKLOT":"{number}",'
                f'"BLOCK_NUM":"{number[:4]}","LOT_NUM":"{number[4:]}","FROM_ST":"{house}",'
                f'"TO_ST":"{house}","STREET":"{street}","ST_TYPE":{quoted(kind)},'
                f'"ODD_EVEN":"{"EO"[int(house) % 2]}"}},"geometry":{{'
                f'"type":"{"MultiPolygon" if several else "Polygon"}","firstCoordinates":{first},'
                f'"coordinates":[{rings}]}}}}\n'
            )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
