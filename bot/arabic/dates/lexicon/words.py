"""The words that dates and times are made of.

A word may have several senses (`اثنين` is a Monday and a two); the grammar picks by place. Each
line of a table is `value: spelling spelling …`, an underscore joining the words of a phrase; the
spellings are folded when the tables are built. `ARTICLE` tables also hold each word with the
article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.arabic.dates.lexicon.latin import CHAT
from bot.arabic.dates.lexicon.senses import Move, PartOfDay, SameDay, Sense, TimeUnit
from bot.arabic.dates.lexicon.setting import CONTEXT
from bot.arabic.dates.lexicon.spelling import fold
from bot.arabic.dates.lexicon.turns import TURNS

Table = Mapping[int, str]

# Words that take the article: the builder adds "ال" to each spelling.
ARTICLE: Mapping[Sense, Table] = {
    Sense.WEEKDAY: {
        0: "اثنين اتنين تنين ثنين",
        1: "ثلاثاء ثلوث تلاتاء تلات ثلثاء تلوت",
        2: "أربعاء اربع ربوع",
        3: "خميس",
        4: "جمعه",
        5: "سبت",
        6: "احد حد",
    },
    Sense.CARDINAL: {
        1: "واحده وحده",
        2: "جوج ثنتين تنتين",
        3: "ثلاثه تلاته",
        4: "اربعه ربعه",
        5: "خمسه",
        6: "سته",
        7: "سبعه",
        8: "ثمانيه تمنيه ثمنيه تمانيه",
        9: "تسعه تسعود",
        10: "عشره",
        11: "حداش حدعش احدعش حضاش احداش حداشر حدعشر",
        12: "اتناشر اثناش اتناش طناش اثنعش ثنعش اطنعش تناش طنعش",
        13: "ثلطعش ثلاثطعش تلطاش",
        15: "خمسطعش خمستعش خمسطاش",
    },
    Sense.PART: {
        PartOfDay.MORNING: "صباح صبح صباحيه صبحيه",
        PartOfDay.FORENOON: "ضحي",
        PartOfDay.EVENING: "مسا",
        PartOfDay.NIGHT: "ليل",
        PartOfDay.ASHIYA: "عشيه",
        PartOfDay.ASR: "عصريه",
    },
    Sense.NEXT: {
        1: "قادم قادمه مقبل مقبله جاي جايه ياي يايه ماجي ماجيه قادمين اتي اتيه تالي تاليه",
    },
    Sense.LAST: {1: "ماضي ماضيه فايت فايته منصرم سابق"},
}
PLAIN: Mapping[Sense, Table] = {
    Sense.WEEKDAY: {
        0: "monday mon lundi lun لتنين",
        1: "tuesday tue tues mardi الثلاث لتلات لثلاثا",
        2: "wednesday wed mercredi mer لاربع لربع لاربعا لربعا",
        3: "thursday thu thurs jeudi jeu لخميس",
        4: "friday fri vendredi ven لجمعه",
        5: "saturday sat samedi sam لسبت",
        6: "sunday sun dimanche dim لحد",
    },
    Sense.PLURAL_DAY: {
        0: "mondays lundis",
        1: "tuesdays mardis",
        2: "wednesdays mercredis",
        3: "thursdays jeudis",
        4: "fridays vendredis",
        5: "saturdays samedis",
        6: "sundays dimanches",
    },
    Sense.MONTH: {
        1: "يناير جانفي كانون_الثاني كانون_ثاني january jan janvier",
        2: "فبراير فيفري شباط february feb fevrier",
        3: "مارس اذار march mar mars",
        4: "ابريل افريل نيسان april apr avril",
        5: "مايو ماي ايار نوار may mai",
        6: "يونيو يونيه جوان حزيران june jun juin",
        7: "يوليو يوليه يوليوز جويليه تموز july jul juillet",
        8: "اغسطس غشت اوت اب august aug aout",
        9: "سبتمبر شتنبر شتمبر ايلول september sep sept septembre",
        10: "اكتوبر اوكتوبر تشرين_الاول تشرين_اول october oct octobre",
        11: "نوفمبر نونبر نومبر تشرين_الثاني تشرين_ثاني november nov novembre",
        12: "ديسمبر دجنبر ديسنبر كانون_الاول كانون_اول december dec decembre",
    },
    Sense.HIJRI_MONTH: {
        1: "محرم محرم_الحرام المحرم",
        2: "صفر",
        3: "ربيع_الاول ربيع_اول ربيع_الاولي",
        4: "ربيع_الاخر ربيع_الثاني ربيع_اخر ربيع_ثاني ربيع_التاني",
        5: "جمادي_الاولي جمادي_الاول جماد_الاول جمادي_اول جماد_اول جماد_الاولي",
        6: "جمادي_الاخره جمادي_الثانيه جماد_الاخر جمادي_الاخر جمادي_الثاني جماد_الثاني "
        "جماد_ثاني جمادي_ثاني جماد_الاخره جماد_الثانيه",
        7: "رجب",
        8: "شعبان",
        9: "رمضان",
        10: "شوال",
        11: "ذو_القعده ذي_القعده ذوالقعده ذيالقعده ذا_القعده القعده",
        12: "ذو_الحجه ذي_الحجه ذوالحجه ذيالحجه ذا_الحجه الحجه",
    },
    # month * 100 + day
    Sense.FEAST: {
        101: "راس_السنه_الهجريه فاتح_محرم",
        110: "عاشورا يوم_عاشورا",
        312: "المولد_النبوي عيد_المولد_النبوي عيد_المولد المولد_النبوي_الشريف "
        "عيد_المولد_النبوي_الشريف",
        1001: "عيد_الفطر العيد_الصغير عيد_الفطر_المبارك",
        1209: "عرفه يوم_عرفه",
        1210: "عيد_الاضحي العيد_الكبير عيد_الاضحي_المبارك",
    },
    Sense.NATIONAL_DAY: {
        101: "راس_السنه_الميلاديه",
        222: "يوم_التاسيس",
        730: "عيد_العرش",
        923: "اليوم_الوطني_السعودي",
        1106: "عيد_المسيره_الخضرا ذكري_المسيره_الخضرا",
    },
    Sense.CARDINAL: {
        1: "واحد احدى احدي",
        2: "deux اثنا اثنتا اثني اثنتي اثنين اثنان اثنتين اثنتان زوج",
        3: "ثلاث تلات تلت trois",
        4: "اربع quatre",
        5: "خمس خمسا الخمس cinq",
        6: "ست الست six",
        7: "سبع السبع sept",
        8: "ثماني ثمان تمن ثمن تماني الثمان huit",
        9: "تسع التسع neuf",
        10: "عشر عشرا العشر dix",
        11: "onze",
        12: "douze",
        14: "quatorze",
        15: "quinze",
        16: "seize",
    },
    Sense.TENS: {
        20: "عشرين عشرون",
        30: "ثلاثين ثلاثون تلاتين",
        40: "اربعين اربعون ربعين",
        50: "خمسين خمسون",
    },
    Sense.TENS_ORDINAL: {20: "العشرين العشرون", 30: "الثلاثين الثلاثون"},
    Sense.TEEN: {10: "عشر عشره"},
    Sense.ORDINAL: {
        1: "الاول",
        2: "الثاني التاني",
        3: "الثالث التالت",
        4: "الرابع",
        5: "الخامس",
        6: "السادس",
        7: "السابع",
        8: "الثامن",
        9: "التاسع",
        10: "العاشر",
        11: "الحادي",
        -1: "الاخير الاخيره",
    },
    Sense.ORDINAL_BARE: {
        1: "اول first premier 1er",
        2: "ثاني تاني second deuxieme",
        3: "ثالث تالت third troisieme",
        4: "رابع fourth quatrieme",
        5: "خامس",
        6: "سادس",
        7: "سابع",
        8: "ثامن",
        9: "تاسع",
        10: "عاشر",
        11: "حادي",
        -1: "اخر اخير dernier",
    },
    Sense.HOUR_NAME: {
        1: "الاولي",
        2: "الثانيه التانيه ثانيه",
        3: "الثالثه ثالثه التالته",
        4: "الرابعه رابعه",
        5: "الخامسه خامسه",
        6: "السادسه سادسه",
        7: "السابعه سابعه",
        8: "الثامنه ثامنه",
        9: "التاسعه تاسعه",
        10: "العاشره عاشره",
        11: "الحاديه حاديه",
    },
    Sense.FRACTION: {
        15: "ربع الربع ربعا تلت_قسام ثلاث_قسام تلاته_قسام quart",
        20: "ثلث الثلث ثلثا تلت التلت ربع_قسام ربعه_قسام",
        5: "قسم_واحد",
        10: "قسمين قسماين",
        25: "خمس_قسام خمسه_قسام",
        30: "نص نصف النص النصف نصفا demi demie",
    },
    Sense.LESS: {1: "الا قل ناقص غير قلا moins moins_le"},
    Sense.AND: {1: "و et and"},
    Sense.PART: {
        PartOfDay.MORNING: "صباحا صبحا ص am matin morning",
        PartOfDay.DAWN: "فجرا فجر الفجر سحرا السحر",
        PartOfDay.FORENOON: "قبل_الزوال",
        PartOfDay.NOON: "ظهرا ظهر الظهر ضهرا الضهر زوالا الظهيره ظهيره",
        PartOfDay.AFTERNOON: "بعد_ظهر بعد_الزوال بعد_زوال بعد_الظهيره afternoon apresmidi",
        PartOfDay.ASR: "عصرا عصر العصر",
        PartOfDay.EVENING: "مساا evening soir",
        PartOfDay.PM: "م pm",
        PartOfDay.MAGHRIB: "المغرب مغربا المغربيه",
        PartOfDay.ISHA: "العشا عشاا",
        PartOfDay.ASHIYA: "لعشيه لعشيا العشيا",
        PartOfDay.NIGHT: "ليلا بالليل night nuit",
    },
    Sense.CLOCK_TIME: {12: "noon midi منتصف_النهار"},
    Sense.PRAYER: {
        0: "الفجر",
        1: "الظهر الضهر",
        2: "العصر",
        3: "المغرب",
        4: "العشا",
    },
    Sense.SPOKEN_PRAYER: {
        0: "الصبح فجر",
        1: "ظهر الجمعه",
        2: "عصر",
        3: "مغرب",
        4: "عشا",
    },
    Sense.PRAYING: {1: "صلاه صلات الصلاه اذان الاذان صلاتي"},
    Sense.BOTH_EVENINGS: {1: "العشاءين العشائين المغربين"},
    Sense.DAY_OFFSET: {
        -2: "اول_امس قبل_امس اول_البارح",
        -1: "امس البارح البارحه امبارح yesterday hier",
        0: "اليوم ليوم اليوما هذا_اليوم هاد_النهار هاد_اليوم today aujourdhui",
        1: "غدا غد الغد بكره بكرا باكر باجر غدوه غدوا غده tomorrow demain",
        2: "بعد_غد من_بعد_غدا بعد_غدا بعد_الغد بعد_بكره بعد_بكرا عقب_باكر عقب_بكره عقب_بكرا "
        "عقب_باجر بعد_باكر بعد_غدوه بعد_غدوا بعد_غده عقب_غد the_day_after_tomorrow "
        "day_after_tomorrow apresdemain",
    },
    Sense.NOW: {0: "الان الحين دابا هسه هلق now maintenant"},
    Sense.TONIGHT: {0: "الليله tonight هالليله"},
    Sense.NIGHT_BEFORE: {0: "ليله"},
    Sense.NEXT: {
        1: "next prochain prochaine اللي_جاي اللي_جايه لي_جاي لي_جايه اللي_جا لجاي لجايه "
        "الي_جاي الي_جايه اللي_ياي اللي_يايه coming",
    },
    Sense.AFTER_NEXT: {
        1: "بعد_القادم بعد_المقبل بعد_الجاي بعد_القادمه بعد_المقبله بعد_الجايه اللي_بعده "
        "عقب_الجاي اللي_بعد_الجاي اللي_عقبه بعد_الياي عقب_الياي ما_بعد_القادم "
        "بعد_التالي en_huit اللي_بعد_القادم لي_بعده اللي_بعدها",
    },
    Sense.THIS: {
        1: "الحالي الحاليه الجاري الجاريه هذا هذه هاد هاذ هذي هادا هاذا هاي هيدا this ce cette"
    },
    Sense.LAST: {1: "last derniere اللي_فات اللي_فاتت لي_فات اللي_راح"},
    Sense.AFTER: {
        1: "بعد عقب ورا مورا مور من_هنا_ل من_دابا_ل من_بعد من_ورا من_مورا من_مور in dans after "
        "apres"
    },
    Sense.BEFORE: {1: "قبل قبيل before avant"},
    Sense.TO: {1: "الي حتي لين لحد الين لغايه الي_غايه ل_غايه until till au jusqua jusqu to"},
    Sense.TO_PREFIX: {1: "ل لل"},
    Sense.SAME_DAY: {
        SameDay.SAID: "الموافق الموافقه المصادف المصادفه المطابق المقابل الواقع الواقعه "
        "الموافق_فيه المصادف_فيه الواقع_فيه الموافق_له المصادف_له "
        "يوافق يصادف يقابل يوافقه كيوافق كيصادف كايوافق كايصادف تيوافق تيصادف "
        "الذي_يوافق الذي_يصادف الذي_يقابل والذي_يوافق والذي_يصادف "
        "اللي_يوافق اللي_يصادف اللي_كيوافق اللي_كيصادف لي_كيوافق لي_كيصادف "
        "correspondant corresponding",
        SameDay.BETWEEN_DAYS: "اي يعني اللي_هو لي_هو الذي_هو soit ie",
        SameDay.AGREED: "موافق",
    },
    Sense.MOVE: {
        Move.SAID: "تاجل تاجلت تاجيل التاجيل اتاجل يتاجل ناجل نؤجل اجلنا مؤجل مؤجله تم_تاجيل "
        "نقل نقلنا ننقل انتقل تم_نقل ترحيل رحلنا نرحل تاخير تاخر تحويل حولنا نحول "
        "تغيير تغير غيرنا نغير يتغير تم_تغيير تعديل تعدل عدلنا تم_تعديل تبديل تبدل نبدل "
        "moved postponed rescheduled reporte reportee deplace deplacee",
        Move.MAYBE: "تقديم تم_تقديم قدمنا نقدم",
    },
    Sense.FROM: {1: "من from"},
    Sense.BETWEEN: {1: "بين ما_بين مابين between entre"},
    Sense.STARTING: {1: "ابتداء بدءا بدا ابتداءا اعتبارا انطلاقا starting تبدا"},
    Sense.FOR: {1: "لمده مده مدته مدتها بمده for pendant خلال_مده لفتره"},
    Sense.BY: {1: "ب"},
    Sense.EVERY: {1: "كل every chaque each tous_les toutes_les"},
    Sense.REPEATED: {
        TimeUnit.DAY: "يوميا daily quotidien",
        TimeUnit.WEEK: "اسبوعيا weekly اسبوعي hebdomadaire",
        TimeUnit.MONTH: "شهريا monthly شهري mensuel",
        TimeUnit.YEAR: "سنويا yearly سنوي",
    },
    Sense.ALTERNATE_DAYS: {2: "يوم_بعد_يوم يوم_و_يوم"},
    Sense.EXCEPT: {1: "عدا ما_عدا ماعدا باستثناء سوي الا غير except sauf من_غير فيما_عدا"},
    Sense.OR: {1: "او or ou ام ولا والا wla wlla walla oula"},
    Sense.TIMES: {1: "مره", 2: "مرتين مرتان", 3: "مرات times fois"},
    Sense.UNIT: {
        TimeUnit.MINUTE: "دقيقه دقائق ق min mins minute minutes دق",
        TimeUnit.HOUR: "ساعه ساعات سوايع hour hours heure heures",
        TimeUnit.DAY: "يوم ايام يوما day days jour jours",
        TimeUnit.WEEK: "اسبوع اسابيع اسبوعا سيمانه سيمانات week weeks semaine semaines",
        TimeUnit.MONTH: "شهر اشهر شهور شهرا month months mois",
        TimeUnit.YEAR: "سنه سنوات سنين عام اعوام عاما year years an ans",
    },
    Sense.UNITS: {
        1: "دقائق ساعات سوايع ايام اسابيع سيمانات اشهر شهور سنوات سنين اعوام mins minutes hours "
        "heures days jours weeks semaines months years ans",
    },
    Sense.UNIT_PAIR: {
        TimeUnit.MINUTE: "دقيقتين دقيقتان",
        TimeUnit.HOUR: "ساعتين ساعتان",
        TimeUnit.DAY: "يومين يومان",
        TimeUnit.WEEK: "اسبوعين اسبوعان",
        TimeUnit.MONTH: "شهرين شهران",
        TimeUnit.YEAR: "سنتين سنتان عامين عامان",
    },
    Sense.PERIOD: {
        TimeUnit.WEEK: "الاسبوع السيمانه سيمانه week semaine اسبوع",
        TimeUnit.MONTH: "الشهر month mois",
        TimeUnit.YEAR: "السنه العام year",
    },
    Sense.EDGE_START: {1: "بدايه مطلع غره فاتح مستهل beginning debut"},
    Sense.EDGE_END: {1: "نهايه اخر ختام متم end fin"},
    Sense.WEEKEND: {1: "الويكند ويكند weekend weekends"},
    Sense.HOUR_MARK: {1: "الساعه ساعه مع س عالساعه at a h @"},
    Sense.DAY_MARK: {1: "يوم نهار يومه بيوم le"},
    Sense.DAYS_MARK: {1: "ايام يومي الايام"},
    Sense.MONTH_MARK: {1: "شهر شهر_رقم"},
    Sense.YEAR_MARK: {1: "سنه عام لسنه لعام السنه"},
    Sense.WORKDAY: {1: "يوم_عمل ايام_العمل يوم_دراسي ايام_الدراسه ايام_الدوام يوم_دوام weekday"},
    Sense.HIJRI_ERA: {1: "ه هجري هجريه هجريا للهجره الهجري الهجريه ah"},
    Sense.GREGORIAN_ERA: {1: "م ميلادي ميلاديه ميلاديا للميلاد ad"},
    Sense.AT_ONCE: {1: "مباشره طوالي دغري علي_طول فورا نيشان"},
    Sense.VAGUE: {
        1: "قريبا لاحقا بعدين تقريبا حوالي نحو حدود ربما ممكن يمكن غالبا قرابه منتصف وسط "
        "اوائل اواخر أواسط اواسط مبدئيا soon maybe about vers خلال حول قرب ؟ ?",
    },
    Sense.ISO_TIME: {1: "t"},
    Sense.FILLER: {
        1: "في ف ب علي ع عند ال بتاريخ تاريخ تمام بتمام تماما بالضبط "
        "بالتمام بالتحديد ان_شا_الله انشاالله ان_شاالله باذن_الله بحول_الله بإذنه_تعالى "
        "بمشيئة_الله من_فضلك من_فضلكم لو_سمحت لو_سمحتم رجا ديال ديالت د نتاع متاع حق "
        "وقت موعد الموعد موعدنا التاريخ الوقت تعالي عز_وجل ويكون "
        "on the of la les du de des oclock pile هو يكون "
        ", ، . ; ؛ ! ( ) [ ] : ' \"« » | … · • /",
    },
}


def spellings() -> Iterator[tuple[Sense, int, tuple[str, ...]]]:
    """Every spelling of every table, folded, a phrase as its words."""
    for sense, table in ARTICLE.items():
        for value, words in table.items():
            for word in words.split():
                yield sense, value, (fold(word),)
                yield sense, value, (fold("ال" + word),)
    turns: Table = {int(turn): words for turn, words in TURNS.items()}
    around: Mapping[Sense, Table] = {Sense.TURN: turns, Sense.CONTEXT: {1: CONTEXT}}
    for sense, table in (*PLAIN.items(), *CHAT.items(), *around.items()):
        for value, words in table.items():
            for word in words.split():
                yield sense, value, tuple(fold(part) for part in word.split("_"))
                if sense is Sense.CONTEXT and word.startswith("لا_"):
                    yield sense, value, tuple(fold(part) for part in f"و{word}".split("_"))


def build_lexicon() -> dict[tuple[str, ...], dict[Sense, int]]:
    """The senses of each word and phrase; a spelling listed twice keeps its first value."""
    lexicon: dict[tuple[str, ...], dict[Sense, int]] = {}
    for sense, value, words in spellings():
        lexicon.setdefault(words, {}).setdefault(sense, value)
    return lexicon


LEXICON = build_lexicon()
VOCABULARY = frozenset(word for words in LEXICON for word in words)
LONGEST_PHRASE = max(len(words) for words in LEXICON)
