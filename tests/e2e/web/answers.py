"""What the scripted model says to the questions of the page's tests."""

from tests.fakes import Scripted

TWO_SUM = r"""Use a **hash map**: look up $\text{target} - x$ for every number.

$$\sum_{i=1}^{n} i = \frac{n(n+1)}{2}$$

```python
def two_sum(nums: list[int], target: int) -> list[int]:
    seen = {}
    for i, x in enumerate(nums):
        if target - x in seen:
            return [seen[target - x], i]
        seen[x] = i
    return []
```

Time is \(O(n)\), space is \(O(n)\); it costs $5 and not $10.

| case | cost |
|---|---|
| worst | $n^2$ |
"""

HOSTILE = """<script>window.pwned = 1</script>

<img src="http://evil.example/a.png" onerror="window.pwned = 2">

<svg onload="window.pwned = 3"><a href="javascript:window.pwned=4">x</a></svg>

<iframe src="http://evil.example/"></iframe><style>* { display: none }</style>

[click me](javascript:window.pwned=5) [or me](http://evil.example/b) ![pic](http://evil.example/c.png)

<http://evil.example/d> https://evil.example/e

$\\href{javascript:window.pwned=6}{x}$ $\\includegraphics{http://evil.example/f.png}$

$\\htmlData{x=1}{y}$ $\\url{http://evil.example/g}$ $\\def\\a{\\a\\a}\\a$

```html"><script>window.pwned=7</script>
</script><script>window.pwned = 8</script>
```

Not what it seems: \u202eevil\u202c, \u2066x\u2069.
"""

TURNED = """Words \u061c and \u200b, in `code\u202e`, $\\text{a\u202eb}$, by number $\\char"202E x$.
"""

DEEP = f"Before.\n\n{'> ' * 5000}quoted\n\n{'- ' * 3000}listed\n\n${'{' * 20_000}x{'}' * 20_000}$"

WIDE = f"Before.\n\n$${chr(92)}frac{{a}}{{b}}{'+x_{1}' * 20_000}$$\n\nAfter."

COVERING = r"""Covered?

$\raisebox{20em}{\rule{20em}{20em}}$ $\kern-20em\kern-20em\text{VERIFIED}$
"""

CHINESE = r"""用**哈希表**:对每个数查找 $\text{target} - x$。

- 时间复杂度 $O(n)$
- 空间复杂度 $O(n)$
"""

LONG = "\n\n".join(
    f"Paragraph {n}: the sum is $\\sum_{{i=1}}^{{{n}}} i$ and so **it** goes on, word for word, "
    f"with `code_{n}` and more words that say nothing new at all."
    for n in range(1, 1300)
)
"""About 200 kB."""

SCRIPT = [
    Scripted(TWO_SUM, when="two_sum", thinking="Let me think about pairs. " * 40, pace=0.01,
             sticky=True),
    Scripted(HOSTILE, when="hostile", sticky=True),
    Scripted(TURNED, when="turned", sticky=True),
    Scripted(DEEP, when="nested", chunk=8000, sticky=True),
    Scripted(WIDE, when="wide", chunk=8000, sticky=True),
    Scripted(COVERING, when="covering", sticky=True),
    Scripted(CHINESE, when="两数之和", thinking="先想一想。" * 20, sticky=True),
    Scripted(LONG, when="very long", chunk=400, pace=0.002, sticky=True),
    Scripted("It goes on. " * 2000, when="slowly", thinking="Hm. " * 5, pace=0.03, sticky=True),
    Scripted("".join(f"w{n} " for n in range(300)), when="a tab", chunk=8, pace=0.02,
             sticky=True),
    Scripted("The answer is half: $\\boxed{\\frac12}$.", when="half of one", sticky=False),
    Scripted("It is $\\boxed{0.5}$.", when="half of one", sticky=False),
    Scripted("It is $\\boxed{2}$.", when="half of one", sticky=False),
    Scripted("Half", when="crash", pace=0.05, chunk=1, crash_after=2, sticky=True),
    Scripted("Just so.", sticky=True),
]  # fmt: skip
