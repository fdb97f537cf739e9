"""Personal data that a text gives away, recognized by its form and its check digits."""

import re
from collections.abc import Iterable, Iterator

from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Arguments, Finding, Place, counted_places, rule
from trainer_tui.domain.rules.phrases import outermost
from trainer_tui.domain.rules.prose import flat

_AT = Expression(r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_RESERVED = Expression(r"(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$", re.I)

# Each begins with a class and looks back behind it, which lets the search skip all else fast.
_CARD = Expression(
    r"[3-6](?<![\w.,+-].)\d{3}(?:(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?|\d{9,12}|[ -]\d{6}[ -]\d{5})"
    r"(?![\w-]|[.,]\d)"
)
_IBAN = Expression(r"[A-Z](?<!\w.)[A-Z]\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_ALONE = r"(?<![\w.,/:+$€£#-].)"
_PHONE = Expression(
    r"[+(\d](?:"
    r"(?<=\+)\d{1,3}[ .-]?(?:\(0?\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,5}(?![\w-])"
    r"|(?<=\()[2-9]\d\d\) ?[2-9]\d\d[ .-]\d{4}(?![\w-])"
    rf"|(?<=1){_ALONE}[ .-][2-9]\d\d([ .-])[2-9]\d\d\1\d{{4}}(?![\w-]|[.,]\d)"
    rf"|(?<=[2-9]){_ALONE}\d\d([ .-])[2-9]\d\d\2\d{{4}}(?![\w-]|[.,]\d)"
    rf"|(?<=0){_ALONE}[1-9](?:([ .-])\d\d(?:\3\d\d){{3}}|\d{{8}})(?![\w-]|[.,]\d)"
    rf"|(?<=[6-9]){_ALONE}\d\d \d\d \d\d \d\d(?![\w-]| \d|[.,]\d)"
    rf"|(?<=0){_ALONE}\d{{2,5}} ?/ ?\d{{3,9}}(?:[ -]\d{{1,6}}){{0,3}}(?![\w/-]|[.,]\d)"
    r")"
)
_LABELS = (
    "tel", "tél", "phone", "mobil", "móvil", "cell", "fax", "whatsapp", "handy", "call", "ruf",
    "portable",
)  # fmt: skip
_LABELED = Expression(
    r"[^\W\d_]{2,13}(?: number| me| us)?(?: is| at| on)?"
    r"[.:]{0,2}[ *_]{0,4}(?:(?:number|no\.|nr\.|n\.º) ?)?"
    r"(\+?\(?\d[\d ()./-]{5,20}\d)(?!\w)"
)
_FICTIONAL = Expression(r"555[ .-]?01\d\d$")
_NO_NUMBER = Expression(r"(?:1[4-9]|20)\d\d ?[-/] ?(?:1[4-9]|20)\d\d|0123456789|\d{4}-\d\d-\d\d")

_SSN = Expression(r"[0-8](?<![\w-].)\d\d(?<!000)(?<!666)-(?!00)\d\d-(?!0000)\d{4}(?![\w-])")
_NIR = Expression(
    r"[12](?<!\w.) ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\w)"
)
_DNI = Expression(
    r"[XYZ\d](?<![\w-].)(?:(?<=[XYZ])-?\d{7}|(?<=\d)\d{7}|(?<=\d)\d\.\d{3}\.\d{3})-?[A-Z](?!\w)"
)

_EN_STREET = Expression(
    r"\d(?<![\w.,-].)\d{0,4}[A-Za-z]? (?:[NSEW]\.? )?(?:[A-Z][\w.'’-]{0,24} ){1,4}?"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Crescent|"
    r"Close|Parkway|Highway|Square)\b\.?(?!['’]s)"
)
_FR_STREET = Expression(
    r"\d(?<![\w.,-].)\d{0,3}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|bd|place|chemin|allées?|"
    r"impasse|quai|square) (?:(?:de|du|des|la|le|les|l['’]|d['’]|de l['’]) ?){0,2}"
    r"[A-ZÉÈÀÂÎÔÇ][\w'’-]{1,24}(?:[ -][A-ZÉÈÀÂÎÔÇ][\w'’-]{1,24}){0,3}"
)
_ES_STREET = Expression(
    r"(?<!\w)(?:[Cc]alle|C/|[Aa]venida|Avda\.?|[Pp]aseo|[Pp]laza|[Cc]arretera|[Cc]alzada)"
    r" ?(?:(?:de|del|la|las|los|el) ){0,3}[A-ZÁÉÍÓÚÑ][\wáéíóúñ'-]{1,24}"
    r"(?: (?:de|del|la|las|los|el|[A-ZÁÉÍÓÚÑ][\wáéíóúñ'-]{1,24})){0,5}"
    r",? (?:n\.?[ºo°] ?|núm\.? |número |#)?\d{1,4}(?![\w%€]|[.,]\d)"
)
_DE_STREET = Expression(
    r"(?<!\w)[A-ZÄÖÜ][\wäöüß-]{1,30}?(?:straße|strasse|str\.|gasse|allee) \d{1,4} ?[a-z]?(?![\w%€])"
    r"|(?<!\w)[A-ZÄÖÜ][\wäöüß-]{1,30}?(?:weg|platz|damm|ufer) \d{1,4} ?[a-z]?,? \d{5}(?!\d)"
    r"|(?<!\w)[A-ZÄÖÜ][\wäöüß-]{1,30} (?:Straße|Str\.|Allee|Gasse) \d{1,4} ?[a-z]?(?![\w%€])"
)
_ES_WORDS = ("alle", "C/", "venida", "Avda", "aseo", "laza", "arretera", "alzada")
_DE_WORDS = ("straße", "strasse", "str. ", "gasse ", "allee ", "weg ", "platz ", "damm ", "ufer ")
_YEAR = Expression(r"(?:1[4-9]|20)\d\d(?!\d)")
_PLACE_BEHIND = Expression(r",? (?:Apt|Suite|Unit|#)|, [A-Z]")


@rule("no_personal_data", Arguments, "no personal data")
def no_personal_data(text: str, arguments: Arguments, language: str) -> Finding:
    """Counts, in code and quotations too: mail addresses; telephone numbers with a country's
    prefix, in the usual groups of North America, France, Germany and Spain, or behind a word
    such as "phone"; payment cards (13 to 19 digits whose Luhn check holds) and IBANs (whose
    check digits hold); social security numbers of the US and France and identity numbers of
    Spain; street addresses with a house number as written in English, French, Spanish and
    German. Not counted: names, years, prices, versions, ISBNs, mail addresses at example.com and
    the like, and North American numbers 555-01xx, which are kept for fiction.
    """
    places = list(_mail(text)) if "@" in text else []
    if any(map(str.isdecimal, set(text))):
        places += _numbers(text)
        places += _streets(text)
    joined = outermost(places)
    return Finding(not joined, counted_places(joined, text), joined)


def _mail(text: str) -> Iterator[Place]:
    for found in _AT.finditer(text):
        before = text[max(0, found.start() - 64) : found.start()]
        local = before[len(before.rstrip(_LOCAL)) :].lstrip(".-")
        if local and not _RESERVED.search(found[0][1:]):
            yield Place(found.start() - len(local), found.end())


def _numbers(text: str) -> Iterator[Place]:
    for found in _CARD.finditer(text):
        if _luhn(_digits(found[0])):
            yield Place(*found.span())
    for found in _IBAN.finditer(text):
        if _iban(found[0].replace(" ", "")):
            yield Place(*found.span())
    for found in _PHONE.finditer(text):
        if 8 <= len(_digits(found[0])) <= 15 and not _no_number(found[0]):
            yield Place(*found.span())
    yield from _labeled(text)
    if "-" in text:
        yield from _spans(_SSN.finditer(text))
    for found in _NIR.finditer(text):
        if _nir(found[0].replace(" ", "")):
            yield Place(*found.span())
    for found in _DNI.finditer(text):
        if _dni(re.sub("[.-]", "", found[0])):
            yield Place(*found.span())


def _labeled(text: str) -> Iterator[Place]:
    lowered = flat(text)
    for label in _LABELS:
        at = lowered.find(label)
        while at >= 0:
            found = _LABELED.match(lowered, at)
            whole = not lowered[at - 1 : at].isalnum() or not at
            if found and whole and 7 <= len(_digits(found[1])) <= 15 and not _no_number(found[1]):
                yield Place(*found.span(1))
            at = lowered.find(label, at + len(label))


def _no_number(text: str) -> bool:
    return bool(_FICTIONAL.search(text) or _NO_NUMBER.fullmatch(text))


def _streets(text: str) -> Iterator[Place]:
    for found in _EN_STREET.finditer(text):
        year = _YEAR.match(found[0])
        if not year or _PLACE_BEHIND.match(text, found.end()):
            yield Place(*found.span())
    yield from _spans(_FR_STREET.finditer(text))
    if any(word in text for word in _ES_WORDS):
        yield from _spans(_ES_STREET.finditer(text))
    lowered = text.lower()
    if any(word in lowered for word in _DE_WORDS):
        yield from _spans(_DE_STREET.finditer(text))


def _spans(found: Iterable[re.Match[str]]) -> Iterator[Place]:
    return (Place(*one.span()) for one in found)


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812: every second digit from the right counts twice."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = sum(map(int, digits[-1::-2]))
    total += sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def _iban(text: str) -> bool:
    """The check of ISO 13616: moved to the end and read as a number, 1 modulo 97."""
    if not 15 <= len(text) <= 34 or not text.isascii():
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def _nir(text: str) -> bool:
    """The key of a French number: 97 less the rest of the number by 97."""
    number = text[:-2].replace("2A", "19").replace("2B", "18")
    return number.isdecimal() and 97 - int(number) % 97 == int(text[-2:])


def _dni(text: str) -> bool:
    """The letter of a Spanish number, by its rest by 23."""
    number = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return number.isdecimal() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]
