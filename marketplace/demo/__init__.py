"""Made-up people and four weeks of their consultations, so that a fresh install is alive at first sight.

The texts are in the TOML files; everything else goes through the services, as if the people had done it.
"""
