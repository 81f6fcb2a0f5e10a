"""Every setting of JobOS, read from the environment by typed readers.

`JOBOS_ENV` names the kind of place this process runs in and nothing else decides how strict it is:

* `development` (default): `manage.py` on a developer's machine; DEBUG on, mail on the console.
* `demo`: `make run`; DEBUG off, plain HTTP on 127.0.0.1, a secret made once under `var/`.
* `test`: the test suite; like demo, with cheap password hashing and no secret file.
* `production`: refuses to start on any default that is unsafe in public (see `jobos/checks.py`).

docs/operations.md lists every variable.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
import structlog
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.urls import reverse_lazy

from jobos.core.embedded import EmbeddedServer
from jobos.core.secrets import read_or_make_secret

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("JOBOS_VAR", default=str(BASE_DIR / "var"))).resolve()

JOBOS_ENV = env.str("JOBOS_ENV", default="development")
PRODUCTION = JOBOS_ENV == "production"
# Never in a demo or a test; in production a check refuses it.
DEBUG = env.bool("DEBUG", default=JOBOS_ENV == "development") if JOBOS_ENV in ("development", "production") else False

# Secrets and hosts -----------------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and JOBOS_ENV == "test":
    SECRET_KEY = "only-for-tests"  # noqa: S105 - the test suite signs nothing that leaves it.
elif not SECRET_KEY and not PRODUCTION:
    SECRET_KEY = read_or_make_secret(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address that mails point at; with no request at hand there is nobody else to ask.
SITE_URL = env.str("SITE_URL", default="" if PRODUCTION else f"http://127.0.0.1:{env.int('PORT', default=8000)}")

# Applications ----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "knox",
    "axes",
    "csp",
    "jobos.core",
    "jobos.accounts",
    "companies",
    "skills",
    "jobs",
    "resumes",
    "interactions",
    "jobos.crossing",
]

MIDDLEWARE = [
    "jobos.core.middleware.RequestIdMiddleware",
    "jobos.core.middleware.DatabaseErrorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jobos.core.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jobos.urls"
WSGI_APPLICATION = "jobos.wsgi.application"
ASGI_APPLICATION = "jobos.asgi.application"
APPEND_SLASH = False  # API paths work with and without it; Django's redirect would turn a POST into a GET.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "jobos" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database --------------------------------------------------------------------------------------------------------

# A web request gives up soon, with 503; a command may wait for the first start.
_WEB = env.bool("JOBOS_WEB", default=False)
EMBEDDED_DB: EmbeddedServer | None = None
if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": {**env.db("DATABASE_URL"), "ENGINE": "django.db.backends.postgresql"}}
    DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])  # A socket's folder: user@%2Frun%2Fpg/name.
else:
    EMBEDDED_DB = EmbeddedServer.at(VAR_DIR)
    DATABASES = {
        "default": {"ENGINE": "jobos.core.postgres", **EMBEDDED_DB.django_settings(patience=1 if _WEB else 60)}
    }

# One connection a thread, kept and tested before each request: it fails faster than a pool when the server is gone
# and heals at once when it is back. Threads x workers stay below max_connections.
DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 3,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # A web request may not hold a connection for long; commands and migrations may.
    "options": "-c timezone=UTC"
    + (
        # Waiting for a row that several want is waiting twice, in the queue and then for the row: 3.4 s at most.
        " -c statement_timeout=5s -c lock_timeout=1700ms -c idle_in_transaction_session_timeout=10s"
        if _WEB
        else " -c idle_in_transaction_session_timeout=10min"
    ),
}

# People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # Emails are unique, by an index on lower(email) that Django does not see.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "jobos.accounts.backends.EmailBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    # Of people who came over from the older systems and have not signed in since.
    "jobos.accounts.hashers.PasslibPBKDF2SHA256Hasher",
    "jobos.accounts.hashers.PasslibBcryptHasher",
]
if JOBOS_ENV == "test":
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=3).total_seconds())
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

MIGRATION_MODULES = {"knox": None}  # Its own token table is not ours (`AccessToken` is) and would only be in the way.
KNOX_TOKEN_MODEL = "accounts.AccessToken"  # noqa: S105 - a model's name.
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer"}

NUM_PROXIES = env.int("NUM_PROXIES", default=0)  # Trusted proxies in front; 0 means that X-Forwarded-For is not read.
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURE_LIMIT", default=10)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
# What the sign-in form and authenticate() call it. The default is the model's `email`, under which the check for a
# lock-out finds no name, so that the right password would open a locked account.
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "jobos.accounts.backends.normalise_sign_in_name"
AXES_CLIENT_IP_CALLABLE = "jobos.core.throttling.client_address"
AXES_LOCKOUT_CALLABLE = "jobos.accounts.backends.answer_locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "jobos.accounts.backends.SignInAttempts"  # Narrows what a success forgives.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# REST API --------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "jobos.core.authentication.BearerAuthentication",
        "jobos.core.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["jobos.core.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["jobos.core.filters.StrictFilterBackend", "jobos.core.filters.StrictOrderingFilter"],
    "DEFAULT_PAGINATION_CLASS": "jobos.core.pagination.PagePagination",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "ORDERING_PARAM": "ordering",
    "PAGE_SIZE": 20,
    "URL_FORMAT_OVERRIDE": None,
    "STRICT_JSON": True,
    "NUM_PROXIES": NUM_PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# How often one address may call an anonymous endpoint: (calls, seconds).
THROTTLE_RATES = {
    "sign_in": (env.int("SIGN_IN_RATE", default=60), 60),
    "register": (env.int("REGISTER_RATE", default=200), 3600),
    "password_reset": (env.int("PASSWORD_RESET_RATE", default=20), 3600),
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "jobos.core.problems.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "jobos.core.problems.ProblemFormatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "JobOS API",
    "DESCRIPTION": "The operating system of a job search. Errors are `application/problem+json` (RFC 9457).",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": True,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SORT_OPERATIONS": True,
    # JavaScript: the filter looks at the operations as well as at their groups. `plugins` exists once it is asked for.
    "SWAGGER_UI_SETTINGS": """{
        persistAuthorization: true,
        tryItOutEnabled: true,
        deepLinking: true,
        filter: true,
        get plugins() {
            const words = (name, operation) => [
                name, operation.get("method"), operation.get("path"), operation.getIn(["operation", "summary"]),
            ].join(" ").toLowerCase();
            const opsFilter = (groups, phrase) => groups.map((group, name) => group.update("operations",
                (all) => all.filter((operation) => words(name, operation).includes(phrase.toLowerCase()))
            )).filter((group) => group.get("operations").size);
            return [...plugins, () => ({ fn: { opsFilter } })];
        },
    }""",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "jobos.core.schema.document_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "JobStatusEnum": "jobs.models.JobStatus",
        "InterviewStatusEnum": "jobs.models.InterviewStatus",
        "ApplicationStatusEnum": "interactions.api.serializers.STATUS_CHOICES",
        "EmployersStatusEnum": "interactions.api.serializers.EMPLOYERS_CHOICES",
        "ListingStatusEnum": "jobs.models.ListingStatus",
        "ResumeStatusEnum": "resumes.models.ResumeStatus",
    },
}

# Mail ------------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    default=f"django.core.mail.backends.{'smtp' if PRODUCTION else 'console'}.EmailBackend",
)
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="JobOS <no-reply@localhost>")

# Requests, cookies, headers --------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # A long resume has a field for each part of each entry.
DATA_UPLOAD_MAX_NUMBER_FILES = 5
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=PRODUCTION)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^live/?$", r"^ready/?$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# The admin theme compiles its templates in the browser and writes inline styles; the API's documentation page starts
# itself from an inline script. Nothing else is loosened, and only below these paths.
RELAXED_CSP_PATHS = ("/admin/", "/api/v1/docs")
RELAXED_CSP = {"script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}

# Time, language, files -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
FORMAT_MODULE_PATH = ["jobos.formats"]
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "jobos" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": {
            "production": "whitenoise.storage.CompressedManifestStaticFilesStorage",
            "demo": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        }.get(JOBOS_ENV, "django.contrib.staticfiles.storage.StaticFilesStorage"),
    },
}

# Logs ------------------------------------------------------------------------------------------------------------

LOG_FORMAT = env.str("LOG_FORMAT", default="json" if PRODUCTION else "console")
_LOG_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[*_LOG_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _LOG_PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer()
                if LOG_FORMAT == "json"
                else structlog.dev.ConsoleRenderer(colors=False),
            ],
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
    },
}

# Admin theme -----------------------------------------------------------------------------------------------------


def _page(title: str, icon: str, model: str, *, right: str = "view") -> dict[str, Any]:
    """Return the sidebar's entry for a model's list, shown to whoever may view it, or has another right."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.{right}_{name}"),
    }


UNFOLD = {
    "SITE_TITLE": "JobOS",
    "SITE_HEADER": "JobOS",
    "SITE_SUBHEADER": "The operating system of a job search",
    "SITE_URL": None,
    "SITE_SYMBOL": "work",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda _request: static("jobos/admin.css")],
    "SCRIPTS": [lambda _request: static("jobos/admin.js")],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("jobos/icon.svg")},
    ],
    "SHOW_BACK_BUTTON": True,
    "DASHBOARD_CALLBACK": "jobos.dashboard.describe_home",
    "SIDEBAR": {
        "navigation": [
            {"items": [{"title": "Home", "icon": "home", "link": reverse_lazy("admin:index")}]},
            {
                "title": "Pipeline",
                "items": [
                    _page("Jobs", "work", "jobs.job"),
                    _page("Interviews", "event", "jobs.interview"),
                    _page("Timeline", "timeline", "interactions.timelineevent"),
                ],
            },
            {
                "title": "Skills and resumes",
                "items": [
                    _page("My skill bank", "psychology", "skills.skillbank", right="change")
                    | {
                        "link": reverse_lazy("admin:skills_skillbank_own"),
                        "active": lambda request: (
                            request.path.startswith("/admin/skills/") and not request.user.is_superuser
                        ),
                    },
                    _page("Resumes", "description", "resumes.resume"),
                    _page("Templates", "dashboard_customize", "resumes.resumetemplate", right="change"),
                ],
            },
            {
                "title": "Catalogue",
                "items": [
                    _page("Listings", "travel_explore", "jobs.joblisting"),
                    _page("Saved and applied", "bookmark", "interactions.jobuserinteraction", right="change"),
                    _page("Duplicates", "content_copy", "jobs.jobdeduplication"),
                    _page("Sources", "rss_feed", "jobs.jobsource"),
                ],
            },
            {
                "title": "Companies",
                "items": [
                    _page("Target companies", "star", "companies.targetcompany"),
                    _page("Directory", "domain", "companies.company"),
                    _page("Look-alikes", "join", "companies.companymatchsuggestion")
                    | {"badge": "jobos.dashboard.count_look_alikes"},
                    _page("Spellings", "spellcheck", "companies.companyalias"),
                    _page("Merges", "merge", "companies.companymerge"),
                ],
            },
            {
                "title": "Account",
                "items": [
                    _page("Profile", "person", "accounts.userprofile"),
                    _page("Tokens", "key", "accounts.accesstoken"),
                ],
            },
            {
                "title": "Administration",
                "items": [
                    _page("Users", "group", "accounts.user"),
                    _page("Roles", "badge", "auth.group"),
                    _page("Skill banks", "psychology_alt", "skills.skillbank", right="delete"),
                    _page("Skill taxonomy", "category", "skills.skillconcept", right="delete"),
                    _page("Sign-in attempts", "lock", "axes.accessattempt"),
                    _page("Ledger", "history", "core.ledgerentry"),
                    _page("Imports", "move_to_inbox", "crossing.legacyimport"),
                    _page("Imported rows", "rule", "crossing.legacyrow"),
                ],
            },
        ],
    },
    "COLORS": {
        "primary": {
            "50": "238 246 255",
            "100": "217 234 255",
            "200": "188 219 255",
            "300": "142 199 255",
            "400": "89 169 255",
            "500": "51 136 250",
            "600": "27 103 224",
            "700": "21 83 185",
            "800": "23 71 150",
            "900": "25 62 122",
            "950": "20 40 78",
        },
    },
}
