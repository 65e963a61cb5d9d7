"""All settings of the hub, read from the environment, failing loudly. docs/settings.md explains each."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any

try:
    # A SQLite library without the WAL-reset corruption bug (TRUST.md M5); `baithak doctor` checks.
    import pysqlite3
except ImportError:
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured


def _flag(name: str, default: bool) -> bool:
    told = os.environ.get(name, "1" if default else "0").strip().lower()
    if told in {"1", "true", "yes", "on"}:
        return True
    if told in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name}={told!r} is neither yes nor no: write 1 or 0.")


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _kept_secret(path: Path) -> str:
    """The secret in this file; made once, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


PACKAGE = Path(__file__).resolve().parent

# --- where this hub keeps its things
HOME = Path(os.environ.get("BAITHAK_HOME", "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
#: Keys of open dialogues (R3): outside the database and outside its backups.
KEYS = Path(os.environ.get("BAITHAK_KEYS", HOME / "keys")).resolve()

DEBUG = _flag("BAITHAK_DEBUG", False)
#: The demonstration hub: example accounts show their sign-in codes. Refused beside real cities.
DEMO = _flag("BAITHAK_DEMO", False)
#: Served over https. Off only for the demonstration and for tests on this machine.
HTTPS = _flag("BAITHAK_HTTPS", not DEMO)

SECRET_KEY = os.environ.get("BAITHAK_SECRET_KEY") or _kept_secret(HOME / "secret-key")
SECRET_KEY_FALLBACKS = _list("BAITHAK_SECRET_KEY_FALLBACKS")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "BAITHAK_SECRET_KEY is shorter than 50 characters: make a longer one."
    )

ALLOWED_HOSTS = _list("BAITHAK_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = _list("BAITHAK_ORIGINS")

# --- the database
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{HOME / 'baithak.sqlite3'}")
DATABASES: dict[str, dict[str, Any]] = {"default": dict(dj_database_url.parse(DATABASE_URL))}
DATABASES["default"]["CONN_MAX_AGE"] = None
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: a vote is acknowledged only when it is on disk (R26, TRUST.md M3). Never mmap_size.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;"
            "PRAGMA cache_size=-32000; PRAGMA journal_size_limit=67108864;"
        ),
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c synchronous_commit=on -c statement_timeout=30000"
    )
else:
    raise ImproperlyConfigured("DATABASE_URL must be a sqlite:/// or postgres:// address.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all workers, so that limits count across them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        # Django's own 300 would throw limits away as soon as so many addresses try something.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

#: Seconds for which a worker keeps a page that everybody sees alike; `baithak serve` says 5.
PAGES_KEPT = float(os.environ.get("BAITHAK_PAGES_KEPT", "0"))

INSTALLED_APPS = [
    "baithak.home",
    "baithak.coordination",
    "baithak.plan",
    "baithak.dialogue",
    "baithak.panel",
    "baithak.budget",
    "baithak.exchange",
    "baithak.network",
    "baithak.journal",
    "baithak.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "rules",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # the widgets' own templates, for web.forms.Renderer
]

MIDDLEWARE = [
    "baithak.web.kept.kept_pages",
    "baithak.web.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    # Above WhiteNoise: files carry the policy too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "baithak.web.middleware.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Residents' cards and answers pass none of what follows but the language.
    "baithak.network.short_way.short_way",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "baithak.network.middleware.viewer",
    "baithak.network.middleware.second_factor",
    "baithak.web.middleware.no_nul",
]

ROOT_URLCONF = "baithak.urls"
WSGI_APPLICATION = "baithak.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "baithak.web.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "baithak.web.forms.Renderer"

# --- languages
LANGUAGE_CODE = "en"
#: Languages of the interface, each named in itself.
LANGUAGES = [
    ("en", "English"),
    ("bn", "বাংলা"),
    ("hi", "हिन्दी"),
    ("ur", "اردو"),
    ("ta", "தமிழ்"),
    ("si", "සිංහල"),
    ("dv", "ދިވެހި"),
    ("ne", "नेपाली"),
]
#: Languages in which residents' and cities' own texts can be written.
CONTENT_LANGUAGES = LANGUAGES
#: Languages written from right to left.
RIGHT_TO_LEFT = {"ur", "dv"}
#: The same for Django, which knows no Dhivehi.
LANGUAGES_BIDI = sorted(RIGHT_TO_LEFT)
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "baithak_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
USE_I18N = True
#: For languages of which Django has no forms of its own: ur, si, dv, ne.
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
USE_TZ = True
TIME_ZONE = os.environ.get("BAITHAK_TIME_ZONE", "UTC")

# --- people and sign-in
AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:desk"
ACCOUNT_LOGOUT_REDIRECT_URL = "home:start"
ACCOUNT_ADAPTER = "baithak.network.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has already proved the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody signs up here, and strangers get no letters
ACCOUNT_FORMS = {"reset_password": "baithak.network.sign_in.ForgottenPasswordForm"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
#: Proxies in front that add to X-Forwarded-For: limits (network/limits.py, sign-in) count the address
#: that the outermost of them saw. 0: nobody can pretend to come from elsewhere.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("BAITHAK_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
#: Secrets of authenticator apps are encrypted in the database.
MFA_ADAPTER = "baithak.network.sign_in.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Baithak"
#: An authenticator app on localhost without https is allowed for the demonstration only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO and not HTTPS
PASSWORD_HASHERS = [
    "baithak.network.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- sessions and cookies (R23)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
#: However active: a session ends after eight hours (checked by the viewer middleware).
SESSION_ABSOLUTE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-baithak" if HTTPS else "baithak"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-baithak-csrf" if HTTPS else "baithak-csrf"
CSRF_FAILURE_VIEW = "baithak.web.views.csrf_failure"

# --- transport and headers
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],  # no inline script, so not even a nonce is needed
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
#: A table of ten paper sheets has a field for each statement and sheet.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- files
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"
#: Bytes of the largest file that people hand in (web/files.py).
FILES_LARGEST = int(os.environ.get("BAITHAK_FILES_LARGEST", "20")) * 1024 * 1024

# --- letters and logs
DEFAULT_FROM_EMAIL = os.environ.get("BAITHAK_EMAIL_FROM", "baithak@localhost")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("BAITHAK_EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = HOME / "letters"
EMAIL_HOST = os.environ.get("BAITHAK_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("BAITHAK_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("BAITHAK_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("BAITHAK_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = _flag("BAITHAK_EMAIL_TLS", True)
EMAIL_TIMEOUT = 10

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"residents": {"()": "baithak.web.quiet.WithoutResidents"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["residents"],  # TRUST.md R4, T34
        }
    },
    # Their talkative lines hold whole pages' contents and what was asked of the database: never.
    "loggers": {name: {"level": "WARNING"} for name in ("django.template", "django.db.backends")},
    "root": {"handlers": ["stderr"], "level": os.environ.get("BAITHAK_LOG_LEVEL", "WARNING")},
}

# --- data that stays outside the project (benchmarks, open conversations)
DATA_FOLDERS = [Path(part) for part in os.environ.get("BAITHAK_DATA", "").split(os.pathsep) if part]
