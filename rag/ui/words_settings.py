"""The words of the sheet of settings, in English and in Arabic: part of words.py."""

from __future__ import annotations

SETTINGS_WORDS: dict[str, tuple[str, str]] = {
    "settings_title": ("Settings", "الإعدادات"),
    "settings_lead": (
        "They hold for all tabs, from the next question on, and are kept on this machine.",
        "تسري على كل التبويبات من السؤال التالي، وتُحفظ على هذا الجهاز.",
    ),
    "settings_save": ("Save", "احفظ"),
    "settings_saved": (
        "Saved. The next question is answered so.",
        "حُفظت الإعدادات، وبها يُجاب السؤال التالي.",
    ),
    "settings_reset": ("Back to the defaults", "أعد الإعدادات الأصلية"),
    "settings_were_reset": ("These are the defaults again.", "عادت الإعدادات إلى أصلها."),
    "settings_refused": ("Nothing was changed", "لم يتغيّر شيء"),
    "fixed_by": (
        "Set by {name}, where Sanad was started, so it cannot be changed here.",
        "حُدّد هذا بـ{name} عند تشغيل سند، فلا يُغيَّر من هنا.",
    ),
    # Who answers
    "who_answers": ("Who writes the answers", "من يكتب الإجابات"),
    "llm_auto": ("Automatic", "تلقائي"),
    "llm_auto_hint": (
        "The newest model of your Ollama if it runs, else quotation.",
        "أحدث نموذج في Ollama إن كان يعمل، وإلا فالاقتباس.",
    ),
    "llm_auto_now": ("Now: {engine}", "الآن: {engine}"),
    "llm_auto_now_quotation": ("Now: quotation", "الآن: الاقتباس"),
    "llm_auto_changed": (
        "{engine} is there now. Save to have it answer.",
        "صار {engine} متاحًا. احفظ ليتولّى الإجابة.",
    ),
    "llm_auto_changed_quotation": (
        "Ollama does not answer any more. Save to have your documents quoted.",
        "لم يعد Ollama يجيب. احفظ لتُقتبس الإجابات من وثائقك.",
    ),
    "llm_extractive": ("Quotation", "الاقتباس"),
    "llm_extractive_hint": (
        "The sentences of your documents that answer, word for word. Needs no model and answers at once.",
        "الجمل التي تجيب من وثائقك، بنصها. لا يحتاج إلى نموذج ويجيب في الحال.",
    ),
    "llm_model_hint": (
        "Writes in its own words; each sentence is then checked against your documents.",
        "يكتب بعبارته هو، ثم تُدقَّق كل جملة على وثائقك.",
    ),
    "llm_gone": ("Not there at the moment", "غير متاح الآن"),
    "llm_other": ("Another model", "نموذج آخر"),
    "llm_other_name": (
        "Its name, for example qwen3:4b. One that a server of OpenAI’s protocol does not list: openai:name",
        "اسمه، مثل qwen3:4b. ولنموذج لا يذكره خادم يتبع بروتوكول OpenAI: openai:name",
    ),
    "llm_url": ("Address of the model server", "عنوان خادم النماذج"),
    "llm_url_hint": (
        "Ollama, or any server that speaks OpenAI’s protocol. Questions and passages are sent there and nowhere else.",
        "خادم Ollama أو أي خادم يتبع بروتوكول OpenAI. إليه وحده تُرسل الأسئلة والمقاطع.",
    ),
    "llm_url_key": (
        "RAG_LLM_API_KEY is only sent to the address it was set up with.",
        "لا يُرسل RAG_LLM_API_KEY إلا إلى العنوان الذي أُعدّ معه.",
    ),
    "llm_url_look": ("Look there", "ابحث فيه"),
    "llm_url_ollama": (
        "Ollama answers there. Chat models: {n}",
        "يجيب Ollama على هذا العنوان. نماذج المحادثة: {n}",
    ),
    "llm_url_openai": (
        "A server of OpenAI’s protocol answers there. Models it names: {n}",
        "يجيب على هذا العنوان خادم يتبع بروتوكول OpenAI. النماذج التي يذكرها: {n}",
    ),
    "llm_url_nobody": (
        "No model server answers there. Quotation works all the same.",
        "لا خادم نماذج على هذا العنوان. الاقتباس يعمل على أي حال.",
    ),
    "llm_url_wrong": (
        "Write the address with http:// or https://, for example http://127.0.0.1:11434",
        "اكتب العنوان مبتدئًا بـ http:// أو https://، مثل http://127.0.0.1:11434",
    ),
    "llm_unnamed": (
        "Write the name of the other model, or choose one of the list.",
        "اكتب اسم النموذج الآخر أو اختر واحدًا من القائمة.",
    ),
    # How it answers
    "answers_in": ("Language of answers", "لغة الإجابات"),
    "answers_in_question": ("That of the question", "لغة السؤال"),
    "answers_in_ar": ("Always Arabic", "العربية دائمًا"),
    "answers_in_en": ("Always English", "الإنجليزية دائمًا"),
    "answers_in_hint": (
        "A model answers in it. Quotation cannot translate: it gives sentences in the language of their document.",
        "بها يجيب النموذج. أما الاقتباس فلا يترجم: يعرض الجمل بلغة وثيقتها.",
    ),
    "strictness": ("What no document supports", "ما لا سند له في الوثائق"),
    "strict_no": ("Show it, marked", "أظهره مع تنبيه"),
    "strict_no_hint": (
        "Sentences of the model that your documents do not support stand in the answer, and say so.",
        "تبقى في الإجابة الجمل التي لا تسندها وثائقك، ومعها تنبيه إلى ذلك.",
    ),
    "strict_yes": ("Leave it out", "احذفه"),
    "strict_yes_hint": (
        "Only supported sentences are shown. An answer that has none becomes “no answer in the documents”.",
        "لا تُعرض إلا الجمل التي لها سند، فإن لم توجد قيل: «لا جواب في الوثائق».",
    ),
    "top_k": ("Number of sources", "عدد المصادر"),
    "top_k_hint": (
        "Passages read for an answer. More find more; with a model they also take longer. 4 to 8 suit small models.",
        "المقاطع التي تُقرأ للإجابة. الزيادة أشمل، لكنها أبطأ مع النماذج. من 4 إلى 8 تناسب النماذج الصغيرة.",
    ),
    "top_k_wrong": (
        "Choose a number of sources from {least} to {most}.",
        "اختر عددًا للمصادر بين {least} و{most}.",
    ),
    # How it looks: of this browser alone
    "appearance": ("Appearance", "المظهر"),
    "appearance_hint": ("In this browser alone, at once.", "في هذا المتصفح وحده، وفي الحال."),
    "appearance_system": ("Like the system", "كالنظام"),
    "appearance_light": ("Light", "فاتح"),
    "appearance_dark": ("Dark", "داكن"),
    # What is there and what is missing
    "checkup": ("What is there and what is missing", "ما هو متاح وما ينقص"),
    "checkup_looking": ("Looking …", "يتحقّق …"),
    "state_good": ("In order", "سليم"),
    "state_missing": ("Missing", "ناقص"),
    "state_broken": ("Does not work", "معطّل"),
}
