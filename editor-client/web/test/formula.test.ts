import { Marked } from "marked";
import { formulas } from "../src/formula.js";
import { readFileSync } from "node:fs";
const m = new Marked({gfm:true}); let g=false; m.use({extensions: formulas(()=>g)});
const src = readFileSync("/tmp/try_web.py","utf8").split('r"""')[1]!.split('"""')[0]!;
for (const part of src.split("\n\n")) { console.log(JSON.stringify(part.slice(0,50))); m.lexer(part); }
m.lexer(src); g=true; for (let i=0;i<src.length;i+=7) m.lexer(src.slice(0,i));
console.log("ok");
