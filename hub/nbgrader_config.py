"""What nbgrader reads for every user of a hub: which course there is and where its exchange lies.

It belongs into ``etc/jupyter`` of the environment (or ``/etc/jupyter``) of everybody, students and instructors. Who may enter the course folder
gets its configuration on top, which is loaded from there and never copied: a copy grades outside the jail as soon as it is out of date.
"""

import os

EXCHANGE = os.environ.get("IDNN_EXCHANGE", "/srv/exchange")
COURSE = os.environ.get("IDNN_COURSE", "/home/prof/course")

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "improving_deep_networks"
c.Exchange.root = EXCHANGE
if os.environ.get("IDNN_UIDS"):  # a hub without accounts, whose users' containers have a user id each: see values.yaml
    c.Collect.uid_of = "grader.exchange.uid_of_name"
if os.access(os.path.join(COURSE, "nbgrader_config.py"), os.R_OK):
    load_subconfig(os.path.join(COURSE, "nbgrader_config.py"))  # noqa: F821
