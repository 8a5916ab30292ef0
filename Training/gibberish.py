"""Made-up queries that no picture answers: letters, digits and signs at random, words that mean little alone."""

import random

ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрстуфхцчшщыэюя", "0123456789", ".,!?-:;()&%#*+=/",
             "一二三人口日月木水火山川田中本上下左右東西南北")
EMPTY = "a an of and is was for with it not or by".split()


def word():
    if random.random() < 0.25:
        return random.choice(EMPTY)
    letters = random.choice(ALPHABETS)
    return "".join(random.choices(letters, k=random.randint(1, 8)))


def query():
    return " ".join(word() for _ in range(random.randint(0, 2)))
