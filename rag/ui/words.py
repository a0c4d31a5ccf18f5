"""Every word of the page, in English and in Arabic. `{name}` stands for a value that the page fills in."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from types import MappingProxyType

from rag.schema import Language
from rag.ui.words_access import ACCESS_WORDS
from rag.ui.words_evaluation import EVALUATION_WORDS
from rag.ui.words_library import LIBRARY_WORDS
from rag.ui.words_places import PLACES_WORDS
from rag.ui.words_settings import SETTINGS_WORDS
from rag.ui.words_sources import SOURCES_WORDS

_WORDS: dict[str, tuple[str, str]] = {
    # The page around the conversation
    "name": ("Sanad", "سند"),
    "tagline": ("Answers with their sources, on your own machine", "إجابات بأسانيدها، على جهازك"),
    "switch_language": ("العربية", "English"),
    "switch_language_hint": ("Show this page in Arabic", "اعرض هذه الصفحة بالإنجليزية"),
    "welcome_title": ("Ask your documents", "اسأل وثائقك"),
    "welcome_text": (
        "Ask in Arabic or English, whichever language the documents are in. Every sentence of an answer shows where "
        "it stands; click a number to read it there.",
        "اسأل بالعربية أو الإنجليزية أيًّا كانت لغة الوثائق. كل جملة في الإجابة تُريك موضعها، فاضغط الرقم لتقرأها فيه.",
    ),
    "welcome_empty": (
        "There are no documents yet. Add some, then ask about them in Arabic or English.",
        "لا توجد وثائق بعد. أضف وثائقك ثم اسأل عنها بالعربية أو الإنجليزية.",
    ),
    "welcome_terminal": ("Or in a terminal: {command}", "أو من الطرفية: {command}"),
    "examples": ("For example", "مثلًا"),
    "library": ("Documents: {sources} · passages: {passages}", "الوثائق: {sources} · المقاطع: {passages}"),
    "footer_extractive": (
        "Answers are quoted from the documents. Nothing leaves this machine.",
        "الإجابات منقولة من الوثائق بنصها. لا شيء يغادر هذا الجهاز.",
    ),
    "footer_model": (
        "Answers are written by {model}. Questions and passages go to the model server you set up, and nowhere else.",
        "يكتب الإجابات {model}. لا تذهب الأسئلة والمقاطع إلا إلى خادم النموذج الذي أعددته.",
    ),
    "close_sheet": ("Close", "أغلق"),
    # The question box
    "question_label": ("Your question", "سؤالك"),
    "question_placeholder": ("Ask about your documents …", "اسأل عن وثائقك …"),
    "send": ("Ask", "اسأل"),
    "stop": ("Stop", "أوقف"),
    # While an answer is being made
    "searching": ("Searching the documents …", "يبحث في الوثائق …"),
    "writing": ("Writing from these passages …", "يكتب من هذه المقاطع …"),
    "searched_for": ("Searched for: {question}", "بُحث عن: {question}"),
    "left_out_one": ("1 further source did not fit.", "لم يتسع المجال لمصدر آخر."),
    "left_out_many": ("{n} further sources did not fit.", "لم يتسع المجال لمصادر أخرى، عددها {n}."),
    "shortened_one": ("1 of these is read only in part.", "يُقرأ مصدر منها جزئيًّا."),
    "shortened_many": ("{n} of these are read only in part.", "يُقرأ بعضها جزئيًّا، وعدده {n}."),
    "stopped": ("Stopped. This part was not checked.", "أُوقف. لم يُدقَّق هذا الجزء."),
    # An answer
    "answer": ("Answer", "الإجابة"),
    "sources": ("Sources", "المصادر"),
    "passages_found": ("Passages found", "المقاطع التي وُجدت"),
    "source_n": ("Source {n}", "المصدر {n}"),
    "also_in": ("Also in", "ورد أيضًا في"),
    "weak": ("Partly supported", "مدعوم جزئيًّا"),
    "weak_hint": ("The source says something close, not quite this.", "في المصدر ما يقارب هذا ولا يطابقه."),
    "unsupported": ("Not found in the sources", "بلا سند في الوثائق"),
    "unsupported_hint": ("None of the passages shown says this.", "ليس في المقاطع المعروضة ما يقول هذا."),
    "conflict": ("Sources differ", "المصادر مختلفة"),
    "engine_extractive": (
        "Quoted from the documents, word for word; no model wrote this",
        "منقول من الوثائق بنصه، لم يكتبه نموذج",
    ),
    "engine_model": ("Written by {model}, checked against the sources", "كتبه {model} ودُقّق على المصادر"),
    "seconds": ("{seconds} s", "{seconds} ث"),
    "text_changed": (
        "The text around this quote could not be shown.",
        "تعذّر عرض النص المحيط بهذا الاقتباس.",
    ),
    # Chats
    "chats": ("Chats", "المحادثات"),
    "new_chat": ("New chat", "محادثة جديدة"),
    "search_chats": ("Search chats", "ابحث في المحادثات"),
    "open_chats": ("Show the chats", "أظهر المحادثات"),
    "close_chats": ("Hide the chats", "أخفِ المحادثات"),
    "no_chats": (
        "What you ask is kept here, on this machine.",
        "تُحفظ أسئلتك وأجوبتها هنا، على هذا الجهاز.",
    ),
    "no_chats_found": ("No chat holds these words.", "لا محادثة فيها هذه الكلمات."),
    "more_chats": ("Show more", "أظهر المزيد"),
    "chat_menu": ("Rename, save or delete this chat", "أعد تسمية المحادثة أو احفظها أو احذفها"),
    "chat_title": ("Title", "العنوان"),
    "rename": ("Rename", "غيّر"),
    "rename_empty": ("A chat needs a title.", "تحتاج المحادثة إلى عنوان."),
    "save_as": ("Save with its sources", "احفظها مع مصادرها"),
    "save_markdown": ("To read (Markdown)", "للقراءة (Markdown)"),
    "save_json": ("For programs (JSON)", "للبرامج (JSON)"),
    "delete_chat": ("Delete …", "احذف …"),
    "delete_hint": (
        "Its questions and answers are erased from this machine for good.",
        "تُمحى أسئلتها وأجوبتها من هذا الجهاز نهائيًّا.",
    ),
    "delete_sure": ("Delete for good", "احذف نهائيًّا"),
    "chat_deleted": ("The chat was deleted.", "حُذفت المحادثة."),
    "chat_unknown": (
        "There is no chat at this address; it may have been deleted. Choose one from the list, or ask to begin one.",
        "لا توجد محادثة على هذا العنوان، وربما حُذفت. اختر واحدة من القائمة أو اسأل لتبدأ أخرى.",
    ),
    "chat_gone": (
        "This chat was deleted in another tab. Begin a new chat and ask there.",
        "حُذفت هذه المحادثة في تبويب آخر. ابدأ محادثة جديدة واسأل فيها.",
    ),
    # No answer
    "refused_title": ("No answer in the documents", "لا جواب في الوثائق"),
    "refused_nothing_relevant": (
        "Nothing in the documents is about this.",
        "ليس في الوثائق ما يتصل بهذا السؤال.",
    ),
    "refused_not_answered": (
        "The documents touch on this but do not state the answer.",
        "تتناول الوثائق هذا الموضوع لكنها لا تذكر الجواب.",
    ),
    "refused_model_refused": (
        "{model} read the passages and found no answer in them.",
        "قرأ {model} المقاطع ولم يجد فيها جوابًا.",
    ),
    "nearest": ("Nearest passages", "أقرب المقاطع"),
    "error_title": ("This question was not answered", "لم يُجَب عن هذا السؤال"),
    "error_unexpected": (
        "Something went wrong inside Sanad; the terminal that runs it shows what. Ask again.",
        "حدث خطأ داخل سند، وتفصيله في الطرفية التي تشغّله. اسأل مرة أخرى.",
    ),
    "error_connection": (
        "Sanad does not answer. Start it again in the terminal, then reload this page.",
        "سند لا يجيب. شغّله من الطرفية مرة أخرى ثم أعد تحميل هذه الصفحة.",
    ),
}

# One table a part of the page; no key stands in two of them.
TABLES = (
    _WORDS,
    ACCESS_WORDS,
    PLACES_WORDS,
    SOURCES_WORDS,
    LIBRARY_WORDS,
    SETTINGS_WORDS,
    EVALUATION_WORDS,
)
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(dict(ChainMap(*TABLES)))

# Words that script.js sets on parts which Gradio draws, and which no HTML of ours can carry.
SCRIPT_WORDS = (
    "question_label",
    "question_placeholder",
    "search_chats",
    "send",
    "stop",
    "switch_language_hint",
    "heard_answer",
    "heard_refusal",
)

# Questions about the sample corpus in seeds/: a disagreement, a fact, and one that the articles do not answer.
EXAMPLES: tuple[str, ...] = (
    "كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟",
    "ما الدول التي انضمت حديثًا إلى التحالف؟",
    "How many people have been freed from Daesh rule in Iraq and Syria?",
    "Who is guarding the 10,000 captured ISIS fighters?",
)


def word(key: str, language: Language) -> str:
    """The words of `key` with their variables still open."""
    en, ar = WORDS[key]
    return ar if language == "ar" else en
