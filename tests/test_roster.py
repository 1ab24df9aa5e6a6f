"""Rosters as systems and spreadsheets write them: columns by heading and content, any delimiter and encoding, odd ids."""

import pytest

from grader.course import CourseError, safe_id, valid_student
from grader.intake.names import is_name_of
from grader.intake.roster import read_rosters

# name of the case: the bytes or text, --column, and (id, first name, last name) of each person
READ = {
    "our own": ("id,first_name,last_name\nada,Ada,Lovelace\n", [], [("ada", "Ada", "Lovelace")]),
    "semicolons and a mark": ("\ufeffid;name\nada;Ada Lovelace\n", [], [("ada", "Ada", "Lovelace")]),
    "tabs": ("id\tname\nada\tLovelace, Ada\n", [], [("ada", "Ada", "Lovelace")]),
    "Excel's own line": ("sep=;\nid;name\nada;Ada Lovelace\n", [], [("ada", "Ada", "Lovelace")]),
    "commas in cells of semicolons": ('id;name;note\nada;Lovelace, Ada;"a, b"\nben;Øst, Ben;c, d, e\n', [], [("ada", "Ada", "Lovelace"), ("ben", "Ben", "Øst")]),
    "semicolons in cells of commas": ('id,name,note\nada,"Lovelace, Ada",a;b;c;d\n', [], [("ada", "Ada", "Lovelace")]),
    "UTF-16": ("id\tname\nmu,Jörg Müller\n".replace(",", "\t").encode("utf-16"), [], [("mu", "Jörg", "Müller")]),
    "Latin-1": ("id,name\nmu,Jörg Müller\n".encode("latin-1"), [], [("mu", "Jörg", "Müller")]),
    "old line ends": (b"id,name\rada,Ada Lovelace\rben,Ben M\r", [], [("ada", "Ada", "Lovelace"), ("ben", "Ben", "M")]),
    "an empty line first": ("\n\nid,name\nada,Ada Lovelace\n\n", [], [("ada", "Ada", "Lovelace")]),
    "a quote in a name": ('id,name\nada,Ada "the" Lovelace\n', [], [("ada", 'Ada "the"', "Lovelace")]),
    "a column that is named": ("Kürzel,Vorname,Nachname\nada,Ada,Lovelace\n", ["id=Kürzel"], [("ada", "Ada", "Lovelace")]),
    "a column that is named otherwise": ("id,name,Konto\n1,Ada L,ada\n", ["id=konto"], [("ada", "Ada", "L")]),
    "Moodle in French": ('Identifiant,"Nom complet","Adresse de courriel"\n"Participant 7","Ada Lovelace",ada@x.org\n', [], [("ada@x.org", "Ada", "Lovelace")]),
    "Moodle in Spanish": ('Identificador,"Nombre completo",Correo\n"Participante 7","Ada Lovelace",ada@x.org\n', [], [("ada@x.org", "Ada", "Lovelace")]),
    "Moodle with numbers": ('ID,"Vollständiger Name",ID-Nummer\n"Teilnehmer/in7","Ada Lovelace",2030\n', [], [("2030", "Ada", "Lovelace")]),
    "Moodle, blind": ("Identifier,Status,Grade\nParticipant 7,Submitted,\nParticipant 8,-,\n", [], [("participant-7", "", ""), ("participant-8", "", "")]),
    "Canvas": ("Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n\"Lovelace, Ada\",12,u1,ada,A\n\"Student, Test\",9,,x,A\n", [], [("ada", "Ada", "Lovelace")]),
    "Canvas without logins": ("Student,ID,SIS User ID,Section\n\"Lovelace, Ada\",12,u1,A\n\"Student, Test\",9,,A\n", [], [("u1", "Ada", "Lovelace")]),
    "Canvas with nothing but numbers": ("Student,ID,Section\n\"Lovelace, Ada\",12,A\n", [], [("canvas-12", "Ada", "Lovelace")]),
    "a person whose name is Test Student": ("Student,ID,SIS User ID,SIS Login ID,Section\n\"Student, Test\",9,u9,test,A\n", [], [("test", "Test", "Student")]),
    "Brightspace": ("OrgDefinedId,Last Name,First Name,Email,End-of-Line Indicator\n#2030,Lovelace,Ada,ada@x.org,#\n", [], [("ada@x.org", "Ada", "Lovelace")]),
    "GitHub Classroom": ("identifier,github_username,github_id,name\nada@x.org,octocat,5,Ada Lovelace\n", [], [("ada@x.org", "Ada", "Lovelace")]),
    "an apostrophe": ("id,name\no'brien,Mary O'Brien\nada,Ada L\n", [], [("o-brien", "Mary", "O'Brien"), ("ada", "Ada", "L")]),
    "an umlaut": ("id,name\nmüller,Jörg Müller\n", [], [("muller", "Jörg", "Müller")]),
    "a path": ("id,name\n../../etc,Eve E\n", [], [("etc", "Eve", "E")]),
    "ids of no letters we have": ("id,name\n李明,Li Ming\n", [], [("student-", "Li", "Ming")]),
    "two odd ids that would be one": ("id,name\na/b,Ada L\na:b,Ben M\na-b,Cem N\n", [], [("a-b-", "Ada", "L"), ("a-b-", "Ben", "M"), ("a-b", "Cem", "N")]),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_a_roster_names_its_people(case, tmp_path):
    text, columns, due = READ[case]
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    people = read_rosters([path], columns).people
    assert [(p.first_name, p.last_name) for p in people] == [one[1:] for one in due]
    for person, (identity, _, _) in zip(people, due, strict=True):
        assert valid_student(person.id)
        assert person.id == identity or identity.endswith("-") and person.id.startswith(identity)
    assert len({person.id for person in people}) == len(people)


@pytest.mark.parametrize("case", ["an apostrophe", "a path", "two odd ids that would be one"])
def test_an_odd_id_is_told_with_its_line_and_still_finds_its_student(case, tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(READ[case][0])
    roster = read_rosters([path])
    assert roster.told and all(
        "cannot be a student's id" in words and f"{path}, line " in words for words in roster.told
    )
    for line in READ[case][0].splitlines()[1:]:
        identity = line.partition(",")[0]
        assert len(roster.called(identity)) == 1


def test_an_id_that_a_spreadsheet_rounded_is_told(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id,name\n2.03012E+07,Ada L\n2.03012E+07,Ben M\ncem,Cem N\n")
    roster = read_rosters([path])
    assert [p.id for p in roster.people] == ["cem"] and len(roster.told) == 2
    assert "a spreadsheet has rounded its id to 2.03012E+07" in roster.told[0]


def test_a_row_without_an_id_is_told_and_costs_only_itself(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id,name\nada,Ada L\n,Ben M\n")
    roster = read_rosters([path])
    assert [p.id for p in roster.people] == ["ada"]
    assert roster.told == [f"{path}, line 3: it has a name and no id; the row is left out"]


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("id,name\nada,Ada L\n", ["id=Konto"], "no roster has a column 'Konto'"),
        ("id,name\nada,Ada L\n", ["konto=id"], "expected FIELD=HEADING with a field of id"),
        ("Farbe,Haus\nrot,A\n", [], "--column id=HEADING; it has 'Farbe', 'Haus'"),
        ("", [], "is empty"),
        ("PK\x03\x04", [], "is a workbook; save it as CSV"),
    ],
)
def test_a_roster_that_says_nothing_is_refused_with_the_way_out(text, columns, said, tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(CourseError, match=said):
        read_rosters([path], columns)


def test_files_about_one_person_are_merged_by_any_of_their_ids(tmp_path):
    ours, canvas, sheet = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    ours.write_text("id,name,email\nada,Ada Lovelace,ada@x.org\n")
    canvas.write_text('Student,ID,SIS User ID,SIS Login ID,Section\n"Lovelace, Ada",12,u1,ada,A\n')
    sheet.write_text("Identifier,Full name,Email address\nParticipant 7,Ada Lovelace,ADA@x.org\n")
    (ada,) = read_rosters([ours, canvas, sheet]).people
    assert (ada.id, ada.lms_id, ada.participant) == ("ada", "12", "7") and "u1" in ada.also


@pytest.mark.parametrize("name", ["lovelaceada", "ada lovelace", "Lovelace, Ada", "LOVELACEADAKING", "kinglovelaceada"])
def test_a_name_is_the_persons_in_either_order_and_with_some_of_its_words(name):
    assert is_name_of(name, "Ada King", "Lovelace") == (name != "kinglovelaceada")


@pytest.mark.parametrize("name", ["", "ada", "lovelace", "teamada", "lovelaceadateam", "al"])
def test_half_a_name_or_more_than_one_is_not_the_persons(name):
    assert not is_name_of(name, "Ada King", "Lovelace")


@pytest.mark.parametrize("name", ["Øst", "Ost", "oest", "st"])
def test_systems_write_letters_in_their_own_ways(name):
    assert is_name_of(f"{name}ben", "Ben", "Øst")


@pytest.mark.parametrize("text", ["", "..", "///", "李明", "-", "."])
def test_what_leaves_nothing_of_an_id_gives_none(text):
    assert safe_id(text) == ""
