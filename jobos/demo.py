"""Who can sign in to the demo, in words; no models, so that gunicorn's configuration may read it."""

DEMO_PASSWORD = "jobos-demo-2026"  # noqa: S105 - printed for everybody; made only where JOBOS_ENV allows a demo.
SEEKER, RECRUITER, SUPERUSER = "ada@jobos.example", "cleo@jobos.example", "dora@jobos.example"
SIGN_INS = {SEEKER: "job seeker", RECRUITER: "recruiter", SUPERUSER: "superuser"}


def describe_site(address: str) -> str:
    """Return what to tell a newcomer: where the site is, and whom to sign in as."""
    lines = [
        "",
        f"  JobOS runs at   {address}/",
        f"  To sign in      {address}/admin/",
        f"  API docs        {address}/api/v1/docs/",
        "",
        f"  Sign in with the password {DEMO_PASSWORD} as",
        *(f"    {email:<20} {role}" for email, role in SIGN_INS.items()),
        "",
        "  Stop with Ctrl-C; `make stop` stops the database as well.",
        "",
    ]
    return "\n".join(lines)
