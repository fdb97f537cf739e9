"""How a claim to have read something outside is worded in each language."""

from trainer_tui.domain.rules.phrases import Phrases


def _not_behind(words: str, beginning: str) -> str:
    """A pattern that refuses a beginning that was just read behind one of some words."""
    return "".join(rf"(?<!\b{word} {beginning} )" for word in words.split())


_SITE = r"(?:[a-z0-9-]{1,40}\.){1,3}(?:com|org|net|edu|gov|info|fr|es|de)"
_EN_MANY = (
    r"(?:an?|one|some|several|many|multiple|various|numerous|different|most|other|recent|new|"
    r"online|certain|two|three)"
)
_EN_WHERE = (
    r"(?:(?:official |online )?web ?sites?|web ?pages?|(?:the |an? )?(?:internet|web)|"
    rf"{_SITE}|wikipedia|britannica|merriam-webster|google|reddit|quora|stack ?overflow|"
    r"imdb|webmd|statista|"
    r"online (?:sources?|articles?|reports?|reviews?|research|polls?))"
)
_EN_WHAT = (
    r"(?:articles?|sources?|stud(?:y|ies)|reports?|papers?|surveys?|blogs?|blog posts?|posts?|"
    r"polls?|publications?|research|news outlets?|(?:web)?sites)"
)
_EN = (
    rf"(?:(?:an?|the|this|that|its|their|some|several|many|multiple|various|most|one) )?"
    rf"(?:[a-z][a-z'-]{{0,20}} )??{_EN_WHERE}"
    rf"|{_EN_MANY} (?:[a-z0-9][a-z0-9'-]{{0,20}} ){{0,3}}?{_EN_WHAT}"
    r"|(?:articles|sources|studies|reports|papers|surveys|blogs|polls|publications|news outlets)"
)
_EN_SHOWS = (
    r"(?:(?:also|all|now|even|clearly|consistently|repeatedly|often|generally|further|recently|"
    r"strongly) )?"
    r"(?:shows?|showed|suggests?|indicates?|finds?|found|reveals?|revealed|demonstrates?|"
    r"demonstrated|confirms?|confirmed|proves?|(?:have|has) (?:[a-z]{1,14} )?(?:shown|suggested|"
    r"indicated|found|revealed|demonstrated|confirmed|proven|proved|linked|established))"
)
_EN_ABOUT = r"(?:(?:by|from|at|on|in|of|into) (?:[a-z0-9][a-z0-9'.&-]{0,20} ){1,5}?)?"
_EN_GIVEN = "our my your his her its their this that these those the she he who"
_EN_STUDIES = rf"{_not_behind(_EN_GIVEN, 'studies')}{_EN_ABOUT}{_EN_SHOWS}"
_EN_RESEARCH = rf"{_not_behind(_EN_GIVEN, 'research')}{_EN_ABOUT}{_EN_SHOWS}"
_EN_STUDY = (
    r"(?:(?:conducted|published|led|carried out) (?:by|in|at)|"
    rf"(?:by|from) (?:the |an? )?[a-z]{{2,20}}|{_EN_ABOUT}(?:{_EN_SHOWS}|concluded|concludes))"
)
_EN_OF_YEAR = r"\d\d (?:[a-z][a-z'-]{0,20} ){0,3}?(?:study|survey|poll|meta-analysis)"
_EN_READ = (
    rf"{_not_behind('can could may should did do if', 'i read')}(?:[a-z]{{1,15}} ){{0,4}}?"
    r"(?:online|on (?:the )?(?:internet|web)|on (?:an? |the )?web ?(?:site|page)|"
    r"on (?:google|wikipedia|reddit|quora)|in an? (?:[a-z]{1,15} ){0,2}?(?:article|study|report|"
    r"research paper|journal))"
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
    r"(?:une?|des|plusieurs|certaine?s|quelques|"
    r"de (?:récentes|récents|nombreux|nombreuses|multiples)|"
    r"diverse?s|différente?s)"
)
_FR_WHERE = (
    r"(?:(?:le |les |ce |un |une |plusieurs |des |certains )?(?:sites?(?: web| internet|"
    r" officiels?)?|"
    r"pages? (?:web|internet))|internet|wikipédia|google|(?:des )?sources? en ligne)"
)
_FR_WHAT = r"(?:articles?|sources?|études?|rapports?|blogs?|sondages?|enquêtes?|publications?)"
_FR_SHOW = (
    r"(?:(?:montr|suggèr|indiqu|révèl|démontr|prouv|confirm)ent|(?:ont|a) (?:[a-zéèêç]{1,14} )?"
    r"(?:montré|suggéré|indiqué|révélé|démontré|prouvé|confirmé|établi)|"
    r"(?:montr|suggèr|indiqu|révèl|démontr|prouv|confirm)e)"
)
_FR_STUDIES = (
    rf"{_not_behind('ces mes tes ses nos vos leurs', 'études')}"
    rf"(?:[a-zéèêç-]{{1,20}} ){{0,2}}?{_FR_SHOW}"
)
_FR_STUDY = (
    r"(?:(?:[a-zéèêç-]{1,20} )?(?:publiée|menée|réalisée|parue) (?:en|par|dans|à|au)|"
    r"(?:de|datant de) (?:19|20)\d\d|"
    rf"(?:(?:de |d')?[a-zéèêç'-]{{1,20}} ){{0,5}}?{_FR_SHOW})"
)
_FR_READ = (
    r"(?:[a-zéèêç'-]{1,15} ){0,4}?(?:en ligne|sur (?:internet|google|wikipédia|wikipedia|un site|"
    r"le web)|dans une? (?:article|étude|rapport|revue))"
)
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
_ES_SHOW = (
    r"(?:(?:muestra|sugiere|indica|revela|demuestra|prueba|confirma|señala)n?|(?:han|ha) "
    r"(?:[a-záéíóúñ]{1,14} )?(?:mostrado|sugerido|indicado|revelado|demostrado|probado|"
    r"confirmado|encontrado|señalado)|(?:mostr|revel|demostr|confirm|encontr)(?:ó|aron))"
)
_ES_OWN = "estos esos mis tus sus nuestros vuestros"
_ES_STUDIES = rf"{_not_behind(_ES_OWN, 'estudios')}(?:[a-záéíóúñ-]{{1,20}} ){{0,2}}?{_ES_SHOW}"
_ES_STUDY = (
    r"(?:(?:[a-záéíóúñ-]{1,20} )?(?:publicado|realizado) (?:en|por)|de (?:19|20)\d\d|"
    rf"(?:[a-záéíóúñ-]{{1,20}} ){{0,5}}?{_ES_SHOW})"
)
_ES_READ = (
    r"(?:[a-záéíóúñü-]{1,15} ){0,4}?(?:en (?:internet|línea|la web|google|wikipedia|una página|"
    r"un sitio|un artículo|un estudio|un informe))"
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
_DE_SHOW = (
    r"(?:zeig(?:en|t|te|ten)|beleg(?:en|t|te|ten)|beweis(?:en|t)|ergab(?:en)?|bestätig(?:en|t|te)|"
    r"legen nahe|legt nahe|deuten darauf|deutet darauf|weisen darauf|kam(?:en)? zu dem|"
    r"(?:haben|hat) (?:[a-zäöüß]{1,14} ){0,3}?(?:gezeigt|belegt|bewiesen|ergeben|bestätigt|"
    r"herausgefunden|nachgewiesen))"
)
_DE_OWN = "diese meine deine seine ihre unsere eure"
_DE_STUDIES = (
    rf"{_not_behind(_DE_OWN, 'studien')}(?:(?:zu|zur|zum|aus|von) (?:[a-zäöüß0-9-]{{1,25}} )"
    rf"{{1,4}}?)?{_DE_SHOW}"
)
_DE_STUDY = (
    r"(?:aus dem jahr|von (?:19|20)\d\d|(?:der|von) [a-zäöüß-]{2,30}|"
    rf"(?:[a-zäöüß0-9-]{{1,25}} ){{0,5}}?{_DE_SHOW})"
)
_DE = rf"(?:{_SITE}|{_DE_WHERE}|{_DE_MANY} (?:[a-zäöüß-]{{1,20}} )??{_DE_WHAT})"

PHRASES = Phrases(
    {
        "en": (
            ("according to ", rf"(?:{_EN})"),
            ("as reported by ", rf"(?:{_EN})"),
            ("as stated on ", rf"(?:{_EN})"),
            ("studies ", _EN_STUDIES),
            ("research ", _EN_RESEARCH),
            ("a study ", _EN_STUDY),
            ("one study ", _EN_STUDY),
            ("another study ", _EN_STUDY),
            ("a recent study ", _EN_STUDY),
            ("a new study ", _EN_STUDY),
            ("a 19", _EN_OF_YEAR),
            ("a 20", _EN_OF_YEAR),
            ("i read ", _EN_READ),
            ("i have read ", _EN_READ),
            ("i've read ", _EN_READ),
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
            ("j'ai lu ", _FR_READ),
            ("études ", _FR_STUDIES),
            ("la recherche ", rf"(?:[a-zéèêç-]{{1,20}} )?{_FR_SHOW}"),
            ("les recherches ", rf"(?:[a-zéèêç-]{{1,20}} )?{_FR_SHOW}"),
            ("des recherches ", rf"(?:[a-zéèêç-]{{1,20}} )?{_FR_SHOW}"),
            ("une étude ", _FR_STUDY),
            ("une récente étude ", _FR_STUDY),
            ("consulté le ", _DATE),
            ("consultée le ", _DATE),
            ("récupéré de ", _WEB),
        ),
        "es": (
            ("según ", _ES),
            ("de acuerdo con ", _ES),
            ("de acuerdo a ", _ES),
            ("según ", r"(?:(?:recientes|numerosos) )?(?:estudios|investigaciones)"),
            ("estudios ", _ES_STUDIES),
            ("la investigación ", rf"(?:[a-záéíóúñ-]{{1,20}} )?{_ES_SHOW}"),
            ("las investigaciones ", rf"(?:[a-záéíóúñ-]{{1,20}} )?{_ES_SHOW}"),
            ("un estudio ", _ES_STUDY),
            ("un reciente estudio ", _ES_STUDY),
            ("leí ", _ES_READ),
            ("he leído ", _ES_READ),
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
            ("laut ", r"(?:(?:aktuellen|neuen|neueren|jüngsten) )?(?:studien|umfragen)"),
            ("studien ", _DE_STUDIES),
            ("zeigen studien", ""),
            ("belegen studien", ""),
            ("haben studien ", r"(?:[a-zäöüß]{1,14} )?(?:gezeigt|belegt|bewiesen|ergeben)"),
            ("die forschung ", _DE_SHOW),
            ("forschungen ", _DE_SHOW),
            ("untersuchungen ", rf"{_not_behind(_DE_OWN, 'untersuchungen')}{_DE_SHOW}"),
            ("eine studie ", _DE_STUDY),
            ("eine aktuelle studie ", _DE_STUDY),
            ("eine neue studie ", _DE_STUDY),
            ("auf wikipedia ", r"(?:[a-zäöüß]{1,14} )?(?:gelesen|gefunden)"),
            ("in einem artikel ", r"(?:[a-zäöüß]{1,14} )?gelesen"),
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

_EN_FROM = (
    r"(?:(?:data|figures|statistics|estimates|research|guidelines|experts|scientists|"
    r"researchers) (?:from|by|at|of) )?(?:the )?\w"
)
_DE_FROM = r"(?:(?:der|dem|des|den) )?\w"

ORGANIZATIONS = Phrases(
    {
        "en": (
            ("according to ", _EN_FROM),
            ("as reported by ", _EN_FROM),
            ("as stated by ", _EN_FROM),
        ),
        "fr": (
            ("selon ", r"(?:la |le |les |l')?\w"),
            ("d'après ", r"(?:la |le |les |l')?\w"),
        ),
        "es": (
            ("según ", r"(?:la |el |los |las |datos de (?:la |el )?)?\w"),
            ("de acuerdo con ", r"(?:la |el |los |las )?\w"),
            ("de acuerdo a ", r"(?:la |el |los |las )?\w"),
        ),
        "de": (
            ("laut ", _DE_FROM),
            ("gemäß ", _DE_FROM),
            ("nach angaben ", r"(?:der |des |von )(?:der )?\w"),
        ),
    },
    whole=False,
)
"""What stands before the name of an organization, with the first letter of the name."""
