"""The C++ API as its users have it: installed, found by CMake or pkg-config, outside the tree.

The library is that of IATK_LIBRARY's build folder, the program that of IATK_PROGRAM's.
"""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

import pytest
from conftest import LIBRARY, PROGRAM, ROOT

EXAMPLE = ROOT / "examples" / "gtest-orders"
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]

FAILING_TEST = r"""
TEST_F(Orders, AreShipped) {
  iatk::Listener& payments = ListenToPayments();
  IATK_ASSERT_OK_AND_ASSIGN(const iatk::Published order, Place(42));
  IATK_ASSERT_OK_AND_ASSIGN(const iatk::Event event, payments.Expect(order.event_pattern));
  Trace(order.trace_header);
  constexpr char kShipped[] = R"({"detail": {"status": ["SHIPPED"]}})";
  IATK_EXPECT_OK(payments.Expect(kShipped, {.within = 0ms}));
  EXPECT_THAT(event, MatchesPattern(kShipped));
}

}  // namespace
"""

PATTERNS_ALONE = r"""
#include <iatk/event_pattern.h>
#include <iostream>

int main() {
  const auto pattern = iatk::EventPattern::Compile(R"({"source": ["shop"]})").value();
  std::cout << pattern.Explain(iatk::ParseJson(R"({"source": "Shop"})").value()).text;
  return pattern.Matches(R"({"source": "shop"})") ? 0 : 1;
}
"""


def run(*command, status=0, **options):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=600, **options
    )
    assert done.returncode == status, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """What was installed, and then moved."""
    first = tmp_path_factory.mktemp("installed") / "first"
    for build, component in ((LIBRARY.parent.parent, "library"), (PROGRAM.parent.parent, "program")):
        run("cmake", "--install", build, "--prefix", first, "--component", component)
    return first.rename(first.parent / "moved")


@pytest.fixture(scope="module")
def orders(prefix, tmp_path_factory):
    """The example, copied out of the tree, with one more test, that fails; its source and its build."""
    source = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("orders") / "source")
    tests = source / "orders_test.cc"
    assert "\n}  // namespace\n" in tests.read_text()
    tests.write_text(tests.read_text().replace("\n}  // namespace\n", FAILING_TEST))
    return source, build(source, source.parent / "build", prefix)


def build(source, folder, prefix, *options):
    run("cmake", "-S", source, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", *options)
    run("cmake", "--build", folder)
    return folder


def under_iatk_test(prefix, source, *command, status=0):
    return run(
        prefix / "bin" / "iatk", "test", "--deploy", f"{source}=orders", "--", *command, status=status
    )


def test_the_example_builds_against_an_installed_iatk_and_passes(prefix, orders):
    source, folder = orders
    told = under_iatk_test(
        prefix, source, folder / "orders_test", "--gtest_filter=-Orders.AreShipped"
    )
    assert "[  PASSED  ] 3 tests." in told


def test_the_test_of_the_readme_passes(prefix, tmp_path):
    source = shutil.copytree(EXAMPLE, tmp_path / "source")
    (text,) = re.findall(r"```cpp\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (source / "orders_test.cc").write_text(text)
    folder = build(source, tmp_path / "build", prefix)
    told = under_iatk_test(prefix, source, folder / "orders_test")
    assert "[  PASSED  ] 1 test." in told


def test_a_test_that_fails_says_what_came_the_nearest_and_the_field(prefix, orders, tmp_path):
    source, folder = orders
    told = under_iatk_test(
        prefix,
        source,
        folder / "orders_test",
        "--gtest_filter=Orders.AreShipped",
        f"--gtest_output=xml:{tmp_path / 'report.xml'}",
        status=1,
    )
    assert "payments.Expect(kShipped, {.within = 0ms})\nexpected an event within 0.0" in told
    assert "0 matched of the 1 that came" in told
    assert re.search(r"the nearest is event 0 \(id [0-9a-f-]+\)", told)
    assert 'NOT MET  detail.status: expected "SHIPPED", found "PAID"' in told
    assert 'change detail.status from "PAID" to "SHIPPED"' in told
    assert re.search(r"\nlistener iatk_eb_\w+: 1 event\(s\) came\n  0: \{.*\nnot met: expected", told)
    assert re.search(r"\ntrace 1-[0-9a-f-]+:\n", told)
    matcher = told[told.index("Value of: event") :]
    assert 'Expected: matches the event pattern {"detail": {"status": ["SHIPPED"]}}' in matcher
    assert 'expected "SHIPPED", found "PAID"' in matcher
    report = xml.etree.ElementTree.parse(tmp_path / "report.xml")
    recorded = {one.get("name"): one.get("value") for one in report.iter("property")}
    assert recorded.keys() == {"iatk_listener_1", "iatk_trace_1"}
    assert "1 event(s) came" in recorded["iatk_listener_1"]


def test_the_example_builds_with_clang(prefix, tmp_path):
    clang = shutil.which("clang++-19")
    if clang is None:
        pytest.skip("there is no clang++-19")
    build(EXAMPLE, tmp_path / "build", prefix, f"-DCMAKE_CXX_COMPILER={clang}")


def test_event_patterns_are_usable_alone_and_found_by_pkg_config(prefix, tmp_path):
    (tmp_path / "main.cc").write_text(PATTERNS_ALONE)
    flags = run(
        "pkg-config",
        "--cflags",
        "--libs",
        "iatk",
        env={**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")},
    ).split()
    program = tmp_path / "main"
    run("g++", "-std=c++20", *WARNINGS, tmp_path / "main.cc", "-o", program, *flags)
    told = run(program, env={"LD_LIBRARY_PATH": str(prefix / "lib")})
    assert 'source: expected "shop", found "Shop"' in told


def test_each_header_stands_alone(prefix, tmp_path):
    headers = {header.name for header in (prefix / "include" / "iatk").glob("*.h")}
    assert {"gtest.h", "kit.h", "event_pattern.h", "iatk.h"} <= headers
    # The example includes gtest.h first.
    for header in headers - {"gtest.h"}:
        (tmp_path / f"{header}.cc").write_text(f"#include <iatk/{header}>\n")
    sources = sorted(tmp_path.glob("*.cc"))
    run("g++", "-std=c++20", "-fsyntax-only", *WARNINGS, f"-I{prefix / 'include'}", *sources)


def test_another_version_is_not_taken(prefix, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.14)\nproject(p LANGUAGES CXX)\n"
        "find_package(iatk 0.2 CONFIG QUIET)\n"
        'if(iatk_FOUND)\n  message(FATAL_ERROR "taken")\nendif()\n'
    )
    run("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}")


def test_the_library_gives_out_its_api_alone(prefix):
    symbols = run("nm", "-DC", "--defined-only", prefix / "lib" / "libiatk.so").splitlines()
    names = [line.split(" ", 2)[2] for line in symbols]
    assert "iatk_call" in names
    others = [n for n in names if not n.startswith(("iatk_", "iatk::v0::", "iatk::json::"))]
    assert others == []
