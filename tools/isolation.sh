#!/bin/sh
# Says within a second whether students' code can be isolated on this machine, before anything is set up; exit code 1 where it cannot.
# grader/sandbox/tiers.py tries the whole jail; this tries what most often is missing, with nothing but a shell and the system's Python.
landlock() { # the second best: its version, as the kernel says it
    python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(444, None, 0, 1) < 1)' 2>/dev/null
}
out() {
    landlock && exit 0
    echo "$1"
    echo "Debian, Ubuntu: sudo apt-get install bubblewrap; Ubuntu 24.04 and later need an AppArmor profile besides, Docker its security options,"
    echo "macOS and Windows a Linux container or WSL2: docs/instructor.md, \"What the isolation protects against\", has each."
    exit 1
}
[ "$(uname -s)" = Linux ] || out "isolation needs Linux, and this is $(uname -s)"
command -v bwrap >/dev/null 2>&1 || out "bubblewrap (bwrap) is not installed"
said=$(bwrap --unshare-all --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp true 2>&1) ||
    out "bubblewrap cannot make the namespaces that it needs: $(printf '%s' "$said" | tail -n 1)"
