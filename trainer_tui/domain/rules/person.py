"""The first person, in the languages whose pronouns give it away."""

import re
from functools import cache

from trainer_tui.domain.rules.kind import Arguments, Finding, Place, counted_places, rule
from trainer_tui.domain.rules.phrases import main_language
from trainer_tui.domain.rules.prose import own_words

_NUMBERED = (
    "War|Chapter|Part|Type|Class|Phase|Volume|Book|Act|Section|Article|Title|Level|Grade|Stage|"
    "Figure|Table|Appendix|Schedule|Category|Tier|Division|Group|Unit|Module|Scene|Canto|Factor|"
    "Elizabeth|Charles|James|William|Henry|George|Edward|Richard|Francis|Napoleon|Nicholas|Peter|"
    "Catherine|Alexander|Frederick|Wilhelm|Otto|Leopold|Philip|Louis|Pius|Benedict|Darius|Xerxes"
)
_EN = r"""
    [IiMmWwOoUu](?<!\w.)(?<![-/&@.'’]\w)(?:
        (?<=I)(?<!\b[A-Z]\.\ I)(?:['’](?:m|ve|ll|d|s)\b|(?!\w|['’]\w|[/)&]|-\w|\.\w
            |(?<=\.\ I)\.|(?<=^I)\.|(?:,|\ and|\ or|\ to|\ &|[–-])\ ?(?:II|III|IV|V)\b))
        |(?<=i)['’](?:m|ve|ll|d)\b
        |(?<=m)(?:e|y|yself)\b
        |(?:(?<=\bof\ m)|(?<=\bis\ m)|(?<=\bare\ m)|(?<=\bwas\ m)|(?<=\bwere\ m))ine\b
        |(?<=M)(?:e|y|yself)\b
        |(?<=[Ww])e(?:['’](?:re|ve|ll|d))?\b(?!['’]\w)
        |(?<=[Oo])ur(?:s|selves)?\b
        |(?<=u)s\b|(?<=U)s\b
    )
"""
_FR = r"""
    [JjMmNn](?<!\w.)(?<![-/@]\w)(?:
        (?<=[Jj])(?:e\b|['’](?=\w))
        |(?<=[Mm])(?:['’](?=[aeiouyhéèêàâîôœ])|e\b(?!\.\w)|oi(?:-même)?\b|on\b|a\b|es\b|iens?\b|iennes?\b)
        |(?<=[Nn])(?:ous\b|otre\b|os\b|ôtres?\b)
    )
    |(?<=-)(?:moi|je|nous)\b
"""
_ES = r"""
    [YyMmNnCcPpOoSsEeTtQqRrDd](?<!\w.)(?<![-/@]\w)(?:
        (?<=[Yy])o\b
        |(?<=[Mm])(?:e\b|í\b|is?\b|í[oa]s?\b)
        |(?<=[Nn])(?:os\b(?!\.)|osotr[oa]s\b|uestr[oa]s?\b)
        |(?<=[Cc])(?:onmigo|reo|reemos|onsidero)\b
        |(?<=[Pp])(?:ienso|ensamos|uedo|odemos|refiero)\b
        |(?<=[Oo])(?:pino|pinamos)\b
        |(?<=[Ss])(?:oy|omos|ugiero|é\ que)\b
        |(?<=[Ee])(?:stoy|stamos|spero\ que)\b
        |(?<=[Tt])(?:engo|enemos)\b
        |(?<=[Qq])(?:uiero|ueremos)\b
        |(?<=[Rr])(?:ecomiendo|ecomendamos)\b
        |(?<=[Dd])(?:ebo|ebemos)\b
    )
"""
_DE = r"""
    [IiMmWwUu](?<!\w.)(?<![-/@]\w)(?:
        (?<=[Ii])ch\b(?!-)
        |(?<=[Mm])(?:ich\b|ein(?:e|er|em|es|s|erseits)?\b|einen\b(?=\ \w))
        |(?<=m)ir\b
        |(?<=M)ir\b(?!-|\ (?:wurde|war|kreiste|umkreiste))
        |(?<=[Ww])ir\b
        |(?<=[Uu])(?:ns\b|nser(?:e|er|em|en|es|s)?\b|nsre[rmns]?\b)
    )
"""
_PATTERNS = {"en": _EN, "fr": _FR, "es": _ES, "de": _DE}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[language], re.VERBOSE | re.MULTILINE)


@cache
def _numbered() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_NUMBERED}) \Z")


@rule("no_first_person", Arguments, "no first person")
def no_first_person(text: str, arguments: Arguments, language: str) -> Finding:
    """Counts the pronouns of the first person, singular and plural: I, me, my, mine, myself,
    we, us, our in English; je, me, moi, mon, nous, notre in French (not "on"); yo, me, mí, mi,
    conmigo, nosotros, nos, nuestro in Spanish, and verbs there that need no pronoun (creo,
    pienso, soy, tengo, recomiendo and the like); ich, mich, mir, mein, wir, uns, unser in
    German, with their forms. Not the number in "World War I", "Type I" or "I and II", nor US.
    Code, quotations and lines of direct speech are left out.
    """
    main = main_language(language)
    if main not in _PATTERNS:
        return Finding(True, f"not checked in {main or 'an unknown language'}")
    said = own_words(text)
    places = tuple(
        Place(*found.span())
        for found in _pattern(main).finditer(said)
        if not (
            found[0] == "I" and _numbered().search(said[max(0, found.start() - 12) : found.start()])
        )
    )
    return Finding(not places, counted_places(places, text), places)
