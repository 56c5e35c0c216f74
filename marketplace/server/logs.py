"""One structured line per record, for people and machines, without secrets."""

import json
import logging

from marketplace.web.secrecy import error_text, without_secrets


class JsonLine(logging.Formatter):
    """A record as one JSON object; `extra={"fields": {...}}` adds its keys."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "log": record.name,
            "msg": without_secrets(record.getMessage()),
            **{name: _clean(value) for name, value in getattr(record, "fields", {}).items()},
        }
        if record.exc_info:
            line["error"] = error_text(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _clean(value: object) -> object:
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(each) for each in value]
    return value if isinstance(value, int | float | None) else without_secrets(str(value))
