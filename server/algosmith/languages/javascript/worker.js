// One candidate's process: loads the source, then answers one call at a time, as text.
//
// Lines come in on one descriptor and answers go out on another, one for each line. What stands
// here is no barrier: the candidate can get around all of it. It can then only answer wrongly, and
// the checker outside compares; it never learns what is expected. The candidate has a realm of its
// own: what it does to JSON or to Array.prototype changes nothing here.
"use strict";

const fs = require("fs");
const vm = require("vm");
const { types } = require("util");

const CALLS = Number(process.argv[2] ?? 3);
const ANSWERS = Number(process.argv[3] ?? 4);
const DEEPEST = 100;
const MOST_ITEMS = 200_000;
const MOST_DRAWN = 10_000;
const BIGGEST = 1n << 16384n;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const UNDEFINED = ["r", "undefined", false, ["s()"], [], "sundefined"];
const ARRAYS = {
  Int8Array: "b", Int16Array: "h", Uint16Array: "H", Int32Array: "i", Uint32Array: "I",
  BigInt64Array: "q", BigUint64Array: "Q", Float32Array: "f", Float64Array: "d",
};
const VALUE_NAMES = ["val", "value", "data", "key", "item", "v"];

class Unserialisable extends Error {}

// Sets and maps are equal whatever order their items came in.
function inOrder(texts) {
  return texts.map((one) => [JSON.stringify(one), one])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
}

// ---- lines -------------------------------------------------------------------------------------

let buffered = Buffer.alloc(0);

function nextLine() {
  const parts = [buffered];
  const chunk = Buffer.alloc(1 << 16);
  for (;;) {
    const last = parts[parts.length - 1];
    const at = last.indexOf(10);
    if (at >= 0) {
      buffered = last.subarray(at + 1);
      parts[parts.length - 1] = last.subarray(0, at);
      return Buffer.concat(parts).toString("latin1");
    }
    const size = read(chunk);
    if (!size) return null;
    parts.push(Buffer.from(chunk.subarray(0, size)));
  }
}

function read(chunk) {
  for (;;) {
    try {
      return fs.readSync(CALLS, chunk, 0, chunk.length, null);
    } catch (error) {
      if (error.code === "EOF") return 0;
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

function send(frame) {
  const escaped = JSON.stringify(frame).replace(
    /[\u007f-\uffff]/g, (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));
  const data = Buffer.from(escaped + "\n", "latin1");
  for (let at = 0; at < data.length;) {
    try {
      at += fs.writeSync(ANSWERS, data, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

// ---- the candidate's realm ---------------------------------------------------------------------

// Runs in the realm: what it makes is of the realm's own classes. It gets functions of ours, but
// shows none of them to the candidate.
const REALM = `(function (print, later, cancel, whenSettled) {
  "use strict";
  const { parse } = JSON, OwnMap = Map, OwnSet = Set, OwnDate = Date, OwnPromise = Promise;
  const construct = Reflect.construct, own = Reflect.ownKeys, set = Reflect.set;
  const prototypeOf = Reflect.getPrototypeOf, make = Object.create, ofBig = BigInt;
  const put = OwnMap.prototype.set, add = OwnSet.prototype.add, apply = Reflect.apply;
  const eachPair = OwnMap.prototype.forEach, eachItem = OwnSet.prototype.forEach;
  const then = OwnPromise.prototype.then, resolve = OwnPromise.resolve;
  const define = Object.defineProperty, isArray = Array.isArray, slice = Array.prototype.slice;
  const arrays = { b: Int8Array, h: Int16Array, H: Uint16Array, i: Int32Array, I: Uint32Array,
                   q: BigInt64Array, Q: BigUint64Array, f: Float32Array, d: Float64Array };
  const bytes = Uint8Array;
  const global = globalThis;

  function hide(name, value) {
    define(global, name, { value, writable: true, configurable: true, enumerable: false });
  }
  const log = (...parts) => { print(parts.length); };
  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "table", "dir", "trace", "group",
                      "groupEnd", "time", "timeEnd", "count", "assert"]) console[name] = log;
  hide("console", console);
  hide("setTimeout", (run, wait, ...rest) => later(() => run(...rest), +wait || 0));
  hide("setInterval", () => { throw new Error("setInterval is not run here"); });
  hide("setImmediate", (run, ...rest) => later(() => run(...rest), 0));
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"])
    hide(name, (id) => { cancel(+id || 0); });
  hide("queueMicrotask", (run) => { apply(then, apply(resolve, OwnPromise, []), [() => run()]); });
  hide("performance", { now: () => OwnDate.now() });
  function copied(value, seen) {
    if (typeof value === "function" || typeof value === "symbol")
      throw new Error("a function can't be cloned");
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    let made;
    if (isArray(value)) {
      seen.set(value, made = []);
      for (let i = 0; i < value.length; i++) made[i] = copied(value[i], seen);
      return made;
    }
    if (value instanceof OwnMap) {
      seen.set(value, made = new OwnMap());
      apply(eachPair, value, [(v, k) => { apply(put, made, [copied(k, seen), copied(v, seen)]); }]);
      return made;
    }
    if (value instanceof OwnSet) {
      seen.set(value, made = new OwnSet());
      apply(eachItem, value, [(v) => { apply(add, made, [copied(v, seen)]); }]);
      return made;
    }
    if (value instanceof OwnDate) return new OwnDate(+value);
    if (ArrayBuffer.isView(value)) return value.slice();
    seen.set(value, made = {});
    for (const key of Object.keys(value)) made[key] = copied(value[key], seen);
    return made;
  }
  hide("structuredClone", (value) => copied(value, new OwnMap()));
  hide("require", (name) => { throw new Error("Cannot find module '" + name + "'"); });
  hide("module", { exports: {} });
  hide("exports", global.module.exports);
  hide("ListNode", function ListNode(val, next) {
    this.val = val === undefined ? 0 : val;
    this.next = next === undefined ? null : next;
  });
  hide("TreeNode", function TreeNode(val, left, right) {
    this.val = val === undefined ? 0 : val;
    this.left = left === undefined ? null : left;
    this.right = right === undefined ? null : right;
  });

  function number(text) {
    if (text === "nan") return NaN;
    const sign = text[0] === "-" ? -1 : 1;
    const plain = sign < 0 ? text.slice(1) : text;
    if (plain === "inf") return sign * Infinity;
    const at = plain.indexOf("p"), whole = plain[2], fraction = plain.slice(4, at);
    const mantissa = parseInt(whole + fraction.padEnd(13, "0"), 16) / 2 ** 52;
    return sign * (mantissa * 2 ** +plain.slice(at + 1));
  }
  function integer(text) {
    return text[0] === "-" ? -ofBig("0x" + text.slice(1)) : ofBig("0x" + text);
  }
  function decode(text, classes) {
    if (text === null || typeof text === "boolean") return text;
    if (typeof text === "string") {
      const rest = text.slice(1);
      if (text[0] === "s") return rest;
      if (text[0] === "i") return Number(integer(rest));
      if (text[0] === "f") return number(rest);
      const made = new bytes(rest.length / 2);
      for (let i = 0; i < made.length; i++) made[i] = parseInt(rest.slice(2 * i, 2 * i + 2), 16);
      return made;
    }
    const tag = text[0];
    if (tag === "n") return nodes(text[1], text, classes);
    if (tag === "o") return library(text, classes);
    if (tag === "r") return record(text, classes);
    if (tag === "d") {
      const made = {};
      for (let i = 1; i < text.length; i += 2) {
        const key = decode(text[i], classes), value = decode(text[i + 1], classes);
        define(made, String(key), { value, writable: true, enumerable: true, configurable: true });
      }
      return made;
    }
    const made = tag === "e" || tag === "z" ? new OwnSet() : [];
    for (let i = 1; i < text.length; i++) {
      const value = decode(text[i], classes);
      if (isArray(made)) define(made, i - 1, { value, writable: true, enumerable: true, configurable: true });
      else apply(add, made, [value]);
    }
    return made;
  }
  function library(text, classes) {
    const kind = text[1];
    if (kind === "Fraction") {
      const [above, below] = [integer(text[2].slice(1)), integer(text[3].slice(1))];
      return above / below;
    }
    if (kind === "OrderedDict" || kind === "defaultdict" || kind === "Counter") {
      const made = new OwnMap(), pairs = text[text.length - 1];
      for (let i = 1; i < pairs.length; i += 2)
        apply(put, made, [decode(pairs[i], classes), decode(pairs[i + 1], classes)]);
      return made;
    }
    if (kind === "array") {
      const items = decode(text[3], classes), cls = arrays[text[2].slice(1)];
      const made = new cls(items.length), big = cls === arrays.q || cls === arrays.Q;
      for (let i = 0; i < items.length; i++) made[i] = big ? ofBig(items[i]) : items[i];
      return made;
    }
    if (kind === "bytearray") return decode(text[2], classes);
    if (kind === "deque") return decode(text[2], classes);
    throw new TypeError("no value of this language: " + kind);
  }
  function record(text, classes) {
    const kind = text[1], names = text[3];
    if (kind === "undefined") return undefined;
    const cls = classes(kind);
    if (typeof cls !== "function") {
      const made = {};
      for (let i = 0; i < names.length; i++) made[names[i].slice(1)] = decode(text[5 + i], classes);
      return made;
    }
    const items = [];
    for (let i = 0; i < names.length; i++) items[i] = decode(text[5 + i], classes);
    return construct(cls, items);
  }
  function nodes(kind, text, classes) {
    const cls = classes(kind), fields = classes.fields(kind);
    const is_tree = fields ? fields.includes("left") : /tree/i.test(kind);
    const one = (value) => {
      if (typeof cls === "function") return construct(cls, [value]);
      const made = {};
      made[fields ? fields[0] : "val"] = value;
      for (const link of is_tree ? ["left", "right"] : ["next"]) made[link] = null;
      return made;
    };
    const values = [];
    for (let i = 2; i < text.length; i++) values[i - 2] = decode(text[i], classes);
    if (!values.length || values[0] === null) return null;
    if (!is_tree) {
      const first = one(values[0]);
      for (let i = 1, last = first; i < values.length; i++) last = last.next = one(values[i]);
      return first;
    }
    const root = one(values[0]), open = [root];
    for (let i = 1, parent = 0; i < values.length && parent < open.length; parent++) {
      for (const side of ["left", "right"]) {
        if (i >= values.length) break;
        const value = values[i++];
        if (value !== null) open.push(open[parent][side] = one(value));
      }
    }
    return root;
  }
  return {
    decode: (json, classes) => decode(parse(json), classes),
    settle(value, done) {
      // A promise of the realm, or another thing with a then: awaited as \`await\` does it.
      apply(then, apply(resolve, OwnPromise, [value]), [(v) => done(true, v), (e) => done(false, e)]);
    },
    unsettled: (value) => typeof value === "object" && value !== null
      && typeof value.then === "function",
    call: (f, self, args) => apply(f, self, args),
    make: (cls) => construct(cls, []),
  };
})`;

let printed = 0;
let mostPrinted = 1 << 16;
const timers = new Map();
let timerCount = 0;

function print(parts) {
  printed += parts + 1;
  if (printed > mostPrinted) {
    fs.writeSync(2, "printed too much\n");
    process.exit(1);
  }
}

function later(run, wait) {
  const id = ++timerCount;
  timers.set(id, setTimeout(() => { timers.delete(id); run(); }, Math.min(wait, 1000)));
  return id;
}

function cancel(id) {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

// ---- values out --------------------------------------------------------------------------------

class Encoder {
  constructor(program) {
    this.nodes = program.nodes;
    this.returns = program.returns;
    this.promises = program.promises;
    this.room = program.answer_bytes;
  }

  // `result`: a Map comes back as an object of its own kind; as an argument it is what went in.
  text(value, result) {
    this.result = result;
    this.left = this.room;
    this.seen = new Set();
    if (result && value === undefined) return UNDEFINED;
    if (result && value === null && this.returns in this.nodes) return ["n", this.returns];
    return this.encode(value, 0);
  }

  spend(size) {
    this.left -= size;
    if (this.left < 0) throw new Unserialisable("a value longer than allowed");
  }

  encode(value, depth) {
    this.spend(4);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") {
      this.spend(value.length);
      return "s" + value;
    }
    if (typeof value === "number") return number(value);
    if (typeof value === "undefined") return UNDEFINED;
    if (typeof value === "bigint") {
      if (value > BIGGEST || value < -BIGGEST) throw new Unserialisable("a bigint too long");
      return ["o", "Fraction", "i" + value.toString(16), "i1"];
    }
    if (typeof value === "function") throw new Unserialisable("a function");
    if (typeof value === "symbol") throw new Unserialisable("a symbol");
    if (depth >= DEEPEST) throw new Unserialisable("nested too deeply");
    if (this.seen.has(value)) throw new Unserialisable("an object that contains itself");
    this.seen.add(value);
    const made = this.object(value, depth + 1);
    this.seen.delete(value);
    return made;
  }

  object(value, depth) {
    if (Array.isArray(value)) return ["l", ...this.items(value, depth)];
    if (types.isMap(value)) return this.map(value, depth);
    if (types.isSet(value)) return this.set(value, depth);
    if (types.isBoxedPrimitive(value)) throw new Unserialisable("a boxed value");
    if (types.isDate(value)) {
      return this.wrapped("Date", number(Date.prototype.getTime.call(value)));
    }
    if (types.isRegExp(value)) throw new Unserialisable("a regular expression");
    if (types.isPromise(value)) throw new Unserialisable("a promise");
    if (types.isNativeError(value)) {
      return this.record(nameOf(value), ["message"], [String(value.message)], depth);
    }
    if (types.isTypedArray(value)) return this.typed(value);
    if (types.isWeakMap(value) || types.isWeakSet(value)) throw new Unserialisable("a weak map");
    return this.plain(value, depth);
  }

  items(array, depth) {
    if (array.length > MOST_ITEMS) throw new Unserialisable("a value longer than allowed");
    const made = [];
    for (let i = 0; i < array.length; i++) made.push(this.encode(array[i], depth));
    return made;
  }

  wrapped(kind, text) {
    return ["r", kind, false, ["s"], [], text];
  }

  record(kind, names, values, depth) {
    if (!IDENTIFIER.test(kind)) throw new Unserialisable("an object of a class without a name");
    return ["r", kind, false, names.map((n) => "s" + n), [],
            ...values.map((v) => this.encode(v, depth))];
  }

  map(value, depth) {
    const pairs = [];
    Map.prototype.forEach.call(value, (v, k) => { pairs.push([k, v]); });
    if (pairs.length > MOST_ITEMS) throw new Unserialisable("a value longer than allowed");
    const texts = pairs.map(([k, v]) => [this.encode(k, depth), this.encode(v, depth)]);
    if (!alike(pairs.map(([k]) => k))) {
      return this.wrapped("Map", ["l", ...inOrder(texts.map((pair) => ["l", ...pair]))]);
    }
    const dict = ["d", ...texts.flat(1)];
    return this.result ? this.wrapped("Map", dict) : ["o", "OrderedDict", dict];
  }

  set(value, depth) {
    const items = [];
    Set.prototype.forEach.call(value, (v) => { items.push(v); });
    const texts = this.items(items, depth);
    return alike(items) ? ["e", ...texts] : this.wrapped("Set", ["l", ...inOrder(texts)]);
  }

  typed(value) {
    const kind = Object.getPrototypeOf(Uint8Array.prototype);
    const name = Reflect.getOwnPropertyDescriptor(kind, Symbol.toStringTag).get.call(value);
    if (value.length > MOST_ITEMS) throw new Unserialisable("a value longer than allowed");
    this.spend(4 * value.length);
    if (name === "Uint8Array" || name === "Uint8ClampedArray") {
      return ["o", "bytearray", "b" + Buffer.from(value).toString("hex")];
    }
    const code = ARRAYS[name];
    const items = Array.from({ length: value.length }, (_, i) => value[i]);
    const texts = items.map((one) =>
      typeof one === "bigint" ? big(one) : code === "f" || code === "d" ? float(one) : number(one));
    return ["o", "array", "s" + code, ["l", ...texts]];
  }

  plain(value, depth) {
    const prototype = Object.getPrototypeOf(value);
    const kind = prototype === null ? "Object" : className(prototype);
    const keys = Object.keys(value);
    if (keys.length > MOST_ITEMS) throw new Unserialisable("a value longer than allowed");
    const linked = this.linkedAs(kind, value, keys);
    if (linked) return this.linked(linked, value, keys, depth);
    if (kind === "Object" || kind === "") {
      const pairs = keys.map((key) => ["s" + key, this.encode(value[key], depth)]);
      return ["d", ...pairs.flat(1)];
    }
    if (keys.every((key) => IDENTIFIER.test(key))) {
      return this.record(kind, keys, keys.map((key) => value[key]), depth);
    }
    throw new Unserialisable(`an object of the class ${kind}`);
  }

  linkedAs(kind, value, keys) {
    if (kind in this.nodes) return kind;
    const has = (...names) => names.every((name) => keys.includes(name));
    const holds = VALUE_NAMES.some((name) => keys.includes(name));
    if (!holds || keys.length > 3) return "";
    const find = (link) => Object.keys(this.nodes).find((n) => this.nodes[n].includes(link));
    if (keys.length === 2 && has("next")) return find("next") ?? "";
    return keys.length === 3 && has("left", "right") ? find("left") ?? "" : "";
  }

  linked(kind, value, keys, depth) {
    const field = VALUE_NAMES.find((name) => keys.includes(name)) ?? "val";
    const isTree = keys.includes("left") || keys.includes("right");
    const met = new Set([value]);
    const meet = (one) => {
      if (met.has(one) || met.size > MOST_ITEMS) throw new Unserialisable("a list that goes in circles");
      met.add(one);
    };
    const made = ["n", kind];
    if (!isTree) {
      for (let one = value; one; one = one.next) {
        made.push(this.encode(one[field], depth));
        if (one.next) meet(one.next);
      }
      return made;
    }
    const open = [value];
    for (let at = 0; at < open.length; at++) {
      const one = open[at];
      made.push(one ? this.encode(one[field], depth) : null);
      if (!one) continue;
      for (const child of [one.left, one.right]) {
        if (child) meet(child);
        open.push(child ?? null);
      }
    }
    while (made[made.length - 1] === null) made.pop();
    return made;
  }
}

function big(value) {
  return "i" + value.toString(16);
}

function number(value) {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return "i" + value.toString(16);
  return float(value);
}

function float(value) {
  if (Number.isNaN(value)) return "fnan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (!Number.isFinite(value)) return `f${sign}inf`;
  if (value === 0) return `f${sign}0x0.0p+0`;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (high & 0xfffff).toString(16).padStart(5, "0")
    + bits.getUint32(4).toString(16).padStart(8, "0");
  const power = exponent ? exponent - 1023 : -1022;
  return `f${sign}0x${exponent ? 1 : 0}.${fraction}p${power < 0 ? "" : "+"}${power}`;
}

// Whether all are texts, or all numbers that are equal to themselves: such can be keys elsewhere.
function alike(keys) {
  return keys.every((key) => typeof key === "string")
    || keys.every((key) => typeof key === "number" && key === key);
}

function className(prototype) {
  const made = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const name = typeof made === "function" ? Object.getOwnPropertyDescriptor(made, "name")?.value : "";
  return typeof name === "string" ? name : "";
}

function nameOf(error) {
  const own = className(Object.getPrototypeOf(error) ?? {});
  if (own && own !== "Error") return own;
  return typeof error.name === "string" && IDENTIFIER.test(error.name) ? error.name : own || "Error";
}

function described(thrown) {
  try {
    if (types.isNativeError(thrown) || (thrown && typeof thrown === "object" && "message" in thrown)) {
      return `${nameOf(thrown)}: ${String(thrown.message)}`.slice(0, 500);
    }
    if (typeof thrown === "object" && thrown !== null) return "Error: threw an object";
    return `Error: threw ${String(thrown)}`.slice(0, 500);
  } catch {
    return "Error: threw what can't be shown";
  }
}

// ---- one program -------------------------------------------------------------------------------

function load(program) {
  const context = vm.createContext(Object.create(null), { name: "candidate" });
  const realm = vm.runInContext(REALM, context, { filename: "realm.js" })(print, later, cancel);
  try {
    new vm.Script(program.source, { filename: "candidate.js" });
  } catch (error) {
    const line = /candidate\.js:(\d+)/.exec(String(error.stack));
    throw { frame: ["failed", "syntax", described(error), line ? Number(line[1]) : 0] };
  }
  const inside = (text) => vm.runInContext(text, context, { filename: "candidate.js" });
  try {
    inside(program.source);
  } catch (error) {
    throw { frame: ["failed", "load", described(error), 0] };
  }
  const classes = (name) => (IDENTIFIER.test(name) ? inside(`typeof ${name} === "undefined" ? undefined : ${name}`) : undefined);
  classes.fields = (name) => program.nodes[name];
  const parts = program.entry.split(".");
  const owner = parts.length > 1 ? classes(parts[0]) : undefined;
  let target = parts.length > 1 ? owner?.[parts[1]] ?? owner?.prototype?.[parts[1]] : classes(parts[0]);
  try {
    // A field of a class that holds a function is there once there is an object.
    if (target === undefined && typeof owner === "function") target = realm.make(owner)[parts[1]];
  } catch (error) {
    throw { frame: ["failed", "load", described(error), 0] };
  }
  if (typeof target !== "function") {
    throw { frame: ["failed", "entry", `there is no function ${program.entry}`, 0] };
  }
  return { realm, classes, owner, parts };
}

function bound({ realm, classes, owner, parts }) {
  if (parts.length === 1) return [classes(parts[0]), undefined];
  if (typeof owner !== "function" || typeof owner[parts[1]] === "function") return [owner[parts[1]], owner];
  const self = realm.make(owner);
  return [self[parts[1]], self];
}

function drawn(value) {
  // What can be walked only once is listed, as far as it goes.
  const once = value !== null && typeof value === "object" && typeof value.next === "function"
    && typeof value[Symbol.iterator] === "function" && !Array.isArray(value);
  if (!once) return [value, false];
  const made = [];
  for (let step = value.next(); !step.done; step = value.next()) {
    made.push(step.value);
    if (made.length > MOST_DRAWN) throw new Unserialisable("a generator that does not end");
  }
  return [made, true];
}

// `awaited`: a promise came back; where the file speaks of none, it is not the value itself.
function answer(encoder, job, before, args, value, awaited = false) {
  const arguments_ = encode(encoder, args);
  const changed = JSON.stringify(arguments_) !== JSON.stringify(before);
  const after = changed ? arguments_ : null;
  const [whole, lazy] = drawn(value);
  const text = whole === undefined && changed ? null : encoder.text(whole, true);
  return [job.n, "value", text, after, "", lazy || (awaited && !encoder.promises)];
}

function encode(encoder, args) {
  // A function among the arguments can't be told apart from another: it does not count as changed.
  return args.map((arg) => {
    try {
      return encoder.text(arg, false);
    } catch (error) {
      if (error instanceof Unserialisable) return null;
      throw error;
    }
  });
}

function failed(job, error) {
  if (error instanceof Unserialisable) return [job.n, "unserialisable", null, null, error.message, false];
  return [job.n, "raised", null, null, described(error), false];
}

let loaded, encoder, pending;

// A line is a program, which gets a realm of its own, or a call of the last one.
function serve() {
  for (;;) {
    const line = nextLine();
    if (line === null) process.exit(0);
    const job = JSON.parse(line);
    if (job.source !== undefined) open(job);
    else if (!begin(job)) return;
  }
}

function open(program) {
  for (const id of [...timers.keys()]) cancel(id);
  mostPrinted = program.output_bytes;
  printed = 0;
  try {
    loaded = load(program);
    encoder = new Encoder(program);
    const { user, system } = process.cpuUsage();
    send(["loaded", Math.round((user + system) / 1000)]);
  } catch (error) {
    send(error.frame ?? ["failed", "load", described(error), 0]);
  }
}

// Answers one call; false where the answer comes later, from a promise.
function begin(job) {
  const { realm, classes } = loaded;
  try {
    const args = job.args.map((one) => realm.decode(JSON.stringify(one), classes));
    const before = encode(encoder, args);
    const [target, self] = bound(loaded);
    const value = realm.call(target, self, args);
    if (!realm.unsettled(value)) {
      send(answer(encoder, job, before, args, value));
      return true;
    }
    pending = job;
    realm.settle(value, (kept, result) => {
      if (pending !== job) return;
      settled(() => (kept ? answer(encoder, job, before, args, result, true) : failed(job, result)));
    });
    return false;
  } catch (error) {
    send(failed(job, error));
    return true;
  }
}

function settled(frame) {
  const job = pending;
  pending = undefined;
  try {
    send(frame());
  } catch (error) {
    send(failed(job, error));
  }
  setImmediate(serve);
}

// The loop has no work left: what is awaited never comes.
process.on("beforeExit", () => {
  if (pending) settled(() => failed(pending ?? { n: 0 }, new Error("it waits for what never comes")));
});
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

// Nothing of ours is shown to a candidate. Should it get hold of something all the same, it finds
// nothing to change: what answers for one program also answers for its small changes.
for (const name of Object.getOwnPropertyNames(globalThis)) {
  const one = Object.getOwnPropertyDescriptor(globalThis, name).value;
  if (typeof one !== "function" || !/^[A-Z]/.test(name)) continue;
  Object.freeze(one.prototype);
  Object.freeze(one);
}
Object.freeze(Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
Object.freeze(Object.getPrototypeOf([][Symbol.iterator]()));

send(["sealed"]);
serve();
