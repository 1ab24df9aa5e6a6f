"""Questions about somebody's own function, answered by running it: after a pass, to see whether what was handed in is understood.

What is run are a right function, copies of it with a probe around an expression, and edits of it (those of :mod:`assay.locate`), on one
visible case in few digits, which the question shows. Nothing depends on a hidden case, on rounding, or on a line that does not run. Each wrong
choice is checked to be wrong.

forms: what a question is. asking: questions about a function, made on its bench by tracing (shapes, values, counts) and changing (what if,
purpose, the same or not; rewriting: the laws by which a line is the same). effects: what an edit does, and claims about it. inputs: the
call that is shown. display, quiz: as people read them.
"""
