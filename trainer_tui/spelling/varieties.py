"""British and American English: how one of them writes a word of the other."""

import re
from functools import cache

_OUR = (
    "ard arm behavi cand clam col discol dishon disfav demean endeav fav ferv flav harb hon hum "
    "lab neighb od parl ranc rum sav splend tum vap"
)
"""Beginnings of words like `colour`, American `color`."""
_RE = "calib cent centimet epicent fib kilomet lit lust meag millimet sab scept somb spect theat"
"""Beginnings of words like `centre`, American `center`."""
_LL = (
    "cance channe counse dia due ename fue funne grove initia jewe labe leve libe marsha marve "
    "mode pane peda quarre shove signa spira tota towe trave tunne unrave"
)
"""Beginnings of words like `travelled`, American `traveled`."""
_OTHERS = """
    aeroplane airplane, aluminium aluminum, anaemi anemi, anaesthe anesthe, analyse analyze,
    analysing analyzing, catalyse catalyze, cheque check, defence defense, diarrhoea diarrhea,
    enrolment enrollment, fulfilment fulfillment, grey gray, gynaecolog gynecolog,
    instalment installment, jewellery jewelry, leukaemia leukemia, manoeuvre maneuver, mould mold,
    oestrogen estrogen, offence offense, orthopaedic orthopedic, paediatric pediatric,
    paralyse paralyze, paralysing paralyzing, plough plow, pretence pretense, pyjamas pajamas,
    sceptic skeptic, skilful skillful, smoulder smolder, sulphur sulfur, wilful willful,
    woollen woolen
"""
_ISE = re.compile(r"(.{3,})is(e|ed|es|er|ers|ing|ation|ations|able)")
_IN_BOTH = re.compile("check|analyses$")

_Starts = dict[str, list[tuple[str, str]]]


def other_spelling(word: str, variety: str) -> str:
    """Return how the variety `US` or `GB` would write a word of the other one, or nothing.

    `word` is in lower case. It is a guess by the word's beginning (`labour` for the
    `labor` of `laboratory`): it counts only where the guess is itself a word about as
    common. British English takes `-ize` as well as `-ise`.
    """
    to_american, to_british = _beginnings()
    for wrong, right in (to_american if variety == "US" else to_british).get(word[:3], ()):
        if word.startswith(wrong) and not _IN_BOTH.match(word):
            return right + word[len(wrong) :]
    if variety == "US" and (found := _ISE.fullmatch(word)):
        return f"{found[1]}iz{found[2]}"
    return ""


@cache
def _beginnings() -> tuple[_Starts, _Starts]:
    pairs = [(f"{stem}our", f"{stem}or") for stem in _OUR.split()]
    pairs += [(f"{stem}re", f"{stem}er") for stem in _RE.split()]
    pairs += [(f"{stem}ll{e}", f"{stem}l{e}") for stem in _LL.split() for e in ("ed", "ing", "er")]
    for pair in _OTHERS.split(","):
        british, american = pair.split()
        pairs.append((british, american))
    to_american: _Starts = {}
    to_british: _Starts = {}
    for british, american in pairs:
        to_american.setdefault(british[:3], []).append((british, american))
        to_british.setdefault(american[:3], []).append((american, british))
    return to_american, to_british
