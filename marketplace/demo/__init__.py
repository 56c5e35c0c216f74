"""Made-up people and four weeks of their consultations, so that a fresh install is not empty.

The texts are in the TOML files. All rows are created by the services, as if the people had used the site.
"""
