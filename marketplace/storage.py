"""Static files with a hash in their names, `import` paths of ES modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Django rewrites an import only if the statement ends with a semicolon; a test watches that."""

    support_js_module_import_aggregation = True
