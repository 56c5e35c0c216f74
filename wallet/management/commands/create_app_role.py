"""Creates or updates the database role for the site; use it in DATABASE_URL.

Run it as the owner after each migrate. The password comes from the environment (APP_ROLE_PASSWORD), so
that no list of processes shows it.
"""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wallet.roles import APP_ROLE, create_app_role


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default=APP_ROLE)

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("APP_ROLE_PASSWORD", "")
        if len(password) < 12:
            raise CommandError("Set APP_ROLE_PASSWORD to the role's password, 12 characters or more.")
        create_app_role(name=options["name"], password=password)
        self.stdout.write(f"Role {options['name']} can serve the site but cannot change the books by hand.")
