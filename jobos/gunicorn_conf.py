"""How gunicorn serves JobOS; `python -m gunicorn -c python:jobos.gunicorn_conf`.

Threads, because a request mostly waits for the database; no preloading, because connections do not survive a fork.
"""

import errno
import os
import socket
from typing import Any

from jobos.demo import describe_site

wsgi_app = "jobos.wsgi:application"
is_demo = os.environ.get("JOBOS_ENV") == "demo"
# A demo's passwords are known to everybody, so it listens on this machine only.
host = "127.0.0.1" if is_demo else os.environ.get("JOBOS_HOST", "127.0.0.1")
bind = f"{host}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 100
control_socket_disable = True
accesslog = None
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "warning")


def explain_taken_port(host: str, port: int) -> str:
    """Return what to do about a port that another program listens on; '' where it is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # As gunicorn does: what was just closed is free.
        try:
            probe.bind((host, port))
        except OSError as exc:
            if exc.errno != errno.EADDRINUSE:
                return ""  # Gunicorn words it.
            way_out = "PORT=9000 make run" if is_demo else "set PORT"
            return f"Port {port} of {host} is taken by another program; choose another one: {way_out}."
    return ""


def on_starting(server: Any) -> None:
    """End at once where the port is taken, unless the socket itself was handed down: a restart, systemd."""
    if os.environ.keys() & {"GUNICORN_FD", "LISTEN_FDS"}:
        return
    for address in server.cfg.address:
        if isinstance(address, tuple) and (words := explain_taken_port(*address)):
            raise SystemExit(words)


def when_ready(server: Any) -> None:
    """Tell where the site is as soon as it takes requests; in a demo also whom to sign in as."""
    if is_demo:
        print(describe_site(f"http://{bind}"), flush=True)  # noqa: T201 - a message to the person at the terminal.
