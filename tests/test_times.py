"""Times: one strict reader for all of them, and days on the clock on the wall, also where it is changed."""

import datetime as dt
import time

import pytest

from grader import late
from grader.course import Course, Submission
from grader.gradebook import open_gradebook
from grader.intake.roster import read_rosters
from grader.times import days_after, read_time, seconds_late

A = "initialization"


@pytest.fixture
def zone(monkeypatch):
    """Put this machine into another place."""

    def move(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


READ = {  # in Berlin, where it is two hours later than UTC in summer and one in winter
    "2026-10-05 23:59": "2026-10-05 21:59",
    "2026-10-05T23:59:00Z": "2026-10-05 23:59",
    "2026-10-05 23:59 UTC": "2026-10-05 23:59",
    "2026-10-05 23:59 GMT": "2026-10-05 23:59",
    "2026-10-05 23:59 +02:00": "2026-10-05 21:59",
    "2026-10-05 23:59:00 -0400": "2026-10-06 03:59",
    "2026-10-05 23:59+05:30": "2026-10-05 18:29",
    "2026-10-05 23:59 UTC+2": "2026-10-05 21:59",
    "2026-10-05 23:59 \N{MINUS SIGN}03:00": "2026-10-06 02:59",
    "2026-10-05 23:59 CEST": "2026-10-05 21:59",
    "2026-12-05 23:59 CET": "2026-12-05 22:59",
    "2026-10-05 11:59 pm": "2026-10-05 21:59",
    "5.10.2026 23:59": "2026-10-05 21:59",
    "25/10/2026 12:00": "2026-10-25 11:00",
    "Monday, 5 October 2026, 11:59 PM": "2026-10-05 21:59",
    "Monday, 5 October 2026, 12:10 AM": "2026-10-04 22:10",
    "October 5, 2026 11:59 PM": "2026-10-05 21:59",
    "Montag, 5. Oktober 2026, 23:59": "2026-10-05 21:59",
    "Mittwoch, 3. März 2027, 23:59": "2027-03-03 22:59",
    "Samstag, 5. Dez. 2026, 23:59 Uhr": "2026-12-05 22:59",
    "lundi 5 octobre 2026, 23:59": "2026-10-05 21:59",
    "samedi 1er août 2026, 23:59": "2026-08-01 21:59",
    "lunes, 5 de octubre de 2026, 23:59": "2026-10-05 21:59",
    "lunedì, 5 ottobre 2026, 23:59": "2026-10-05 21:59",
    "segunda-feira, 5 de outubro de 2026 às 23:59": "2026-10-05 21:59",
    "maandag, 5 oktober 2026, 23:59": "2026-10-05 21:59",
    "2026年10月5日(月曜日) 23:59": "2026-10-05 21:59",
    "2026-10-05 23:59 America/New_York": "2026-10-06 03:59",
}


@pytest.mark.parametrize("text", READ)
def test_a_time_that_means_one_moment_is_read(text, zone):
    zone("Europe/Berlin")
    assert read_time(text) == dt.datetime.fromisoformat(READ[text])


REFUSED = {
    "": "is no time; write it like",
    "whenever": "is no time",
    "00:00": "is no time",
    "tomorrow 12:00": "is no time",
    "5 October": "is no time",
    "2026-13-01": "is no time that exists",
    "2026-02-30 12:00": "is no time that exists",
    "2026-10-05 24:00": "is no time that exists",
    "2026-10-05 12": "is no time that exists",
    "2026-10-05 13:00 pm": "is no time that exists",
    "5 Listopad 2026, 12:00": "is no time that exists",
    "05/10/2026 12:00": "may be one of two days",
    "2026-10-05 12:00 XYZ": "the zone 'XYZ' is not known here",
    "2026-10-05 12:00 Europe/Nowhere": "the zone 'Europe/Nowhere' is not known here",
    "2026-10-05 12:00 EST": "the zone 'EST' is not known here",
    "2026-10-05 12:00 +25:00": "no place on earth",
    "2026-10-25 02:30": "comes twice here, because the clock is set back",
    "2026-03-29 02:30": "does not exist here, because the clock is set forward",
    "9999-12-31 23:59 -14:00": "is no time that exists",
    "2026-10-05 \N{FULLWIDTH DIGIT ONE}2:00": "is no time",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_may_mean_two_moments_or_none_is_told(text, zone):
    zone("Europe/Berlin")
    with pytest.raises(ValueError, match=REFUSED[text]):
        read_time(text)


def test_a_day_alone_means_its_end_where_something_is_due(zone):
    zone("America/New_York")
    assert read_time("2026-10-31", end_of_day=True) == dt.datetime(2026, 11, 1, 3, 59)


NEW_YORK = [  # due, handed in, hours late on the wall
    ("2026-10-31 20:00", "2026-10-31 21:00:00 -0400", 1),
    ("2026-10-31 20:00", "2026-11-01 19:30:00 EST", 23.5),
    ("2026-10-31 20:00", "2026-11-01 20:30", 24.5),
    ("2027-03-13 20:00", "2027-03-14 20:30", 24.5),
    ("2027-03-13 20:00", "2027-03-14 19:30", 23.5),
    ("2026-10-31 20:00", "2026-10-31 19:59", 0),
    ("2026-11-01 01:30 -04:00", "2026-11-01 01:10 -05:00", 2 / 3),
]


@pytest.mark.parametrize(("due", "handed_in", "hours"), NEW_YORK)
def test_lateness_is_counted_on_the_wall(due, handed_in, hours, zone):
    zone("America/New_York")
    assert seconds_late(read_time(handed_in), read_time(due)) == pytest.approx(hours * 3600)


@pytest.mark.parametrize(
    ("due", "days", "then"),
    [
        ("2026-10-31 20:00", 1, "2026-11-01 20:00"),
        ("2027-03-13 20:00", 1, "2027-03-14 20:00"),
        ("2026-10-30 20:00", 0.5, "2026-10-31 08:00"),
        ("2027-03-13 02:30", 1, "2027-03-14 03:30"),  # 02:30 does not exist on that day
        ("2026-10-31 01:30", 1, "2026-11-01 01:30 -05:00"),  # 01:30 comes twice on that day
    ],
)
def test_an_extension_ends_at_the_same_hour(due, days, then, zone):
    zone("America/New_York")
    assert days_after(read_time(due), days) == read_time(then)


@pytest.fixture
def course(tmp_path):
    """A released assignment and a graded hand-in of 100 points, made in the gradebook alone."""
    course = Course.at(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text(
        'c = get_config()\nc.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"\n'
    )
    with open_gradebook(course) as gradebook:
        gradebook.add_assignment(A)
        gradebook.add_notebook(A, A)
        gradebook.add_grade_cell("test_one", A, A, max_score=100, cell_type="code")
        gradebook.add_student("ada")
        gradebook.add_submission(A, "ada")
        gradebook.find_grade("test_one", A, A, "ada").auto_score = 100
        gradebook.db.commit()
    return course


def penalty(course):
    with open_gradebook(course) as gradebook:
        return gradebook.find_submission_notebook(A, A, "ada").late_submission_penalty or 0


def handed_in(course, text):
    folder = course.folder("submitted", "ada", A)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{A}.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text(text)
    submission = Submission("ada", A, folder)
    with open_gradebook(course) as gradebook:
        gradebook.find_submission(A, "ada").timestamp = dt.datetime.fromisoformat(submission.timestamp[:19])
        gradebook.db.commit()
    return submission


@pytest.mark.parametrize(
    ("text", "points"),
    [("2026-11-01 19:30:00 EST", 10), ("2026-10-31 21:00:00 -0400", 10), ("2026-11-01 20:30:00 EST", 20)],
)
def test_penalties_count_days_on_the_wall(text, points, course, zone):
    zone("America/New_York")
    handed_in(course, text)
    late.set_due(course, A, late.read_time("2026-10-31 20:00"))
    assert penalty(course) == points
    late.extend(course, A, "ada", 1)
    assert penalty(course) == (10 if points == 20 else 0), "extended to 20:00 of the next day"


def test_canvas_mark_of_lateness_counts_once_there_is_a_due_date(course):
    submission = handed_in(course, "2026-10-09 12:00 UTC")
    note = submission.folder / "timestamp.txt"
    note.unlink()
    record = late.Record(course, A)
    record.known["ada"] = {"key": "12 ada", "number": 1, "from": "canvas", "late": True}
    record.write()
    late.set_due(course, A, dt.datetime(2026, 10, 9, 12))
    assert note.read_text() == "2026-10-09 12:00:01 UTC\n" and penalty(course) == 10
    late.set_due(course, A, dt.datetime(2026, 10, 20, 12))
    assert note.read_text() == "2026-10-20 12:00:01 UTC\n" and penalty(course) == 10, "the mark moves with the date"
    late.extend(course, A, "ada", 1)
    assert penalty(course) == 0
    late.set_due(course, A, None)
    assert not note.exists() and penalty(course) == 0
    note.write_text("2026-10-30 12:00 UTC\n")  # a person knows better
    late.set_due(course, A, dt.datetime(2026, 10, 9, 12))
    assert note.read_text() == "2026-10-30 12:00 UTC\n"


@pytest.mark.parametrize("text", ["00:00", "2026-10-05 12:00 XYZ", "gestern", "", "05/10/2026 12:00"])
def test_a_timestamp_that_cannot_be_read_is_told(text, tmp_path):
    (tmp_path / "timestamp.txt").write_text(text)
    submission = Submission("ada", A, tmp_path)
    assert submission.timestamp is None and submission.wrong_time.startswith("timestamp.txt: ")


def test_a_worksheets_time_is_this_machines(tmp_path, zone):
    zone("Europe/Berlin")
    sheet = tmp_path / "s.csv"
    sheet.write_text(
        'ID,"Vollständiger Name",E-Mail-Adresse,"Zuletzt geändert (Abgabe)"\nTeilnehmer/in411,Ada L,a@x.org,"Sonntag, 6. Oktober 2030, 00:10"\n'
    )
    (ada,) = read_rosters([sheet]).people
    assert ada.submitted == dt.datetime(2030, 10, 5, 22, 10)
