"""Static files with a hash in their names, `import` paths of ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Django rewrites an import only if the statement ends with a semicolon; a test checks that."""

    support_js_module_import_aggregation = True
    # A pass hashes one more step of the modules that import each other; the longest way has nine today.
    max_post_process_passes = 16
    # Only our own modules: a library that imports by a bare name would make collectstatic fail.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )
