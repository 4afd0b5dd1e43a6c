"""Plausible school texts that answer no query: the haystack of `bench.search`.

Each says what a teacher did, in which subject and for whom, about something other than the
practices of the documents under test, and is misspelled as people misspell. One in six borrows
words from those documents, so that their vocabulary alone gives nothing away.
"""

import random
from collections.abc import Iterator, Sequence

_DID = (
    "نظمنا|أعددنا|أطلقت|شاركنا في|حضرت|أقمنا|جهزت|رتبت|صممت|راجعت|نفذ المعلمون|قدمت التلميذات"
    "|ساعد الطلاب في|أشرفت على|اقترح الزملاء|تابعت لجنة المدرسة|ناقش الفريق|انتهينا من"
)
_THINGS = (
    "الإذاعة المدرسية|رحلة علمية إلى المتحف|مسابقة الخط العربي|مهرجان الألوان|جدول المناوبة"
    "|معرض التراث|اليوم المفتوح|حفل التكريم|المسرح المدرسي|مسابقة الحساب الذهني|صيانة المقاعد"
    "|حصر الكتب|توزيع الحقائب|حملة السلامة المرورية|أسبوع التغذية السليمة|بطولة كرة القدم"
    "|سباق الجري|نشيد الصباح|طابور الصباح|بنك الأسئلة النهائية|مراجعة الاختبارات النهائية"
    "|رصد الدرجات|استقبال الطلاب الجدد|تهيئة المختبر|ورشة الروبوت|مسابقة الشعر|حفظ المتون"
    "|درس الخط والإملاء|تجربة الكثافة|قياس الضغط|رسم الدوائر|خريطة العالم الصماء|جدول مندليف"
    "|تصريف الأفعال|حل المعادلات|حساب المساحات|دورة الماء في الطبيعة|أسماء المدن والعواصم"
    "|قصص الأنبياء|آداب الطعام|قواعد المرور|الإسعافات الأولية|خطة الإخلاء|جرد العهدة"
    "|زراعة الفول في القطن|تربية النحل|صناعة الفخار|طباعة الأوراق|أرشفة السجلات|تزيين الممرات"
)
_DETAILS = (
    "قبل نهاية الأسبوع|في ساحة المدرسة|مع ضيف من الجامعة|بأدوات بسيطة ورخيصة|على ثلاث مراحل"
    "|بعد صلاة الظهر|في قاعة الأنشطة|بحضور المدير|بالتنسيق مع البلدية|خلال حصتين|في يوم ممطر"
    "|بمشاركة خمس مدارس|دون تكلفة|قبل الإجازة|بعد العودة من العطلة|مع فريق الكشافة"
    "|باستخدام السبورة والملصقات|لمدة ساعة كل خميس|في الطابق الأول|عبر نموذج مكتوب"
)
_SUBJECTS = (
    "في اللغة العربية|في مادة الرياضيات|بحصة الرسم|للتربية البدنية|في العلوم|لدروس الجغرافيا"
    "|في التاريخ|بحصص الفرنسية|للغة الإنجليزية|في التربية الإسلامية|في الفيزياء|بمادة الحاسب"
    "|في التربية الأسرية|في المهارات الحياتية"
)
_GRADES = (
    "|للصف الثاني الابتدائي|للصف السادس|لطلاب الثانوي التأهيلي|بالمرحلة المتوسطة|للصفوف الأولية"
    "|لتلاميذ السلك الإعدادي|لقسم متعدد المستويات|لطالبات الصف الأول الثانوي"
)
_ENDS = (
    "|وكانت النتيجة مشجعة|فزاد تفاعل الفصل|وأنصح الزملاء بالتجربة|ثم ناقشناها في الاجتماع"
    "|مع أن الوقت كان ضيقا|رغم كثرة عدد الطلاب|ولاحظت تحسنا في النتائج"
    "|والخطوة القادمة توسيع التجربة|وشاركت المواد مع المدرسة|وفرح الجميع|وسنعيدها في الفصل القادم"
)
_PARTS = [part.split("|") for part in (_DID, _THINGS, _DETAILS, _SUBJECTS, _GRADES, _ENDS)]
_MARKS = "\u064b\u064c\u064e\u064f\u0650\u0651\u0652"
_BORROWING = 1 / 6
_MISSPELLING = 0.2


def write_texts(count: int, documents: Sequence[str], seed: int = 1) -> Iterator[str]:
    """So many texts; the same seed and documents give the same ones."""
    chance = random.Random(seed)
    borrowed = [word for text in documents for word in text.split() if len(word) > 3]
    for _ in range(count):
        words = " ".join(chance.choice(part) for part in _PARTS).split()
        if chance.random() < _BORROWING:
            for _ in range(chance.randint(1, 3)):
                words.insert(chance.randrange(len(words)), chance.choice(borrowed))
        yield _misspell(" ".join(words), chance)


def _misspell(text: str, chance: random.Random) -> str:
    if chance.random() < _MISSPELLING:
        text = text.translate(str.maketrans("أإآ", "ااا"))
    if chance.random() < _MISSPELLING:
        text = text.replace("ة", "ه")
    if chance.random() < _MISSPELLING:
        text = " ".join(w[:-1] + "ى" if w.endswith("ي") else w for w in text.split())
    if chance.random() < _MISSPELLING:
        text = "".join(c + chance.choice(_MARKS) * (chance.random() < 0.1) for c in text)
    if chance.random() < _MISSPELLING:
        place = chance.randrange(1, len(text) - 1)
        text = text[:place] + text[place + 1 :]
    return text
