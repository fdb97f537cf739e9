"""Slips of the pen that are so common that counting words takes them for words."""

from collections.abc import Mapping
from functools import cache

_SLIPS = {
    "en": """
        accidently accidentally, accomodate accommodate, accomodation accommodation,
        acheive achieve, acknowlege acknowledge, acording according, adress address,
        agressive aggressive, alot a lot, amature amateur, apparant apparent, appearence
        appearance, arguement argument, assasin assassin, athiest atheist, basicly
        basically, begining beginning, beleive believe, belive believe, bizzare bizarre,
        buisness business, calender calendar, camoflage camouflage, catagory category,
        cemetary cemetery, cheif chief, collegue colleague, comming coming, commitee
        committee, completly completely, concious conscious, curiousity curiosity,
        decieve deceive, definately definitely, definatly definitely, desparate
        desperate, dilemna dilemma, dissapear disappear, dissapoint disappoint, ecstacy
        ecstasy, embarass embarrass, embarassed embarrassed, embarassing embarrassing,
        enviroment environment, equiptment equipment, existance existence, experiance
        experience, explaination explanation, familar familiar, finaly finally,
        florescent fluorescent, foriegn foreign, fourty forty, foward forward, freind
        friend, futher further, garantee guarantee, gaurd guard, goverment government,
        grammer grammar, happend happened, harrass harass, harrassment harassment, heros
        heroes, hygeine hygiene, idiosyncracy idiosyncrasy, immediatly immediately,
        independant independent, innoculate inoculate, inteligence intelligence,
        interupt interrupt, irresistable irresistible, knowlege knowledge, liason
        liaison, libary library, lisence license, maintainance maintenance, manuever
        maneuver, millenium millennium, minature miniature, mischievious mischievous,
        mispell misspell, misspeled misspelled, neccessary necessary, necesary
        necessary, neice niece, noticable noticeable, occassion occasion, occassionally
        occasionally, occurance occurrence, occured occurred, occurence occurrence,
        occuring occurring, occurrance occurrence, paralell parallel, parrallel
        parallel, peice piece, persistant persistent, posess possess, posession
        possession, potatos potatoes, preceeding preceding, prefered preferred,
        priviledge privilege, probly probably, profesional professional, promiss
        promise, pronounciation pronunciation, publically publicly, quarentine
        quarantine, questionaire questionnaire, realy really, reccomend recommend,
        reccommend recommend, recieve receive, recieved received, recomend recommend,
        refered referred, refering referring, relevent relevant, religous religious,
        remeber remember, repitition repetition, resistence resistance, restaraunt
        restaurant, rythm rhythm, rythym rhythm, seperate separate, seperated separated,
        seperately separately, sieze seize, similiar similar, sincerly sincerely, speach
        speech, stategy strategy, strenght strength, succesful successful, succesfully
        successfully, sucess success, supprise surprise, suprise surprise, tatoo tattoo,
        tendancy tendency, thier their, threshhold threshold, tommorow tomorrow,
        tommorrow tomorrow, tounge tongue, truely truly, twelth twelfth, tyrany tyranny,
        unforseen unforeseen, unfortunatly unfortunately, untill until, upto up to,
        vaccum vacuum, vegtable vegetable, visious vicious, wellcome welcome, wether
        whether, whereever wherever, wich which, wierd weird, withold withhold, writting
        writing, yeild yield
    """,
    "fr": """
        acceuil accueil, acceuillir accueillir, addresse adresse, aparaître apparaître,
        apeller appeler, appercevoir apercevoir, biensûr bien sûr, ceuillir cueillir,
        connection connexion, dilemne dilemme, exellent excellent, language langage,
        magazin magasin, malgrés malgré, mourrir mourir, notament notamment, parmis
        parmi, profesionnel professionnel, professionel professionnel, quatres quatre,
        rénumération rémunération, rénumérer rémunérer, scéance séance, traditionel
        traditionnel, vraiement vraiment, égoiste égoïste
    """,
    "es": """
        aver a ver, concenso consenso, conciente consciente, desicion decisión, desición
        decisión, excento exento, exelente excelente, expontáneo espontáneo, extrangero
        extranjero, haiga haya, hechar echar, inflacción inflación, nadien nadie,
        nesesario necesario, preveer prever, satisfació satisfizo, veniste viniste
    """,
}


@cache
def slips(base: str) -> Mapping[str, str]:
    """Return the common slips of a base language with what was meant, in lower case."""
    pairs = (pair.split(None, 1) for pair in _SLIPS.get(base, "").split(","))
    return {pair[0]: pair[1].strip() for pair in pairs if pair}
