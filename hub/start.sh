#!/bin/sh
# Starts a user's server in a container: as the user of the image, or, where the hub gives each user an id (NB_UID, see values.yaml) and starts
# the container as root, under that id and the user's own name, by which nbgrader knows who hands in.
set -eu
if [ "$(id -u)" = 0 ] && [ -n "${NB_UID:-}" ]; then
    case "${JUPYTERHUB_USER:-}" in
    "" | *:* | *[[:cntrl:]]*) echo "a user cannot be called '${JUPYTERHUB_USER:-}' here" >&2 && exit 1 ;;
    esac
    case "$NB_UID" in *[!0-9]*) echo "NB_UID must be a number, not '$NB_UID'" >&2 && exit 1 ;; esac
    if ! cut -d: -f3 /etc/passwd | grep -qx "$NB_UID"; then
        printf '%s:x:%s:%s::%s:/bin/bash\n' "$JUPYTERHUB_USER" "$NB_UID" "$NB_UID" "$HOME" >>/etc/passwd
        printf '%s:x:%s:\n' "$JUPYTERHUB_USER" "$NB_UID" >>/etc/group
    fi
    chown "$NB_UID:$NB_UID" "$HOME"
    if [ -d /srv/idnn ]; then chown -R "$NB_UID:$NB_UID" /srv/idnn; fi
    exec setpriv --reuid="$NB_UID" --regid="$NB_UID" --clear-groups -- "$@"
fi
exec "$@"
