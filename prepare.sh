# shellcheck shell=bash
# Sourced by run.sh and test.sh: finds Python, installs what is missing, makes .venv.
# 供 run.sh 和 test.sh 使用：找到 Python，安装缺少的东西，建立 .venv。

say() { printf 'OneFill: %s\n' "$@"; }

# The first Python that is new enough and can make a .venv.
find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null \
      && "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# Packages of apt-packages.txt that are wanted for the purpose $1 (run or test): name and marks.
wanted_packages() {
  local line
  while IFS= read -r line; do
    line=${line%%#*}
    [ -n "${line// /}" ] || continue
    case $line in
      *'[python]'*) ! find_python >/dev/null || continue ;;
      *'[test]'*) [ "$1" = test ] || continue ;;
    esac
    echo "$line"
  done <apt-packages.txt
}

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

has_candidate() { apt-cache policy "$1" 2>/dev/null | grep 'Candidate:' | grep -vq '(none)'; }

# Sets missing (must be had) and optional (taken where Debian has it).
look_for_packages() {
  local name marks
  missing=() optional=()
  while read -r name marks; do
    if is_installed "$name"; then continue; fi
    case $marks in
      *'[optional]'*) optional+=("$name") ;;
      *) missing+=("$name") ;;
    esac
  done < <(wanted_packages "$1")
}

prepare_packages() {
  local name had=()
  if ! command -v apt-get >/dev/null; then
    say "this system has no apt; where PDF cannot be made, the app says what to install." \
      "这台电脑没有 apt；出不了 PDF 时，程序会说明要装什么。"
    return 0
  fi
  look_for_packages "$1"
  if [ "$(id -u)" != 0 ]; then
    [ ${#missing[@]} = 0 ] && return 0
    say "these packages are missing; run this line as root, then start again:" \
      "缺少这些软件包；请用管理员运行下面这一行，然后重新开始："
    echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    exit 2
  fi
  if [ ${#missing[@]} != 0 ]; then
    say "looking up Debian's packages …" "正在更新软件包目录……"
    apt-get update -q >/dev/null || apt_failed
  fi
  for name in "${optional[@]}"; do
    if has_candidate "$name"; then had+=("$name"); fi
  done
  missing+=("${had[@]}")
  if [ ${#missing[@]} = 0 ]; then return 0; fi
  say "installing ${missing[*]} (some minutes the first time) …" "正在安装以上软件包（第一次要几分钟）……"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null || apt_failed
}

apt_failed() {
  say "apt could not install everything. Check the network and the addresses in /etc/apt, then start again." \
    "软件包没有装全。请检查网络和 /etc/apt 里的下载地址，然后重新开始。" >&2
  exit 2
}

# Make .venv and install the requirements file $1 into it, unless that has been done for the same file already.
prepare_venv() {
  local python stamp=.venv/$1.installed want
  if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    if ! python=$(find_python); then
      say "Python 3.11 or newer is needed and was not found. Debian 12 and 13: apt-get install python3 python3-venv" \
        "需要 Python 3.11 以上，没有找到。Debian 12、13 请安装：apt-get install python3 python3-venv" >&2
      exit 2
    fi
    say "making .venv with $python …" "正在建立 .venv……"
    rm -rf .venv
    "$python" -m venv .venv
  fi
  want=$(.venv/bin/python -V; cat requirements*.txt | sha256sum)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then return 0; fi
  say "installing the Python packages of $1 …" "正在安装 $1 里的 Python 软件包……"
  if ! .venv/bin/python -m pip install -q --disable-pip-version-check -r "$1"; then
    say "the Python packages could not be had. Check the network; where it is slow, set PIP_INDEX_URL to a mirror near you, then start again." \
      "Python 软件包没有装上。请检查网络；下载太慢时，把 PIP_INDEX_URL 设为附近的镜像，然后重新开始。" >&2
    exit 2
  fi
  echo "$want" >"$stamp"
}

export PYTHONUTF8=1
