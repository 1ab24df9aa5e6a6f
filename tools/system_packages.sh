#!/bin/sh
# Installs Debian packages whose program is missing: `tools/system_packages.sh PROGRAM:PACKAGE ...`.
# As root or with a password-free sudo it calls apt-get; otherwise it says in one line what to do and goes on.
missing=""
for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "missing:$missing; install them with your system's package manager (python -m grader doctor says more)"
    exit 0
fi
if [ "$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo"; else
    echo "missing:$missing; run: sudo apt-get install$missing"
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
said=$({ $run apt-get update -qq && $run apt-get install -y -qq $missing; } 2>&1 >/dev/null) ||
    printf 'missing:%s; apt-get could not install them and says:\n%s\n' "$missing" "$(printf '%s\n' "$said" | tail -n 5)"
exit 0
