"""The whole product under seeded faults."""
