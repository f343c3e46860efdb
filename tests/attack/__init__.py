"""The whole API attacked from its own description: as every role, alone and in sequences."""
