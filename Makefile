# What a user runs. Each target sets up what it needs first.

RELEASE := build/release
ASAN := build/asan
DEV := build/dev
JOBS := $(shell nproc)
PYTHON := .venv/bin/python
PACKAGE := $(CURDIR)/bindings/python/src
# What the demo runs with.
PROGRAM := $(RELEASE)/bin/iatk
LIBRARY := $(CURDIR)/$(RELEASE)/lib/libiatk.so

.PHONY: help
help:
	@echo "make demo    build, and run the example's integration tests against a local cloud"
	@echo "make test    build with the sanitizers, and run all tests"
	@echo "make soak    a million events through one listener under faults at the wire"
	@echo "make bench   measure the local cloud beside moto's server, and the kit beside the original"
	@echo "make bench-patterns   measure event patterns beside event-ruler, quamina and simdjson"
	@echo "make lint    check format and code of the C++"
	@echo "make build   build the program (build/release/bin/iatk) and the library"

.PHONY: setup
setup:
	@tools/setup

build/%/build.ninja: | setup
	@cmake --preset $*

.PHONY: build
build: setup $(RELEASE)/build.ninja
	@cmake --build $(RELEASE) --parallel $(JOBS) --target iatk iatk_shared

.PHONY: demo
demo: build run-demo

.PHONY: run-demo
run-demo:
	@IATK_LIBRARY=$(LIBRARY) PYTHONPATH=$(PACKAGE) $(PROGRAM) test --sla 20 \
	    --deploy examples/video-plugins/plugin_tester=video-plugin-tester \
	    --deploy examples/video-plugins/python_minimal_plugin=python-minimal-plugin \
	    -- $(PYTHON) -m unittest discover -v -s examples/video-plugins/tests

# The C++ tests and the program run under the sanitizers; the library, which Python loads, without.
.PHONY: test
test: PROGRAM := $(CURDIR)/$(ASAN)/bin/iatk
test: LIBRARY := $(CURDIR)/$(DEV)/lib/libiatk.so
test: setup $(ASAN)/build.ninja $(DEV)/build.ninja
	@cmake --build $(DEV) --parallel $(JOBS) --target iatk_shared
	@cmake --build $(ASAN) --parallel $(JOBS)
	@ctest --test-dir $(ASAN) --output-on-failure
	@tools/setup --sam clang-19 clang-format-19 clang-tidy-19
	@tools/lint $(DEV) --recent
	@IATK_PROGRAM=$(PROGRAM) IATK_LIBRARY=$(LIBRARY) \
	    $(PYTHON) -m pytest -q -n 4 --dist loadfile tests
	@cd bindings/python && ../../$(PYTHON) -m mypy --strict src
	@$(MAKE) --no-print-directory run-demo PROGRAM=$(PROGRAM) LIBRARY=$(LIBRARY)

.PHONY: soak
soak: EVENTS := 1000000
soak: build
	@IATK_SOAK_EVENTS=$(EVENTS) IATK_PROGRAM=$(CURDIR)/$(PROGRAM) IATK_LIBRARY=$(LIBRARY) \
	    $(PYTHON) -m pytest -q tests/faults/test_many_events.py

.PHONY: lint
lint: setup $(DEV)/build.ninja
	@tools/setup clang-format-19 clang-tidy-19
	@cmake --build $(DEV) --parallel $(JOBS) --target iatk_generate_models
	@tools/lint $(DEV)

.PHONY: bench
bench: build
	@cmake --build $(RELEASE) --parallel $(JOBS) --target iatk_load_cycle
	@$(PYTHON) bench/cloud/compare.py $(RELEASE)/bin/iatk $(RELEASE)/bench/load/iatk_load_cycle
	@$(PYTHON) bench/kit/compare.py $(RELEASE)/bin/iatk $(LIBRARY)

.PHONY: bench-patterns
bench-patterns: setup $(RELEASE)/build.ninja
	@tools/setup --bench curl openjdk-17-jdk-headless
	@cmake --build $(RELEASE) --parallel $(JOBS) --target iatk_bench_patterns
	@bench/patterns/build_engines build/bench/patterns .venv-bench/bin/go
	@bench/patterns/make_lots.py build/bench/patterns/lots.jsonl
	@$(PYTHON) bench/patterns/compare.py $(RELEASE)/bench/patterns/iatk_bench_patterns \
	    build/bench/patterns build/bench/patterns/lots.jsonl
