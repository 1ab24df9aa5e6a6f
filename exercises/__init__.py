"""The course's exercises, hidden from students: a folder an assignment, in it a module an exercise and ``answers/`` beside."""
