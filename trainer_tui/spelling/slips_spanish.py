"""Common slips of Spanish, each with what was meant."""

SLIPS = """
    absorver absorber, ademas además, apesar a pesar, asi así, aver a ver, cojer coger,
    compañia compañía, concenso consenso, conciente consciente, conosco conozco, cruzes
    cruces, derrepente de repente, desarroyo desarrollo, desicion decisión, desición
    decisión, despues después, dia día, dias días, dijistes dijiste, dió dio, enmedio en
    medio, enserio en serio, escases escasez, escojer escoger, excento exento, exelente
    excelente, exhorbitante exorbitante, exhuberante exuberante, expontáneo espontáneo,
    extrangero extranjero, exámen examen, fué fue, fuí fui, haiga haya, hechado echado,
    hechar echar, imágen imagen, inflacción inflación, jamas jamás, jóven joven, llendo
    yendo, musica música, márgen margen, nadien nadie, nesecito necesito, nesesario
    necesario, ningun ningún, ocacion ocasión, osea o sea, porsupuesto por supuesto,
    presicion precisión, presición precisión, pretención pretensión, preveer prever,
    recojer recoger, satisfació satisfizo, sinembargo sin embargo, trajistes trajiste,
    travez través, vallamos vayamos, veniste viniste, vezes veces, vió vio
"""
