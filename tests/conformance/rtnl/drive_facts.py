"""What the generator and the driver agree on."""
FIRST_FD = 900  # descriptors of the namespaces of a sequence
