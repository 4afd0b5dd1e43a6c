"""Words that deny, correct or leave open a time. They are read or asked about, never passed over.

All other words without a time in them are context, so these tables must be whole: each word stands
in every form that people write, and what Moroccan grows around its verbs is in `is_denial`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.arabic.dates.lexicon.senses import Reversal
from bot.arabic.dates.lexicon.spelling import word_set

TURNS: Mapping[Reversal, str] = {
    Reversal.NOT: (
        "لا لن لم ليس ليست ليسوا لست لسنا مو مهو مهوب مهب مب موب ماهو ماهي مهي مش موش مهوش ماشي "
        "مشي ما بدون بلا بلاش دون عدم مستحيل يستحيل ممنوع استثناء استثنا نستثني مستثني بدل بدلا "
        "بدال عوض عوضا بلاصت بلاصه في_بلاصه فبلاصه not no never without neither nor dont cannot "
        "cant isnt wont instead pas jamais sans ni non aucun aucune ne au_lieu aulieu machi "
        "mashi mchi mshi mish mouch mou msh mub mob mo blash bdal fblast hors plus don isn won "
        "aren wasn doesn didn couldn shouldn"
    ),
    Reversal.RATHER: (
        "بل لكن ولكن لكنه لكنها بس انما وانما قصدي اقصد نقصد قصدنا قصدت كنقصد عفوا اسف اسفه "
        "اسفين سوري معذره المعذره تصحيح تصويب التصحيح الصحيح والصحيح الصواب والصواب استدراك غلط "
        "غلطت خطا خطات بالاحري بالاصح الاصح يعني_لا اه_لا rather but sorry actually plutot mais "
        "pardon desole desolee correction rectification erreur oups oops 9asdi qasdi b7al "
        "walakin bss"
    ),
    Reversal.OPEN: (
        "اذا لو اما ربما يمكن ممكن محتمل يحتمل المحتمل احتمال احتماليه لعل عسي يا_اما سواء متي "
        "امتي امتا ايمتي فوقاش وقتاش هل واش كم اي_يوم اي_وقت اي_ساعه ايا اينا الغاء الغي الغيت "
        "الغينا الغاه ملغي ملغاه ملغيه يلغي تلغي نلغي لاغي التغي اتلغي انلغي تلغا تلغات لغينا "
        "كنسل كنسلنا كنسلت تكنسل كانسل اعتذر اعتذار اعتذرت نعتذر معتذر معتذره تعذر يتعذر تعذرت "
        "يصعب غايب غايبه اجازه اجازتي الاجازه عطله عطلتي العطله مشغول مشغوله مشغولين مشغولات "
        "مرتبط مرتبطه ارتباط ارتباطي مسافر مسافره كان كانت كنا كنت كانو كانوا القديم القديمه "
        "سابقا نفس نفسه نفسها نشوف نشوفو نشوفوا يتوقف يعتمد معلق معلقه سيحدد يتحدد سيتحدد نتفق "
        "نتفقو نتفقوا لاحق مفضل اقصاه اقصاها اقصي كحد ينتهي وينتهي تنتهي وتنتهي انتهاء اغلاق "
        "يغلق يقفل مهله اجل_اقصاه بتوقيت توقيت غايه ليه غد_ليه انتهي انتهت خلص خلصت تعليق تعلق "
        "علقت حذف حذفنا شلنا اضراب ماكو مرفوض مستبعد مرفوضه بحلول حلول منذ طيله طوال طول "
        "باستمرار مستمر بدري بكري مبكر مبكرا متاخر متاخره باكرا تشرين كانون جمادي جماد ربيع "
        "العيد عيد دائما دايما عاده صعب صعبه استحاله بينما مدام مادام by due ici if unless when "
        "which whether perhaps either except cancel cancelled canceled cancelling busy off "
        "holiday until deadline same usual late early was were used old better si quand quel "
        "quelle est_ce peutetre peut annule annulee annuler annulation conge ferie occupe "
        "occupee absent absente sinon delai limite echeance meme etait environ depuis en_quinze "
        "gmt utc ila iwla wach wash waqtach imta imken imkin yimkin momkin mumkin brobabli"
    ),
}
"""Spellings apart by spaces; the words of a phrase are joined by an underscore."""

# What Moroccan and its neighbours put around a verb: ماكاينش، مغاديش، متجيوش.
_AROUND = re.compile("م[^ ]{3,}ش(?:ي)?|م[^ ]{2,}وش(?:ي)?")
_NO_DENIAL = word_set("مراكش مفتش مناقش مهمش مدهش منعش مرعش متحاش معطش مشوش محتش منقوش")
# A verb with "not" written onto it: مايناسبني، مانقدر، ماراح.
_BEFORE_A_VERB = re.compile("ما(?:[ينتا][^ ]{3,}|[رغ]اح?|راح|رح|فيه|في|عندي|عندنا|عاد|صار|بغيت)")
_NO_BEFORE_A_VERB = re.compile("لا[يتن][^ ]{3,}")
_NO_VERB = re.compile(
    "لات(?:ين|نس|تاخر)|لايف|ماي(?:كرو|سترو|كل)|ماتماتيك|ماتريال|ماتيري|ماتور|مانجا|ماني(?:ل|ا)"
)


def is_denial(word: str) -> bool:
    """Whether a folded word that is in no table is a verb with "not" grown onto it."""
    if word.startswith("و") and len(word) > 4:
        word = word[1:]
    if word == "محد":
        return True
    if word in _NO_DENIAL or not word.startswith(("م", "لا")) or _NO_VERB.match(word):
        return False
    return any(pattern.fullmatch(word) for pattern in (_AROUND, _BEFORE_A_VERB, _NO_BEFORE_A_VERB))
