import pytest

from wallet import checks


@pytest.fixture(autouse=True)
def _only_the_wallets_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calls of these tests are key texts without a consultation, which I10 would rightly call wrong."""
    monkeypatch.setattr(checks, "RULES", [rule for rule in checks.RULES if rule.name != "I10"])
