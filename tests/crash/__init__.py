"""Money moves in eight processes while they and the database are killed; then the books are asked."""
