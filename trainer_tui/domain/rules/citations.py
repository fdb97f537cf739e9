"""Claims to have read something outside, which a text cannot make when browsing is off."""

import re

from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Arguments, Finding, Place, counted_places, rule
from trainer_tui.domain.rules.phrases import Phrases, main_language, outermost
from trainer_tui.domain.rules.prose import prose

_SITE = r"(?:[a-z0-9-]{1,40}\.){1,3}(?:com|org|net|edu|gov|info|fr|es|de)"
_EN_MANY = (
    r"(?:an?|one|some|several|many|multiple|various|numerous|different|most|other|recent|new|"
    r"online|certain|two|three)"
)
_EN_WHERE = (
    r"(?:(?:official |online )?web ?sites?|web ?pages?|(?:the |an? )?(?:internet|web)|"
    rf"{_SITE}|wikipedia|britannica|google|reddit|quora|stack ?overflow|"
    r"online (?:sources?|articles?|reports?|reviews?|research|polls?))"
)
_EN_WHAT = (
    r"(?:articles?|sources?|stud(?:y|ies)|reports?|papers?|surveys?|blogs?|blog posts?|posts?|"
    r"polls?|publications?|research|news outlets?)"
)
_EN = (
    rf"(?:(?:an?|the|this|that|its|their|some|several|many|multiple|various|most|one) )?"
    rf"(?:[a-z][a-z'-]{{0,20}} )??{_EN_WHERE}"
    rf"|{_EN_MANY} (?:[a-z][a-z'-]{{0,20}} ){{0,2}}?{_EN_WHAT}"
    r"|(?:articles|sources|studies|reports|papers|surveys|blogs|polls|publications|news outlets)"
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|févr|mars|avr|mai|juin|juil|août|"
    r"sept|déc|ene|abr|ago|dic|märz|okt|dez)[a-zéûäí]{0,7}\.?"
)
_DATE = (
    rf"(?:\d{{1,2}}(?:\.|st|nd|rd|th|er)?[ ./-]{{1,2}}(?:de )?(?:{_MONTH}|\d)|{_MONTH} \d|"
    rf"\d{{4}})"
)
_WEB = (
    r"(?:https?:|www\.|<|\[|wikipedia|(?:[a-z0-9-]{1,40}\.){1,4}(?:com|org|net|edu|gov|info|"
    r"fr|es|de)\b)"
)
_FR_MANY = (
    r"(?:une?|des|plusieurs|certaine?s|quelques|de (?:nombreux|nombreuses|multiples)|"
    r"diverse?s|différente?s)"
)
_FR_WHERE = (
    r"(?:(?:le |les |ce |un |une |plusieurs |des |certains )?(?:sites?(?: web| internet|"
    r" officiels?)?|"
    r"pages? (?:web|internet))|internet|wikipédia|google|(?:des )?sources? en ligne)"
)
_FR_WHAT = r"(?:articles?|sources?|études?|rapports?|blogs?|sondages?|enquêtes?|publications?)"
_FR = rf"(?:{_SITE}|{_FR_WHERE}|{_FR_MANY} (?:[a-zéèêç'-]{{1,20}} )??{_FR_WHAT})"
_ES_MANY = (
    r"(?:una?|unos|unas|vari[oa]s|alguno?s?|algunas?|much[oa]s|divers[oa]s|diferentes|"
    r"distint[oa]s|numeros[oa]s)"
)
_ES_WHERE = (
    r"(?:(?:(?:el|la|los|las|un|una|este|esta|varios|varias|algunos|algunas) )?"
    r"(?:sitios?(?: web| oficial)|páginas? (?:web|de internet)|webs?)|internet|wikipedia|google|"
    r"fuentes (?:en línea|de internet))"
)
_ES_WHAT = (
    r"(?:artículos?|fuentes?|estudios?|informes?|blogs?|encuestas?|publicaci(?:ón|ones)|"
    r"reportes?)"
)
_ES = rf"(?:{_SITE}|{_ES_WHERE}|{_ES_MANY} (?:[a-záéíóúñü-]{{1,20}} )??{_ES_WHAT})"
_DE_MANY = (
    r"(?:ein(?:e|er|em|en|es)|mehrere[nr]?|einige[nr]?|viele[nr]?|verschiedene[nr]?|"
    r"zahlreiche[nr]?|manche[nr]?)"
)
_DE_WHERE = (
    r"(?:(?:der |dieser |einer |mehreren |offiziellen )?(?:offiziellen )?(?:webseiten?|"
    r"websites?|internetseiten?)|"
    r"(?:dem )?internet|wikipedia|google|online-?quellen?)"
)
_DE_WHAT = r"(?:artikeln?|quellen?|studien?|berichten?|blogs?|umfragen?|veröffentlichung(?:en)?)"
_DE = rf"(?:{_SITE}|{_DE_WHERE}|{_DE_MANY} (?:[a-zäöüß-]{{1,20}} )??{_DE_WHAT})"

PHRASES = Phrases(
    {
        "en": (
            ("according to ", rf"(?:{_EN})"),
            ("as reported by ", rf"(?:{_EN})"),
            ("as stated on ", rf"(?:{_EN})"),
            ("as of my ", r"(?:last |latest |most recent |web |online |internet )*search(?:es)?"),
            (
                "my ",
                r"(?:web |online |internet |google |quick |"
                r"recent )*(?:search(?:es)? (?:results?|showed|shows|found|turned|reveal(?:s|"
                r"ed)|indicate[sd]?|suggest(?:s|ed)?)|search of the)",
            ),
            (
                "based on my ",
                r"(?:quick |brief |recent |web |online |internet |google )*search(?:es)?",
            ),
            ("based on the ", r"(?:web |online |internet |google )?search results?"),
            ("the search results ", r"(?:show|say|indicate|suggest|mention|list)"),
            (
                "i searched ",
                r"(?:for (?:this|that|it) )?(?:online|google|the (?:web|internet)|"
                r"on (?:google|the (?:web|internet)))",
            ),
            ("i googled", ""),
            ("i looked ", r"(?:(?:it|this|that) up(?: online)?|online|on the (?:web|internet))"),
            (
                "i found ",
                r"(?:[a-z]{1,15} ){0,4}?(?:online|on (?:the )?(?:internet|web)|on (?:a |"
                r"the )?web ?(?:site|page)|on (?:google|wikipedia))",
            ),
            ("a quick ", r"(?:web|online|google|internet) search"),
            ("retrieved ", rf"(?:on )?{_DATE}"),
            ("retrieved from ", rf"(?:{_WEB}|(?:an?|the) web ?(?:site|page)|the (?:web|internet))"),
            ("accessed ", rf"(?:on )?{_DATE}"),
            ("[citation needed]", ""),
        ),
        "fr": (
            ("selon ", _FR),
            ("d'après ", _FR),
            ("d'après mes recherches", ""),
            ("selon mes recherches", ""),
            ("d'après ma recherche", ""),
            ("selon ma recherche", ""),
            ("les résultats de ", r"(?:ma |la )?recherches?"),
            (
                "j'ai trouvé ",
                r"(?:[a-zéèêç'-]{1,15} ){0,4}?(?:en ligne|sur (?:internet|google|wikipédia|"
                r"un site|le site|le web))",
            ),
            ("j'ai cherché ", r"(?:en ligne|sur (?:internet|google|le web))"),
            ("j'ai lu ", r"(?:sur (?:internet|un site|wikipédia)|en ligne)"),
            ("consulté le ", _DATE),
            ("consultée le ", _DATE),
            ("récupéré de ", _WEB),
        ),
        "es": (
            ("según ", _ES),
            ("de acuerdo con ", _ES),
            ("de acuerdo a ", _ES),
            ("según mi ", r"(?:última )?(?:búsqueda|investigación)"),
            ("según mis ", r"(?:búsquedas|investigaciones)"),
            ("los resultados de ", r"(?:mi |la )?búsqueda"),
            ("mi búsqueda ", r"(?:en (?:internet|línea|google)|web|muestra|indica|revela)"),
            ("busqué en ", r"(?:internet|línea|google|la web)"),
            (
                "encontré ",
                r"(?:[a-záéíóúñü-]{1,15} ){0,4}?(?:en (?:internet|línea|la web|google|"
                r"wikipedia|una página|un sitio))",
            ),
            ("recuperado ", rf"(?:de {_WEB}|el {_DATE})"),
            ("consultado el ", _DATE),
        ),
        "de": (
            ("laut ", _DE),
            ("gemäß ", _DE),
            ("nach angaben ", rf"(?:von )?{_DE}"),
            ("einer ", r"(?:[a-zäöüß-]{1,20} )?(?:quelle|studie|umfrage|webseite|website) zufolge"),
            ("einem ", r"(?:[a-zäöüß-]{1,20} )?(?:artikel|bericht|blog) zufolge"),
            (
                "meiner ",
                r"(?:letzten )?(?:suche|recherche|internetrecherche|websuche) (?:nach|zufolge)",
            ),
            ("nach meiner ", r"(?:letzten )?(?:suche|recherche|internetrecherche|websuche)"),
            ("laut meiner ", r"(?:letzten )?(?:suche|recherche|internetrecherche|websuche)"),
            ("meine suche ", r"(?:im internet|ergab|zeigt|hat)"),
            ("ich habe im internet ", r"(?:gesucht|gefunden|gelesen|recherchiert)"),
            ("im internet ", r"(?:gesucht|gefunden|gelesen|recherchiert)"),
            ("abgerufen ", rf"(?:am {_DATE}|von {_WEB})"),
            ("zuletzt abgerufen", ""),
        ),
    }
)
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


@rule("no_citations", Arguments, "no citations")
def no_citations(text: str, arguments: Arguments, language: str) -> Finding:
    """Counts claims to have looked something up: "according to" a website, Wikipedia or the
    internet, or to some article, source, study or report ("the article" is taken to be one
    that the task gives); "as of my search", "I found online", "retrieved from" a site or on a
    date; and in every language reference markers such as [1] or [^1], but not directly behind
    a letter as in a[1], lines or parentheses that begin with "Source:", headings such as
    "References", and "et al." with a year. Phrases are known in English, French, Spanish and
    German. Code is left out; links are another rule.
    """
    main = main_language(language)
    plain = prose(text)
    places = PHRASES.find(plain, main)
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
    joined = outermost(places)
    figure = counted_places(joined, text)
    if not PHRASES.know(main):
        figure += f", phrases not checked in {main or 'an unknown language'}"
    return Finding(not joined, figure, joined)
