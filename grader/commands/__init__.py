"""The commands by reader. Each reads its options, calls one function of the module that decides, and prints what came of it."""
