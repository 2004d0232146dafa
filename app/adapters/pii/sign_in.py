"""A user name and a password under one label: "username/password: orla / bramble77"."""

import re

_SCREEN = r"(?:wrong|incorrect|correct|invalid|missing|unknown|rejected|blocked|locked|empty|required|expired|forgotten|lost|none|both|neither|not|no|ok|fine|same|field|fields|combination|error|please|help)(?![\w-])"
BOTH = re.compile(
    r"(?:(?<![A-Za-z])(?:user(?: ?name)?|log-?in|id)|ユーザー?(?:名|ID)?|ログイン(?:名|ID)?)(?: ?[/&+・] ?| and |と)(?:(?:pass(?:word)?|pw|pwd)(?![A-Za-z])|パスワード|パス)"
    rf"(?: ?[:=] ?| (?:is|are) |は ?)(?!{_SCREEN})(?P<name>[A-Za-z\d_][A-Za-z\d_.@-]{{1,39}})"
    rf"(?: ?[/,|・、] ?| and |と| (?=[!-~]{{0,39}}\d))(?!{_SCREEN})(?P<secret>[!-~]{{3,40}}(?<![.,;)]))",
    re.IGNORECASE,
)
