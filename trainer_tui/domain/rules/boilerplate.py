"""What an assistant says of itself or by habit, which no reader needs."""

from itertools import chain

from trainer_tui.domain.rules.kind import Arguments, Finding, Place, counted_places, rule
from trainer_tui.domain.rules.phrases import Phrases, main_language, outermost
from trainer_tui.domain.rules.prose import flat, own_words

_AND_SO = r"(?= ?[,.:;!–—]| (?:i|je|yo|no|ich|kann|habe|bin|darf|verfüge)\b)"
"""What follows "as an AI" if it is the writer's own word of itself, not "as an AI researcher"."""
_EN_AI = (
    r"(?:ai|a\.i\.|artificial intelligence)"
    r"(?:[ -](?:powered )?(?:language )?(?:model|assistant|chatbot|system|program))?"
)
_FR_IA = (
    r"(?:(?:ia|intelligence artificielle|assistante? (?:virtuel(?:le)?|ia)|assistant)"
    rf"(?: conversationnelle)?{_AND_SO})"
)
_ES_MODELO = (
    r"(?:gran )?(?:modelo de (?:lenguaje|ia|inteligencia artificial)|"
    r"asistente (?:virtual|de ia|de inteligencia artificial))"
)
_ES_IA = r"(?:ia|inteligencia artificial|chatbot)"
_DE_KI = (
    r"(?:ki|k\.i\.|künstliche intelligenz|großes sprachmodell|sprachmodell|ki-[a-zäöü]{1,20}|"
    r"virtueller assistent|chatbot)"
)

PHRASES = Phrases(
    {
        "en": (
            ("as an ", rf"(?:{_EN_AI}{_AND_SO}|ai language model)"),
            ("as a ", r"(?:large language model|language model|chatbot|virtual assistant)"),
            ("i am an ", r"(?:ai|artificial intelligence)"),
            ("i'm an ", r"(?:ai|artificial intelligence)"),
            ("i am a ", r"(?:large )?language model"),
            ("i'm a ", r"(?:large )?language model"),
            ("i'm just an ", r"ai"),
            ("hope ", r"(?:this|that|it|these [a-z]{1,15}) helps?"),
            ("hope you find ", r"(?:this|it|that) helpful"),
            (
                "let me know if ",
                r"(?:you(?:'d| would)? (?:have|need|want|like)|there(?:'s| is)|this helps)",
            ),
            ("if you have any ", r"(?:other |more |further |additional |follow-up )?questions"),
            ("feel free to ", r"(?:ask|reach out|let me know|contact me)"),
            ("don't hesitate to ", r"(?:ask|reach out|let me know|contact me)"),
            ("is there anything else ", r"(?:i can|you)"),
            ("i'd be happy to ", r"(?:help|assist|provide|explain)"),
            ("i would be happy to ", r"(?:help|assist|provide|explain)"),
            ("i'm happy to ", r"(?:help|assist)"),
            ("i'm here to ", r"(?:help|assist)"),
            ("i apologize for ", r"(?:the|any) (?:confusion|inconvenience)"),
            ("my knowledge ", r"cut-?off"),
            ("my training ", r"(?:data|cut-?off)"),
            ("as of my ", r"(?:last |latest |most recent )?(?:knowledge|training|update)"),
            ("i don't have ", r"(?:personal (?:opinions?|beliefs|experiences|feelings)|real-time)"),
            (
                "i do not have ",
                r"(?:personal (?:opinions?|beliefs|experiences|feelings)|real-time)",
            ),
        ),
        "fr": (
            ("en tant qu'", _FR_IA),
            ("en tant que ", r"(?:grand )?(?:modèle (?:de langage|linguistique|d'ia)|chatbot)"),
            ("je suis une ", r"(?:ia|intelligence artificielle)"),
            ("je suis un ", r"(?:grand )?(?:modèle de langage|assistant (?:virtuel|ia))"),
            (
                "j'espère que ",
                r"(?:cela|ça|ceci|cette [a-zéè]{1,15}) (?:vous |t'|te )?(?:aura |a |"
                r"sera )?(?:aide|aider|aidera|aidé|utile)",
            ),
            ("n'hésitez pas à ", r"(?:me |nous )?(?:demander|poser|contacter|revenir|solliciter)"),
            ("n'hésite pas à ", r"(?:me |nous )?(?:demander|poser|contacter|revenir|solliciter)"),
            ("si vous avez ", r"(?:d'autres|des|la moindre|une) questions?"),
            ("si tu as ", r"(?:d'autres|des|la moindre|une) questions?"),
            ("je serais ravi", r"e? de (?:vous |t')?(?:aider|répondre)"),
            ("je suis là pour ", r"(?:vous |t'|te )?aider"),
            ("puis-je vous aider ", r"(?:avec |pour )?autre chose"),
            ("ma date de ", r"(?:coupure|dernière mise à jour)"),
            ("je m'excuse pour ", r"(?:la|toute) confusion"),
        ),
        "es": (
            ("como ", rf"(?:un )?{_ES_MODELO}"),
            ("como una ", rf"{_ES_IA}{_AND_SO}"),
            ("como ia", r"(?=,)"),
            ("soy ", rf"(?:un |una )(?:{_ES_MODELO}|{_ES_IA})"),
            (
                "espero que ",
                r"(?:esto|eso|esta [a-záéíóúñ]{1,15}) (?:te |le |les |os )?(?:haya |sea |"
                r"resulte )?(?:ayude|sirva|ayudado|servido|útil|de ayuda|de utilidad)",
            ),
            (
                "no dudes en ",
                r"(?:preguntar|preguntarme|consultar|contactar|escribir|decirme|pedir)[a-z]{0,4}",
            ),
            (
                "no dude en ",
                r"(?:preguntar|preguntarme|consultar|contactar|escribir|decirme|pedir)[a-z]{0,4}",
            ),
            (
                "si tienes ",
                r"(?:alguna |más |otras? |cualquier )(?:otra )?(?:pregunta|preguntas|duda|"
                r"dudas|consulta)",
            ),
            (
                "si tiene ",
                r"(?:alguna |más |otras? |cualquier )(?:otra )?(?:pregunta|preguntas|duda|"
                r"dudas|consulta)",
            ),
            ("estoy aquí para ", r"(?:ayudar[a-z]{0,4})"),
            ("estaré encantad", r"[oa] de ayudar[a-z]{0,4}"),
            ("hay algo más en lo que ", r"pueda"),
            ("mi fecha de ", r"corte"),
            ("lamento ", r"(?:la|cualquier) confusión"),
        ),
        "de": (
            ("als ", rf"(?:eine |ein )?{_DE_KI}{_AND_SO}"),
            ("ich bin ", rf"(?:nur )?(?:eine |ein ){_DE_KI}"),
            (
                "ich hoffe, ",
                r"(?:das|dies|diese [a-zäöü]{1,20})(?: [a-zäöü]{1,15}){0,3}? (?:hilft|weiter|"
                r"hilfreich|geholfen)",
            ),
            (
                "ich hoffe ",
                r"(?:das|dies|diese [a-zäöü]{1,20})(?: [a-zäöü]{1,15}){0,3}? (?:hilft|weiter|"
                r"hilfreich|geholfen)",
            ),
            ("zögern sie nicht", ""),
            ("zögere nicht", ""),
            ("wenn sie ", r"(?:noch )?(?:weitere|noch|andere) fragen"),
            ("wenn du ", r"(?:noch )?(?:weitere|noch|andere) fragen"),
            ("falls sie ", r"(?:noch )?(?:weitere|noch|andere) fragen"),
            ("falls du ", r"(?:noch )?(?:weitere|noch|andere) fragen"),
            ("lassen sie mich wissen", ""),
            ("lass mich wissen", ""),
            ("ich helfe ", r"(?:ihnen|dir) gerne?"),
            ("ich stehe ihnen ", r"(?:gerne )?(?:zur verfügung)"),
            ("kann ich ", r"(?:ihnen|dir) (?:sonst|noch) "),
            ("mein wissensstand", ""),
            ("ich entschuldige mich für ", r"(?:die|jede) (?:verwirrung|unannehmlichkeiten)"),
        ),
    }
)

_OPENERS = {
    "en": (
        "certainly", "sure", "sure thing", "of course", "absolutely", "definitely", "gladly",
        "great question", "good question", "what a great question", "excellent question",
        "that's a great question", "that's a good question", "no problem",
    ),
    "fr": (
        "certainement", "bien sûr", "bien entendu", "absolument", "avec plaisir", "volontiers",
        "excellente question", "bonne question", "très bonne question", "pas de problème",
    ),
    "es": (
        "claro", "claro que sí", "por supuesto", "desde luego", "ciertamente", "con gusto",
        "con mucho gusto", "excelente pregunta", "buena pregunta", "muy buena pregunta", "seguro",
    ),
    "de": (
        "gerne", "sehr gerne", "natürlich", "selbstverständlich", "sicher", "aber sicher",
        "klar", "auf jeden fall", "gute frage", "tolle frage", "das ist eine gute frage",
    ),
}  # fmt: skip
_HEAD = 80


@rule("no_boilerplate", Arguments, "no boilerplate")
def no_boilerplate(text: str, arguments: Arguments, language: str) -> Finding:
    """Counts what an assistant says by habit, in English, French, Spanish and German: of
    itself ("As an AI language model", "my knowledge cutoff"), at the end ("I hope this helps",
    "feel free to ask", "if you have any other questions"), offers and apologies ("I'd be happy
    to help", "I apologize for the confusion"), and openings of the whole text such as
    "Certainly!" or "Great question!", with an exclamation mark or alone before a comma or full
    stop. Code and quotations are left out.
    """
    main = main_language(language)
    if not PHRASES.know(main):
        return Finding(True, f"not checked in {main or 'an unknown language'}")
    said = own_words(text)
    places = outermost(chain(_opening(said, main), PHRASES.find(said, main)))
    return Finding(not places, counted_places(places, text), places)


def _opening(text: str, language: str) -> list[Place]:
    start = len(text) - len(text.lstrip(" \t\r\n*_¡#"))
    head = flat(text[start : start + _HEAD])
    words = head.lstrip()
    for opener in _OPENERS[language]:
        after = words[len(opener) :].lstrip(" *_")[:1]
        if words.startswith(opener) and after in tuple("!.,"):
            return [Place(start, start + len(opener))]
    return []
