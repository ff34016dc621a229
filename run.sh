#!/usr/bin/env bash
# Start OneFill on this computer: install what is missing, load the samples the first time, open the app.
# 在这台电脑上启动 OneFill：安装缺少的东西，第一次装入示例数据，打开程序。
#
#   ./run.sh                      http://localhost:8501    Ctrl+C ends it / 按 Ctrl+C 结束
#   ONEFILL_DATA=DIR ./run.sh     keeps the data in DIR instead of var/ / 数据放在 DIR，不放 var/
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=prepare.sh
source ./prepare.sh

prepare_packages run
prepare_venv requirements.txt
# Once: a store that other commands have made and nobody has used yet gets the samples too.
once=${ONEFILL_DATA:-var}/samples-offered
if [ ! -e "$once" ]; then
  records=$(.venv/bin/python -m onefill records --json)
  if [[ $records != *'"id"'* ]]; then
    say "loading the samples (made-up people) …" "正在装入示例数据（人物都是虚构的）……"
    .venv/bin/python -m onefill samples --load
  fi
  touch "$once"
fi
say "opening http://localhost:8501 (Ctrl+C ends it)" "请用浏览器打开 http://localhost:8501（按 Ctrl+C 结束）"
exec .venv/bin/python -m streamlit run app.py --server.address 127.0.0.1 --server.port 8501 --server.headless true
