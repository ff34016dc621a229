#!/usr/bin/env bash
# Install what is missing and run every check and test.
# 安装缺少的东西，运行全部检查和测试。
#
#   ./test.sh            all but the slow fault drills / 除慢测试外的全部
#   ./test.sh --slow     everything / 全部
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=prepare.sh
source ./prepare.sh

case ${1:-} in
  '') marked=(-m 'not slow') ;;
  --slow) marked=() ;;
  *)
    sed -n '2,6s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac

prepare_packages test
prepare_venv requirements-dev.txt
bin=.venv/bin
# Some images forbid it; but servers and commands that tests start are compiled once, not each time.
unset PYTHONDONTWRITEBYTECODE

say "style (ruff) / 代码格式" && $bin/ruff check .
say "types (mypy) / 类型" && $bin/mypy
say "floors (import-linter) / 层次" && PYTHONPATH=. $bin/lint-imports
say "forms and templates (onefill check) / 表单与模板" && $bin/python -m onefill check
# Property tests take the same examples each time; pytest by itself looks for new ones.
# One worker drives the browser, the others do the rest; in the order of tests/conftest.py, which puts the longest first.
workers=$(($(nproc) < 2 ? 2 : $(nproc) > 4 ? 4 : $(nproc)))
say "tests (pytest) / 测试" && $bin/python -m pytest -n "$workers" --dist loadgroup --no-loadscope-reorder "${marked[@]}" \
  --hypothesis-profile ci
