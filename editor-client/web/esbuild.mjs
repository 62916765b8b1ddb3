// Builds the page into the server's package, or with --tests each unit test into dist-test/.
// What is built is committed: whoever installs algosmith needs no Node.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const tests = process.argv.includes("--tests");
const wanted = process.argv.find((word) => word.startsWith("--outdir="))?.slice(9);
const outdir = tests ? "dist-test" : (wanted ?? "../../server/algosmith/web/static");
rmSync(outdir, { recursive: true, force: true });

// KaTeX names three formats of each font; every browser that runs the page reads the smallest.
const onlyWoff2 = {
    name: "only-woff2",
    setup(step) {
        step.onLoad({ filter: /katex\.css$/ }, ({ path }) => ({
            contents: readFileSync(path, "utf8").replace(/,\s*url\([^)]*\.(woff|ttf)\)\s*format\([^)]*\)/g, ""),
            loader: "css",
        }));
    },
};
await build({
    entryPoints: tests
        ? readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`)
        : ["src/page.ts", "src/stream_worker.ts", "src/style.css"],
    outdir,
    bundle: true,
    platform: tests ? "node" : "browser",
    target: tests ? "node18" : "es2022",
    format: "esm",
    loader: { ".woff2": "file" },
    assetNames: "fonts/[name]",
    plugins: [onlyWoff2],
    minify: !tests,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
});
if (!tests) {
    cpSync("src/index.html", `${outdir}/index.html`);
    const used = ["katex", "marked", "highlight.js", "lowlight", "@types/hast", "devlop"];
    const text = (name) => {
        const file = readdirSync(`node_modules/${name}`).find((one) => /^licen[sc]e/i.test(one));
        return `${name}\n\n${readFileSync(`node_modules/${name}/${file}`, "utf8").trim()}\n`;
    };
    writeFileSync(`${outdir}/licenses.txt`, used.map(text).join("\n----\n\n"));
}
