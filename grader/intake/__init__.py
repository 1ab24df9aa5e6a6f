"""What comes back: from a learning-management system's download to ``submitted/<student>/<assignment>/``, and who the students are.

One way through: archive (what a download holds) -> layout (whose folders) -> systems, other_systems (whose names) -> sift (which
file is the hand-in) -> store; roster, groups and identities say who is who; collect is the whole.
"""
