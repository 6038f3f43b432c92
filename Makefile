# 帮扶通: everything you do here, in one place. `make` lists it.
# Needed on the machine: make, and Python 3.11 or newer with its venv module. PYTHON=… names another Python.

PORT ?= 8000
PYTHON ?=

PY := .venv/bin/python
RUN_LOCK := deploy/requirements.lock
TEST_LOCK := tests/requirements.lock
ROOMS := bot handlers reminders storage policies

MADE := .venv/stamps/made
CAN_RUN := .venv/stamps/can-run
CAN_TEST := .venv/stamps/can-test

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench lock

help: ## 列出所有命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: $(CAN_TEST) ## 准备环境 .venv（运行、测试、检查所需的都装好）
	@echo "环境已备好：.venv。试试 make demo。"

# The trap lets Ctrl-C end the bot, not this recipe: a stop that was asked for is no error of make's.
demo: $(CAN_RUN) ## 在本机演示：示例县、机器人、模拟微信；PORT=8001 make demo 换端口
	@trap : INT; $(PY) -m bot demo --port $(PORT) || { status=$$?; [ $$status -eq 130 ] || exit $$status; }

test: $(CAN_TEST) ## 全部测试：SQLite；本机有 PostgreSQL、Redis 时再测一遍
	@$(PY) -m pytest -q -n auto --dist worksteal

check: $(CAN_TEST) ## 代码检查：格式、类型、房间之间的引用、无用代码
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) -m vulture

format: $(CAN_TEST) ## 整理代码格式
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format .

bench: $(CAN_TEST) ## 性能测试（要有 PostgreSQL 和 wrk）
	@$(PY) -m tests.bench

lock: $(CAN_TEST) ## 按 pyproject.toml 重新锁定依赖（UPGRADE=1 换成最新版本）
	@$(PY) -m pip install --quiet uv
	@$(call compile,$(RUN_LOCK),)
	@$(call compile,$(TEST_LOCK),--extra dev)

compile = $(PY) -m uv pip compile --quiet pyproject.toml --extra build $(2) --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate $(if $(UPGRADE),--upgrade) --output-file $(1)

# --- the environment: each stamp is a step that was finished; a step is taken again when what it rests on changed ---

ifneq ($(shell $(PY) -c 'print("runs")' 2>/dev/null),runs)
.PHONY: $(MADE)
endif

$(MADE):
	@set -e; found=; without_venv=; \
	for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	    if $$python -c 'import venv, ensurepip' >/dev/null 2>&1; then found=$$python; break; fi; \
	    without_venv=$${without_venv:-$$python}; \
	done; \
	if [ -z "$$found" ] && [ -n "$$without_venv" ]; then \
	    echo "$$without_venv 缺少 venv 模块。Debian、Ubuntu 请先运行：apt install python3-venv" >&2; exit 1; \
	elif [ -z "$$found" ]; then \
	    echo "找不到 Python 3.11 或更新的版本。请先安装（Debian 12、Ubuntu 24.04 起：apt install python3 python3-venv），" \
	        "或用 PYTHON=路径 指明。" >&2; exit 1; \
	fi; \
	clear=; $(PY) -c '' 2>/dev/null || clear=--clear; \
	echo "建立环境 .venv（$$($$found --version)）……"; \
	$$found -m venv $$clear .venv; mkdir -p $(@D); touch $@

$(CAN_RUN): $(MADE) $(RUN_LOCK) pyproject.toml
	@$(call install,$(RUN_LOCK))
	@touch $@

$(CAN_TEST): $(MADE) $(TEST_LOCK) $(RUN_LOCK) pyproject.toml
	@$(call install,$(TEST_LOCK))
	@touch $(CAN_RUN) $@

# pip says several lines a package; one counting line says as much. From the first error on, all it says is shown.
define install
{ $(PY) -m pip install --require-hashes -r $(1) 2>&1 || echo '!failed'; } | { \
    count=0; total=$$(grep -c '==' $(1)); wrong=; \
    while read -r line; do case "$$line" in \
        '!failed') printf '\n依赖没有装好。请检查网络，再运行一次；已下载的不会重来。\n' >&2; exit 1 ;; \
        ERROR:*|Traceback*) wrong=yes; printf '\n%s\n' "$$line" >&2 ;; \
        Collecting*|Processing*|'Requirement already'*) count=$$((count + 1)); \
            if [ -t 1 ]; then printf '\r安装依赖 %d/%d' "$$count" "$$total"; \
            elif [ $$((count % 20)) -eq 0 ]; then echo "安装依赖 $$count/$$total"; fi ;; \
        'Installing collected'*) if [ -t 1 ]; then printf '\r'; fi; echo "写入 $$count 个依赖……" ;; \
        *) [ -z "$$wrong" ] || printf '%s\n' "$$line" >&2 ;; \
    esac; done; if [ -t 1 ]; then printf '\r\033[K'; fi; }
$(PY) -m pip install --quiet --quiet --no-deps --no-build-isolation --editable .
endef
