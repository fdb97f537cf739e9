"""Claims to have read something outside, which a text cannot make when browsing is off."""

import re

from trainer_tui.domain.rules.citation_phrases import ORGANIZATIONS, PHRASES
from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Arguments, Finding, Place, counted_places, rule
from trainer_tui.domain.rules.phrases import main_language, outermost
from trainer_tui.domain.rules.prose import flat, prose

_MARKER = Expression(
    r"(?:(?<=[.,;:!?…)\"”»’' \n%])|(?<=\d\]))\[(?:\^?\d{1,3})\](?![(\w]|\[\D| ?[=+*/<>-])"
    r"|(?<=[.!?…”\"])\[\d{1,3}(?:(?:, ?|[-–])\d{1,3}){1,9}\](?!\w)"
    r"|【[^【】\n]{1,80}】"
)
_OPERATOR_BEFORE = Expression(r"(?:[=+*/(<>,&|-]|\breturns?|\bin|\blist) ?\Z")
_REFERENCE_LINE = Expression(
    r"^[ \t>*_#(-]*(?:sources?|references?|bibliography|works cited|further reading|références|"
    r"bibliographie|fuentes?|referencias|bibliografía|quellen?|quellenangaben?|literatur)"
    r"[*_]* ?:[^\n]*$"
    r"|^[ \t]*#{1,6}[ \t]*(?:sources|references|bibliography|works cited|références|"
    r"bibliographie|fuentes|referencias|bibliografía|quellen|quellenangaben)[ \t*_]*$"
    r"|\((?:source|fuente|quelle|sources) ?:[^()\n]{0,200}\)",
    re.MULTILINE | re.IGNORECASE,
)
_RETRIEVED = Expression(r"^[ \t>*_(-]*Retrieved from\b|[.!?)] Retrieved from\b", re.MULTILINE)
_ET_AL = Expression(r"\bet al\.?,? ?\(?(?:1[6-9]|20)\d\d[a-z]?\)?")
_ORGANIZATION = Expression(
    r"[A-Z][A-Z&]{2,8}(?![\w/_(])(?!\s?[-–]?\d)(?!\s(?:laws?|rules?|standards?|style|spec|"
    r"specifications?|format|schema|time|protocols?|principles|regulations?|codes?|syntax|"
    r"criteria|theory|models?)\b)"
    r"|UN(?=[,.;:]|\s(?![A-Z]{2}))|United Nations\b"
    r"|(?:[A-Z][\w'’.&-]{0,25}\s){1,5}?"
    r"(?:(?:(?:of|for|on)(?:\sthe)?|and|[A-Z][\w'’&-]{0,25})\s){0,6}?"
    r"(?:University|Institutes?|Foundation|Organi[sz]ation|Association|Agency|Bureau|Centers?|"
    r"Centres?|Clinic|Journal|Academy|Administration|Times|Encyclop(?:ae|æ|e)dia|"
    r"Dictionary|Observatory)\b"
    r"|(?:University|Institutes?|Organi[sz]ation|Association|Agency|Bureau|Centers?|Centres?|"
    r"Department|Ministry|Journal|Academy)\s(?:of|for|on)\s(?:the\s)?[A-Z]\w{2,30}"
    r"|(?:Organisation|Université|Institut|Agence|Fondation|Académie|Ministère|Organización|"
    r"Universidad|Instituto|Agencia|Fundación|Academia|Ministerio)\s(?:de|d['’]\w{2,30}|du|des|"
    r"[Mm]ondiale|[Nn]ationale?|[Ee]uropéenne|[Ii]nternationale?|[Mm]undial|[Nn]acional|"
    r"[Ee]urope[ao])(?!\w)"
    r"|(?:Weltgesundheitsorganisation|Statistische[mns]? Bundesamt(?:e?s)?|"
    r"(?:[A-Z][\wäöüß]{1,20}-){1,3}(?:Institute?s?|Universität|Stiftung)|"
    r"Universität\s[A-Z]\w{1,20})(?!\w)"
)
_NO_ORGANIZATIONS = frozenset(
    "MLA APA ISO PEP RFC ABI POSIX UNIX CLDR TLS TCP CSS HTML XML JSON SQL API HTTP URL UML "
    "SOLID CRUD REST GDPR HIPAA DSGVO BGB STGB HGB AGB DIN USA UTC GMT DNA RNA GPS PDF FAQ CEO "
    "CFO CTO KPI GDP BMI THE HIS HER YOUR OUR ITS THEIR THIS THAT THESE THOSE ALL SOME MANY "
    "MOST WHAT WHICH YOU HIM THEM ONE MON TON SON MES TES SES NOS VOS LES DES UNE CES LOS LAS "
    "SUS MIS ESTA ESTE DER DEM DEN DES DIE DAS MIR DIR EIN EINER EINEM MEINER MEINEM".split()
)
"""Written in capitals and yet nobody who says something: standards, laws, loud words."""
_NAME = r"(?:(?:van|von|de|der|den|di|da|la|le|el)\s){0,2}[A-ZÀ-ÖØ-Þ][\w'’-]{1,30}"
_IN_PARENTHESES = Expression(
    rf"\((?:(?:see|e\.g\.|cf\.|voir|siehe|vgl\.|véase),?\s)?({_NAME})"
    rf"(?:,?\s(?:et\sal\.?|u\.\s?a\.|y\scol\.)|(?:,\s{_NAME}){{0,4}}"
    rf",?\s(?:&|and|et|und|y)\s{_NAME})?"
    r",\s(?:19|20)\d\d[a-z]?(?:[,:]\s?(?:p{1,2}\.|S\.)?\s?\d[^()\n]{0,20}|;\s[^()\n]{0,150})?\)"
)
_NO_AUTHORS = frozenset(
    # What else may stand before a year in parentheses: when, where, what.
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
    "June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept "
    "Oct Nov Dec Spring Summer Autumn Fall Winter Easter Christmas Today Updated Published Film "
    "Revised Founded Established Edition Volume Version Season Series Episode Director Album "
    "Lundi Mardi Mercredi Jeudi Vendredi Samedi Dimanche Janvier Février Mars Avril Mai Juin "
    "Juillet Août Septembre Octobre Novembre Décembre Lunes Martes Miércoles Jueves Viernes "
    "Sábado Domingo Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre "
    "Noviembre Diciembre Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Januar "
    "Februar März Juni Juli Oktober Dezember Printemps Été Automne Hiver Primavera Verano Otoño "
    "Invierno Frühling Sommer Herbst USA UK US EU UAE USSR CD DVD TV PC HBO ABC CBS NBC AMC FX "
    "Netflix Disney Hulu Amazon America England Britain Scotland Ireland Wales France Germany "
    "Spain Italy Portugal Poland Russia China Japan Korea India Brazil Mexico Canada Australia "
    "Austria Switzerland Sweden Norway Denmark Finland Greece Turkey Egypt Israel Iran Iraq "
    "Ukraine Argentina Chile Peru Deutschland Frankreich Österreich Spanien Allemagne Espagne "
    "Italie España Francia México London Londres Paris París Berlin Berlín Madrid Barcelona "
    "Rome Roma Milan Vienna Wien Munich München Hamburg Geneva Zurich Brussels Amsterdam Lisbon "
    "Dublin Athens Moscow Kyiv Istanbul Tokyo Beijing Shanghai Seoul Delhi Mumbai Sydney "
    "Melbourne Toronto Montreal Boston Chicago Houston Miami Seattle Washington California "
    "Texas Florida Hollywood".split()
)
_NUMBER = Expression(
    r"(?<![\w/.])(?:doi(?::\s?|\s)10\.\d{4,9}/[^\s<>\"]{0,80}[^\s<>\".,:;)\]]|"
    r"arxiv:\s?\d{4}\.\d{4,5}|pmid:?\s?\d{4,9})",
    re.IGNORECASE,
)


@rule("no_citations", Arguments, "no citations")
def no_citations(text: str, arguments: Arguments, language: str) -> Finding:
    """Counts claims to have looked something up: "according to" a website, Wikipedia or the
    internet, to some article, source, study or report ("the article" and "these studies" are
    taken to be ones that the task gives), or to an organization, known by its capitals as NASA
    or by a word such as University in its name; "studies show", "a study found", "I read on
    Wikipedia", "as of my search", "I found online", "retrieved from" a site or on a date; and
    in every language reference markers such as [1] or [^1], but not directly behind a letter
    as in a[1], lines or parentheses that begin with "Source:", headings such as "References",
    "et al." with a year, authors with a year as in (Smith, 2019), and DOI, arXiv and PubMed
    numbers. Phrases and organizations are known in English, French, Spanish and German. Code
    is left out; links are another rule.
    """
    main = main_language(language)
    plain = prose(text)
    places = PHRASES.find(plain, main) + _organizations(plain, main)
    if "[" in plain or "【" in plain:
        places += [
            Place(*found.span())
            for found in _MARKER.finditer(plain)
            if not _OPERATOR_BEFORE.search(plain[max(0, found.start() - 9) : found.start()])
        ]
        if plain[:4] in ("[1] ", "[1]:"):
            places.append(Place(0, 3))
    if ":" in plain or "#" in plain:
        places += [Place(*found.span()) for found in _REFERENCE_LINE.finditer(plain)]
    if "Retrieved from" in plain:
        places += [Place(found.end() - 14, found.end()) for found in _RETRIEVED.finditer(plain)]
    if "et al" in plain:
        places += [Place(*found.span()) for found in _ET_AL.finditer(plain)]
    if "(" in plain:
        places += [
            Place(*found.span())
            for found in _IN_PARENTHESES.finditer(plain)
            if found[1] not in _NO_AUTHORS
        ]
    lowered = flat(plain)
    if any(beginning in lowered for beginning in ("doi:", "doi 10", "arxiv:", "pmid")):
        places += [Place(*found.span()) for found in _NUMBER.finditer(plain)]
    joined = outermost(places)
    figure = counted_places(joined, text)
    if not PHRASES.know(main):
        figure += f", phrases not checked in {main or 'an unknown language'}"
    return Finding(not joined, figure, joined)


def _organizations(plain: str, main: str) -> list[Place]:
    places = []
    for before in ORGANIZATIONS.find(plain, main):
        name = _ORGANIZATION.match(plain, before.end - 1)
        if name and name[0] not in _NO_ORGANIZATIONS:
            places.append(Place(before.start, name.end()))
    return places
