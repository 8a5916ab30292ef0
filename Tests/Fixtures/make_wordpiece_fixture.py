"""Writes Tests/Fixtures/wordpiece/{vocab.txt,expected.json}: what transformers' BertTokenizer makes of hard texts.

Needs the `transformers` package. The vocabulary is our own and tiny; a text's ids depend on its every rule.
"""

import json
import string
from pathlib import Path

from transformers import BertTokenizer

FOLDER = Path(__file__).parent / "wordpiece"

# Grown by hand so that every text below meets known words, pieces and unknown ones.
WORDS = """a photo of the dog cat dogs run ##ning ##s ##n ##ing un ##aff ##able ##believ hello world resume cafe naive
uber strasse straße istanbul i ##stanbul ##e ##̇ кошка ко ##шка ##шки на снегу ежик ##ик ё е й и שלום مرحبا नमस ##त
日 本 語 中 国 猫 豈 更 ᄒ ##ᅡ ##ᆫ 한 👍 👩 💻 ❤ ##🏽 🏽 ① ½ ﬁ ##ﬁ x2 2 ##024 20 ##2 x ##x ##xx aa ##aa ㅎ ǆ σ ##ς ς
##σ ο ##ο ##δυσσευ ##a ##b ##c ☃ – — … « » “ ” ’ € £ ¿ ¡ ·""".split()

LETTERS = list(string.ascii_lowercase) + list(string.digits) + ["##" + c for c in "efghijklm0123456789"]
LETTERS += list(string.punctuation)


def vocabulary():
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    for token in WORDS + LETTERS:
        if token not in tokens:
            tokens.append(token)
    return tokens


TEXTS = [
    "", " ", " \t\r\n \u00a0\u3000\u2028 ", "a photo of the dog", "A PHOTO OF THE DOG", "unaffable running dogs.",
    "Hello,World!", "don't", "e-mail: a@b.c/d?e=f&g=#h", "(a)[b]{c}<d>|e~`^", "2024-01-31", "x2", "20 2024 ½ ① ﬁ",
    "Кошка на снегу", "КОШКИ", "Ёжик ёжик", "е\u0308жик", "Йй и\u0306", "résumé", "re\u0301sume\u0301", "Café NAÏVE Über",
    "Straße STRASSE ẞ", "İstanbul ISTANBUL ıstanbul", "Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", "ǅ Ǆ", "שלום עולם", "שָׁלוֹם", "مرحبا",
    "مَرْحَبًا", "a\u202eb\u202cc\u200fd", "नमस्ते", "日本語の猫", "中国cat中国", "豈更車", "\u2f00\u3007", "\U00020000\U0002b820\U0002b920",
    "한 한글", "ㅎ", "👍", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦 family", "❤️", "❤", "☃️ snow", "\ufe0f", "\u200d", "\u200b", "a\u200bb", "a\u00adb",
    "\u0000", "a\u0000b", "\u0001\u0007\u001b[0m", "a\u007fb", "a\u0085b", "a\u000bb\u000cc", "tab\ta\nb\rc\r\nd", "a\ufffdb",
    "\ufeffa", "\ue000a\uf8ff", "\U000e0041a", "\U0010ffffa", "a\u2028b\u2029c", "a\u00a0b\u2003c\u3000d\u1680e\u205ff",
    "a\u0301\u0302\u0303b", "\u0301", "\u0301\u0302", "a\u20ddb", "a\u0903b", "\u1d15e\U0001d165", "—–…«a»“b”’", "¿a? ¡b! ·c·",
    "€5 £6 $7 +8 <9> =0", "a_b__c", "§ ¶ † ‡ ° ©", "。、！？「a」", "[CLS] a [SEP]", "a[MASK]b", "[mask] [sep]", "[UNK][PAD]",
    "[[SEP]]", "[SEP", "## ##s s##", "#", "…" * 5, "x" * 99, "x" * 100, "x" * 101, "é" * 100, "é" * 101, "a\u0301" * 60,
    "xqzj", "runq", "\u0130", "K Å", "ＡＢＣ１２３", "\u0344", "ŀ ŉ", "\u1e9b\u0323", "a\u0334\u0316\u0301b", "\u115f\u1160",
    # Characters whose class another edition of Unicode changed or added.
    "a\u166db", "a\u1734b", "a\u1885b", "a\u1886b", "a\ua9bdb", "a\U000111c9b", "a\U0001171eb", "a\u07fdb", "a\u061db",
    "a\u2e5db", "a\u08e2b", "a\u2b55b", "🫠 🥹 🪿",
]

LONG = [("a photo of ", 1000, 64), ("a", 10_000, 64), ("кошка, ", 1500, 64), ("猫", 10_000, 16), ("e\u0301", 5000, 64),
        ("a ", 100, 2), ("a ", 100, 3), ("a b", 1, 5), ("a b", 1, 4), ("unaffable ", 20, 7), (" ", 10_000, 8),
        ("\u0301", 10_000, 8), ("dogs, ", 1700, 10_000)]


def main():
    FOLDER.mkdir(exist_ok=True)
    tokens = vocabulary()
    (FOLDER / "vocab.txt").write_text("".join(token + "\n" for token in tokens))
    tokenizer = BertTokenizer(vocab={token: index for index, token in enumerate(tokens)}, do_lower_case=True)
    cases = [(text, 1, 128) for text in TEXTS] + LONG
    rows = []
    for text, repeats, length in cases:
        ids = tokenizer(text * repeats, truncation=True, max_length=length)["input_ids"]
        rows.append({"text": text, "repeats": repeats, "max_length": length, "ids": ids})
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (FOLDER / "expected.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
