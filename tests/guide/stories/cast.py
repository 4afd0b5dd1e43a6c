"""Who is in the stories, by the numbers of their phones, and what they have in common."""

NOURA, HIND, AMAL = 5001, 5002, 5003
MONA, LATIFA, SALEM, FAHAD, NASSER, BADR = 5007, 5009, 5012, 5013, 5014, 5018
RAGHAD, MARYAM, LAYLA = 5030, 5033, 5034
SARA, WAEL = 5050, 5051
"""They come without an invitation, and are not in the department."""

GIRLS_SCHOOL = "متوسطة ضياء السدر للبنات"
BOYS_SCHOOL = "ابتدائية غراس السدر للبنين"
TEAM = "مجتمع رياضيات ضياء السدر"
READERS = "فريق القراءة في الصفوف الأولية"
PRACTICE = "بطاقات المسائل المصوّرة"
