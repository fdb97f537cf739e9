"""Common slips of English, each with what was meant."""

SLIPS = """
    accidently accidentally, accomodate accommodate, accomodated accommodated,
    accomodating accommodating, accomodation accommodation, accomodations
    accommodations, acheive achieve, acknowlege acknowledge, acording according,
    acquited acquitted, adress address, agressive aggressive, agressor aggressor, alot a
    lot, alzheimers alzheimer's, amature amateur, annoint anoint, antartica antarctica,
    apparant apparent, appearantly apparently, appearence appearance, arguement
    argument, artical article, artifical artificial, assasin assassin, assymetric
    asymmetric, athiest atheist, atleast at least, automaticly automatically, avacado
    avocado, avalible available, bacterias bacteria, basicly basically, becuse because,
    beggining beginning, begining beginning, beleive believe, belive believe, belives
    believes, bellweather bellwether, bizzare bizarre, boquet bouquet, bouyant buoyant,
    brocolli broccoli, buisness business, bureacratic bureaucratic, bycicle bicycle,
    calender calendar, calory calorie, camoflage camouflage, camoflauge camouflage,
    cancell cancel, cannister canister, cannisters canisters, cappucino cappuccino,
    capuccino cappuccino, carribean caribbean, catagory category, celcius celsius,
    cemetary cemetery, cheif chief, cinammon cinnamon, collegue colleague, collosal
    colossal, commerical commercial, comming coming, commitee committee, commiting
    committing, compair compare, compatability compatibility, compatable compatible,
    competitve competitive, completly completely, concious conscious, condenced
    condensed, controled controlled, controling controlling, couldnt couldn't,
    creditcard credit card, curiousity curiosity, decieve deceive, definately
    definitely, definatly definitely, definetly definitely, deposite deposit, desicion
    decision, desicions decisions, desireable desirable, desparate desperate, dessicated
    desiccated, destroied destroyed, determin determine, develope develop, developement
    development, developements developments, developes develops, dilemna dilemma,
    dispair despair, dissapear disappear, dissapeared disappeared, dissapoint
    disappoint, dissapointed disappointed, dissapointing disappointing, dissapointment
    disappointment, doesnt doesn't, dosent doesn't, drawed drew, drinked drank,
    drunkeness drunkenness, dumbell dumbbell, dumbells dumbbells, ecstacy ecstasy,
    elixer elixir, embarass embarrass, embarassed embarrassed, embarassing embarrassing,
    embarassment embarrassment, embarras embarrass, enviorment environment, enviroment
    environment, equiptment equipment, eventhough even though, everytime every time,
    excede exceed, exceded exceeded, excedes exceeds, excell excel, excells excels,
    excersise exercise, existance existence, existant existent, expection expectation,
    expell expel, experiance experience, expierence experience, explaination
    explanation, extreamly extremely, familar familiar, familier familiar, farenheit
    fahrenheit, fictious fictitious, finaly finally, finnaly finally, florescent
    fluorescent, flourescent fluorescent, flouride fluoride, forcast forecast,
    forcasting forecasting, foriegn foreign, forsaw foresaw, forsee foresee, forseeable
    foreseeable, fourty forty, foward forward, freind friend, fuschia fuchsia, futher
    further, garantee guarantee, gaurd guard, ghandi gandhi, goverment government,
    grafitti graffiti, grammer grammar, greatful grateful, greif grief, guage gauge,
    guages gauges, guiness guinness, gutteral guttural, happend happened, harrased
    harassed, harrass harass, harrassed harassed, harrassing harassing, harrassment
    harassment, heros heroes, highschool high school, hights heights, hygeine hygiene,
    hypocracy hypocrisy, idiosyncracies idiosyncrasies, idiosyncracy idiosyncrasy,
    imagin imagine, immediatly immediately, inadvertantly inadvertently, inbetween in
    between, incase in case, incidently incidentally, indentical identical, independant
    independent, indestructable indestructible, indispensible indispensable, innoculate
    inoculate, innoculated inoculated, innoculation inoculation, inseperable
    inseparable, insistance insistence, inteligence intelligence, interchangable
    interchangeable, interupt interrupt, inwhich in which, irreplacable irreplaceable,
    irresistable irresistible, irridescent iridescent, isnt isn't, jewelery jewellery,
    journies journeys, knowledgable knowledgeable, knowlege knowledge, lavendar
    lavender, lefted left, liason liaison, libary library, lisence license, maintainance
    maintenance, maintainence maintenance, maintance maintenance, maintanence
    maintenance, maintence maintenance, manuever maneuver, massacer massacre,
    massachussets massachusetts, mayonaise mayonnaise, millenia millennia, millenial
    millennial, millenials millennials, millenium millennium, mimiced mimicked, mimicing
    mimicking, minature miniature, miniscule minuscule, mischevious mischievous,
    mischievious mischievous, mispell misspell, mispelled misspelled, misspeled
    misspelled, monkies monkeys, neccesarily necessarily, neccesary necessary,
    neccessary necessary, necesary necessary, neice niece, nickle nickel, noone no one,
    noticable noticeable, nucular nuclear, occassion occasion, occassionally
    occasionally, occurance occurrence, occured occurred, occurence occurrence,
    occurences occurrences, occuring occurring, occurrance occurrence, ofcourse of
    course, oftenly often, ofthe of the, omlet omelet, omlette omelette, opposit
    opposite, pallette palette, panick panic, paralell parallel, parrallel parallel,
    pasttime pastime, pavillion pavilion, pavillon pavilion, peice piece, percieve
    perceive, percieved perceived, percieves perceives, percieving perceiving, permenant
    permanent, permenantly permanently, permissable permissible, persistance
    persistence, persistant persistent, personell personnel, pharoah pharaoh, pharoahs
    pharaohs, phillipines philippines, polical political, posess possess, posession
    possession, positon position, potatos potatoes, practioner practitioner, practioners
    practitioners, preceeding preceding, prefered preferred, preffered preferred,
    presumptious presumptuous, prevelant prevalent, priveledge privilege, priviledge
    privilege, probly probably, procede proceed, proceded proceeded, procedes proceeds,
    proceding proceeding, profesional professional, proffesional professional, proffesor
    professor, promiss promise, pronounciation pronunciation, prophecize prophesy,
    propogate propagate, propper proper, psuedo pseudo, publically publicly, quarentine
    quarantine, queing queuing, questionaire questionnaire, questionaires
    questionnaires, quizes quizzes, rasberry raspberry, realy really, reccomend
    recommend, reccomendations recommendations, reccomended recommended, reccommend
    recommend, recieve receive, recieved received, recomend recommend, recured recurred,
    recuring recurring, refered referred, refering referring, reguard regard, reguards
    regards, relavent relevant, relevent relevant, relient reliant, religous religious,
    remeber remember, rendevous rendezvous, repitition repetition, replacable
    replaceable, representive representative, resilence resilience, resistence
    resistance, responsable responsible, responsibilty responsibility, restaraunt
    restaurant, resteraunt restaurant, rethoric rhetoric, revelant relevant, rigourous
    rigorous, roomate roommate, roomates roommates, rythem rhythm, rythm rhythm, rythym
    rhythm, sargeant sergeant, sattelite satellite, saught sought, scenary scenery,
    seceed secede, seceeded seceded, seige siege, seperate separate, seperated
    separated, seperately separately, seperating separating, servicable serviceable,
    shakey shaky, sherif sheriff, sherrif sheriff, shouldnt shouldn't, sieze seize,
    similiar similar, sincerly sincerely, speach speech, specificly specifically,
    spreaded spread, stablized stabilized, stategy strategy, stoped stopped, stoping
    stopping, strenght strength, stubborness stubbornness, subpena subpoena, substract
    subtract, substracted subtracted, substracting subtracting, succede succeed,
    succeded succeeded, succedes succeeds, succeding succeeding, succesful successful,
    succesfull successful, succesfully successfully, sucess success, supercede
    supersede, superceded superseded, supercedes supersedes, superceding superseding,
    supossed supposed, supprise surprise, supprised surprised, suprise surprise,
    syncronize synchronize, syncronized synchronized, tarrif tariff, tatoo tattoo,
    tatoos tattoos, tecnology technology, tempermental temperamental, tendancy tendency,
    thankyou thank you, theirselves themselves, themselfs themselves, ther there, thier
    their, threshhold threshold, thrid third, throwed threw, todays today's, togheter
    together, tolkein tolkien, tomatos tomatoes, tommorow tomorrow, tommorrow tomorrow,
    tounge tongue, tradegy tragedy, tradional traditional, transfering transferring,
    traped trapped, traping trapping, truely truly, twelth twelfth, tyrany tyranny,
    undoubtly undoubtedly, unequivocably unequivocally, unforseen unforeseen,
    unfortunatly unfortunately, unfortunetly unfortunately, unneccesary unnecessary,
    untill until, upto up to, vaccum vacuum, vedio video, vegtable vegetable, verticle
    vertical, vigourous vigorous, villian villain, villians villains, visable visible,
    visious vicious, vitaly vitally, wellcome welcome, wether whether, whereever
    wherever, wich which, wierd weird, wierdo weirdo, withdrawed withdrew, withing
    within, withold withhold, withthe with the, womens women's, wouldnt wouldn't,
    writting writing, yeild yield
"""
