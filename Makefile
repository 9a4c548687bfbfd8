# 群影：第一次运行会自己装好需要的一切。`make` 或 `make help` 看全部命令。
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
TORCH := torch==2.13.0
NO_PIP := 没装上，原因在上面最后几行。多半是网络：过一会儿再来一次，或者用 PIP_INDEX_URL 换一个近一点的源

.DEFAULT_GOAL := help
.PHONY: help setup run test test-slow check fmt eval bench audit clean

help: ## 看看都有哪些命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新的版本（现在的 $(PYTHON) 不行）；可以写 make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "建不了虚拟环境：Debian 或 Ubuntu 上先执行 sudo apt-get install python3-venv"; rm -rf .venv; exit 1; }

.venv/core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "正在安装（只有第一次需要，大约一分钟）……"
	@$(PIP) install -c constraints.txt -e . || { echo "$(NO_PIP)"; exit 1; }
	@touch $@

# torch comes first and alone: asked for by another package, pip takes the newest build with CUDA
.venv/dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "正在安装测试需要的东西（包括 torch，要几分钟）……"
	@$(PIP) install $(TORCH) || { echo "$(NO_PIP)"; exit 1; }
	@$(PIP) install -c constraints.txt -e '.[video,dev,wechaty,cluster]' || { echo "$(NO_PIP)"; exit 1; }
	@touch .venv/core $@

setup: .venv/core ## 只安装，不启动

run: .venv/core ## 打开网页上的模拟家庭群（PORT=8700 换端口）
	@exec $(BIN)/qunying run --with-parent

# every test process and what it starts computes with one thread: more would only wait for cores
test: .venv/dev ## 跑全部测试
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-slow: .venv/dev ## 很长的压力测试，手动跑（大约四十分钟）
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m slow
	@$(BIN)/python -m benchmarks.load --minutes 20

check: .venv/dev ## 格式、类型、依赖方向
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: .venv/dev ## 整理代码格式
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

eval: .venv/core ## 量一量听懂话的本事（有 ../shared/data/dev 就用它，没有就用自己的句子）
	@$(BIN)/python -m intents.evaluate --offline

.venv/bench: .venv/dev
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@

bench: .venv/bench ## 量一量写片子和拍片子的快慢（几分钟；显卡上的另跑 benchmarks/gpu.py）
	@$(BIN)/python -m benchmarks.encode
	@$(BIN)/python -m benchmarks.engine

# pip-audit lives by itself: what it needs is none of ours
.venv/audit/bin/pip-audit: | $(BIN)/python
	@$(BIN)/python -m venv .venv/audit
	@.venv/audit/bin/python -m pip --disable-pip-version-check -q install 'pip-audit>=2.10' || \
	  echo "装不了 pip-audit，这次不查"

audit: .venv/audit/bin/pip-audit ## 查一查用到的库有没有已知的漏洞（连不上漏洞库就说一声）
	@$(BIN)/python .ci/audit.py .venv/audit/bin/pip-audit

clean: ## 删掉安装的东西（数据留着）
	@rm -rf .venv
