"""C++ source as tokens: enough of the language to find places in well-formed code."""
import re
from dataclasses import dataclass

PATTERN = re.compile(r"""
    (?P<skip>     \s+ | //[^\n]* | /\*.*?\*/ )
  | (?P<directive> \#(?:[^\n\\]|\\.)* )
  | (?P<string>   (?:u8|[uUL])?R"(?P<raw>[^(\s]*)\(.*?\)(?P=raw)" | (?:u8|[uUL])?"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)+' )
  | (?P<number>   \.?[0-9](?:[eEpP][+-]|'?[\w.])* )
  | (?P<word>     [A-Za-z_]\w* )
  | (?P<mark>     <=>|<<=|>>=|<<|\.\.\.|->\*|::|->|\+\+|--|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|. )
""", re.X | re.S)

CLOSES = {"(": ")", "[": "]", "{": "}"}


@dataclass
class Token:
    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False  # white space on both sides: clang-format writes binary operators so, and brackets of templates not
    match: int = -1       # of a bracket: the place of its other half


def tokenize(text):
    tokens = []
    for found in PATTERN.finditer(text):
        kind = found.lastgroup if found.lastgroup != "raw" else "string"
        if kind in ("skip", "directive"):
            continue
        start, end = found.span()
        spaced = text[start - 1:start].isspace() and text[end:end + 1].isspace()
        tokens.append(Token(kind, found[0], start, end, spaced))
    return match_brackets(tokens)


def match_brackets(tokens):
    open_ones = []
    for at, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.text in CLOSES:
            open_ones.append(at)
        elif token.text in CLOSES.values():
            partner = open_ones.pop()
            if CLOSES[tokens[partner].text] != token.text:
                raise ValueError(f"{token.text} at {token.start} closes {tokens[partner].text}")
            token.match, tokens[partner].match = partner, at
    if open_ones:
        raise ValueError(f"{tokens[open_ones[-1]].text} at {tokens[open_ones[-1]].start} is not closed")
    return tokens
