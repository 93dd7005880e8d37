"""Where a source file can be mutated, and how.

A reading of C++ that is just deep enough: scopes, function bodies, statements, and the operands of an operator. Code that it does
not understand it leaves alone. It relies on the form that tools/lint_format demands: a binary operator stands between spaces,
the brackets of a template do not.

The rules of what is left out stand in the head of sim/run_mutants.
"""
import re
from dataclasses import dataclass, field

from tokens import tokenize

# Stands for the mutant's number until it has one.
ID = "MUTANT_ID"
ON = f"::holdfast::mutants::on({ID})"

BINARY = {"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7, ">=": 7, "<=>": 8, "<<": 9,
          "+": 10, "-": 10, "*": 11, "/": 11, "%": 11}
ASSIGNS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
OFF_BY_ONE = {"<": ("less", "<="), "<=": ("less_equal", "<"), ">": ("greater", ">="), ">=": ("greater_equal", ">")}
OPPOSITE = {"==": "!=", "!=": "==", "&&": "||", "||": "&&"}
ENDS_OPERAND = {",", ";", "?", ":"} | ASSIGNS
KEYWORDS_BEFORE_OPERAND = {"return", "throw", "case", "co_return", "co_await", "co_yield", "else", "do"}
NO_EXPRESSION = {"using", "typedef", "static_assert", "struct", "class", "enum", "union", "break", "continue", "goto", "template",
                 "friend", "constexpr", "static", "extern"}

UNMUTATED_FUNCTIONS = re.compile(r"^(metrics|text|add_to|describe)$")
MACRO = re.compile(r"^[A-Z][A-Z0-9_]{2,}$")
# Words of statements whose loss would only be counted, logged or slower.
BESIDE_THE_POINT = {"counters", "counters_", "metrics", "note", "reserve"}


@dataclass
class Place:
    kind: str
    file: str
    function: str
    line: int        # of the operator, or the first one
    last_line: int
    start: int       # the span that no other chosen mutant may touch
    end: int
    original: str    # in one line
    mutated: str
    edits: list = field(default_factory=list)  # (start, end, text instead)


def one_line(text):
    return " ".join(re.sub(r"//[^\n]*", "", text).split())


def find_places(file, text):
    return Reader(file, text).read()


class Reader:
    def __init__(self, file, text):
        self.file = file
        self.text = text
        self.tokens = tokenize(text)
        self.places = []
        self.function = ""

    def read(self):
        self.scope(0, len(self.tokens))
        return sorted(self.places, key=lambda place: (place.start, place.end, place.kind))

    # ---- scopes: where function bodies are ----

    def scope(self, at, end):
        """Namespaces and classes from `at` to `end`."""
        head = at
        while at < end:
            word = self.tokens[at].text
            if word == ";" or (word == ":" and self.tokens[at - 1].text in ("public", "private", "protected")):
                head = at + 1
            elif word in ("(", "["):
                at = self.tokens[at].match
            elif word == "{":
                if self.braces_of_scope(head, at):
                    head = self.tokens[at].match + 1
                at = self.tokens[at].match
            at += 1

    def braces_of_scope(self, head, at):
        """What the braces after a head hold is read; false when the head goes on behind them."""
        words = self.flat(head, at)
        inside = (at + 1, self.tokens[at].match)
        if "namespace" in words:
            self.scope(*inside)
        elif "enum" in words or "concept" in words or "consteval" in words:
            pass
        elif "(" in words:
            after = words[words.index(")"):]
            if "=" in words and "operator" not in words:
                return False  # a variable
            if ":" in after and self.tokens[at - 1].kind == "word" and self.tokens[at - 1].text not in ("const", "noexcept"):
                return False  # a member of a constructor's list
            self.function = self.name_before(head, at)
            if not UNMUTATED_FUNCTIONS.match(self.function.split("::")[-1]):
                self.block(at, in_loop=False)
        elif {"class", "struct", "union"} & set(words):
            self.scope(*inside)
        else:
            return False
        return True

    def flat(self, at, end):
        """The words of a head, without what is in brackets."""
        words = []
        while at < end:
            words.append(self.tokens[at].text)
            if self.tokens[at].text in ("(", "["):
                at = self.tokens[at].match
                words.append(self.tokens[at].text)
            at += 1
        return words

    def name_before(self, at, end):
        while at < end and self.tokens[at].text != "(":
            at += 1
        first = at - 1
        while first > 0 and (self.tokens[first - 1].text in ("::", "~") or self.tokens[first].text in ("::", "~")):
            first -= 1
        return self.source(first, at)

    # ---- statements ----

    def block(self, at, in_loop):
        """From `{` on; returns the place behind `}`."""
        end = self.tokens[at].match
        at += 1
        while at < end:
            at = self.statement(at, in_loop)
        return end + 1

    def statement(self, at, in_loop):
        """Returns the place behind the statement."""
        word = self.tokens[at].text
        if word == "{":
            return self.block(at, in_loop)
        if word == "if":
            return self.if_statement(at, in_loop)
        if word in ("while", "switch"):
            self.condition(at + 1, can_negate=word == "while")
            return self.statement(self.tokens[at + 1].match + 1, in_loop or word == "while")
        if word == "for":
            self.region(at + 2, self.tokens[at + 1].match)
            return self.statement(self.tokens[at + 1].match + 1, True)
        if word == "do":
            at = self.statement(at + 1, True)
            self.condition(at + 1, can_negate=True)
            return self.tokens[at + 1].match + 2
        if word == "try":
            return self.block(at + 1, in_loop)
        if word == "catch":
            return self.block(self.tokens[at + 1].match + 1, in_loop)
        if word in ("case", "default"):
            while self.tokens[at].text != ":":
                at += 1
            return at + 1
        end = self.end_of_statement(at)
        if word in NO_EXPRESSION:
            return end + 1
        self.region(at + (word == "return"), end)
        if self.is_call_or_assignment(at, end):
            self.drop(at, end)
        return end + 1

    def if_statement(self, at, in_loop):
        is_constant = self.tokens[at + 1].text != "("
        opening = at + 1
        while self.tokens[opening].text not in ("(", "{"):
            opening += 1
        if self.tokens[opening].text == "(":
            if not is_constant:
                self.condition(opening, can_negate=True)
            body = self.tokens[opening].match + 1
        else:
            body = opening
        end = self.statement(body, in_loop)
        if self.tokens[end].text == "else":
            return self.statement(end + 1, in_loop)
        if not is_constant and (in_loop or self.tokens[end].text != "}"):
            self.early_return(at, opening, body, end)
        return end

    def end_of_statement(self, at):
        while self.tokens[at].text != ";":
            at = self.tokens[at].match + 1 if self.tokens[at].text in ("(", "[", "{") else at + 1
        return at

    def is_call_or_assignment(self, at, end):
        """`a.b(c).d()`, `a->b[c] = d`, `++a`, `a::b<C>(d)`: and no declaration."""
        last = ""
        if self.tokens[at].text in ("*", "++", "--"):
            last = self.tokens[at].text
            at += 1
        if self.tokens[at].kind != "word" or MACRO.match(self.tokens[at].text) or self.tokens[at].text in ("delete", "throw", "return", "const", "auto"):
            return False
        step = last == "++" or last == "--"
        while at < end:
            token = self.tokens[at]
            if token.text in ASSIGNS and token.spaced:
                return True
            if token.text in ("(", "["):
                last = token.text
                at = token.match + 1
                continue
            if token.text == "<" and not token.spaced:
                at = self.behind_template(at, end)
                if at is None or self.tokens[at].text not in ("(", "::"):
                    return False
                continue
            if token.text in ("++", "--") and at + 1 == end:
                return True
            if token.kind == "word" and at + 1 < end and self.tokens[at + 1].kind == "word" and token.text != "template":
                return False
            if token.kind != "word" and token.text not in (".", "->", "::"):
                return False
            last = token.text
            at += 1
        return step or last == "("

    # ---- expressions ----

    def condition(self, opening, can_negate):
        start, end = opening + 1, self.tokens[opening].match
        self.region(start, end, is_condition=True)
        for at in range(start, end):
            if self.tokens[at].text == ";" and self.depth_is_flat(start, at):
                start = at + 1  # if (const auto found = find(x); found == end())
        declares = any(self.tokens[at].text == "=" and self.depth_is_flat(start, at) for at in range(start, end))
        if can_negate and not declares:
            before, after = self.tokens[start].start, self.tokens[end - 1].end
            text = self.text[before:after]
            self.add("negate", start, end, f"!({one_line(text)})",
                     [(before, before, f"({ON} != static_cast<bool>("), (after, after, "))")], shown=f"({one_line(text)})")

    def depth_is_flat(self, start, at):
        return not any(self.tokens[open_one].match > at for open_one in range(start, at) if self.tokens[open_one].text in ("(", "[", "{"))

    def region(self, start, end, is_condition=False):
        """An expression or a declaration: its operators, and the statements of the lambdas in it."""
        at = start
        while at < end:
            token = self.tokens[at]
            if token.text == "{" and self.opens_lambda(at):
                at = self.block(at, in_loop=False)
                continue
            if MACRO.match(token.text) and self.tokens[at + 1].text == "(":
                at = self.tokens[at + 1].match + 1
                continue
            if token.spaced and token.text in BINARY:
                self.operator(at, start, end, is_condition)
            at += 1

    def opens_lambda(self, at):
        before = at - 1
        back = before
        while self.tokens[back].kind == "word" or self.tokens[back].text in ("::", "<", ">", "*", "&", ","):
            back -= 1
        if self.tokens[back].text == "->" and self.tokens[back].spaced:
            before = back - 1
        while self.tokens[before].text in ("mutable", "noexcept"):
            before -= 1
        if self.tokens[before].text == ")":
            before = self.tokens[before].match - 1
        if self.tokens[before].text != "]":
            return False
        introducer = self.tokens[self.tokens[before].match - 1]
        return introducer.text in ("return",) or not (introducer.kind == "word" or introducer.text in (")", "]"))

    def operator(self, at, start, end, is_condition):
        text = self.tokens[at].text
        strength = BINARY[text]
        left, right = self.left_operand(at, start, strength), self.right_operand(at, end, strength)
        if left == at or right == at + 1:
            return
        first, last = self.tokens[left].start, self.tokens[right - 1].end
        left_end, right_start = self.tokens[at - 1].end, self.tokens[at + 1].start
        operator = (self.tokens[at].start, self.tokens[at].end)
        left_text = self.source(left, at)
        if any(token.text == text for token in self.tokens[left:at]):
            left_text = f"({left_text})"
        with_other = lambda other: f"{left_text} {other} {self.source(at + 1, right)}"
        if text in OFF_BY_ONE:
            name, other = OFF_BY_ONE[text]
            self.add("off-by-one", left, right, with_other(other), line_at=at,
                     edits=[(first, first, f"::holdfast::mutants::{name}({ID}, "), (*operator, ","), (last, last, ")")])
        elif text in ("==", "!=") and not (is_condition and left == start and right == end):
            self.add("negate", left, right, with_other(OPPOSITE[text]), line_at=at,
                     edits=[(first, first, "(("), (last, last, f") != {ON})")])
        elif text in ("&&", "||"):
            # With m = on: ((a != m && b != m) != m) is a && b, or by De Morgan a || b.
            self.add("swap", left, right, with_other(OPPOSITE[text]), line_at=at,
                     edits=[(first, first, "((static_cast<bool>("), (left_end, left_end, f") != {ON}"),
                            (right_start, right_start, "static_cast<bool>("), (last, last, f") != {ON}) != {ON})")])
        elif text in ("+", "-") and re.fullmatch(r"1u?", self.tokens[at + 1].text) and right == at + 2:
            self.add("off-by-one", left, right, self.source(left, at), line_at=at,
                     edits=[(self.tokens[at + 1].start, self.tokens[at + 1].end, f"({ON} ? 0 : {self.tokens[at + 1].text})")])

    def left_operand(self, at, start, strength):
        """The place of the first token of the operand that ends before `at`."""
        first = at
        while first > start:
            token = self.tokens[first - 1]
            if token.text in (")", "]", "}"):
                first = token.match
                continue
            if token.text in ("(", "[", "{") or token.text in ENDS_OPERAND or token.text in KEYWORDS_BEFORE_OPERAND:
                break
            if token.spaced and BINARY.get(token.text, 99) < strength:
                break
            first -= 1
        return first

    def right_operand(self, at, end, strength):
        """The place behind the operand that begins after `at`."""
        last = at + 1
        while last < end:
            token = self.tokens[last]
            if token.text in ("(", "[", "{"):
                last = token.match + 1
                continue
            if token.text in (")", "]", "}") or token.text in ENDS_OPERAND:
                break
            if token.spaced and BINARY.get(token.text, 99) <= strength:
                break
            if token.text == "<" and not token.spaced and (behind := self.behind_template(last, end)) is not None:
                last = behind
                continue
            last += 1
        return last

    def behind_template(self, at, end):
        """The place behind `<...>`, None when there is no such thing."""
        depth = 0
        while at < end:
            text = self.tokens[at].text
            if text in ("(", "["):
                at = self.tokens[at].match
            elif text == "<":
                depth += 1
            elif text == ">":
                depth -= 1
                if depth == 0:
                    return at + 1
            elif text in (";", "{", "}"):
                return None
            at += 1
        return None

    # ---- whole statements ----

    def drop(self, at, end):
        words = {token.text for token in self.tokens[at:end]}
        if words & BESIDE_THE_POINT or (self.tokens[at].text, self.tokens[at + 1].text) == ("log", "::"):
            return
        start, behind = self.tokens[at].start, self.tokens[end].end
        self.add("drop", at, end + 1, "",
                 [(start, start, f"{{ if (!{ON}) "), (behind, behind, " }")])

    def early_return(self, at, opening, body, end):
        """`if (...) return x;` without an else, and with code behind it."""
        leaving = body
        if self.tokens[body].text == "{":
            leaving = end - 2  # the `;` of the last statement
            while leaving > body and self.tokens[leaving].text != "return":
                leaving -= 1
            if self.tokens[leaving].text != "return" or self.end_of_statement(leaving) != end - 2:
                return
            if self.tokens[leaving - 1].text not in ("{", ";", "}"):
                return  # of an inner if
        elif self.tokens[body].text != "return":
            return
        if self.tokens[opening].text != "(":
            return
        start, behind = self.tokens[leaving].start, self.tokens[end - 1 if leaving == body else end - 2].end
        header = self.source(at, self.tokens[opening].match + 1)
        gone = one_line(self.text[start:behind])
        self.add("return", leaving, self.end_of_statement(leaving) + 1, f"{header} {{}}",
                 [(start, start, f"{{ if (!{ON}) "), (behind, behind, " }")], shown=f"{header} {gone}")

    # ---- places ----

    def source(self, at, end):
        return one_line(self.text[self.tokens[at].start:self.tokens[end - 1].end])

    def add(self, kind, at, end, mutated, edits, shown=None, line_at=None):
        start = self.tokens[at].start
        line = self.text.count("\n", 0, self.tokens[line_at if line_at is not None else at].start) + 1
        last_line = self.text.count("\n", 0, self.tokens[end - 1].end) + 1
        self.places.append(Place(kind, self.file, self.function, line, last_line, start, self.tokens[end - 1].end,
                                 shown or self.source(at, end), mutated, edits))


def mutated_text(text, places_by_id):
    """The file with a switch at each of the places; they do not overlap."""
    edits = [(start, end, number, new.replace(ID, str(number)))
             for number, place in places_by_id.items() for start, end, new in place.edits]
    out, at = [], 0
    for start, end, _, new in sorted(edits):
        out += [text[at:start], new]
        at = end
    return "".join(out) + text[at:]
