"""Words of the login page and of logging out, and those for who listens to the page."""

from __future__ import annotations

ACCESS_WORDS: dict[str, tuple[str, str]] = {
    "login_title": ("Log in", "تسجيل الدخول"),
    "login_text": (
        "This page asks for a password. Whoever runs Sanad here can tell you which.",
        "هذه الصفحة محمية بكلمة مرور يعرفها من يشغّل سند هنا.",
    ),
    "login_user": ("User name", "اسم المستخدم"),
    "login_password": ("Password", "كلمة المرور"),
    "login": ("Log in", "ادخل"),
    "login_wrong": (
        "That is not right. Check the letters and the keyboard’s language, then try again.",
        "البيانات غير صحيحة. تحقّق من الأحرف ومن لغة لوحة المفاتيح، ثم حاول مرة أخرى.",
    ),
    "login_too_many": (
        "There were too many wrong tries. Wait a minute, then try again.",
        "تكررت المحاولات الخاطئة. انتظر دقيقة، ثم حاول مرة أخرى.",
    ),
    "logout": ("Log out", "تسجيل الخروج"),
    "skip": ("Go to the question", "انتقل إلى السؤال"),
    "heard_answer": ("The answer is ready. Sources:", "الإجابة جاهزة. عدد مصادرها:"),
    "heard_refusal": ("There is no answer in the documents.", "لا جواب في الوثائق."),
}
