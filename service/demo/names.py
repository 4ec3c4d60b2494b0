"""Invented names: schools, people and the words they are made of."""

from dataclasses import dataclass

import numpy as np

SCHOOL_SUBJECTS = (
    "Los Aromos", "Las Araucarias", "El Peumo", "Los Boldos", "Río Sereno", "Cerro Colorado", "La Higuera",
    "Los Canelos", "Agua Clara", "El Tamarugo", "Las Golondrinas", "Los Arrayanes", "Valle Hermoso",
    "El Faro",
    "Los Queltehues", "La Rinconada", "Las Camelias", "El Maqui", "Los Notros", "Santa Rosalba", "San Gaspar",
    "Luz del Alba", "Puerta del Sol", "Nuevo Horizonte", "Semillas del Futuro", "Las Lengas", "El Quillay",
    "Los Copihues", "La Cantera", "Piedra Blanca", "Aguas Buenas", "El Manzano", "Los Coligües",
    "La Esperanza",
    "Las Dunas", "Monte Verde", "El Mirador", "Los Zorzales", "La Vertiente", "Las Totoras",
    "El Molino Viejo",
    "Los Ciruelos", "Estero Hondo", "Cuesta Larga", "El Sauce", "Los Hualos", "Ventisquero", "La Caleta",
)  # fmt: skip
SCHOOL_PEOPLE = (
    "Rosalía Antimán Pozo", "Ernesto Quiñelén Vera", "Amanda Saavedra Riffo", "Clemente Bahamonde Lobos",
    "Hortensia Millapán Rojas", "Teófilo Araneda Bustos", "Berta Oyarzo Cid", "Profesor Eliseo Garrido",
    "Profesora Nélida Carcamo", "Gaspar Inostroza Leal", "Ema Ñancupil Soto", "Fermín Barrientos O'Ryan",
)  # fmt: skip
FIRST_NAMES = (
    "Marcela", "Rayén", "Ignacio", "Patricia", "Lautaro", "Verónica", "Ximena", "Cristóbal", "Millaray",
    "Jorge",
    "Pamela", "Nahuel", "Soledad", "Raúl", "Fernanda", "Óscar", "Carolina", "Hernán", "Tamara",
    "Luis Alberto",
    "Gladys", "Antonia", "Sebastián", "Ana María", "Domingo", "Claudia", "Mauricio", "Francisca", "Elías",
    "Yasna", "Rodrigo", "Beatriz", "Kevin", "Lorena", "Joaquín", "Sayén", "Wladimir", "Ingrid", "Renato",
    "Nicole",
)  # fmt: skip
SURNAMES = (
    "Huenchumil", "Soto", "Catrileo", "Vergara", "Mamani", "Oyarzún", "Muñoz", "Curihual", "Bravo", "Barría",
    "Pizarro", "Quispe", "Sanhueza", "Painemal", "Contreras", "Ñanco", "Riquelme", "Tapia", "Vukasović",
    "Carvajal",
    "Aguilera", "Llancafilo", "Fuentealba", "Zúñiga", "Condori", "Peña", "Marileo", "Gallardo", "Schäfer",
    "Lobos",
    "Valdivieso", "Cárdenas", "Jofré", "Huanca", "Espinoza", "Rapimán", "Saldías", "Urrutia", "Yáñez",
    "Bustamante",
)  # fmt: skip

_PLAIN = str.maketrans("áéíóúüñäćčšžÁÉÍÓÚÜÑ'", "aeiouunaccszAEIOUUN ")


def plain(text: str) -> str:
    """Lower-case letters without accents, as an e-mail address has them."""
    return text.translate(_PLAIN).lower().replace(" ", "")


@dataclass(slots=True)
class PeopleNames:
    """Gives a new name and address at each call, in an order fixed by the generator."""

    rng: np.random.Generator
    given: set[str]

    def next(self, domain: str) -> tuple[str, str]:
        """A person's name and an e-mail address under ``example.org``."""
        while True:
            first, one, two = (
                words[int(self.rng.integers(len(words)))] for words in (FIRST_NAMES, SURNAMES, SURNAMES)
            )
            address = f"{plain(first)}.{plain(one)}@{domain}.example.org"
            if one != two and address not in self.given:
                self.given.add(address)
                return f"{first} {one} {two}", address


def school_name(rng: np.random.Generator, kind: str, number: int) -> str:
    """An official-looking name in capitals, with the small faults real names have."""
    subject = SCHOOL_SUBJECTS[int(rng.integers(len(SCHOOL_SUBJECTS)))]
    person = SCHOOL_PEOPLE[int(rng.integers(len(SCHOOL_PEOPLE)))]
    forms = {
        "preschool": (f"Jardín Infantil {subject}", f"Sala Cuna y Jardín Infantil {subject}"),
        "special": (f"Escuela Especial {subject}", f"Escuela de Lenguaje {subject}"),
        "adult": (f"Centro Educación Integrada de Adultos {subject}", f"CEIA {subject}"),
        "primary": (f"Escuela {subject}", f"Escuela Básica {subject}", f"Escuela {person}"),
        "rural": (
            f"Escuela Rural {subject}",
            f"Escuela G-{number % 900 + 50} {subject}",
            f"Escuela {person}",
        ),
        "full": (f"Colegio {subject}", f"Liceo {subject}", f"Complejo Educacional {subject}"),
        "secondary": (f"Liceo {subject}", f"Liceo Politécnico {subject}", f"Liceo {person}"),
    }[kind]
    name = forms[int(rng.integers(len(forms)))].upper()
    fault = rng.random()
    if fault < 0.02:
        return name.replace(" ", "  ", 1)
    if fault < 0.03:
        return name.replace("Ñ", "Ð").replace("'", "¦")
    return name
