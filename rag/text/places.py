"""Well-known places and organisations under their names in Arabic and English.

Names that are spelled by ear are compared by their consonants (skeleton.py). These are either too short for that
(روما, Rome; العراق, Iraq) or translated (الولايات المتحدة, the United States).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.text.normalising import words

# One of each line is the thing; people of it count as it ("Iraqi", «عراقي»).
_NAMES = """
iraq iraqi iraqis | العراق عراق عراقي عراقيه العراقي العراقيه العراقيين العراقيون
syria syrian syrians | سوريا سوريه سوري السوري السوريه السوريين السوريون
egypt egyptian egyptians | مصر مصري مصريه المصري المصريه المصريين المصريون
jordan jordanian | الاردن اردني اردنيه الاردني الاردنيه
lebanon lebanese | لبنان لبناني لبنانيه اللبناني اللبنانيه
palestine palestinian palestinians | فلسطين فلسطيني فلسطينيه الفلسطيني الفلسطينيه الفلسطينيين
israel israeli israelis | اسرائيل اسرائيلي اسرائيليه الاسرائيلي الاسرائيليه
saudi_arabia saudi saudis | السعوديه سعودي سعوديه السعودي
yemen yemeni | اليمن يمني يمنيه اليمني اليمنيه
qatar qatari | قطر قطري قطريه القطري القطريه
kuwait kuwaiti | الكويت كويتي كويتيه الكويتي الكويتيه
bahrain bahraini | البحرين بحريني بحرينيه البحريني البحرينيه
oman omani | عمان_سلطنه عماني عمانيه العماني العمانيه
united_arab_emirates uae emirati | الامارات اماراتي اماراتيه الاماراتي الاماراتيه
sudan sudanese | السودان سوداني سودانيه السوداني السودانيه
libya libyan | ليبيا ليبي ليبيه الليبي الليبيه
tunisia tunisian | تونس تونسي تونسيه التونسي التونسيه
algeria algerian | الجزائر جزائري جزائريه الجزائري الجزائريه
morocco moroccan | المغرب مغربي مغربيه المغربي المغربيه
mauritania mauritanian | موريتانيا موريتاني موريتانيه الموريتاني
somalia somali | الصومال صومالي صوماليه الصومالي
iran iranian iranians persia | ايران ايراني ايرانيه الايراني الايرانيه
turkey turkiye turkish | تركيا تركي تركيه التركي التركيه
afghanistan afghan | افغانستان افغاني افغانيه الافغاني الافغانيه
pakistan pakistani | باكستان باكستاني الباكستاني
india indian indians | الهند هندي هنديه الهندي الهنديه
china chinese | الصين صيني صينيه الصيني الصينيه
japan japanese | اليابان ياباني يابانيه الياباني اليابانيه
russia russian russians | روسيا روسي روسيه الروسي الروسيه
ukraine ukrainian | اوكرانيا اوكراني اوكرانيه الاوكراني الاوكرانيه
germany german germans | المانيا الماني المانيه الالماني الالمانيه الالمان
france french | فرنسا فرنسي فرنسيه الفرنسي الفرنسيه
italy italian | ايطاليا ايطالي ايطاليه الايطالي الايطاليه
spain spanish | اسبانيا اسباني اسبانيه الاسباني الاسبانيه
portugal portuguese | البرتغال برتغالي البرتغالي البرتغاليه
greece greek greeks | اليونان يوناني يونانيه اليوناني اليونانيه
belgium belgian | بلجيكا بلجيكي بلجيكيه البلجيكي البلجيكيه
netherlands dutch holland | هولندا هولندي هولنديه الهولندي الهولنديه
sweden swedish | السويد سويدي سويديه السويدي السويديه
norway norwegian | النرويج نرويجي النرويجي النرويجيه
denmark danish | الدنمارك الدانمارك دنماركي الدنماركي
switzerland swiss | سويسرا سويسري السويسري السويسريه
poland polish poles | بولندا بولندي بولنديه البولندي البولنديه
britain british uk united_kingdom | بريطانيا بريطاني بريطانيه البريطاني البريطانيه المملكه_المتحده
england english | انجلترا انكلترا انجليزي انجليزيه الانجليزي الانجليزيه الانكليزي
united_states us usa america american americans | الولايات_المتحده امريكا اميركا امريكي امريكيه الامريكي الامريكيه \
 اميركي اميركيه الاميركي الاميركيه
canada canadian | كندا كندي كنديه الكندي الكنديه
mexico mexican | المكسيك مكسيكي المكسيكي المكسيكيه
brazil brazilian | البرازيل برازيلي البرازيلي البرازيليه
argentina argentine | الارجنتين ارجنتيني الارجنتيني
australia australian | استراليا استرالي الاسترالي الاستراليه
kenya kenyan | كينيا كيني الكيني الكينيه
nigeria nigerian | نيجيريا نيجيري النيجيري
congo congolese | الكونغو كونغولي الكونغولي
central_african | افريقيا_الوسطي
africa african | افريقيا افريقي افريقيه الافريقي الافريقيه
europe european | اوروبا اوروبي اوروبيه الاوروبي الاوروبيه
asia asian | اسيا اسيوي اسيويه الاسيوي الاسيويه
rome roman | روما روماني الروماني الرومانيه
paris | باريس
london | لندن
berlin | برلين
brussels | بروكسل
washington | واشنطن
new_york | نيويورك
moscow | موسكو
cairo | القاهره
baghdad | بغداد
damascus | دمشق
beirut | بيروت
riyadh | الرياض
tehran | طهران
ankara | انقره
doha | الدوحه
rabat | الرباط
tripoli | طرابلس
gaza | غزه
warsaw | وارسو
vienna | فيينا
geneva | جنيف
united_nations un | الامم_المتحده
european_union eu | الاتحاد_الاوروبي
nato | الناتو ناتو حلف_الاطلسي شمال_الاطلسي
arab_league | الجامعه_العربيه جامعه_الدول
isis daesh isil islamic_state | داعش الدوله_الاسلاميه
"""
# What a capital announces, its country does.
_SEATS = {
    "rome": "italy",
    "paris": "france",
    "london": "britain",
    "england": "britain",
    "berlin": "germany",
    "brussels": "belgium",
    "washington": "united_states",
    "moscow": "russia",
    "cairo": "egypt",
    "baghdad": "iraq",
    "damascus": "syria",
    "beirut": "lebanon",
    "riyadh": "saudi_arabia",
    "tehran": "iran",
    "ankara": "turkey",
    "doha": "qatar",
    "rabat": "morocco",
    "tripoli": "libya",
    "gaza": "palestine",
    "warsaw": "poland",
    "vienna": "austria",
}
_CLITICS = "وبلكف"


def _table() -> dict[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {}
    for line in _NAMES.strip().splitlines():
        names = line.replace("|", " ").split()
        table |= {tuple(name.split("_")): names[0] for name in names}
    return table


_BY_WORDS = _table()
# "us" is also a pronoun: it is America where it is printed so.
_US = re.compile(r"\bU\.?S\b")


def places(text: str) -> frozenset[str]:
    """Keys of the well-known places and organisations that `text` names, the same from either language."""
    found = set(_found(words(text)))
    if "united_states" in found and not _US.search(text) and "us" in words(text):
        found = set(_found([word for word in words(text) if word != "us"]))
    return frozenset(found)


def countries(text: str) -> frozenset[str]:
    """The same with each capital as its country: newspapers say Washington and mean the United States."""
    return frozenset(_SEATS.get(place, place) for place in places(text))


def _found(spoken: list[str]) -> Iterator[str]:
    previous = ""
    for word in spoken:
        for reading in _readings(word):
            for first in _readings(previous):
                if key := _BY_WORDS.get((first, reading)):
                    yield key
            if key := _BY_WORDS.get((reading,)):
                yield key
        previous = word


def _readings(word: str) -> tuple[str, ...]:
    """As it stands, without a clitic, and with the article that لل hides (للعراق)."""
    if word[:2] == "لل":
        return (word, f"ا{word[1:]}", f"ال{word[2:]}")
    return (word, word[1:]) if word[:1] and word[:1] in _CLITICS else (word,)
