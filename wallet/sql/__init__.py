"""The ledger's functions and triggers as numbered texts, and how a ledger made by earlier ones is renewed."""
