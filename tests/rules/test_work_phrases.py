"""Links, citations, boilerplate and the first person: what counts and what does not."""

import pytest

from trainer_tui.domain.rules import Finding, read


def check(name: str, text: str, language: str = "en") -> Finding:
    asked = read({"rule": name})
    return asked.kind.check(text, asked.arguments, language)


def marked(name: str, text: str, language: str = "en") -> list[str]:
    finding = check(name, text, language)
    assert finding.met == (not finding.places)
    return [text[start:end] for start, end in finding.places]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://a.example/b(c), please.", ["https://a.example/b(c)"]),
        ("(http://a.example/b)", ["http://a.example/b"]),
        ("At www.a.org.", ["www.a.org"]),
        (
            "[one](https://a.org) [two](#here) ![three](i.png)",
            ["[one](https://a.org)", "[three](i.png)"],
        ),
        ("Read bbc.co.uk or lemonde.fr/une, not a.py/b.", ["bbc.co.uk", "lemonde.fr/une"]),
        ("[1]: https://a.org/b\n[2]: a remark", ["[1]: https://a.org/b"]),
        ("Write to ann@a.org or mailto:ann@a.org", ["mailto:ann@a.org"]),
        ("`https://a.org` but `foo.com`", ["https://a.org"]),
        ("```\nget('https://a.org')\n```", []),
        ("ASP.NET, e.g. Node.js, is v1.2.com-plete. I did.it", []),
    ],
)
def test_links(text: str, links: list[str]) -> None:
    assert marked("no_links", text) == links


@pytest.mark.parametrize(
    ("language", "claims"),
    [
        (
            "en",
            "According to a 2019 study|Studies show|research has shown|studies have also found|"
            "Research from a team in Oslo suggests|a recent study published in|a 2019 survey|"
            "A study by Oslo|one study found|I read on Wikipedia|I read in a recent article|"
            "According to NASA|According to\nthe WHO|according to data from the CDC|"
            "According to the UN|According to the World Health Organization|"
            "According to the Mayo Clinic|According to the Department of Energy|"
            "According to several sites|According to IMDb|as reported by NASA|(Smith, 2019)|"
            "(Smith et al., 2019)|(see Smith & Jones, 2019a, p. 12; Lee, 2020)|(van Dyck, 1999)|"
            "(Smith, Jones, and Lee, 2020)|doi:10.1000/182|DOI 10.1000/182|arXiv:1706.03762|"
            "PMID: 123456",
        ),
        (
            "fr",
            "études montrent|études récentes ont montré|La recherche a démontré|Selon l’OMS|"
            "D'après la NASA|Selon l'Organisation mondiale|J'ai lu sur Wikipédia|"
            "Une étude de 2019|une étude récente menée par|Selon de récentes études",
        ),
        (
            "es",
            "estudios muestran|Estudios recientes han demostrado|La investigación sugiere|"
            "Según la OMS|Según la Organización Mundial|Leí en Wikipedia|Un estudio de 2019|"
            "Según recientes estudios|un estudio publicado en",
        ),
        (
            "de",
            "Studien zeigen|Studien haben gezeigt|Studien legen nahe|Zeigen Studien|"
            "Die Forschung zeigt|Laut WHO|Laut der NASA|Nach Angaben der WHO|"
            "Laut der Weltgesundheitsorganisation|Laut dem Robert-Koch-Institut|"
            "Eine Studie aus dem Jahr|auf Wikipedia gelesen|Laut aktuellen Studien|"
            "(Müller und Weber, 2019)",
        ),
    ],
)
def test_claims_of_studies_and_organizations(language: str, claims: str) -> None:
    for claim in claims.split("|"):
        assert marked("no_citations", f"Yes. {claim}, it is so.", language) == [claim]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "According to my mother, according to the article, according to MY mother, "
            "according to Tom and the University. (Monday, 2019) (May, 2019) (Paris, 2015) "
            "Hereditary (2018), (1920 x 1080), (Smith, 20190), f(A, 2019, 1).",
        ),
        (
            "en",
            "According to the CSS rules, ISO 8601, the JSON schema, according to IEEE 754, "
            "according to NASA_KEY, according to WHO(x), according to the GDPR.",
        ),
        (
            "en",
            "These studies show it, our research has shown it, the study found it. He studies "
            "found objects. Can I read it online? Do research. A study in Scarlet, a 2019 car. "
            "We keep doing it; the doi is 10.1000.",
        ),
        ("en", "`(Smith, 2019)` and `doi:10.1000/182`"),
        ("en", "Selon l'OMS, des études montrent, Studien zeigen"),
        ("fr", "Selon ma mère, selon l'article, ces études montrent, selon MA mère, (Lundi, 2019)"),
        ("es", "Según mi madre, según el artículo, estos estudios muestran, (Lunes, 2019)"),
        (
            "de",
            "Laut Mama, laut dem Artikel, diese Studien zeigen, laut DIN 5008, laut BGB",
        ),
        ("pl", "According to NASA, studies show"),
    ],
)
def test_what_the_task_gives_is_no_citation(language: str, text: str) -> None:
    assert marked("no_citations", text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "According to a website, yes.", ["According to a website"]),
        ("en", "According to\nWikipedia, yes.", ["According to\nWikipedia"]),
        ("en", "according to several recent studies", ["according to several recent studies"]),
        ("en", "According to my mother, the law and the article: source code.", []),
        (
            "en",
            "As of my last search, I found this online.",
            ["As of my last search", "I found this online"],
        ),
        ("en", "Data retrieved from the database, retrieved May 3", ["retrieved May 3"]),
        ("en", "So it is.[1][2] And a[1], x = [1], in [0, 1], [7](b) `.[3]`", ["[1]", "[2]"]),
        ("en", "A claim.[^2]\nSources: a book\nThe YAML source: no", ["[^2]", "Sources: a book"]),
        ("en", "## References\nJones et al., 2019", ["## References", "et al., 2019"]),
        (
            "fr-CA",
            "Selon un site web, oui. Selon ma mère. D’après plusieurs études.",
            ["Selon un site web", "D’après plusieurs études"],
        ),
        ("es", "Según un artículo, sí. Según mi madre.", ["Según un artículo"]),
        (
            "de",
            "Laut einer Studie. Laut Mama. Einer Quelle zufolge.",
            ["Laut einer Studie", "Einer Quelle zufolge"],
        ),
        (
            "en",
            "data['choices'][0]['text'], According to pcmag.com it is",
            ["According to pcmag.com"],
        ),
        ("pl", "Tak jest.[1] According to a website", ["[1]"]),
    ],
)
def test_citations(language: str, text: str, said: list[str]) -> None:
    assert marked("no_citations", text, language) == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "**Certainly!** I hope this helps.", ["Certainly", "hope this helps"]),
        ("en", "İİ hope this helps", ["hope this helps"]),
        ("en", "It is. Certainly! Sure is.", []),
        ("en", "As an AI language model, as an AI researcher", ["As an AI language model"]),
        ("en", "She wrote “I hope this helps” and `feel free to ask`.", []),
        (
            "fr",
            "Bien sûr ! En tant qu’IA, j’espère que cela vous aidera.",
            ["Bien sûr", "En tant qu’IA", "j’espère que cela vous aidera"],
        ),
        ("fr", "En tant qu'assistant de direction, elle écrit.", []),
        (
            "es",
            "¡Claro! Como modelo de lenguaje, no dudes en preguntarme.",
            ["Claro", "Como modelo de lenguaje", "no dudes en preguntarme"],
        ),
        ("es", "Ramas como inteligencia artificial, robótica", []),
        ("de", "Gerne! Als KI kann ich helfen. Das wird als KI bezeichnet.", ["Gerne", "Als KI"]),
    ],
)
def test_boilerplate(language: str, text: str, said: list[str]) -> None:
    assert marked("no_boilerplate", text, language) == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "I know we're mine? It is mine; let us see.", ["I", "we're", "mine", "us"]),
        ("en", "The US mine of World War I, Type I and II, I/O, a.i., J. I. Smith.", []),
        ("en", "“I am,” she said to `me`.\n> We are\n\n— I was", []),
        ("en", "I’ve seen Chapter I myself", ["I’ve", "myself"]),
        ("fr", "Je sais, dis-je, que j’ai mon chat ; on mange.", ["Je", "je", "j’", "mon"]),
        ("fr", "« Je dis » à maman, même", []),
        ("es", "Creo que mi casa es tu casa", ["Creo", "mi"]),
        (
            "de",
            "Ich sah meinen Hund. Viele meinen, dass einige uns mögen.",
            ["Ich", "meinen", "uns"],
        ),
    ],
)
def test_first_person(language: str, text: str, said: list[str]) -> None:
    assert marked("no_first_person", text, language) == said


@pytest.mark.parametrize("name", ["no_first_person", "no_boilerplate"])
def test_a_language_without_phrases_is_not_judged(name: str) -> None:
    assert check(name, "Mam nadzieję, że to pomoże mnie.", "pl") == Finding(
        True, "not checked in pl"
    )


def test_a_figure_says_where_the_first_place_is() -> None:
    assert check("no_links", "None here.").figure == "none"
    assert check("no_links", "a\nb https://a.org").figure == "1 at line 2"
    assert check("no_citations", "a\nb.[1] c.[2]", "pl").figure == (
        "2, first at line 2, phrases not checked in pl"
    )
