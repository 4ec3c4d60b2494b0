"""What a school's page says of a rise: its margin, its group's ceiling, and who was tested."""

from service.models.enums import Role, Subject
from tests.factories.results import make_result
from tests.factories.schools import make_school, make_service


def test_one_test_cannot_be_assessed(database, client_as):
    with database.transaction() as session:
        service = make_service(session)
        school = make_school(session, service=service, code=10001)
        make_result(session, school, year=2024, subject=Subject.READING, score=250, tested=30)

    page = client_as(Role.COORDINATOR, service_id=service.id).get("/establecimientos/cl:10001")

    assert "no se puede decir si sube o baja; hacen falta tres pruebas con puntaje" in page.text
    assert "Atención: " not in page.text
