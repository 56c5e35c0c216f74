"""Settings, read from the environment; `make run` sets what it needs, Compose its own."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from marketplace.core import rules
from marketplace.server.hosts import every_host_is_loopback

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

# The one made-up consultant who can really be called, while demo data is on.
DEMO_CALLABLE = {"name": "Mara Lindqvist", "handle": "mara-lindqvist", "email": "consultant@example.com"}

SITE_NAME = env.str("SITE_NAME", default="Quarter")
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ON_THIS_MACHINE_ONLY = every_host_is_loopback([HOST, *ALLOWED_HOSTS])

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "channels",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "marketplace",
    "accounts",
    "wallet",
    "sessions_app",
]

MIDDLEWARE = [
    "marketplace.web.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "marketplace.web.unreadable.RefuseUnreadable",
    "marketplace.web.caching.Keeping",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "marketplace.web.middleware.UserLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.people.known_browsers.KnownBrowsers",
    "marketplace.web.middleware.UserTimeZone",
    "marketplace.web.middleware.SignInFirst",
    "marketplace.web.middleware.Refusals",
    "marketplace.web.middleware.RefuseTooLarge",
]

ROOT_URLCONF = "marketplace.urls"
ASGI_APPLICATION = "marketplace.asgi.application"
WSGI_APPLICATION = "marketplace.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "marketplace.web.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "marketplace.templatetags.quarter"],
        },
    }
]

# --- data -----------------------------------------------------------------------------------------
# A small pool instead of persistent connections: sixty parallel requests share ten connections.
DATABASES = {
    "default": {
        **env.db("DATABASE_URL"),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 2, "max_size": env.int("DB_POOL", default=10), "timeout": 10},
            "prepare_threshold": 5,
            "options": "-c lock_timeout=5s -c statement_timeout=30s "
            "-c idle_in_transaction_session_timeout=30s",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# Retries and keep-alive make a Redis restart a delay instead of a closed socket (docs/live.md).
REDIS_CLIENT_OPTIONS = {
    "retry": Retry(ExponentialBackoff(cap=0.5, base=0.05), 6),
    "retry_on_error": [ConnectionError, TimeoutError, OSError],
    "health_check_interval": 10,
    "socket_keepalive": True,
    "socket_connect_timeout": 2,
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "marketplace.live.layer.DoorbellLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, **REDIS_CLIENT_OPTIONS}], "prefix": "quarter"},
    }
}
CACHES = {
    "default": {
        "BACKEND": "marketplace.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

# --- people ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
ACCOUNT_ADAPTER = "accounts.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_FORMS = {
    "signup": "accounts.people.forms.SignUpForm",
    "login": "accounts.people.forms.SignInForm",
    "reset_password": "accounts.people.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.people.forms.NewPasswordForm",
    "change_password": "accounts.people.forms.ChangePasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # our own page asks for a code, before money or going online
ACCOUNT_RATE_LIMITS = (
    False  # allauth counts in the cache, which may be away: accounts/people/tries.py counts in rows
)
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a new password is told to its owner
PASSWORD_RESET_TIMEOUT = rules.RESET_SECONDS
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True

# --- mail: real SMTP by EMAIL_URL, else files that the pages point to --------------------------------
MAIL_DIR = Path(env.str("MAIL_DIR", default=str(DATA_DIR / "mail")))
EMAIL_FROM_SMTP = "EMAIL_URL" in env.ENVIRON
if EMAIL_FROM_SMTP:
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <no-reply@localhost>")

# --- words and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "en"  # what the texts in the code are written in
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["marketplace.formats"]
LANGUAGE_COOKIE_NAME = f"quarter_language_{PORT}"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "marketplace.web.storage.HashedStatic"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"

# --- safety ---------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Cookies do not know ports: two checkouts on one machine would sign each other out.
SESSION_COOKIE_NAME = f"quarter_session_{PORT}"
CSRF_COOKIE_NAME = f"quarter_csrf_{PORT}"
KNOWN_BROWSER_COOKIE_NAME = f"quarter_known_{PORT}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=not ON_THIS_MACHINE_ONLY)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# How many proxies of ours a request passes; each adds one address to the end of X-Forwarded-For.
PROXY_HOPS = env.int("PROXY_HOPS", default=1) if BEHIND_PROXY else 0
if BEHIND_PROXY and PROXY_HOPS < 1:
    raise ImproperlyConfigured("PROXY_HOPS is the number of your proxies: 1 or more.")
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "marketplace.web.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- money ----------------------------------------------------------------------------------------
WALLET_CURRENCY = "XTS"  # test credits: no money moves

# --- calls: empty by default, so that a fresh install sends no packet to a third party -----------------
STUN_URLS = env.list("STUN_URLS", default=[])
TURN_URLS = env.list("TURN_URLS", default=[])
TURN_SECRET = env.str("TURN_SECRET", default="")
TURN_SECRET_PREVIOUS = env.str("TURN_SECRET_PREVIOUS", default="")  # only while the secret is being changed

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "marketplace.server.logs.JsonLine"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.channels.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the address is unique by an index on its lower case
    "security.W004",  # HSTS and the redirect to https belong to the proxy's owner: HSTS_SECONDS, SSL_REDIRECT
    "security.W008",
]
