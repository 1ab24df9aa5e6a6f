"""A JupyterHub on one machine: whoever has an account here logs in with it and works as that user.

``python -m grader hub-setup`` puts a copy into the environment; run it from there as root: ``jupyterhub -f <this file>``.
It listens on the loopback; a web server in front of it keeps the certificate (JupyterHub's documentation, "Using a reverse proxy").
"""

import os
import sys

STATE = os.environ.get("IDNN_HUB_STATE", "/var/lib/jupyterhub")  # who is logged in, and the key of the cookies
BIN = os.path.join(sys.prefix, "bin")

c = get_config()  # noqa: F821

os.makedirs(STATE, mode=0o700, exist_ok=True)
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{STATE}/jupyterhub_cookie_secret"
c.ConfigurableHTTPProxy.pid_file = f"{STATE}/proxy.pid"
c.JupyterHub.bind_url = os.environ.get("IDNN_HUB_URL", "http://127.0.0.1:8000")

c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.open_sessions = False  # needs more of PAM than most machines let a service have
c.Authenticator.allow_all = (
    True  # everybody with an account; for some of them only: allowed_users, or PAMAuthenticator.allowed_groups
)

# The users' servers come from this environment: its nbgrader, its configuration in etc/jupyter, its alembic, which nbgrader calls by name.
c.Spawner.cmd = [os.path.join(BIN, "jupyterhub-singleuser")]
c.Spawner.environment = {"PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin"}
c.Spawner.default_url = "/lab"
c.Spawner.notebook_dir = "~"
c.Spawner.start_timeout = 120
