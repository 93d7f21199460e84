"""The environment of tests, set before Django reads its settings (a plugin named in pyproject.toml).

DATABASE_URL comes from outside: `make test` has a cluster of its own.
"""

import os

for name, value in {
    "SECRET_KEY": "only-for-tests",
    "DEMO": "1",
    "DB_POOL": "0",
    "PAGE_CACHE": "0",  # within one transaction, as most tests are, all changes have one stamp
    "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "PORTAL_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "EMAIL_HOST": "127.0.0.1",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's loop runs beside the tests
}.items():
    os.environ.setdefault(name, value)
