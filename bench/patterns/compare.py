#!/usr/bin/env python3
"""Event pattern engines side by side, in one run on one machine.

usage: compare.py IATK_BENCH_PATTERNS ENGINES EVENTS [--runs N] [--families FILE]

IATK_BENCH_PATTERNS: the program of engine_main.cc; ENGINES: the folder that build_engines made;
EVENTS: the file of make_lots.py. For each family of patterns, and for combinations of them, every
engine matches all events, one thread, JSON text in: once unmeasured, then N times (5) in turns.
Printed is each engine's best run, as others' work on the machine only ever adds to a run, in events
per second, and how many times as fast iatk is as the others: first told nothing of the events
("iatk"), then that their names are plain, which the local cloud's buses find out of theirs
("iatk-plain", and its times behind the slash). Every engine's counts are held against the family's;
exit status 1 if one of iatk's differs. iatk is given all events in one call and fetches the next one's
memory while it matches one; the floor's loop does so too.
The floor is what simdjson takes to find and read the fields that the rules test.
"""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ENGINES = ("iatk", "iatk-plain", "event-ruler", "quamina", "floor")


class Engine:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} ended with status {self.process.wait()}")
        return json.loads(answer)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def start(program, folder, events):
    jars = f"{folder}/classes:" + ":".join(str(jar) for jar in sorted((folder / "jars").iterdir()))
    commands = {
        "iatk": [program, "iatk", events],
        "iatk-plain": [program, "iatk-plain", events],
        "event-ruler": ["java", "-Xmx6g", "-XX:+UseSerialGC", "-cp", jars, "EventRuler", events],
        "quamina": [folder / "quamina", events],
        "floor": [program, "floor", events],
    }
    return [Engine(name, [str(part) for part in commands[name]]) for name in ENGINES]


def strangers(count):
    """Rules that no event matches."""
    return [
        {"properties": {"MAPBLKLOT": [f"none-{i}"], "STREET": [{"prefix": f"NONE{i}"}]}}
        for i in range(count)
    ]


def tasks_of(families):
    """(name, patterns, counts) of the families, of their combinations, and beside other rules."""
    for family in families:
        yield family["family"], family["patterns"], family["matches"]
    for name, chosen in (
        ("all but arrays", [f for f in families if f["family"] != "COMPLEX_ARRAYS"]),
        ("all", families),
    ):
        yield (
            name,
            [pattern for family in chosen for pattern in family["patterns"]],
            [count for family in chosen for count in family["matches"]],
        )
    first = families[0]
    for more in (1_000, 100_000):
        yield (
            f"{first['family']} and {more:,} others",
            first["patterns"] + strangers(more),
            first["matches"] + [0] * more,
        )



def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("engines", type=pathlib.Path)
    parser.add_argument("events", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--families", type=pathlib.Path, default=HERE / "families.json")
    chosen = parser.parse_args()

    with open(chosen.events, "rb") as file:
        count = sum(1 for _ in file)
    engines = start(chosen.program, chosen.engines.absolute(), chosen.events)
    wrong = False
    print(f"{count:,} events, {chosen.events.stat().st_size / count:.0f} bytes each; events/s")
    print(
        f"{'':<29}{'rules':>7}"
        + "".join(f"{name:>13}" for name in ENGINES)
        + f"{'x ruler':>14}{'x quamina':>14}{'x floor':>14}{'bytes/rule':>11}"
    )
    for name, patterns, matches in tasks_of(json.loads(chosen.families.read_text())):
        taken = {engine.name: engine.ask({"rules": patterns}) for engine in engines}
        able = [engine for engine in engines if "refused" not in taken[engine.name]]
        rates = {engine.name: [] for engine in able}
        remarks = []
        for run in range(chosen.runs + 1):
            for engine in able:
                answer = engine.ask({"run": True})
                if run > 0:
                    rates[engine.name].append(count / answer["seconds"])
                elif engine.name != "floor" and answer["matches"] != matches:
                    wrong = wrong or engine.name.startswith("iatk")
                    differs = sum(a != b for a, b in zip(answer["matches"], matches))
                    remarks.append(f"  {engine.name} counts otherwise for {differs} rules")
        best = {name: max(values) for name, values in rates.items()}
        line = f"{name:<29}{len(patterns):>7}"
        line += "".join(f"{best[n]:>13,.0f}" if n in best else f"{'-':>13}" for n in ENGINES)
        for other in ENGINES[2:]:
            times = [best[own] / best[other] for own in ENGINES[:2] if other in best]
            line += f"{' / '.join(f'{time:.2f}' for time in times) or '-':>14}"
        line += f"{taken['iatk']['bytes'] / len(patterns):>11.0f}"
        print(line, flush=True)
        for engine in engines:
            if "refused" in taken[engine.name]:
                reason = taken[engine.name]["refused"].splitlines()[0][:90]
                remarks.append(f"  {engine.name} refuses: {reason}")
        for remark in remarks:
            print(remark, flush=True)
    for engine in engines:
        engine.end()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
