# SPDX-License-Identifier: Apache-2.0
"""Every error code of gateway/ and plugins/ has a row in docs/errors.md, and each one that a host's user may meet a text in
nl, fr, de and en. The codes are taken from the sources: where an Error or a Failure gets its code, directly, from a constant,
or through a function with a parameter for it."""

import re
from collections import defaultdict
from pathlib import Path

PAGE = Path("docs/errors.md")
# The part of the page whose codes need a text.
WITH_TEXT = "## What a host's user may meet"
TABLES_OF_TEXTS = (Path("gateway/rpc/error_texts.cc"), Path("gateway/feedback/problems.cc"))
LANGUAGES = 4
# In the sources like error codes, and none: they tell of refusals in the audit, never to a caller.
NO_ERRORS = {"caller.many_refusals"}

CODE = r'"([a-z0-9]+(?:_[a-z0-9]+)*\.[a-z][a-z0-9_]*)"'
STRING = r'"(?:\\.|[^"\\])*"'
NAME_AND_PARAMETERS = r'(?:\b(\w+)\s*|\b(\w+)\s*=\s*\[[^\[\]]*\]\s*)\(((?:[^(){};]|\([^()]*\))*)\)\s*(?:const\s*)?(?:->\s*\w+\s*)?\{'
# What stands before an expression that is a code.
GETS_A_CODE = re.compile(r"""\.code\s*=(?!=)|\bset_(?:problem_)?code\(|\bError\{\s*(?:ErrorKind::)?\w+,|\{k[A-Z]\w+,|
                             return[ ]\{ErrorKind::\w+,|\{"code",(?=\s*\w+\})""", re.X)
WORDS = {"if", "for", "while", "switch", "catch", "return"}


def is_source(path):
    name = path.name
    return (path.parts[0] in ("gateway", "plugins") and path.suffix in (".h", ".cc") and path != TABLES_OF_TEXTS[0]
            and "testing" not in path.parts and not name.startswith(("test_", "fake_")) and not name.endswith(("_test.cc", "_bench.cc")))


def room_of(path):
    return path.parts[:2]


def end_of(text, at):
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    for one in re.compile(STRING + r"|'(?:\\.|[^'\\])'|[()\[\]{}]").finditer(text, at):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(one[0], 0)
        if depth == 0:
            return one.end()
    return len(text)


def split(text):
    """At the commas outside of brackets and strings."""
    parts, depth, last = [], 0, 0
    for one in re.finditer(STRING + r"|'(?:\\.|[^'\\])'|[()\[\]{},;]", text):
        if one[0] in "([{":
            depth += 1
        elif one[0] in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif one[0] in ",;" and depth == 0:
            parts.append(text[last:one.start()])
            last = one.end()
            if one[0] == ";":
                return parts
    else:
        one = None
    return [*parts, text[last:one.start() if one else len(text)]]


class Sources:
    def __init__(self, files):
        self.text = {path: re.sub(rf"({STRING})|//[^\n]*", lambda m: m[1] or "", path.read_text(encoding="utf-8")) for path in files}
        self.constants = defaultdict(dict)
        self.functions = {}
        for path, text in self.text.items():
            for name, code in re.findall(rf"constexpr [\w:]+\s+(k\w+)(?:\[\])?\s*=\s*{CODE}", text):
                self.constants[room_of(path)][name] = code
            self.functions[path] = [self.function(text, one) for one in re.finditer(NAME_AND_PARAMETERS, text)
                                    if (one[1] or one[2]) not in WORDS]
        # Room -> name -> (place of the parameter that is the code, what stands before it).
        self.makers = defaultdict(dict)
        self.codes = defaultdict(set)

    @staticmethod
    def function(text, one):
        parameters = [re.search(r"(\w+)\s*(?:=.*)?$", part.strip(), re.S) for part in split(one[3])] if one[3].strip() else []
        return {"name": one[1] or one[2], "begin": one.end() - 1, "end": end_of(text, one.end() - 1),
                "parameters": [found[1] if found else "" for found in parameters]}

    def take(self, path, at, expression):
        """`expression`, at `at`, is a code; true when that taught something."""
        before = (len(self.codes), sum(len(makers) for makers in self.makers.values()))
        prefix = re.match(r'\s*(?:std::string\()?"(\w+\.)"\)?\s*\+\s*(.*)', expression, re.S)
        start, rest = (prefix[1], prefix[2]) if prefix else ("", expression)
        for code in re.findall(CODE, expression):
            self.codes[code].add(path)
        for name in re.findall(r"\bk[A-Z]\w*", rest):
            if name in self.constants[room_of(path)]:
                self.codes[self.constants[room_of(path)][name]].add(path)
        called = re.match(r"\s*(\w+)\(", rest)
        for one in self.functions[path]:
            if called and one["name"] == called[1]:
                for code in re.findall(CODE, self.text[path][one["begin"]:one["end"]]):
                    self.codes[code].add(path)
        passed = re.match(r"\s*(?:std::(?:move|string)\()?(\w+)\)*\s*$", rest)
        around = [one for one in self.functions[path] if passed and one["begin"] < at < one["end"] and passed[1] in one["parameters"]]
        if around:
            one = around[-1]
            self.makers[room_of(path)][one["name"]] = (one["parameters"].index(passed[1]), start)
        return before != (len(self.codes), sum(len(makers) for makers in self.makers.values()))

    def read(self):
        for path, text in self.text.items():
            for one in GETS_A_CODE.finditer(text):
                self.take(path, one.start(), split(text[one.end():one.end() + 400])[0])
            for one in re.finditer(rf"ErrorKind::\w+,\s*(?={CODE})", text):
                self.take(path, one.start(), split(text[one.end():one.end() + 400])[0])
        learnt = True
        while learnt:
            learnt = False
            for path, text in self.text.items():
                for one in re.finditer(r"\b(?:(\w+)::)?(\w+)\(", text):
                    makers = self.makers.get(("gateway", one[1]) if one[1] else room_of(path), {})
                    if one[2] not in makers:
                        continue
                    place, start = makers[one[2]]
                    given = split(text[one.end():end_of(text, one.end() - 1) - 1])
                    if place >= len(given):
                        continue
                    for what in re.findall(r'^"([a-z_]+)"$', given[place].strip()) if start else []:
                        learnt |= start + what not in self.codes
                        self.codes[start + what].add(path)
                    learnt |= self.take(path, one.start(), given[place])
        return {code: paths for code, paths in self.codes.items() if code not in NO_ERRORS}


def rows_of(page):
    """Code -> heading under which it stands, for the first cell of each row."""
    rows, heading = {}, ""
    for line in page.splitlines():
        heading = line if line.startswith("## ") else heading
        if line.startswith("| `"):
            rows.update((code, heading) for code in re.findall(r"`([^`]+)`", line.split("|")[1]))
    return rows


def texts_of(source):
    """Code -> how many texts it has, its own or shared ones."""
    source = re.sub(r'"\s*\n\s*"', "", source)
    shared = {name: len(re.findall(r'"[^"]+"', rest)) for name, rest in re.findall(r"constexpr Text (k\w+)\{([^}]*)\}", source)}
    texts = {code: len(re.findall(r'"[^"]+"', rest)) for code, rest in re.findall(rf"\{{\s*{CODE},\s*\{{?((?:\s*{STRING},?)*)", source)}
    texts.update((code, shared.get(name, 0)) for code, name in re.findall(rf"\{{{CODE},\s*(k\w+)\}}", source))
    return texts


def problems(files):
    codes = Sources([path for path in files if is_source(path)]).read()
    rows = rows_of(PAGE.read_text(encoding="utf-8"))
    texts = {}
    for table in TABLES_OF_TEXTS:
        texts.update(texts_of(table.read_text(encoding="utf-8")))
    for code, paths in sorted(codes.items()):
        if code not in rows:
            yield min(paths), f"the error code '{code}' has no row in {PAGE}"
    for code, heading in sorted(rows.items()):
        if code not in codes:
            yield PAGE, f"no source has the error code '{code}'"
        if heading == WITH_TEXT and texts.get(code, 0) != LANGUAGES:
            yield TABLES_OF_TEXTS[0], f"'{code}' has {texts.get(code, 0)} texts, not one in each of nl, fr, de and en"
    for code in sorted(texts):
        if rows.get(code) != WITH_TEXT:
            yield PAGE, f"'{code}' has a text and no row under '{WITH_TEXT[3:]}'"
