"""What numbers count, under one key for both languages: countries and دول are one unit, members and أعضاء another."""

from __future__ import annotations

from functools import cache

from rag.text.normalising import normalise
from rag.text.stemming import stem

# The units of news and encyclopedias. A unit that is not here can only be compared within its own language.
_UNITS = """
country countries state states nation nations دولة دول دولا بلد بلدان بلدا دولتان
member members عضو أعضاء عضوا
person persons people شخص أشخاص شخصا إنسان نسمة فرد أفراد ناس مواطن مواطنين
minister ministers وزير وزراء وزيرا
soldier soldiers troops جندي جنود جنديا
fighter fighters مقاتل مقاتلين مقاتلا مقاتلي
child children طفل أطفال طفلا
woman women امرأة نساء
man men رجل رجال رجلا
student students طالب طلاب طالبا تلميذ
refugee refugees لاجئ لاجئين لاجئا
prisoner prisoners detainee detainees معتقل معتقلين سجين سجناء
victim victims ضحية ضحايا قتيل قتلى قتيلا
year years عام أعوام عاما سنة سنوات سنين
month months شهر أشهر شهور شهرا
week weeks أسبوع أسابيع أسبوعا
day days يوم أيام يوما
hour hours ساعة ساعات
minute minutes دقيقة دقائق
second seconds ثانية ثوان ثواني
century centuries قرن قرون قرنا
decade decades عقد عقود عقدا
kilometre kilometres kilometer kilometers km كيلومتر كيلومترا كيلومترات كم
metre metres meter meters متر أمتار مترا
mile miles ميل أميال ميلا
ton tons tonne tonnes طن أطنان طنا
city cities town towns مدينة مدن
school schools مدرسة مدارس
company companies شركة شركات
book books كتاب كتب كتابا
point points نقطة نقاط نقط
goal goals هدف أهداف هدفا
game games match matches مباراة مباريات
team teams فريق فرق فريقا
player players لاعب لاعبين لاعبا
time times مرة مرات
dollar dollars $ دولار دولارا دولارات
euro euros € يورو
% percent بالمئة بالمائة
language languages لغة لغات
"""


@cache
def _keys() -> dict[str, str]:
    keys: dict[str, str] = {}
    for line in _UNITS.strip().splitlines():
        names = line.split()
        for name in names:
            plain = normalise(name)
            keys |= {plain: names[0], stem(plain): names[0]}
    return keys


def unit_name(stemmed: str) -> str:
    """The key of a unit by its stem, the same from Arabic and English; empty for units that are not known."""
    return _keys().get(stemmed, "")
