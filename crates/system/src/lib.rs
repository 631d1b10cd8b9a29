//! The machine behind the ports: clock, ids, randomness, key file and seals.
