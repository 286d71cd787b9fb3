# What people and CI do, under the same names. Needs Python 3.11 or newer and make: no compiler, no network beyond the
# package index.
#
#   make run      environment, installation, and the bundled example tracks classified
#   make test     the tests of both distributions; why one is skipped is printed
#   make check    everything else that has to hold before a change goes in
#
# Further: coverage, docs, notebooks, baselines, artifact, backbone, train-smoke, figures, examples, constraints, clean.
# PYTHON=python3.12 chooses the interpreter, VENV=folder the environment, WORKERS=n how many processes test,
# GENREKIT_DATA=folder the recordings.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= auto

BIN := $(abspath $(VENV))/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
# What an environment is made from: when one of these changes, it is brought up to date.
INPUTS := pyproject.toml packages/clipfeat/pyproject.toml constraints.txt \
	$(wildcard packages/clipfeat/src/clipfeat/kernels/*.c packages/clipfeat/src/clipfeat/kernels/native/*)

# uv reads no settings of pip: it is handed the index that pip uses, unless it was given one of its own.
INDEX = $(or $(UV_DEFAULT_INDEX),$(PIP_INDEX_URL),$(shell $(BIN)/python -m pip config get global.index-url 2>/dev/null))
WITH_INDEX = $(if $(INDEX),UV_DEFAULT_INDEX='$(INDEX)')
UV = $(WITH_INDEX) $(BIN)/uv
INSTALL = $(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt \
	--reinstall-package clipfeat --reinstall-package genrekit
# Tests run as many processes: threads of their own would only fight each other.
PYTEST = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS)

# Every process that a test starts would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-clipfeat test-genrekit coverage check lint types layers dependencies spelling workflows \
	gates dist wheels lowest torch browser docs notebooks screenshots baselines sanitize artifact backbone train-smoke \
	figures examples constraints clean

run: $(VENV)/base.stamp
	@$(BIN)/genrekit predict examples/*.ogg --timeline

test: test-clipfeat test-genrekit

test-clipfeat: $(VENV)/dev.stamp
	cd packages/clipfeat && $(PYTEST)

test-genrekit: $(VENV)/dev.stamp
	$(PYTEST) -m "not browser"

coverage: $(VENV)/dev.stamp
	$(PYTEST) -m "not browser" --cov --cov-report=term

# Two at a time: most of them keep one core busy. The environment is complete before the first begins.
CHECKS := train-smoke lint types layers dependencies spelling workflows gates wheels browser lowest torch sanitize docs \
	notebooks

check: $(VENV)/check.stamp
	$(MAKE) --jobs=2 --output-sync=target --no-print-directory $(CHECKS)

# The web app in a real browser; skipped, with the reason, where there is no chromium. One process: one app, one browser.
browser: $(VENV)/check.stamp
	$(PYTEST) -n 0 tests/webapp tests/browser

# The documentation as a site, in build/docs: no link may lead nowhere, no page may ask anything of another site.
docs: $(VENV)/check.stamp
	rm -rf build/docs
	$(BIN)/zensical build --clean --strict
	$(BIN)/python docs/check_site.py build/docs

# The pictures of the app in the documentation, by the same tests.
screenshots: $(VENV)/check.stamp
	mkdir -p docs/images
	GENREKIT_SCREENSHOTS=$(CURDIR)/docs/images $(PYTEST) -n 0 tests/browser

# The notebooks from their first cell to their last, on the example tracks and on music made on the spot. Their outputs
# are not kept: notebooks are committed without.
notebooks: $(VENV)/check.stamp
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 0 --nbmake --nbmake-timeout=300 notebooks

# What every kind of picture looks like, drawn anew where a change is meant: look at the difference before it goes in.
baselines: $(VENV)/dev.stamp
	GENREKIT_RENEW_BASELINES=1 $(PYTEST) -n 0 tests/plots -k looks_as_before

# ----------------------------------------------------------------------------------------- environments

$(VENV)/uv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"$(PYTHON) is Python {sys.version.split()[0]}:" \
	    " 3.11 or newer is needed; name another one, as in: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@touch $@

$(VENV)/base.stamp: $(VENV)/uv.stamp $(INPUTS)
	@echo "Installing genrekit into $(VENV) ..." >&2
	@$(INSTALL) --editable 'packages/clipfeat[formats]' --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/uv.stamp $(INPUTS)
	@echo "Installing what tests and checks need into $(VENV) ..." >&2
	@$(INSTALL) --editable 'packages/clipfeat[formats,test]' --editable '.[dev]'
	@touch $@

$(VENV)/check.stamp: $(VENV)/dev.stamp
	@echo "Installing what looks at the web app, builds the documentation and runs the notebooks into $(VENV) ..." >&2
	@$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[browser,docs,notebooks]'
	@touch $@

# ----------------------------------------------------------------------------------------------- checks

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

layers: $(VENV)/dev.stamp
	$(BIN)/lint-imports

dependencies: $(VENV)/dev.stamp
	$(BIN)/deptry .
	cd packages/clipfeat && $(BIN)/deptry src --extend-exclude '.*/native/' --known-first-party clipfeat --optional-dependencies-dev-groups test

spelling: $(VENV)/dev.stamp
	$(BIN)/codespell

workflows: $(VENV)/dev.stamp
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet .github/workflows
	$(BIN)/shellcheck .ci/run .ci/check-wheels .ci/check-lowest packages/clipfeat/tests/sanitize.sh

# What was measured last keeps the bounds that were set, and pages show what was measured last.
gates: $(VENV)/dev.stamp
	$(BIN)/python -m genrekit.pipeline.validate --gates reports/validation.json
	$(BIN)/python benchmarks/figures.py --check

# Both distributions, as they are published.
dist: $(VENV)/dev.stamp
	rm -rf dist
	$(UV) build --quiet --out-dir dist packages/clipfeat
	$(UV) build --quiet --out-dir dist .

# Both as a user gets them.
wheels: dist
	$(WITH_INDEX) UV=$(BIN)/uv PYTHON=$(BIN)/python WORKERS=$(WORKERS) bash .ci/check-wheels

# The lower bounds that pyproject.toml promises.
lowest: dist
	$(WITH_INDEX) UV=$(BIN)/uv PYTHON=$(BIN)/python WORKERS=$(WORKERS) bash .ci/check-lowest

# What needs PyTorch, in an environment of its own: a gigabyte that nobody else has to download. The version is pinned to
# one that has a build without CUDA; pip, which finds that build where uv does not look. Skipped, and said so, where it
# cannot be installed.
TORCH := torch==2.13.0
TORCH_VENV := build/torch
TORCH_TOOLS := hypothesis pytest
TORCH_TESTS = $(shell grep --recursive --files-with-matches --include='test_*.py' mark.torch tests)
TORCH_BIN := $(abspath $(TORCH_VENV))/$(notdir $(BIN))

$(TORCH_VENV)/torch.stamp: $(VENV)/uv.stamp $(INPUTS)
	@echo "Installing $(TORCH) into $(TORCH_VENV) ..." >&2
	@$(PYTHON) -m venv $(TORCH_VENV)
	@if $(TORCH_BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check $(TORCH) \
	        2> $(TORCH_VENV)/pip.log \
	    && $(UV) pip install --quiet --python $(TORCH_BIN)/python --constraint constraints.txt \
	        --editable 'packages/clipfeat[formats]' --editable '.[train]' $(TORCH_TOOLS) 2>> $(TORCH_VENV)/pip.log; \
	then touch $@; fi

torch: $(TORCH_VENV)/torch.stamp
	@if [ -e $(TORCH_VENV)/torch.stamp ]; \
	then OMP_NUM_THREADS=1 $(TORCH_BIN)/python -m pytest -m torch $(TORCH_TESTS); \
	else echo "skipped: $(TORCH) cannot be installed: $$(tail -n 1 $(TORCH_VENV)/pip.log)"; fi

# The compiled kernels under the sanitizers; skipped, and said so, where there is no compiler.
sanitize: $(VENV)/dev.stamp
	bash packages/clipfeat/tests/sanitize.sh $(BIN)/python

# -------------------------------------------------------------------------------------------- what is made

figures: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/figures.py

# From the recordings that GENREKIT_DATA names to the artifact that ships, and the figures of what it reaches, stage by
# stage (dvc.yaml). What is already there and up to date is not computed again: remove work/ to start afresh.
MUSICNN := work/musicnn-0.1.0-py3-none-any.whl
SHIPPED := src/genrekit/artifact_data
WITH_BIN = PATH="$(BIN):$$PATH" OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

artifact: $(VENV)/dev.stamp
	$(WITH_BIN) dvc repro
	rm -rf $(SHIPPED).new && cp -r work/artifact $(SHIPPED).new && rm -rf $(SHIPPED) && mv $(SHIPPED).new $(SHIPPED)

# The pretrained nets that ship, from the wheel in which they were published: the same bytes, or it fails.
backbone: $(VENV)/dev.stamp $(MUSICNN)
	$(WITH_BIN) python -m genrekit.pipeline.backbone.build --wheel $(MUSICNN) --out work/backbone
	cmp work/backbone/backbone.onnx $(SHIPPED)/backbone.onnx
	cmp work/backbone/LICENSE-musicnn.txt $(SHIPPED)/LICENSE-musicnn.txt

# The whole training on a set made on the spot, under DVC and MLflow, in a folder of its own.
train-smoke: $(VENV)/dev.stamp
	GENREKIT_SMOKE=build/train-smoke OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest tests/smoke --exitfirst

$(MUSICNN): | $(VENV)/uv.stamp
	$(BIN)/python -m pip download --quiet --no-deps --dest work musicnn==0.1.0

# Needs the program fluidsynth and the sound font FluidR3 GM.
examples: $(VENV)/dev.stamp
	$(BIN)/python examples/make_examples.py

constraints: $(VENV)/uv.stamp
	$(UV) pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate --no-emit-package clipfeat \
	    --custom-compile-command "make constraints" --upgrade --output-file constraints.txt \
	    pyproject.toml packages/clipfeat/pyproject.toml

clean:
	rm -rf build dist packages/clipfeat/build packages/clipfeat/dist .coverage .coverage.* .*_cache .cache
	rm -rf packages/clipfeat/.*_cache .hypothesis packages/clipfeat/.hypothesis
	find src packages tests examples benchmarks -name __pycache__ -prune -exec rm -rf {} +
