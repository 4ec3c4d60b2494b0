"""Reason codes, states and enums in words that can be translated; one file a noun.

``{{ value|words("school_status") }}`` in a template and :func:`words` in code look a value up;
a value without words shows itself, so that a new code is never a blank.
"""

from flask import Flask

from service.text import Sentence
from service.wording import (
    accounts,
    changes,
    imports,
    leaders,
    need,
    pair_reasons,
    preset,
    refusals,
    runs,
    school_sentences,
    schools,
)
from service.wording.translating import kept_in_words, translated

WORDS: dict[str, dict[str, Sentence]] = {
    **accounts.WORDS,
    **schools.WORDS,
    **need.WORDS,
    **leaders.WORDS,
    **changes.WORDS,
    **runs.WORDS,
    **imports.WORDS,
}


def words(value: object, noun: str) -> str:
    """Say a value of a noun: ``words("working", "school_status")``."""
    if value is None:
        return "–"
    found = WORDS[noun].get(str(value))
    return str(value) if found is None else translated(found)


def options(noun: str) -> list[tuple[str, str]]:
    """Every value of a noun with its words, for a select."""
    return [(value, translated(sentence)) for value, sentence in WORDS[noun].items()]


def init_app(app: Flask) -> None:
    """Offer the words to templates."""
    app.jinja_env.filters["words"] = words
    app.jinja_env.filters["in_words"] = translated
    app.jinja_env.filters["kept_in_words"] = kept_in_words
    app.jinja_env.globals.update(
        options_of=options,
        introduction=school_sentences.introduction,
        standing_sentence=school_sentences.standing_sentence,
        no_results_sentence=school_sentences.no_results_sentence,
        estimate_in_words=school_sentences.estimate_in_words,
        results_description=school_sentences.results_description,
        corrected=school_sentences.corrected,
        short_standing=schools.short_standing,
        need_evidence=need.evidence,
        need_evidence_short=need.evidence_short,
        rule_in_words=need.rule_in_words,
        criterion=leaders.criterion,
        not_leading=refusals.not_leading,
        rule_name=refusals.rule_name,
        refusal_in_words=refusals.refusal,
        repair_in_words=refusals.repair,
        pair_reasons=pair_reasons.pair_reasons,
        main_reasons=pair_reasons.main_reasons,
        other_reasons=pair_reasons.other_reasons,
        reasons_in_short=pair_reasons.reasons_in_short,
        preset_in_words=preset.PRESET,
        certificate_in_words=runs.certificate,
        moved_urgencies=runs.moved_urgencies,
    )


__all__ = ["WORDS", "init_app", "options", "translated", "words"]
