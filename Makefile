# Everything a person or a script does with a checkout of Minga. `make` alone lists the targets.
# A finished step leaves a stamp beside what it made, so that the second time takes no time.

PORT ?= 8000
PYTHON ?=
BIN := .venv/bin
STAMPS := .venv/stamps
UV := $(BIN)/uv pip install --python $(BIN)/python
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
ASSET_SOURCES := $(wildcard *.mjs) $(shell find assets service/static -path service/static/build -prune -o -type f -print 2>/dev/null)
ENGLISH := service/translations/en/LC_MESSAGES/messages.po
CATALOGUES := $(shell find service/translations -name "*.po" 2>/dev/null)

.PHONY: drill help setup run test check browser migrate demo bench format words lock
.DELETE_ON_ERROR:

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-16s%s\n", $$1, $$2 }'

setup: $(STAMPS)/project service/static/build/.built $(STAMPS)/words $(STAMPS)/engine ## environment, locked dependencies, front-end assets
	@echo "Set up."

$(STAMPS)/environment:
	@python="$$(PYTHON='$(PYTHON)' tools/find-python)" || exit 1; \
	echo "[1/5] Environment in .venv, with $$("$$python" --version)"; \
	"$$python" -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/installer: requirements-setup.txt $(STAMPS)/environment
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.txt
	@touch $@

$(STAMPS)/requirements: requirements-dev.txt $(STAMPS)/installer
	@echo "[2/5] Python packages, as locked in requirements-dev.txt (a few hundred megabytes the first time)"
	@$(UV) $$([ -t 2 ] || echo --quiet) --require-hashes -r requirements-dev.txt
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/requirements
	@$(UV) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.installed: package.json package-lock.json $(wildcard .npmrc) $(STAMPS)/installer
	@echo "[3/5] Front-end packages, as locked in package-lock.json"
	@tools/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

service/static/build/.built: $(ASSET_SOURCES) node_modules/.installed
	@echo "[4/5] Styles, scripts and fonts, into service/static/build"
	@tools/npm run --silent build
	@touch $@

$(STAMPS)/words: $(CATALOGUES) $(STAMPS)/requirements
	@for catalogue in $(CATALOGUES); do \
		$(BIN)/pybabel --quiet compile --input-file "$$catalogue" --output-file "$${catalogue%.po}.mo"; \
	done
	@touch $@

$(STAMPS)/engine: $(shell grep -ls "^@compiled" matching/*.py) matching/compiled.py $(STAMPS)/project
	@echo "[5/5] The matching engine, compiled for this machine"
	@$(BIN)/python tools/compile-engine
	@touch $@

run: export MINGA_DEMO = 1
run: setup ## the demo country, with a finished matching run, on http://127.0.0.1:8000 (PORT= changes it)
	@$(BIN)/minga demo --if-empty
	@exec $(BIN)/minga serve --port $(PORT)

demo: export MINGA_DEMO = 1
demo: setup ## make the demo country anew
	@$(BIN)/minga demo

migrate: setup ## bring the database to the newest form
	@$(BIN)/minga db upgrade

test: setup ## the whole test suite; its last lines say what was left out and why
	@$(BIN)/pytest --numprocesses 2 $(ARGS)

drill: export MINGA_DRILL_ROUNDS ?= 10
drill: setup ## the trials by fire, longer than in the suite: workers killed at every step of sending
	@$(BIN)/pytest -n 0 tests/service/operations/test_mail_crashes.py tests/service/operations/test_overlaps.py $(ARGS)

browser: setup ## only the tests that drive a browser
	@$(BIN)/pytest -m browser tests/browser $(ARGS)

check: setup ## linters, types, layers, examples in docstrings
	@failed=0; \
	echo "== code";      $(BIN)/ruff check --output-format concise . || failed=1; \
	echo "== layout";    $(BIN)/ruff format --check --quiet . || { echo "make format mends it"; failed=1; }; \
	echo "== types";     $(BIN)/mypy || failed=1; \
	echo "== layers";    layers="$$($(BIN)/lint-imports 2>&1)" || { echo "$$layers"; failed=1; }; \
	echo "== templates"; $(BIN)/djlint --quiet --lint templates || failed=1; \
	echo "== documents"; $(BIN)/pytest --quiet matching network service tests/test_house.py tests/test_documented_commands.py || failed=1; \
	exit $$failed

study: setup ## do the intervals of impact hold the truth? made-up countries, 1,000 of each world (ARGS= passes options)
	@$(BIN)/minga study $(ARGS)

bench: setup ## figures beside their baselines, in the same run
	@$(BIN)/python -m bench $(ARGS)

format: setup ## lay the Python code out as `make check` wants it
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

words: setup ## gather the texts of the pages into the catalogue to be translated
	@$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keyword lazy_gettext --keyword say --no-location --sort-output \
		--project Minga --version 1 --msgid-bugs-address minga --output-file $(STAMPS)/messages.pot .
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110 --locale en \
		--input-file $(STAMPS)/messages.pot --output-file $(ENGLISH)
	@$(BIN)/pybabel compile --statistics --input-file $(ENGLISH) --output-file $(ENGLISH:.po=.mo)

lock: setup ## pin the newest versions that pyproject.toml allows
	@$(LOCK) --upgrade --output-file requirements.txt pyproject.toml
	@$(LOCK) --upgrade --constraint requirements.txt --extra dev --extra report --output-file requirements-dev.txt pyproject.toml
	@$(LOCK) --upgrade --output-file requirements-setup.txt requirements-setup.in
	@$(LOCK) --upgrade --output-file requirements-node.txt requirements-node.in
