"""Reason codes, states and enums in words that can be translated; one file a noun.

``{{ value|words("school_status") }}`` in a template and :func:`words` in code look a value up;
a value without words shows itself, so that a new code is never a blank.
"""

from flask import Flask

from service.text import Sentence
from service.wording import (
    accounts,
    changes,
    impact,
    imports,
    leader_life,
    leaders,
    need,
    networks,
    pair_reasons,
    partnerships,
    preset,
    questionnaires,
    refusals,
    requests,
    run_choices,
    runs,
    school_sentences,
    schools,
    surveys,
    visits,
)
from service.wording.result_paths import path_sentences
from service.wording.translating import kept_in_words, translated

WORDS: dict[str, dict[str, Sentence]] = {
    **accounts.WORDS,
    **schools.WORDS,
    **need.WORDS,
    **leaders.WORDS,
    **leader_life.WORDS,
    **changes.WORDS,
    **runs.WORDS,
    **run_choices.WORDS,
    **imports.WORDS,
    **requests.WORDS,
    **visits.WORDS,
    **partnerships.WORDS,
    **surveys.WORDS,
    **impact.WORDS,
    **networks.WORDS,
    **questionnaires.WORDS,
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
        path_sentences=path_sentences,
        functioning_sentence=questionnaires.functioning_sentence,
        profile_sentence=questionnaires.profile_sentence,
        no_results_sentence=school_sentences.no_results_sentence,
        estimate_in_words=school_sentences.estimate_in_words,
        results_description=school_sentences.results_description,
        corrected=school_sentences.corrected,
        short_standing=schools.short_standing,
        network_reasons=networks.network_reasons,
        need_evidence=need.evidence,
        need_evidence_short=need.evidence_short,
        rule_in_words=need.rule_in_words,
        criterion=leaders.criterion,
        answer_in_words=leader_life.answer_in_words,
        criterion_in_words=leader_life.criterion_in_words,
        figure_name=leader_life.figure_name,
        dispute_of=leader_life.dispute_of,
        not_leading=refusals.not_leading,
        rule_name=refusals.rule_name,
        refusal_in_words=refusals.refusal,
        repair_in_words=refusals.repair,
        repair_kind=refusals.repair_kind,
        nearest_in_words=refusals.nearest,
        pair_reasons=pair_reasons.pair_reasons,
        main_reasons=pair_reasons.main_reasons,
        other_reasons=pair_reasons.other_reasons,
        reasons_in_short=pair_reasons.reasons_in_short,
        preset_in_words=preset.PRESET,
        card_reasons=pair_reasons.card_reasons,
        rank_options=requests.rank_options,
        rubric=requests.rubric_questions,
        role_columns=requests.role_columns,
        decline_options=requests.decline_options,
        certificate_in_words=run_choices.proof,
        extra_rules_in_words=run_choices.EXTRA_RULES,
        choices_in_words=run_choices.choices,
        group_label=run_choices.group_label,
        broken_rule=run_choices.broken_rule,
        strength_in_words=run_choices.strength,
        step_in_words=run_choices.step,
        step_in_short=run_choices.step_in_short,
        moved_urgencies=runs.moved_urgencies,
        programme_verdict=impact.verdict,
        programme_naive=impact.naive_sentence,
        programme_paths=impact.paths_description,
        programme_points=impact.labelled,
        checklist=partnerships.CHECKLIST,
    )


__all__ = ["WORDS", "init_app", "options", "translated", "words"]
