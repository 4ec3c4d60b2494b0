"""The questions of a school's self-assessment, each with four descriptions of where it may stand.

The elements and the four types of trajectory are those of Bellei, Valenzuela, Vanni and Contreras
(2014), *Lo aprendí en la escuela*; the words are ours. Resources are the one dimension of the
improvement plan that no element stands for, so it has a question of its own.
"""

from service.text import say

QUESTIONS = {
    "culture": say("¿Qué nos une como escuela?"),
    "professional": say("¿Cómo trabajan juntos las y los docentes?"),
    "observation": say("¿Qué pasa después de observar una clase?"),
    "focus": say("¿A qué se dedica el tiempo de la escuela?"),
    "institutional": say("¿Qué queda cuando una persona se va?"),
    "strategy": say("¿Cómo elegimos lo que hacemos para mejorar?"),
    "leadership": say("¿Quién conduce la mejora?"),
    "trust": say("¿Cuánto confían unos en otros directivos, docentes y familias?"),
    "resources": say("¿Cómo usamos el tiempo, las personas y los medios que tenemos?"),
}
"""By element, and the dimension of resources; in the order in which they are asked."""

STAGES = {
    "culture": (
        say("Cada cual hace lo suyo; estamos recuperando las ganas de estar aquí."),
        say("Nos unen los resultados de la prueba, y poco más."),
        say("Compartimos una idea de escuela que el equipo directivo mantiene viva."),
        say("Cualquiera de aquí puede decir qué nos mueve, y quien llega lo aprende de todos."),
    ),
    "professional": (
        say("Cada docente prepara y resuelve por su cuenta."),
        say("Hay trabajo conjunto en los cursos y asignaturas que se evalúan."),
        say("Hay tiempo fijo para preparar y conversar, porque la dirección lo cuida."),
        say("Preparar, observarse y corregir juntos es nuestro modo de trabajar."),
    ),
    "observation": (
        say("Casi no se observan clases."),
        say("Se observa para cumplir, y la conversación es breve o no llega."),
        say("Quien observa conversa después y acuerda algo por probar."),
        say("Nos observamos entre docentes, y lo aprendido cambia las clases siguientes."),
    ),
    "focus": (
        say("Lo urgente del día se lleva el tiempo."),
        say("El tiempo va a preparar la prueba en los cursos que la rinden."),
        say("La dirección protege el tiempo de aprender en todos los cursos."),
        say("Todo lo que hacemos se mira por lo que aprenden los estudiantes."),
    ),
    "institutional": (
        say("Lo que funciona depende de quién está ese día."),
        say("Hay prácticas escritas que pocos usan."),
        say("Las prácticas siguen mientras siga este equipo directivo."),
        say("Las prácticas son de la escuela: cambian las personas y ellas siguen."),
    ),
    "strategy": (
        say("Respondemos a lo que aparece."),
        say("Hacemos acciones sueltas para subir un resultado."),
        say("Tenemos un plan de varios años que la dirección conduce."),
        say("Aprendemos como equipo qué funciona, y el plan cambia con eso."),
    ),
    "leadership": (
        say("La dirección está ocupada en ordenar lo básico."),
        say("La dirección exige y revisa resultados."),
        say("Dirección y UTP trabajan juntas y están en las salas."),
        say("Docentes de distintos cursos conducen partes de la mejora."),
    ),
    "trust": (
        say("Hay recelo, y se evita hablar de lo que cuesta."),
        say("El trato es correcto, pero cada grupo va por su lado."),
        say("Se puede hablar de lo difícil con la dirección."),
        say("Nos decimos lo que no resulta y nos ayudamos a cambiarlo."),
    ),
    "resources": (
        say("No alcanza, y se usa donde apura."),
        say("Se usa en lo que se mide."),
        say("Se usa según el plan, y la dirección lo sigue."),
        say("Entre todos decidimos dónde rinde más y revisamos si fue así."),
    ),
}
"""What levels 1 to 4 look like for each question."""
