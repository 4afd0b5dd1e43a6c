"""Which days a title of a school calendar is about, and what only mentions them."""

import pytest

from bot.arabic.calendar.school_days import kind_of_day

HOLIDAYS = (
    "إجازة الخريف",
    "إجازة الخريف لجميع مدارس التعليم العام",
    "عطلة منتصف الفصل",
    "بداية إجازة عيد الفطر",
    "نهاية إجازة عيد الفطر",
    "عيد الأضحى المبارك",
    "اليوم الوطني",
    "إجازة اليوم الوطني",
    "يوم التأسيس",
    "ذكرى المسيرة الخضراء",
    "رأس السنة الميلادية",
    "إجازة بمناسبة الاحتفال باليوم الوطني",
    "المملكة العربية السعودية: عيد الفطر",
    "الخميس إجازة",
    "إجازة مطولة",
    "إجازة بعد الاختبارات",
    "عطلة استثنائية",
    "Eid holiday",
    "Eid Al Fitr Holiday",
    "Vacances d'automne",
    "Jour férié : fête du Travail",
    "Début des vacances d'hiver",
    "Congé",
    "إجازة طلبة المدارس",
    "المولد النبوي",
    "فاتح محرم",
    "ذكرى المولد النبوي",
    "إجازة رقم 5",
    "إجازة (لا دوام)",
    "إجازة يوم التأسيس 1448",
    "الإجازة الصيفية",
    "أيام العيد",
    "المسيرة الخضراء",
    "Fête du Trône",
    "Fête de l’Indépendance",
    "Anniversaire de la Marche Verte",
    "Marche Verte",
    "Aïd Al-Fitr",
    "Aïd el Adha (deux jours)",
    "1er Moharram",
    "Aïd Al Mawlid",
    "Manifeste de l'Indépendance",
    "Journée de Oued Ed-Dahab",
    "Révolution du Roi et du Peuple",
    "Jour de l'An",
    "Nouvel An amazigh",
    "Jour chômé",
    "Eid al-Adha",
    "Saudi National Day",
)
EXAMINATIONS = (
    "اختبارات الفصل الأول",
    "الاختبارات النهائية",
    "فترة الاختبارات",
    "أسبوع الاختبارات",
    "الدورة العادية للامتحان الوطني الموحد",
    "الدورة الاستدراكية للامتحان",
    "الامتحان الجهوي",
    "بداية اختبارات الفصل الدراسي الثاني",
    "المرحلة المتوسطة اختبارات الفصل الأول",
    "Final exams",
    "Examens du premier semestre",
    "Semaine des examens",
    "Exam week",
    "اختبارات ما قبل الإجازة",
    "اختبارات",
)
ORDINARY = (
    "اجتماع قبل إجازة عيد الفطر",
    "بدء الدراسة عقب إجازة الخريف",
    "آخر يوم للتقديم على الإجازة الاستثنائية",
    "إعلان نتائج الاختبارات",
    "العودة بعد إجازة الخريف",
    "جدول الاختبارات",
    "تسليم الدرجات قبل الإجازة",
    "لقاء أولياء الأمور بعد الاختبارات",
    "الاستعداد للاختبارات",
    "حفل عيد الفطر",
    "عيد الفطر: حفل معايدة",
    "إلغاء إجازة الخريف",
    "لا إجازة يوم الأحد",
    "إجازة الخريف ملغاة",
    "إجازة مرضية",
    "إجازة الأستاذة نورة",
    "إجازة أ. هدى",
    "Congé de Mme Alami",
    "Concours Marche Verte",
    "Exposition : Fête du Trône",
    "Réunion après l’Aïd Al-Fitr",
    "Aide aux devoirs",
    "Premiers secours : first aid",
    "Rentrée après Aïd Al-Adha",
    "Veille de l'Aïd Al-Fitr",
    "بداية الإجازة بنهاية دوام الخميس",
    "آخر يوم دراسي قبل إجازة منتصف الفصل",
    "آخر موعد لطلبات الإجازة",
    "ورشة بناء الاختبارات",
    "تدريب المعلمين على إعداد الاختبارات",
    "لجان الاختبارات",
    "Holiday planning meeting",
    "Last day before the holidays",
    "Réunion avant les vacances",
    "Résultats des examens",
    "Surveillance des examens",
    "Exam registration deadline",
    "اجتماع",
    "أسبوع المراجعة",
    "الاحتفال باليوم الوطني",
    "برنامج اليوم الوطني",
    "صيانة المدرسة خلال الإجازة",
    "تذكير: إجازة الخريف تبدأ الخميس",
    "مناقشة خطة ما بعد الاختبارات",
    "تصحيح اختبارات الفصل الأول",
    "عودة الطلاب من الإجازة",
    "Retour des vacances",
)


def test_titles_that_are_about_days_off() -> None:
    assert [each for each in HOLIDAYS if kind_of_day(each) != "holiday"] == []


def test_titles_that_are_about_examinations() -> None:
    assert [each for each in EXAMINATIONS if kind_of_day(each) != "exams"] == []


def test_titles_that_only_mention_such_days() -> None:
    assert [each for each in ORDINARY if kind_of_day(each) is not None] == []


@pytest.mark.parametrize(
    ("title", "categories", "kind"),
    [
        ("أسبوع بلا دروس", ["Holiday"], "holiday"),
        ("اجتماع قبل إجازة الخريف", ["Holiday"], None),
        ("اجتماع", ["عمل"], None),
    ],
)
def test_a_category_decides_where_the_title_names_no_days(
    title: str, categories: list[str], kind: str | None
) -> None:
    assert kind_of_day(title, categories) == kind
