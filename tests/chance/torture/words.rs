//! Five hundred texts that somebody may have for a name, a firm or a subject, and those that nobody may have.

use std::collections::BTreeSet;

/// How many texts there are in all.
pub const COUNT: usize = 500;

/// Pieces that mean something to somebody on the way: YAML, templates, Markdown, HTML, CSS, URLs, headers, fonts.
const PIECES: [&str; 74] = [
    // Templates.
    "{{ 7 * 7 }}",
    "{{ contact.email }}",
    "{% if true %}x{% endif %}",
    "{# gone #}",
    "{{",
    "}}",
    "{%- raw -%}",
    "{{<button label=\"x\" href=\"y\" />}}",
    // Markdown.
    "*stars*",
    "**bold**",
    "_low_",
    "`code`",
    "# heading",
    "- item",
    "+ item",
    "1. first",
    "1) first",
    "> quote",
    "| a | b |",
    "|---|---|",
    "---",
    "===",
    "~~gone~~",
    "[link](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "[ref]: https://evil.example",
    "[^1]",
    "[ ] task",
    "<https://evil.example>",
    "\\*not\\*",
    "&amp;",
    "&#60;script&#62;",
    "https://evil.example/?a=1&b=2",
    "    indented",
    "``` fence",
    // HTML.
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table>",
    "<b>bold",
    "<!-- gone",
    "-->",
    "]]>",
    "<style>*{display:none}</style>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<![endif]-->",
    "<svg/onload=alert(1)>",
    "&lt;",
    "&nbsp;",
    "</style><script>",
    // Headers.
    "=?utf-8?q?=42=63=63?=",
    "=?UTF-8?B?QmNj?= =?UTF-8?B?OiB4?=",
    "=?",
    "?=",
    "a@b.example",
    "<a@b.example>",
    "\"quoted\"",
    "back\\slash",
    "(comment)",
    "a, b; c: d",
    "=42=0A",
    "%0d%0aBcc: x@evil.example",
    "$(id) `id` ${HOME}",
    // YAML and numbers.
    ": no",
    "null",
    "1e3",
    "!!binary x",
    "*alias &anchor",
    // White space.
    "two  spaces",
    "end ",
    " start",
    "no\u{a0}break\u{202f}thin\u{2009}wide\u{3000}space",
    "zero\u{200b}width\u{200d}joined\u{2060}word\u{ad}soft",
];

/// People and firms as they are called.
const NAMES: [&str; 64] = [
    "Åsa Lindholm",
    "Märta-Stina Öhrn",
    "Jüri Põld",
    "Siobhán O'Connor",
    "D’Arcy Ó Séaghdha",
    "Jean-Luc L'Hôpital",
    "Nguyễn Thị Minh Khai",
    "Þórdís Kolbrún",
    "Łukasz Żółć",
    "Dvořák & Synové s.r.o.",
    "İbrahim Çağlı",
    "ĞÜŞİÖÇ ğüşıöç",
    "Σωκράτης Παπαδόπουλος",
    "Αρχιμήδης Α.Ε.",
    "Николай Ёлкин",
    "ООО «Ромашка»",
    "Ђорђе Ћирић",
    "გიორგი ბერიძე",
    "Արմեն Սարգսյան",
    "שלום עליכם",
    "דוד בן־גוריון (1886)",
    "محمد الأمين",
    "شركة القهوة 2027",
    "فارسی می‌خواهم",
    "עברית and English",
    "\u{200f}مرحبا\u{200e} Lind",
    "नरेन्द्र क्षेत्री",
    "தமிழ்ச்செல்வி",
    "ไทยเจริญ จำกัด",
    "မြန်မာ",
    "ខ្មែរ",
    "한국어 주식회사",
    "한국어 김철수",
    "田中太郎",
    "株式会社トヨタ㈱",
    "ﾊﾝｶｸ ｶﾅ",
    "王小明",
    "𠮷野家",
    "𨳊𡃁 harbour",
    "ᚠᚢᚦᚨᚱᚲ",
    "𓀀𓁐𓂝",
    "𝔄𝔫𝔫𝔞 𝓛𝓲𝓷𝓭",
    "👩‍🌾 Gård & Skog",
    "👨‍👩‍👧‍👦",
    "🏴‍☠️ Pirater AB",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Alba",
    "🇸🇪🇳🇴🇪🇪",
    "👍🏿👍🏻",
    "❤️ ♥︎",
    "☕️ Kaffe ☕",
    "1️⃣ 2️⃣",
    "Z̸̢̛̰̤̈́a̷̛͚͠l̶̡̈́g̶̨̛o̷͉͐",
    "e\u{301} is not é",
    "\u{feff}Byte order mark",
    "Ａｎｎａ　Ｌｉｎｄ",
    "ﬁne ﬂowers",
    "½ price™ ©2027®",
    "“smart” ‘quotes’ „low“ «angle»",
    "dash – and — and ‑",
    "O'Brien \"Bob\" O`Neil",
    "AT&T",
    "Ben & Jerry's <fan>",
    "100 % säkert; 50:50",
    "Anna Lind",
];

/// Characters that nobody may have in anything that is printed.
const FORBIDDEN: [char; 24] = [
    '\0',
    '\u{1}',
    '\u{7}',
    '\u{8}',
    '\t',
    '\n',
    '\u{b}',
    '\u{c}',
    '\r',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{9f}',
    '\u{202a}',
    '\u{202d}',
    '\u{202e}',
    '\u{2028}',
    '\u{2029}',
    '\u{2066}',
    '\u{2069}',
    '\u{f0041}',
    '\u{fdc02}',
    '\u{100041}',
    '\u{10fffd}',
];

/// What nobody can see, and no script or emoji needs.
const INVISIBLE: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}'];

/// Texts that must come back exactly.
pub fn fine() -> Vec<String> {
    let mut texts = BTreeSet::new();
    let mut list = Vec::new();
    let mut add = |text: String| {
        if !text.contains(INVISIBLE) && texts.insert(text.clone()) {
            list.push(text);
        }
    };
    NAMES.iter().for_each(|name| add((*name).to_owned()));
    for piece in PIECES {
        add(piece.to_owned());
        add(format!("Anna {piece} Lind"));
        add(format!("{piece} AB"));
        add(format!("Åsa {piece}"));
    }
    // Long ones: with words, without, quoted, on the wrong side of every limit by one.
    for (index, piece) in PIECES.iter().chain(&NAMES).enumerate().step_by(4) {
        add(piece.repeat(900 / piece.chars().count().max(1)));
        add(format!("{piece} ").repeat(12 + index % 7).trim_end().to_owned());
    }
    for length in [44, 45, 46, 59, 60, 61, 74, 75, 76, 77, 78, 79, 900] {
        add("x".repeat(length));
        add("ö".repeat(length));
    }
    list
}

/// Texts that must be refused at load.
pub fn refused() -> Vec<String> {
    let inside = FORBIDDEN.iter().map(|character| format!("Anna{character}Lind"));
    let alone = FORBIDDEN.iter().map(char::to_string);
    let smuggling = ["Anna\r\nBcc: x@evil.example", "Anna\n.\n", "a\r\n\r\n<script>", "", " ", "\u{a0}\u{3000}"];
    let unseen = INVISIBLE.map(|character| format!("Anna{character}Lind"));
    inside.chain(alone).chain(smuggling.map(str::to_owned)).chain(unseen).collect()
}
