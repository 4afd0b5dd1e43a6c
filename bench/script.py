"""What the people of the benchmark write, and what every bot answers: the same text exchange."""

COMMAND = "/form"
QUESTIONS = (
    "س١: ما عنوان الممارسة التي تودّون مشاركتها مع زملائكم في المدرسة؟",
    "س٢: ما المشكلة التي لاحظتموها في صفوفكم قبل أن تجرّبوا هذه الممارسة؟",
    "س٣: ماذا فعلتم خطوة خطوة؟ اكتبوا ما يكفي لكي يطبّقها زميل لكم.",
    "س٤: ما الأثر الذي رأيتموه عند المتعلمين، وكيف عرفتم ذلك؟",
    "س٥: ما الذي تنصحون به من يريد أن يجرّبها في صفّه للمرة الأولى؟",
)
ENDING = "س٠: شكرًا لكم، وصلت ممارستكم وستجدونها في قائمة ممارساتكم."
ANSWER = "قسّمت المتعلمين إلى مجموعات صغيرة، وأعطيت كل مجموعة بطاقات قراءة متدرّجة في الصعوبة."
TITLE = "ممارسة جديدة"
TURNS = 1 + len(QUESTIONS)
"""Turns of one conversation: the command, then an answer to each question."""


def message(turn: int) -> str:
    """What a person writes in a turn, counted from 0 without end."""
    return COMMAND if turn % TURNS == 0 else f"{ANSWER} {turn}"


def answered_turn(text: str) -> int | None:
    """Which turn of the conversation, 0 to 5, a bot's answer belongs to."""
    for step in range(TURNS):
        if f"س{'٠١٢٣٤٥'[step]}:" in text:
            return (step - 1) % TURNS
    return None
