# Two commands matter: `make run` serves the demo site, `make test` runs every test. Everything they need is installed
# into .venv and kept under var/. Paths may hold spaces, so nothing here is an absolute path.

PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
WORKERS ?= auto

.PHONY: run test check format lint types layers migrations deploy schema lock clean stop

run: .venv/run.stamp
	@JOBOS_ENV=demo $(MANAGE) migrate --no-input --verbosity 0
	@JOBOS_ENV=demo $(MANAGE) collectstatic --no-input --verbosity 0
	@JOBOS_ENV=demo $(MANAGE) seed_demo
	@JOBOS_ENV=demo exec $(BIN)/python -m gunicorn -c python:jobos.gunicorn_conf

stop:
	@if [ -f .venv/run.stamp ]; then env -u DATABASE_URL $(MANAGE) embedded_db stop; fi

test: .venv/dev.stamp
	@JOBOS_ENV=test $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

check: .venv/dev.stamp format lint types layers migrations deploy schema test

format: .venv/dev.stamp
	$(BIN)/python -m ruff format --check .

lint: .venv/dev.stamp
	$(BIN)/python -m ruff check .

types: .venv/dev.stamp
	JOBOS_ENV=test $(BIN)/python -m mypy jobos jobs companies interactions skills resumes

layers: .venv/dev.stamp
	$(BIN)/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

migrations: .venv/dev.stamp
	JOBOS_ENV=test $(MANAGE) makemigrations --check --dry-run

deploy: .venv/dev.stamp
	JOBOS_ENV=production DATABASE_URL=postgresql://jobos:checked@127.0.0.1/jobos ALLOWED_HOSTS=jobs.example.org NUM_PROXIES=1 \
	SITE_URL=https://jobs.example.org SECRET_KEY=a-made-up-key-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	$(MANAGE) check --deploy --fail-level WARNING

schema: .venv/dev.stamp
	@mkdir -p var
	JOBOS_ENV=test $(MANAGE) spectacular --validate --fail-on-warn --format openapi-json --file var/openapi.json
	diff docs/openapi.json var/openapi.json

lock: .venv/dev.stamp
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" pyproject.toml -o requirements.txt
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" --extra dev pyproject.toml -o requirements-dev.txt

clean:
	@if [ -f .venv/run.stamp ]; then env -u DATABASE_URL $(MANAGE) embedded_db remove --yes; fi
	rm -rf .venv var

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run.stamp
