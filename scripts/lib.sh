# shellcheck shell=bash
# Shared by the scripts of this folder: sourced by bash, from anywhere.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' green='' red='' plain=''
fi

say() { printf '%s\n' "${bold}==> $*${plain}"; }
good() { printf '%s\n' "${green}$*${plain}"; }
die() {
  printf '%s\n' "${red}$*${plain}" >&2
  exit 1
}

# Parallel jobs: one for each CPU, but no more than one for each GB of memory.
jobs() {
  local cpus memory
  cpus=$(nproc)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
  if ((memory < 1)); then memory=1; fi
  echo $((cpus < memory ? cpus : memory))
}

# build_preset PRESET [TARGET]: of CMakePresets.json. All of ninja's lines on a terminal, else one in 25 and what compilers say.
build_preset() {
  local preset=$1 target=()
  if [[ $# -gt 1 ]]; then target=(--target "$2"); fi
  cd "$root"
  say "Configure ($preset)"
  cmake --preset "$preset" | sed -n '/^--.*\(compiler identification\|files have been written\)/p'
  say "Build ($preset, $(jobs) at a time)"
  export NINJA_STATUS='[%f/%t, %e s] '
  if [[ -t 1 ]]; then
    cmake --build --preset "$preset" "${target[@]}" -j "$(jobs)"
  else
    cmake --build --preset "$preset" "${target[@]}" -j "$(jobs)" |
      sed -u -E '/^\[[0-9]+\/[0-9]+/ { /^\[([0-9]*(00|25|50|75)|1)\//!d }'
  fi
}
