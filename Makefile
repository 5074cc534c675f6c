# What a user runs. Each target sets up what it needs first.

BUILD := build/dev
JOBS := $(shell nproc)

.PHONY: help
help:
	@echo "make demo    build, and run the example's integration tests against a local cloud"
	@echo "make test    build, and run all tests"
	@echo "make bench-cycle URL=…   put a running cloud under load"

.PHONY: setup
setup:
	@tools/setup

$(BUILD)/build.ninja: | setup
	@cmake --preset dev

.PHONY: build
build: setup $(BUILD)/build.ninja
	@cmake --build $(BUILD) --parallel $(JOBS)

.PHONY: demo
demo: setup $(BUILD)/build.ninja
	@cmake --build $(BUILD) --parallel $(JOBS) --target iatk iatk_shared
	@IATK_LIBRARY=$(CURDIR)/$(BUILD)/lib/libiatk.so PYTHONPATH=$(CURDIR)/bindings/python/src \
	  $(BUILD)/bin/iatk test --sla 20 \
	    --deploy examples/video-plugins/plugin_tester=video-plugin-tester \
	    --deploy examples/video-plugins/python_minimal_plugin=python-minimal-plugin \
	    -- .venv/bin/python -m unittest discover -v -s examples/video-plugins/tests

.PHONY: test
test: build
	@ctest --test-dir $(BUILD) --output-on-failure
	@tools/setup --sam
	@.venv/bin/python -m pytest -q tests
	@cd bindings/python && ../../.venv/bin/python -m mypy --strict src
	@$(MAKE) --no-print-directory demo

.PHONY: bench-cycle
bench-cycle: setup $(BUILD)/build.ninja
	@cmake --build $(BUILD) --parallel $(JOBS) --target iatk_load_cycle
	@$(BUILD)/bench/load/iatk_load_cycle $(URL)
