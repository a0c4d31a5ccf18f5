"""The words of the sheet of evaluation, in English and in Arabic: part of words.py."""

from __future__ import annotations

EVALUATION_WORDS: dict[str, tuple[str, str]] = {
    "evaluation_title": ("Evaluation", "التقييم"),
    "evaluation_lead": (
        "Ask a whole file of questions at once, and see how well your documents are searched and quoted.",
        "اطرح ملفًّا كاملًا من الأسئلة دفعة واحدة، وانظر إلى جودة البحث في وثائقك والإجابة منها.",
    ),
    # A new run
    "new_run": ("New evaluation", "تقييم جديد"),
    "question_file": ("File of questions", "ملف الأسئلة"),
    "choose_file": ("Choose a file …", "اختر ملفًّا …"),
    "no_file": ("No file is chosen yet.", "لم يُختر ملف بعد."),
    "question_limit": ("How many of its questions", "كم سؤالًا منه"),
    "question_limit_hint": ("Leave it empty for all of them.", "اتركه فارغًا لطرحها كلها."),
    "start_run": ("Start", "ابدأ"),
    "start_sample": ("Try it with the sample questions", "جرّبه بأسئلة العيّنة"),
    "file_help": ("What such a file looks like", "كيف يبدو هذا الملف"),
    "file_help_text": (
        "CSV from a spreadsheet, JSON or JSON Lines. Only the column “question” is needed. With “answers”, the right "
        "answer, and “relevant”, the document it stands in, those are marked too; “answerable” says no for questions "
        "that the documents do not answer.",
        "ملف CSV من برنامج الجداول أو JSON أو JSON Lines. لا يلزم إلا عمود «السؤال». فإن وُجد عمود «الجواب» وفيه "
        "الجواب الصحيح، وعمود «المصدر» وفيه اسم الوثيقة، صُحّحا أيضًا. وعمود «answerable» قيمته «no» لما لا جواب له "
        "في الوثائق.",
    ),
    "file_missing": ("Choose a file of questions first.", "اختر ملف أسئلة أولًا."),
    "file_too_large": (
        "{name} is larger than {most} MB. Split it into smaller files.",
        "الملف {name} أكبر من {most} ميغابايت. قسّمه إلى ملفات أصغر.",
    ),
    "file_cut_short": (
        "{name} did not arrive whole. Choose it again.",
        "لم يصل {name} كاملًا. اختره مرة أخرى.",
    ),
    "limit_wrong": (
        "Write the number of questions as a whole number from 1 on, or leave it empty for all.",
        "اكتب عدد الأسئلة عددًا صحيحًا من 1 فصاعدًا، أو اتركه فارغًا لطرحها كلها.",
    ),
    "run_busy": (
        "An evaluation is running already. Wait for it, or stop it: it can go on later.",
        "يجري تقييم آخر الآن. انتظر حتى ينتهي، أو أوقفه ثم تابعه لاحقًا.",
    ),
    "run_gone": ("This evaluation was deleted.", "حُذف هذا التقييم."),
    "run_unfinished": (
        "This evaluation is not finished yet. Go on with it first.",
        "لم يكتمل هذا التقييم بعد. تابعه أولًا.",
    ),
    "run_broken": (
        "A fault inside Sanad ended the evaluation; the terminal that runs it shows which. What is done is kept.",
        "أنهى خطأ داخل سند هذا التقييم، وتفصيله في الطرفية التي تشغّله. ما اكتمل محفوظ.",
    ),
    # A run that is going on
    "running": ("{name} is being asked", "تُطرح أسئلة {name}"),
    "run_preparing": ("Preparing …", "يستعد …"),
    "run_progress": ("{done} of {total} questions", "طُرح {done} من {total}"),
    "run_failed_rows": ("{n} failed", "تعثّر {n}"),
    "left_seconds": ("about {n} s left", "بقي نحو {n} ث"),
    "left_minutes": ("about {n} min left", "بقي نحو {n} د"),
    "left_hours": ("about {n} h left", "بقي نحو {n} س"),
    "run_stop": ("Stop", "أوقف"),
    "run_stopping": ("Stopping after this question …", "يتوقف بعد هذا السؤال …"),
    "so_far": ("So far", "حتى الآن"),
    # Earlier runs
    "earlier_runs": ("Earlier evaluations", "تقييمات سابقة"),
    "no_runs": ("There are none yet.", "لا تقييمات بعد."),
    "run_done": ("Finished", "اكتمل"),
    "run_stopped": ("Stopped", "متوقف"),
    "run_ended": ("Ended by an error", "أنهاه خطأ"),
    "run_questions": ("Questions: {n}", "الأسئلة: {n}"),
    "run_asked": ("Asked: {done} of {total}", "طُرح منها {done} من {total}"),
    "run_with": ("With {engine}", "بـ{engine}"),
    "run_with_quotation": ("With quotation", "بالاقتباس"),
    "open_report": ("Open the report", "افتح التقرير"),
    "save_report": ("Save its figures (JSON)", "احفظ أرقامه (JSON)"),
    "go_on": ("Go on", "تابع"),
    "delete_run": ("Delete …", "احذف …"),
    "delete_run_hint": (
        "Its answers and its report are erased from this machine for good.",
        "تُمحى أجوبته وتقريره من هذا الجهاز نهائيًّا.",
    ),
    "run_deleted": ("The evaluation was deleted.", "حُذف التقييم."),
    "no_figures": (
        "The file names no right answers, so there is nothing to mark: the report has the answers.",
        "لا يذكر الملف أجوبة صحيحة فلا شيء يُصحَّح، والأجوبة في التقرير.",
    ),
    "lower_is_better": ("less is better", "الأقل أفضل"),
    # Two runs
    "compare_choose": ("Compare this one", "قارن هذا"),
    "compare_two": ("Compare the two that are ticked", "قارن بين المحدَّدين"),
    "compare_hint": (
        "Tick two evaluations of the same questions to see what changed.",
        "حدّد تقييمين للأسئلة نفسها لترى ما تغيّر.",
    ),
    "compare_not_two": ("Tick exactly two evaluations.", "حدّد تقييمين اثنين بالضبط."),
    "compare_nothing_common": (
        "These two have no question in common. Compare evaluations of the same questions.",
        "لا سؤال مشتركًا بين هذين التقييمين. قارن تقييمين للأسئلة نفسها.",
    ),
    "comparison": ("Before and after", "قبل وبعد"),
    "compared": ("Questions that both have: {n}", "الأسئلة المشتركة: {n}"),
    "metric": ("Measure", "المقياس"),
    "before": ("Before", "قبل"),
    "after": ("After", "بعد"),
    "difference": ("Difference", "الفرق"),
    "clear_hint": (
        "Bold differences are hardly chance (p below 0.05).",
        "الفرق المكتوب بخط عريض يبعد أن يكون صدفة (p دون 0.05).",
    ),
    "open_comparison": ("Open the whole comparison", "افتح المقارنة كاملة"),
}
