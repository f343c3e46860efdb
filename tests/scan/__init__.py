"""What the repository itself must not carry: secrets, and packages that are not locked or are known to be weak."""
