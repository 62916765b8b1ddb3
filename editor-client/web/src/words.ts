// What people read, in English and Chinese.

const english = {
    title: "algosmith",
    algorithms: "Algorithms",
    mathematics: "Mathematics",
    mode: "Kind of question",
    question: "Your question",
    placeholder: "Describe a problem, with examples if you have some. Formulas in LaTeX: $x^2$",
    ask: "Ask",
    askHint: "Ctrl+Enter",
    stop: "Stop",
    newQuestion: "New question",
    history: "History",
    noHistory: "Nothing asked yet.",
    notKept: "The history is off: questions are gone when the server ends.",
    exportAll: "Export",
    deleteAll: "Delete all",
    deleteAllSure: "Delete all questions and answers?",
    deleteOne: "Delete",
    options: "Options",
    model: "Model",
    adapter: "Adapter",
    noAdapter: "none",
    answers: "Independent answers",
    template: "Prompt",
    ofTheMode: "of the kind of question",
    reasoning: "Reasoning",
    reasoningNow: "Reasoning…",
    tokens: (used: string, most: string) => `${used} tokens, budget ${most}`,
    tokensOnly: (used: string, seconds: string) => `${used} tokens · ${seconds} s`,
    waiting: "Waiting for the engine",
    thinking: "Thinking",
    writing: "Writing",
    checking: "Comparing the answers",
    done: "Done",
    stopped: "Stopped",
    failed: "No answer",
    copy: "Copy",
    copied: "Copied",
    copyAnswer: "Copy answer",
    askAgain: "Ask again",
    run: "Run",
    runHint: "Runs the code in the sandbox on the examples of your question",
    running: "Running…",
    noExamples: "No examples were found in the question.",
    examples: "Examples found",
    plot: (time: string) => `Counted work against input size: ${time || "no class"}`,
    formulaPending: "formula…",
    theme: "Light or dark",
    language: "中文",
    engine: "Engine",
    engineStates: {
        starting: "starting",
        loading: "loading the model",
        ready: "ready",
        failed: "failed",
        away: "starts when you ask",
    } as Record<string, string>,
    rate: (rate: string) => `${rate} tok/s`,
    away: "The page's server does not answer. Start it again with `algosmith web`, then open the new link.",
    noKey: "This page has no valid key: open the link that `algosmith web` printed when it started last.",
    tooLong: (most: string) => `That is too long: ${most} characters are the most. Shorten it.`,
    nothing: "Write a question first.",
    you: "Question",
    answer: "Answer",
    openHistory: "Show or hide the history",
    skip: "Skip to the question",
};

export type Words = typeof english;

const chinese: Words = {
    title: "algosmith",
    algorithms: "算法",
    mathematics: "数学",
    mode: "问题类型",
    question: "你的问题",
    placeholder: "描述题目，最好附上示例。公式用 LaTeX：$x^2$",
    ask: "提问",
    askHint: "Ctrl+Enter",
    stop: "停止",
    newQuestion: "新问题",
    history: "历史",
    noHistory: "还没有问题。",
    notKept: "历史记录已关闭：服务结束后问题不会保留。",
    exportAll: "导出",
    deleteAll: "全部删除",
    deleteAllSure: "删除全部问题和回答？",
    deleteOne: "删除",
    options: "选项",
    model: "模型",
    adapter: "适配器",
    noAdapter: "无",
    answers: "独立回答数",
    template: "提示词",
    ofTheMode: "按问题类型",
    reasoning: "推理过程",
    reasoningNow: "正在推理…",
    tokens: (used, most) => `${used} 个词元，预算 ${most}`,
    tokensOnly: (used, seconds) => `${used} 个词元 · ${seconds} 秒`,
    waiting: "等待引擎",
    thinking: "思考中",
    writing: "书写中",
    checking: "正在比较各个回答",
    done: "完成",
    stopped: "已停止",
    failed: "没有回答",
    copy: "复制",
    copied: "已复制",
    copyAnswer: "复制回答",
    askAgain: "再问一次",
    run: "运行",
    runHint: "在沙箱中用题目里的示例运行代码",
    running: "运行中…",
    noExamples: "题目中没有找到示例。",
    examples: "找到的示例",
    plot: (time) => `工作量随输入规模的增长：${time || "无法归类"}`,
    formulaPending: "公式…",
    theme: "浅色或深色",
    language: "English",
    engine: "引擎",
    engineStates: {
        starting: "启动中",
        loading: "正在加载模型",
        ready: "就绪",
        failed: "失败",
        away: "提问时启动",
    },
    rate: (rate) => `每秒 ${rate} 个词元`,
    away: "页面的服务没有响应。请重新运行 `algosmith web`，再打开新的链接。",
    noKey: "此页面没有有效的密钥：请打开 `algosmith web` 最近一次打印的链接。",
    tooLong: (most) => `太长了：最多 ${most} 个字符，请缩短。`,
    nothing: "请先写下问题。",
    you: "问题",
    answer: "回答",
    openHistory: "显示或隐藏历史",
    skip: "跳到问题",
};

const STORED = "algosmith.language";

/** "en" or "zh": what the user chose, else what the browser prefers. */
export function language(): "en" | "zh" {
    const chosen = remembered(STORED) ?? navigator.language;
    return chosen.startsWith("zh") ? "zh" : "en";
}

export function words(): Words {
    return language() === "zh" ? chinese : english;
}

export function switchLanguage(): void {
    remember(STORED, language() === "zh" ? "en" : "zh");
}

/** Storage may be refused (private windows): the page then forgets, and works. */
export function remembered(name: string): string | null {
    try {
        return localStorage.getItem(name);
    } catch {
        return null;
    }
}

export function remember(name: string, value: string): void {
    try {
        localStorage.setItem(name, value);
    } catch {
        // see remembered
    }
}

export const number = (value: number): string => value.toLocaleString("en-US");
