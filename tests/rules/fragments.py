"""What texts are twisted with: pieces that are apt to be counted one way here, another there."""

SENTENCES = {
    "ar": "ذهبنا اليوم إلى السوق مع الأطفال لأن الطقس كان جميلا.",
    "bg": "Днес отидохме на пазара с децата, защото времето беше хубаво.",
    "bn": "আবহাওয়া ভালো ছিল বলে আজ আমরা বাচ্চাদের নিয়ে বাজারে গিয়েছিলাম।",
    "de": "Heute sind wir mit den Kindern auf den Markt gegangen, weil das Wetter schön war.",
    "en": "Today we went to the market with the children because the weather was so nice.",
    "es": "Hoy hemos ido al mercado con los niños porque hacía muy buen tiempo.",
    "fa": "امروز با بچه‌ها به بازار رفتیم چون هوا خیلی خوب بود.",
    "fi": "Menimme tänään lasten kanssa torille, koska sää oli niin kaunis.",
    "fr": "Aujourd'hui nous sommes allés au marché avec les enfants parce qu'il faisait beau.",
    "gu": "આજે હવામાન સારું હતું તેથી અમે બાળકો સાથે બજારમાં ગયા હતા.",
    "hi": "आज मौसम अच्छा था इसलिए हम बच्चों के साथ बाज़ार गए थे।",
    "it": "Oggi siamo andati al mercato con i bambini perché il tempo era molto bello.",
    "ja": "今日は天気がとても良かったので、子供たちと市場へ行きました。",
    "kn": "ಇಂದು ಹವಾಮಾನ ಚೆನ್ನಾಗಿತ್ತು ಆದ್ದರಿಂದ ನಾವು ಮಕ್ಕಳೊಂದಿಗೆ ಮಾರುಕಟ್ಟೆಗೆ ಹೋದೆವು.",
    "ko": "오늘은 날씨가 좋아서 아이들과 함께 시장에 갔습니다.",
    "ml": "ഇന്ന് കാലാവസ്ഥ നല്ലതായിരുന്നതിനാൽ ഞങ്ങൾ കുട്ടികളുമായി ചന്തയിൽ പോയി.",
    "mr": "आज हवामान चांगले होते म्हणून आम्ही मुलांसोबत बाजारात गेलो होतो.",
    "ne": "आज मौसम राम्रो थियो त्यसैले हामी केटाकेटीहरूसँग बजार गयौं।",
    "pa": "ਅੱਜ ਮੌਸਮ ਚੰਗਾ ਸੀ ਇਸ ਲਈ ਅਸੀਂ ਬੱਚਿਆਂ ਨਾਲ ਬਾਜ਼ਾਰ ਗਏ ਸੀ।",
    "pt": "Hoje fomos ao mercado com as crianças porque o tempo estava muito bom.",
    "ru": "Сегодня мы ходили с детьми на рынок, потому что погода была хорошая.",
    "sw": "Leo tulienda sokoni pamoja na watoto kwa sababu hali ya hewa ilikuwa nzuri.",
    "ta": "இன்று வானிலை நன்றாக இருந்ததால் நாங்கள் குழந்தைகளுடன் சந்தைக்குச் சென்றோம்.",
    "te": "ఈరోజు వాతావరణం బాగుంది కాబట్టి మేము పిల్లలతో మార్కెట్‌కు వెళ్ళాము.",
    "th": "วันนี้อากาศดีเราจึงไปตลาดกับเด็ก ๆ",
    "ur": "آج موسم اچھا تھا اس لیے ہم بچوں کے ساتھ بازار گئے تھے۔",
    "vi": "Hôm nay chúng tôi đi chợ với các con vì thời tiết rất đẹp.",
    "zh": "今天天气很好，所以我们和孩子们一起去了市场。",
}
"""One thing said in many languages, so that a text in the language that is asked for occurs."""

CHOICES = {
    "en": ("My answer is yes.", "My answer is no.", "My answer is maybe."),
    "fr": ("Oui.", "Non.", "Peut-être."),
    "es": ("Sí.", "No.", "Quizás."),
    "ja": ("はい、そうです。", "いいえ、違います。", "どちらとも言えません。"),
}
"""The answers that a constrained response may have."""

FRAGMENTS = [
    *'. ¦.¦... ¦…¦? ¦?!¦!¦.) ¦." ¦.” ¦.’ ¦.\n¦. (¦ . ¦.. ¦ :-) ¦ -> ¦\x00'.split("¦"),
    *" Mr. ¦ e.g. ¦ etc. ¦ U.S. ¦ J. R. ¦ 3. ¦ No. 5¦ p.m. ¦ 1.5 ¦ M. ¦ www.example.com. ".split(
        "¦"
    ),
    *"\"¦“¦”¦'¦’¦«¦»¦ 'n' ¦''¦``¦(¦)¦[¦]¦<<¦>>¦##¦*¦**¦***¦* ¦\n* ¦\n- ¦\n1. ¦-¦--¦ - ".split("¦"),
    *"\n¦\n\n¦\r\n¦\t¦\u00a0¦\u2028¦\u3000¦\x1c¦\x85¦\u200b¦\ufeff¦_¦/¦\\¦#¦@".split("¦"),
    *",¦;¦:¦%¦$5¦&¦^¦|¦~¦0¦²¦½¦٣¦A¦ I ¦ OK ¦ X-ray ¦ can't ¦ CANNOT ¦ I'M ¦ gonna ".split("¦"),
    *"é¦É¦ß¦İ¦ı¦ſ¦ﬁ¦ǅ¦ñ¦Ü¦¿¦¡¦œ¦ç¦e\u0301¦中¦。¦、¦「¦」¦・¦ア¦が¦😀¦👩‍💻¦ L'¦ d'y ".split("¦"),
    *" http://a.example/b.c?d ¦ a.b@c.example ".split("¦"),
]
"""Put into any text at random."""

TOKENS = (
    "Dr Mrs e.g i.e etc p.m U.S J r St No vs Jr Co Inc M Mme Mlle av J.-C cf p env vol janv sept"
    " q.v svp 3 3.5 2nd 12 ##number## 1,000 -5 $4 50% x-ray A-b É été The the It it However however"
    ' I He he In Le le La Il General general July Paris Smith said dit but But Mais mais "Yes (No'
    " “So ‘a [b] a) c\" d” e’ f' «g h» -- i-- ..."
).split()
"""Words that a sentence splitter treats with care."""

GAPS = ' ¦ ¦ ¦. ¦. ¦. ¦. ¦.¦? ¦! ¦, ¦... ¦.\n¦\n¦.) ¦." ¦?! ¦;'.split("¦")
"""What may stand between them."""

CAPITALS = (
    "WORD I A. U.S. NASA-ESA X1 É C++ L'ÉTÉ WHO'S --HI-- $US CAN'T DON'T CANNOT GONNA GIMME GOTTA"
    " LEMME WANNA MORE'N D'YE 'TIS 'TWAS WE'LL I'M WE'RE I'VE I'D THEY' 'N 'A ''B'' ``C`` OK, OK:"
    " OK; A,B A:B 1:A A...B A.. “Q” «R» ‘S’ T’S [U] {V} <W> #OK @OK A&B A% A*B *C* D? E!F ß Ⅷ ǅ Aa"
    " I'm SCANNOT CANNOTS BIGIMME GIMMES ARGOTTA GOTTAS A'TIS 'TISA B--C 'D 'S E'S. \"F G\" H' 'Re"
).split()
"""Words in capitals of every sort."""
