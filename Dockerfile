# syntax=docker/dockerfile:1
# The portal's image: the packages are built in one stage, and only what serves is carried into the next.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core libvoikko1 voikko-fi libmagic1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/portal portal \
    && install -d -o portal -g portal /srv/portal /srv/files
COPY --from=build /venv /venv
WORKDIR /srv/portal
COPY manage.py ./
COPY network network
COPY meetings meetings
COPY documents documents
COPY serviceareas serviceareas
COPY workinggroups workinggroups
COPY templates templates
COPY static static
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=network.settings MEDIA_ROOT=/srv/files STATIC_ROOT=/srv/static \
    WEB_BIND=0.0.0.0:8000
# Static files are gathered while the image is built; the settings want values that play no part in it.
RUN install -d -o portal -g portal /srv/static \
    && SECRET_KEY=build DATABASE_URL=postgresql://build@build/build EMAIL_HOST=build python manage.py collectstatic --noinput
USER portal
VOLUME /srv/files
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': '127.0.0.1', 'X-Forwarded-Proto': 'https'}), timeout=5)"]
CMD ["python", "-m", "gunicorn", "-c", "python:network.embedded.web", "network.wsgi"]
