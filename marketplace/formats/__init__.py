"""How dates, times and numbers are written, one folder a language (Django's FORMAT_MODULE_PATH)."""
