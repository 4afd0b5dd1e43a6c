"""What stands around a time and says none itself: courtesy, names, places, what is numbered."""

from __future__ import annotations

from functools import lru_cache

from bot.arabic.dates.lexicon.spelling import word_set

# Phrases one of whose words would say, deny or leave open a time if it stood alone.
CONTEXT = """
صباح_الخير صباح_النور صباح_الورد صباح_الفل صباح_السعاده صباح_الياسمين صباح_المسرات صباح_الجمال
صباح_التفاؤل صباح_الهنا صباح_الانوار صباح_العسل صباحكم صباحك صباحكن صباحو صباحكم_سعيد صباحك_سعيد
مسا_الخير مسا_النور مسا_الورد مسا_السعاده مسا_الفل مسا_المسرات مسا_الانوار مسا_الياسمين مساك مساكم
مساكن مساوكم مساؤكم مساءكم مساكم_الله صبحكم صبحكم_الله يصبحكم يسعد_صباحكم يسعد_مساكم يوم_سعيد
نهار_سعيد نهارك_سعيد نهاركم_سعيد نهاركم_مبروك نهار_مبروك نهارك_مبروك ليله_سعيده مسا_سعيد صباح_سعيد
اسبوع_سعيد اسبوع_موفق يوم_موفق يوما_سعيدا جمعه_مباركه جمعتكم_مباركه جمعه_طيبه خميس_سعيد خميس_ونيس
كل_عام_وانتم_بخير كل_عام_و_انتم_بخير كل_سنه_وانتم_طيبين كل_عام_وانتن_بخير عيد_مبارك عيد_سعيد
عيدكم_مبارك رمضان_كريم رمضان_مبارك عام_سعيد سنه_سعيده عام_هجري_مبارك عطله_سعيده اجازه_سعيده
bonne_journee bonne_soiree bonne_nuit bonne_semaine bon_week_end bon_weekend bonne_fin_de_journee
bonne_apresmidi bon_apresmidi good_morning good_evening good_afternoon good_day good_night
good_week sbah_lkhir sba7_lkhir msa_lkhir massa_lkhir sabah_alkhair masa_alkhair sbah_elkhir
msa_elkhir sba7_el5eir masa2_el5eir اما_بعد عن_بعد بعد_التحيه بعد_السلام بعد_اذنكم بعد_اذنك
بعد_اذنكن بعد_امركم بعد_الاستئذان بعد_الاطلاع بعد_الموافقه بعد_التنسيق بعد_الاذن بعد_تحيه
تحيه_طيبه_وبعد من_قبل من_طرف من_اجل من_حيث لاجل من_خلال خلال_الاجتماع خلال_اللقاء علي_مدار لا_تنسو
لا_تنسوا لا_تنسون لا_تنسي لا_تنس لا_تنسين لا_ننسي لا_تتاخرو لا_تتاخروا لا_تتاخرون لا_تتاخري
لا_تتاخر لا_تتاخرن لا_تفوتكم لا_يفوتكم لا_تفوتوا لا_تفوتو لا_تفوتون لا_باس لا_شك لا_تترددوا
لا_تترددو لا_تتردد لا_تترددي لا_عدمناكم لا_خلا لا_هنتم لا_هنت لا_هان لا_مانع لا_سيما لاسيما لا_غني
لا_يخفي لا_بد لابد لا_حرمنا لا_خلي لا_يتجزا لا_يتجزء ما_تنسو ما_تنسوا ما_تنسون ما_تنسوش ما_تنساش
ما_تنسي ما_تنسين ما_تتاخرون ما_تتاخرو ما_تتاخروا ما_تتاخروش ماتنسوش متنسوش متنساوش متنساش ماتنساوش
ماتنساش ماتنسون ماتنسو ماتنسوا ماتنسي ماتنسين متنسو متنسوا متاخروش متعطلوش ماتعطلوش ما_تعطلوش
ماتتاخروش متتاخروش ماتتاخرون ماتتاخروا ما_شا_الله ماشا_الله ماشالله ما_يلي ما_يخص ما_يتعلق
ما_قصرتوا ما_قصرتو ما_قصرتم ماقصرتوا ماقصرتو ما_عليكم ما_عليك_امر ما_عليكم_امر فيما_يخص فيما_يلي
فيما_يتعلق بتوقيت_مكه بتوقيت_مكه_المكرمه بتوقيت_الرياض بتوقيت_السعوديه بتوقيت_المملكه
بتوقيت_المغرب بتوقيت_الرباط بتوقيت_الدار_البيضا فيما كما مما بما عما طالما حيثما كلما ريثما سيما
مهما لما_فيه بما_في_ذلك وما اذا_ما_عليك_امر اذا_ما_عليكم_امر اذا_سمحت اذا_سمحتم اذا_سمحتي اذا_امكن
اذا_تكرمتم لو_تكرمتم لو_تكرمت لو_تكرمتي لو_تكرمتو لو_امكن ما_قصرت ما_قصرتي ماقصرت ماقصرتي
ما_عليك_زود ما_يخالف الساعه_ستحدد_لاحقا الساعه_تحدد_لاحقا الوقت_يحدد_لاحقا الوقت_سيحدد_لاحقا
الساعه_سيعلن_عنها_لاحقا التوقيت_يحدد_لاحقا التوقيت_سيحدد_لاحقا وقته_يحدد_لاحقا بدون_تاخير
دون_تاخير بدون_تاخر دون_تاخر بلا_تاخير عدم_التاخر عدم_التاخير عدم_الغياب عدم_التخلف عدم_التغيب
بدون_غياب دون_استثنا بدون_استثنا بلا_استثنا دون_غياب من_غير_تاخير بلا_تاخر بدون_عذر دون_شك بدون_شك
بلا_شك بدون_مقدمات من_دون_تاخير بلا_منازع وقد_تقرر قد_تقرر تقرر لقد_تقرر قد_تم وقد_تم لقد_تم
قد_حدد وقد_حدد وقد_تحدد قد_تحدد اليوم_الدراسي اليوم_التكويني اليوم_التدريبي اليوم_التربوي
اليوم_المفتوح اليوم_العالمي اليوم_الوطني اليوم_العلمي اليوم_الرياضي اليوم_الثقافي اليوم_البيئي
يوم_دراسي يوم_تكويني يوم_تدريبي يوم_تربوي يوم_مفتوح يوم_علمي يوم_رياضي يوم_ثقافي يوم_التميز
يوم_تحسيسي يوم_تواصلي يوم_المعلم يوم_المدرس يوم_الام يوم_التكريم يوم_التخرج يوم_الطفل يوم_اللغه
يوم_الصحه يوم_القراءه يوم_البيئه يوم_المراه يوم_العلم يوم_التطوع يوم_مبارك يوم_حافل يوم_جميل
يوم_كامل journee_d_etude journee_d_etudes journee_pedagogique journee_de_formation العام_الدراسي
لعام_الدراسي لعام_دراسي سنه_دراسيه عام_دراسي العام_التكويني السنه_الدراسيه الموسم_الدراسي
العام_الجامعي السنه_الجامعيه annee_scolaire school_year المملكه_المغربيه المدرسه_المغربيه
الجمعيه_المغربيه بالمملكه_المغربيه التلميذه_المغربيه مهارات_العصر متطلبات_العصر روح_العصر
العصر_الحديث العصر_الرقمي تحديات_العصر لغه_العصر قضايا_العصر العصر_الحالي خميس_مشيط الخميس_مشيط
خميس_الزمامره خميس_الساحل خميس_حرب خميس_البحر احد_رفيده احد_المسارحه احد_ثربان سوق_الاربعا
سوق_الاحد سوق_الخميس سوق_السبت سوق_الاثنين سوق_الثلاثا سوق_الجمعه سوق_التلات حد_السوالم حد_كورت
الحد_كورت سبت_الكردان سبت_جزوله سبت_العلايا ثلاثا_الغرب ثلاثا_الاولاد جمعه_سحيم اثنين_شتوكه
تلات_نيعقوب احد_اولاد_فرج اربعا_الغرب جامع_الجمعه الحد_الادني الحد_الاقصي حد_ادني حد_سوا
علي_حد_سوا لحد_الان لحد_الساعه الي_حد_ما الي_حد_كبير مره_اخري مره_ثانيه مره_تانيه مره_واحده
مره_اخر مره_خري عوده_مره اكثر_من_مره اول_مره في_نفس_السياق نفس_المكان نفس_القاعه نفس_الغرفه
نفس_الرابط نفس_المقر على_كل_حال علي_كل_حال كل_الشكر كل_التوفيق كل_التقدير كل_الاحترام كل_الود
من_كل_قلبي كل_من كل_ما كيف_حالكم كيف_حالك كيف_الحال كيفكم كيفك كيفكن كيف_الصحه شلونكم شخباركم
شحالكم كيداير كيدايرين الساعات_المعتمده ساعات_معتمده ساعات_تدريبيه ساعه_تدريبيه aura_lieu
auront_lieu ont_lieu a_lieu ayant_lieu tiendra_lieu avoir_lieu ete_fixee ete_fixe est_prevue
oubliez_pas oublie_pas manquez_pas pas_oublier pas_de_retard pas_manquer pas_en_retard
soyez_pas_en_retard sans_faute sans_faute_svp sans_retard sans_exception ne_pas_oublier
n_oubliez_pas ne_manquez_pas n_oublie_pas noubliez_pas dont_forget dont_be_late no_problem
sil_vous_plait s_il_vous_plait s_il_te_plait avec_tous_mes second_floor ground_floor
"""
# In front of these a number is a count of them.
_PEOPLE = """
معلم معلمه معلمات معلمين معلمون مدرس مدرسات مدرسين استاذ استاذه اساتذه استاذا استاذات طالب طالبه
طلاب طالبات طلبه طالبا تلميذ تلميذه تلاميذ تلميذا تلميذات شخص اشخاص شخصا عضو عضوه اعضا عضوا عضوات
فرد افراد مشرف مشرفه مشرفين مشرفات مدير مديره مديرين مديرات مدرا قائد قائده متدرب متدربه متدربين
متدربات مشارك مشاركه مشاركين مشاركات ضيف ضيوف teachers students pupils people persons enseignants
professeurs eleves personnes participants profs
"""
_COUNTED_THINGS = """
نسخه نسخ صفحه صفحات حصه حصص درس دروس مدارس فصول فصلا قسما اقسام ريال ريالات درهم دراهم درهما ورقه
اوراق محور محاور نقطه نقاط نقط مجموعه مجموعات كرسي كراسي مقعد مقاعد سوال اسئله نشاط انشطه عنصر
عناصر بند بنود فقره فقرات ورشه ورش مقطع مقاطع خطوه خطوات بالمئه بالمائه متر امتار كلم كيلو صوره
صور ملف ملفات جهاز اجهزه مهمه مهام قاعات غرف هدف اهداف مبادره مبادرات pages copies places points
"""
# After these a number is theirs, whatever follows.
_NUMBERED = """
غرفه قاعه صاله فصل صف دور طابق مبني مختبر رقم تعميم قرار مذكره مراسله خطاب معامله صادر وارد نموذج
صفحه درس وحده محور تمرين سوال باب بوابه فقره بند ماده مجموعه فوج مستوي شعبه مدرج حجره قسم شارع
هاتف سال جوال تحويله رمز كود معرف سلك جزء جناح عماره مجزوءه وثيقه بلاغ اعلان شقه كتاب اصدار محطه
عدد نسخه room hall class classroom floor lab building gate page lesson unit group grade level
number no num salle classe etage batiment porte page lecon unite groupe niveau numero n ref note
circulaire bureau amphi code id pin passcode password mdp telephone tel
"""
# After these an ordinal is theirs: one of a row of meetings, not an hour.
_RANKED = """
حصه جلسه دوره ورشه فتره مرحله حلقه ندوه محاضره سنه مره نسخه لقاء اجتماع فصل اسدس سداسي يوم_ سنوات
اولى طبعه موجه دفعه محطه لغه مبادره مسابقه ثانويه وحده كفايه مرتبه درجه فرقه طليعه
"""
# A number after these may be theirs, or the hour.
_PLACES = """
مكتب معمل مكتبه مسرح ساحه ملعب فنا مصلي مسجد صالون مدرسه متوسطه ثانويه ابتدائيه روضه حضانه مركز
اداره حديقه مقصف استراحه بيت منزل مقر زوم تيمز ميت واتساب تيليجرام منصه رابط اعداديه اكاديميه
مديريه نيابه جامعه كليه معهد مجلس فرع حضانات موسسه مجمع رواق بهو فضا دار نادي فندق خزانه library
office teams zoom meet school ecole college lycee bibliotheque labo maison centre academie
"""
# After an ordinal these say that it is one of a school's years.
_LEVELS = """
ابتدائي متوسط ثانوي اعدادي اعداديه ابتدائيه ثانويه متوسطه باك باكالوريا بكالوريا تاهيلي علمي ادبي
علوم اداب تمهيدي مكرر نموذجي أساسي اساسي college lycee primaire bac baccalaureat annee
"""
# Before a name that is a day's or a month's as well.
_TITLES = """
استاذ استاذه معلم معلمه دكتور دكتوره سيد سيده شيخ اخ اخت ابو ابا ام بن بنت ابن عبد مدير مديره مشرف
مشرفه قائد قائده زميل زميله مفتش مفتشه الاستاذ ا أ مهندس مؤطر موطر منسق منسقه بنت ولد ال
"""
# Words of meetings around a time: an hour without a day beside others only is that of the next day.
_COMMON = """
اجتماع اجتماعنا اجتماعكم لقاء لقاءنا لقانا لقاؤنا لقاوكم لقا موعدنا جلسه جلستنا ندوه ورشه دوره درس
حصه حصتنا نشاط نجتمع نلتقي نتقابل نتلاقي نتلاقاو نتلاقاوا نتلاقو نتجمع نتجمعو نتجمعوا نشوفكم
اشوفكم نتشاوف نتشاوفو نلقاكم القاكم نلتقيكم سنجتمع سنلتقي سيعقد يعقد سيكون تكون ستكون سيقام يقام
ستعقد تعقد ستقام نجتمعو نجتمعوا غادي راح رح نبدا يبدا سيبدا تبدا ستبدا عندنا عندي ان شا الله باذن
حضور حضوركم الحضور المكان مكان نحضر تحضر تحضرون يحضر السلام عليكم ورحمه وبركاته مرحبا اهلا هلا
شكرا معلمات معلمين اساتذه زملا زميلات الزملا كلنا جميعا الجميع كلكم فريق فريقنا قروب المجموعه علي
عبر اونلاين حضوريا افتراضيا يرجي نرجو ارجو برجا فضلا كرما يكون التجمع التقابل تجمع meeting we meet
our will be the reunion nous seance cours formation salam salut bonjour rencontre rendezvous rdv
visio
"""


_THINGS = word_set(_COUNTED_THINGS)
COUNTED = word_set(_PEOPLE) | _THINGS
NUMBERED, RANKED = map(word_set, (_NUMBERED, _RANKED))
PLACES, LEVELS, TITLES, COMMON = map(word_set, (_PLACES, _LEVELS, _TITLES, _COMMON))
_BEGINNINGS = ("وبال", "بال", "وال", "فال", "كال", "لل", "ال", "ب", "ل", "و", "ف")
_ENDINGS = ("نا", "كم", "كن", "ها", "هم", "ي", "ه", "ات", "ا")


def is_title(word: str) -> bool:
    """Whether a name follows the word: «الأستاذ خميس»."""
    return any(word.startswith(at) and word[len(at) :] in TITLES for at in (*_BEGINNINGS, ""))


@lru_cache(maxsize=4096)
def bare_forms(word: str) -> frozenset[str]:
    """A folded word without what grows onto it: «بقاعتنا» is «قاعه» as well."""
    fronts = [word, *(word[len(at) :] for at in _BEGINNINGS if word.startswith(at))]
    forms = set(fronts)
    for front in fronts:
        for end in _ENDINGS:
            if front.endswith(end) and len(front) > len(end) + 2:
                stem = front[: -len(end)]
                forms.add(stem)
                if stem.endswith("ت"):
                    forms.add(stem[:-1] + "ه")
    return frozenset(forms)


def is_numbered(word: str) -> bool:
    """Whether a number after this word is its own: «قاعه», «الصف», «تعميم»."""
    forms = bare_forms(word)
    return not (NUMBERED.isdisjoint(forms) and LEVELS.isdisjoint(forms))


def is_ranked(word: str) -> bool:
    """Whether an ordinal after this word is its own: «الحصة الثالثة», «الصف السادس»."""
    forms = bare_forms(word)
    return not (RANKED.isdisjoint(forms) and NUMBERED.isdisjoint(forms))


def is_place(word: str) -> bool:
    """Whether a number after this word may be its own."""
    return not PLACES.isdisjoint(bare_forms(word))


def is_counted(word: str) -> bool:
    """Whether a number before this word counts it: «معلمات», «نسخه»."""
    return word in COUNTED or (word.endswith("ا") and word[:-1] in COUNTED)


def is_counted_person(word: str) -> bool:
    """The same for people, with whom one meets."""
    return is_counted(word) and word.removesuffix("ا") not in _THINGS


def is_common(word: str) -> bool:
    """Whether the word is one of those that announce a meeting, or names a place."""
    forms = bare_forms(word)
    return not (
        COMMON.isdisjoint(forms) and NUMBERED.isdisjoint(forms) and PLACES.isdisjoint(forms)
    )
