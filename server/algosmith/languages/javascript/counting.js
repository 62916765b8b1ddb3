// What a counted program calls: one unit for each function that is entered and each turn of a loop,
// and what built-ins do inside the engine by their length. It stands in front of the code, in the
// candidate's own realm: code that means to can falsify its own figures, and nothing else.
const WORK_ = (() => {
  "use strict";
  const { apply, construct } = Reflect, define = Object.defineProperty;
  const keysOf = Object.keys, log2 = Math.log2, ceil = Math.ceil, max = Math.max, min = Math.min;
  const isArray = Array.isArray, isView = ArrayBuffer.isView, iterator = Symbol.iterator;
  const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, "size").get;
  const setSize = Object.getOwnPropertyDescriptor(Set.prototype, "size").get;
  const OwnMap = Map, OwnSet = Set;
  const OVER = { over: "the work that a run may do" };
  const SHORT = 64; // characters that a template joins at no cost that shows: a key of a table
  let count = 0, limit = Infinity, lines = null, current = 0;
  let uncosted = new OwnSet();

  function tick() {
    if (++count > limit) throw OVER;
  }
  function charge(work) {
    count += work;
    if (lines !== null) lines[current] = (lines[current] || 0) + work;
    if (count > limit) throw OVER;
  }
  function at(line) {
    current = line;
    if (lines !== null) lines[line] = (lines[line] || 0) + 1;
  }
  function size(value) {
    if (typeof value === "string") return value.length;
    if (value === null || typeof value !== "object") return 0;
    if (isArray(value) || isView(value)) return value.length || 0;
    if (value instanceof OwnMap) return apply(mapSize, value, []);
    if (value instanceof OwnSet) return apply(setSize, value, []);
    return 0;
  }
  // What `...value` copies; a generator's own steps are counted as it runs.
  function spread(value) {
    const known = size(value);
    const plain = !known && value !== null && typeof value === "object" && !(iterator in value);
    charge(plain ? keysOf(value).length : known);
    return value;
  }
  // The engine keeps both halves of a sum, so the shorter is what it costs to put them together, by
  // words of eight characters: the digits of a key are none.
  function add(left, right) {
    if (typeof left === "string" && typeof right === "string") {
      charge(min(left.length, right.length) >> 3);
    }
    return left + right;
  }
  // `s += t`: what is new.
  function grow(left, right) {
    const made = left + right;
    if (typeof made === "string") {
      const one = typeof left === "string" ? left.length : 1;
      const other = typeof right === "string" ? right.length : 1;
      charge(min(one, other));
    }
    return made;
  }
  function text(value) {
    if (value.length > SHORT) charge((value.length - SHORT) >> 3);
    return value;
  }
  function again(error) {
    if (count > limit) throw OVER;
    return error;
  }

  // ---- what built-ins cost -----------------------------------------------------------------------

  const sorting = (n) => (n > 1 ? ceil(n * log2(n)) : 1);
  const length = (self) => size(self);
  const first = (self, args) => size(args[0]);
  const result = (self, args, made) => size(made);
  const found = (self, args, made) => (made >= 0 ? made + 1 : size(self));
  const behind = (self, args) => {
    const n = size(self), from = args.length ? Number(args[0]) || 0 : n;
    return max(1, n - (from < 0 ? max(0, n + from) : min(n, from)));
  };
  function replace(owner, name, run) {
    const own = owner?.[name];
    if (typeof own !== "function") return;
    const made = { [name](...args) { return run(own, this, args); } }[name];
    define(owner, name, { value: made, writable: true, configurable: true, enumerable: false });
  }
  function before(owner, cost, ...names) {
    for (const name of names) {
      replace(owner, name, (own, self, args) => {
        charge(cost(self, args));
        return apply(own, self, args);
      });
    }
  }
  function after(owner, cost, ...names) {
    for (const name of names) {
      replace(owner, name, (own, self, args) => {
        const made = apply(own, self, args);
        charge(cost(self, args, made));
        return made;
      });
    }
  }
  // Functions that are given count themselves; built-in ones do not.
  function calling(owner, ...names) {
    for (const name of names) {
      replace(owner, name, (own, self, args) => {
        const start = count, made = apply(own, self, args);
        if (count === start) charge(size(self) || size(made));
        return made;
      });
    }
  }
  function opaque(owner, ...names) {
    for (const name of names) {
      replace(owner, name, (own, self, args) => {
        const given = typeof self === "string" ? self : args[0];
        if (typeof self !== "string" || isPattern(args[0])) uncosted.add("regular expressions");
        const made = apply(own, self, args);
        charge(size(given) + (typeof made === "string" ? made.length : 0));
        return made;
      });
    }
  }
  const isPattern = (value) => value instanceof RegExp;

  const typed = Object.getPrototypeOf(Int8Array.prototype);
  for (const list of [Array.prototype, typed]) {
    before(list, (self) => sorting(size(self)), "sort", "toSorted");
    before(list, length, "reverse", "toReversed", "fill", "copyWithin", "shift", "toSpliced", "with");
    before(list, (self, args) => size(self) + args.length, "unshift");
    before(list, (self, args) => max(1, args.length - 1), "push");
    after(list, result, "slice", "concat", "join", "flat", "toString");
    after(list, found, "indexOf");
    after(list, (self, args, made) => (made >= 0 ? size(self) - made : size(self)), "lastIndexOf");
    replace(list, "includes", (own, self, args) => {
      if (!isArray(self) && !isView(self)) return apply(own, self, args);
      const held = apply(own, self, args);
      const where = held ? apply(indexOf, self, args) : -1;
      charge(where >= 0 ? where + 1 : size(self));
      return held;
    });
    calling(list, "map", "filter", "forEach", "reduce", "reduceRight", "some", "every", "find",
            "findIndex", "findLast", "findLastIndex", "flatMap");
  }
  function indexOf(value) {
    for (let i = 0; i < this.length; i++) if (this[i] === value) return i;
    return -1;
  }
  replace(Array.prototype, "splice", (own, self, args) => {
    const n = size(self), made = apply(own, self, args);
    charge(size(self) === n ? max(1, size(made)) : max(behind(self, args), size(made)));
    return made;
  });
  before(typed, (self, args) => size(args[0]), "set");
  after(Array, result, "from", "of");

  const string = String.prototype;
  after(string, result, "slice", "substring", "substr", "repeat", "padStart", "padEnd", "concat");
  before(string, length, "toUpperCase", "toLowerCase", "toLocaleUpperCase", "toLocaleLowerCase",
         "trim", "trimStart", "trimEnd", "normalize", "localeCompare");
  after(string, found, "indexOf", "search");
  before(string, length, "lastIndexOf", "includes");
  before(string, first, "startsWith", "endsWith");
  opaque(string, "split", "replace", "replaceAll", "match", "matchAll");
  opaque(RegExp.prototype, "exec", "test");

  after(Object, result, "keys", "values", "entries", "getOwnPropertyNames");
  before(Object, (self, args) => size(args[0]), "fromEntries");
  before(Object, (self, args) => args.slice(1).reduce((n, one) =>
    n + (one && typeof one === "object" ? keysOf(one).length : 0), 0), "assign");
  after(JSON, (self, args, made) => size(made), "stringify");
  before(JSON, first, "parse");
  for (const name of ["union", "intersection", "difference", "symmetricDifference", "isSubsetOf",
                      "isSupersetOf", "isDisjointFrom"]) before(Set.prototype, length, name);
  before(Function.prototype, (self, args) => size(args[1]), "apply");

  for (const name of ["Map", "Set", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array",
                      "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array",
                      "BigInt64Array", "BigUint64Array"]) {
    const own = globalThis[name];
    const made = new Proxy(own, {
      construct(target, args, asked) {
        charge(typeof args[0] === "number" ? args[0] || 0 : size(args[0]));
        return construct(target, args, asked === made ? target : asked);
      },
    });
    define(own.prototype, "constructor", { value: made, writable: true, configurable: true });
    define(globalThis, name, { value: made, writable: true, configurable: true });
  }

  // ---- one run -----------------------------------------------------------------------------------

  async function run(fresh, most, withLines, args) {
    let status = "ok", said = "";
    uncosted = new OwnSet();
    lines = withLines ? {} : null;
    count = 0;
    limit = most;
    try {
      const target = fresh();
      count = 0;
      let made = target(...args);
      if (made && typeof made.then === "function") made = await made;
      if (made && typeof made.next === "function") while (!made.next().done) tick();
    } catch (error) {
      if (error === OVER) status = "limit";
      else [status, said] = told(error);
    }
    const work = count;
    limit = Infinity;
    if (work > most) status = "limit";
    const hot = lines === null ? [] : keysOf(lines).map((line) => [Number(line), lines[line]]);
    lines = null;
    return [status, work, said, [...uncosted], hot];
  }
  function told(error) {
    const name = String(error?.name ?? "Error"), words = String(error?.message ?? error).slice(0, 120);
    if (name === "RangeError" && words.includes("call stack"))
      return ["deep", "its recursion does not end on the inputs tried"];
    return ["raised", `${name}: ${words}`];
  }
  return { tick, at, spread, add, grow, text, again, run };
})();
