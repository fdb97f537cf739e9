"""Common slips of French, each with what was meant."""

SLIPS = """
    abbréviation abréviation, acceuil accueil, acceuillir accueillir, addresse adresse,
    aggressif agressif, aggressive agressive, aparaître apparaître, apeller appeler,
    appaiser apaiser, apparament apparemment, apparement apparemment, appeller appeler,
    appercevoir apercevoir, aprés après, biensur bien sûr, biensûr bien sûr, biento
    bientôt, bizard bizarre, cauchemard cauchemar, cauchemards cauchemars, ceuillir
    cueillir, chateau château, connection connexion, courrament couramment, courrir
    courir, desfois des fois, develloper développer, dilemne dilemme, dévelloper
    développer, entout en tout, exellent excellent, interressant intéressant,
    interressante intéressante, language langage, magazin magasin, malgrès malgré,
    malgrés malgré, mourrir mourir, notament notamment, nottament notamment, parceque
    parce que, parcontre par contre, parmis parmi, parralèle parallèle, personellement
    personnellement, piége piège, profesionnel professionnel, professionel
    professionnel, quatres quatre, quelquechose quelque chose, quelquepart quelque part,
    recement récemment, recommendation recommandation, recommendations recommandations,
    rhytme rythme, réflection réflexion, régle règle, réglement règlement, réglements
    règlements, rénumération rémunération, rénumérer rémunérer, scéance séance, succint
    succinct, suffisament suffisamment, suffisement suffisamment, sympatique
    sympathique, théatre théâtre, traditionel traditionnel, vraiement vraiment, égoiste
    égoïste
"""
