//! What a candidate is linked with: values to and from the tokens of `tokens.py`, and the talk
//! in lines on descriptors 3 and 4. Compiled once and kept.

use std::cell::{Cell, Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fs::File;
use std::hash::{BuildHasher, Hash};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::FromRawFd;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

const MOST_NODES: usize = 100_000;
const DEEPEST: usize = 2_000;

/// An argument that its parameter does not take, or a value that can't be shown.
pub struct Mismatch(pub String);
pub type Made<T> = Result<T, Mismatch>;

fn no<T>(what: &str) -> Made<T> {
    Err(Mismatch(format!("it is no {what}")))
}

/// The tokens of a line.
pub struct Reader<'a> {
    rest: std::iter::Peekable<std::str::SplitAsciiWhitespace<'a>>,
}

impl<'a> Reader<'a> {
    pub fn new(line: &'a str) -> Self {
        Reader { rest: line.split_ascii_whitespace().peekable() }
    }
    pub fn peek(&mut self) -> &'a str {
        self.rest.peek().copied().unwrap_or("")
    }
    pub fn next(&mut self) -> &'a str {
        self.rest.next().unwrap_or("")
    }
    pub fn done(&mut self) -> Made<()> {
        if self.peek().is_empty() { Ok(()) } else { Err(Mismatch("too many arguments".into())) }
    }
    /// How many items a list or map has; it was written by us.
    pub fn count(&mut self, kind: char, what: &str) -> Made<usize> {
        let token = self.peek();
        let Some(count) = token.strip_prefix(kind).and_then(|rest| rest.parse().ok()) else {
            return no(what);
        };
        self.next();
        Ok(count)
    }
    fn number(&mut self, what: &str) -> Made<&'a str> {
        let token = self.peek();
        let Some(digits) = token.strip_prefix('#') else { return no(what) };
        self.next();
        Ok(digits)
    }
    fn text(&mut self, what: &str) -> Made<String> {
        let token = self.peek();
        let Some(digits) = token.strip_prefix('"') else { return no(what) };
        let half = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
        let bytes = digits.as_bytes().chunks(2).map(|pair| half(pair[0]) << 4 | half(pair[1]));
        let Ok(made) = String::from_utf8(bytes.collect()) else { return no("text of whole characters") };
        self.next();
        Ok(made)
    }
}

pub fn hex(out: &mut String, mark: char, text: &str) {
    out.push(mark);
    for byte in text.bytes() {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from_digit(half as u32, 16).unwrap());
        }
    }
    out.push(' ');
}

/// A type whose values cross the border.
pub trait Io: Sized {
    /// 'L' for a linked list's node and 'G' for a tree's: none of it is an empty one.
    const NODE: char = '-';
    fn read(from: &mut Reader) -> Made<Self>;
    fn write(&self, out: &mut String) -> Made<()>;
}

macro_rules! whole {
    ($($kind:ty)*) => {$(
        impl Io for $kind {
            fn read(from: &mut Reader) -> Made<Self> {
                let digits = from.number(stringify!($kind))?;
                digits.parse().or_else(|_| no(stringify!($kind)))
            }
            fn write(&self, out: &mut String) -> Made<()> {
                out.push_str(&format!("#{self} "));
                Ok(())
            }
        }
    )*};
}
whole!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! float {
    ($($kind:ty)*) => {$(
        impl Io for $kind {
            fn read(from: &mut Reader) -> Made<Self> {
                let digits = from.number(stringify!($kind))?;
                digits.parse().or_else(|_| no(stringify!($kind)))
            }
            fn write(&self, out: &mut String) -> Made<()> {
                out.push_str(&format!("~{self:?} "));
                Ok(())
            }
        }
    )*};
}
float!(f32 f64);

impl Io for bool {
    fn read(from: &mut Reader) -> Made<Self> {
        match from.peek() {
            "T" | "F" => Ok(from.next() == "T"),
            _ => no("bool"),
        }
    }
    fn write(&self, out: &mut String) -> Made<()> {
        out.push_str(if *self { "T " } else { "F " });
        Ok(())
    }
}

impl Io for char {
    fn read(from: &mut Reader) -> Made<Self> {
        let text = from.text("char")?;
        let mut all = text.chars();
        match (all.next(), all.next()) {
            (Some(one), None) => Ok(one),
            _ => no("char"),
        }
    }
    fn write(&self, out: &mut String) -> Made<()> {
        hex(out, '\'', self.encode_utf8(&mut [0; 4]));
        Ok(())
    }
}

impl Io for String {
    fn read(from: &mut Reader) -> Made<Self> {
        from.text("String")
    }
    fn write(&self, out: &mut String) -> Made<()> {
        hex(out, '"', self);
        Ok(())
    }
}

impl Io for () {
    fn read(from: &mut Reader) -> Made<Self> {
        if from.next() == "N" { Ok(()) } else { no("()") }
    }
    fn write(&self, out: &mut String) -> Made<()> {
        out.push_str("N ");
        Ok(())
    }
}

// What is borrowed is kept as long as the process lives.
impl Io for &str {
    fn read(from: &mut Reader) -> Made<Self> {
        Ok(Box::leak(String::read(from)?.into_boxed_str()))
    }
    fn write(&self, out: &mut String) -> Made<()> {
        hex(out, '"', self);
        Ok(())
    }
}
impl<T: Io> Io for &T {
    const NODE: char = T::NODE;
    fn read(from: &mut Reader) -> Made<Self> {
        Ok(Box::leak(Box::new(T::read(from)?)))
    }
    fn write(&self, out: &mut String) -> Made<()> {
        T::write(self, out)
    }
}
impl<T: Io> Io for &[T] {
    fn read(from: &mut Reader) -> Made<Self> {
        Ok(Box::leak(Vec::read(from)?.into_boxed_slice()))
    }
    fn write(&self, out: &mut String) -> Made<()> {
        items(out, '[', self.len(), self.iter())
    }
}
impl<T: Io + Clone> Io for std::borrow::Cow<'_, [T]> {
    fn read(from: &mut Reader) -> Made<Self> {
        Ok(Vec::read(from)?.into())
    }
    fn write(&self, out: &mut String) -> Made<()> {
        items(out, '[', self.len(), self.iter())
    }
}
impl Io for std::borrow::Cow<'_, str> {
    fn read(from: &mut Reader) -> Made<Self> {
        Ok(String::read(from)?.into())
    }
    fn write(&self, out: &mut String) -> Made<()> {
        hex(out, '"', self);
        Ok(())
    }
}

fn items<'a, T: Io + 'a>(
    out: &mut String, kind: char, count: usize, all: impl Iterator<Item = &'a T>,
) -> Made<()> {
    out.push_str(&format!("{kind}{count} "));
    for one in all {
        one.write(out)?;
    }
    Ok(())
}

fn sequence<T: Io, C: FromIterator<T>>(from: &mut Reader, what: &str) -> Made<C> {
    let count = from.count('[', what)?;
    (0..count).map(|_| T::read(from)).collect()
}

macro_rules! sequences {
    ($($kind:ident $open:literal $($bound:ident)*;)*) => {$(
        impl<T: Io $(+ $bound)*> Io for $kind<T> {
            fn read(from: &mut Reader) -> Made<Self> {
                sequence(from, stringify!($kind))
            }
            fn write(&self, out: &mut String) -> Made<()> {
                items(out, $open, self.len(), self.iter())
            }
        }
    )*};
}
sequences! { Vec '['; VecDeque '['; LinkedList '['; BTreeSet '<' Ord; }

impl<T: Io + Ord + Clone> Io for BinaryHeap<T> {
    fn read(from: &mut Reader) -> Made<Self> {
        sequence(from, "BinaryHeap")
    }
    fn write(&self, out: &mut String) -> Made<()> {
        let sorted = self.clone().into_sorted_vec();
        items(out, '[', sorted.len(), sorted.iter())
    }
}
impl<T: Io + Eq + Hash, S: BuildHasher + Default> Io for HashSet<T, S> {
    fn read(from: &mut Reader) -> Made<Self> {
        sequence(from, "HashSet")
    }
    fn write(&self, out: &mut String) -> Made<()> {
        items(out, '<', self.len(), self.iter())
    }
}

fn pairs<'a, K: Io + 'a, V: Io + 'a>(
    out: &mut String, count: usize, all: impl Iterator<Item = (&'a K, &'a V)>,
) -> Made<()> {
    out.push_str(&format!("{{{count} "));
    for (key, value) in all {
        key.write(out)?;
        value.write(out)?;
    }
    Ok(())
}
fn mapped<K: Io, V: Io, C: FromIterator<(K, V)>>(from: &mut Reader, what: &str) -> Made<C> {
    let count = from.count('{', what)?;
    (0..count).map(|_| Ok((K::read(from)?, V::read(from)?))).collect()
}
impl<K: Io + Eq + Hash, V: Io, S: BuildHasher + Default> Io for HashMap<K, V, S> {
    fn read(from: &mut Reader) -> Made<Self> {
        mapped(from, "HashMap")
    }
    fn write(&self, out: &mut String) -> Made<()> {
        pairs(out, self.len(), self.iter())
    }
}
impl<K: Io + Ord, V: Io> Io for BTreeMap<K, V> {
    fn read(from: &mut Reader) -> Made<Self> {
        mapped(from, "BTreeMap")
    }
    fn write(&self, out: &mut String) -> Made<()> {
        pairs(out, self.len(), self.iter())
    }
}

impl<T: Io, const N: usize> Io for [T; N] {
    fn read(from: &mut Reader) -> Made<Self> {
        let made: Vec<T> = Vec::read(from)?;
        made.try_into().or_else(|_| no("array of this length"))
    }
    fn write(&self, out: &mut String) -> Made<()> {
        items(out, '[', N, self.iter())
    }
}

macro_rules! tuples {
    ($($count:literal: $($kind:ident $at:tt)*;)*) => {$(
        impl<$($kind: Io),*> Io for ($($kind,)*) {
            fn read(from: &mut Reader) -> Made<Self> {
                if from.count('[', "tuple")? != $count {
                    return no("tuple of this length");
                }
                Ok(($($kind::read(from)?,)*))
            }
            fn write(&self, out: &mut String) -> Made<()> {
                out.push_str(concat!("(", $count, " "));
                $(self.$at.write(out)?;)*
                Ok(())
            }
        }
    )*};
}
tuples! {
    1: A 0; 2: A 0 B 1; 3: A 0 B 1 C 2; 4: A 0 B 1 C 2 D 3; 5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5; 7: A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

impl<T: Io> Io for Option<T> {
    fn read(from: &mut Reader) -> Made<Self> {
        if from.peek() == "N" || (T::NODE != '-' && from.peek() == "[0") {
            from.next();
            return Ok(None);
        }
        T::read(from).map(Some)
    }
    fn write(&self, out: &mut String) -> Made<()> {
        match self {
            Some(value) => value.write(out)?,
            None if T::NODE != '-' => out.push_str(&format!("{}0 ", T::NODE)),
            None => out.push_str("N "),
        }
        Ok(())
    }
}
impl<T: Io, E: Io> Io for Result<T, E> {
    fn read(from: &mut Reader) -> Made<Self> {
        if from.count('[', "Result")? != 2 {
            return no("Result");
        }
        match from.text("Result")?.as_str() {
            "Ok" => T::read(from).map(Ok),
            "Err" => E::read(from).map(Err),
            _ => no("Result"),
        }
    }
    fn write(&self, out: &mut String) -> Made<()> {
        out.push_str("(2 ");
        hex(out, '"', if self.is_ok() { "Ok" } else { "Err" });
        match self {
            Ok(value) => value.write(out),
            Err(error) => error.write(out),
        }
    }
}

macro_rules! holders {
    ($($kind:ident)*) => {$(
        impl<T: Io> Io for $kind<T> {
            const NODE: char = T::NODE;
            fn read(from: &mut Reader) -> Made<Self> {
                T::read(from).map($kind::new)
            }
            fn write(&self, out: &mut String) -> Made<()> {
                T::write(self, out)
            }
        }
    )*};
}
holders!(Box Rc Arc);
impl<T: Io> Io for Box<[T]> {
    fn read(from: &mut Reader) -> Made<Self> {
        Vec::read(from).map(Vec::into_boxed_slice)
    }
    fn write(&self, out: &mut String) -> Made<()> {
        items(out, '[', self.len(), self.iter())
    }
}
impl Io for Box<str> {
    fn read(from: &mut Reader) -> Made<Self> {
        String::read(from).map(String::into_boxed_str)
    }
    fn write(&self, out: &mut String) -> Made<()> {
        hex(out, '"', self);
        Ok(())
    }
}
impl<T: Io> Io for RefCell<T> {
    const NODE: char = T::NODE;
    fn read(from: &mut Reader) -> Made<Self> {
        T::read(from).map(RefCell::new)
    }
    fn write(&self, out: &mut String) -> Made<()> {
        borrowed(self)?.write(out)
    }
}
impl<T: Io + Copy> Io for Cell<T> {
    fn read(from: &mut Reader) -> Made<Self> {
        T::read(from).map(Cell::new)
    }
    fn write(&self, out: &mut String) -> Made<()> {
        self.get().write(out)
    }
}
impl<T: Io> Io for std::cmp::Reverse<T> {
    fn read(from: &mut Reader) -> Made<Self> {
        T::read(from).map(std::cmp::Reverse)
    }
    fn write(&self, out: &mut String) -> Made<()> {
        self.0.write(out)
    }
}
impl Io for std::cmp::Ordering {
    fn read(_: &mut Reader) -> Made<Self> {
        no("Ordering")
    }
    fn write(&self, out: &mut String) -> Made<()> {
        hex(out, '"', &format!("{self:?}"));
        Ok(())
    }
}

pub fn borrowed<T>(cell: &RefCell<T>) -> Made<Ref<'_, T>> {
    cell.try_borrow().or_else(|_| no("value while it is borrowed"))
}

// Linked lists and trees: a program says how its own nodes are made and followed.

pub fn read_list<V: Io, T>(from: &mut Reader, mut make: impl FnMut(V, Option<T>) -> T) -> Made<T> {
    let count = from.count('[', "list")?;
    let values: Vec<V> = (0..count).map(|_| V::read(from)).collect::<Made<_>>()?;
    let mut made = None;
    for value in values.into_iter().rev() {
        made = Some(make(value, made));
    }
    made.ok_or_else(|| Mismatch("it is no list".into()))
}
pub fn write_list(out: &mut String, mut values: Vec<String>) -> Made<()> {
    if values.len() > MOST_NODES {
        return no("list that ends");
    }
    out.push_str(&format!("L{} ", values.len()));
    values.drain(..).for_each(|one| out.push_str(&one));
    Ok(())
}
pub fn shown<V: Io>(value: &V) -> Made<String> {
    let mut out = String::new();
    value.write(&mut out)?;
    Ok(out)
}

pub fn read_tree<V: Io, T>(
    from: &mut Reader, mut make: impl FnMut(V, Option<T>, Option<T>) -> T,
) -> Made<T> {
    let count = from.count('[', "tree")?;
    let mut values: Vec<Option<V>> = Vec::new();
    for _ in 0..count {
        let none = from.peek() == "N";
        values.push(if none { from.next(); None } else { Some(V::read(from)?) });
    }
    let mut children = vec![(0, 0); count];
    let mut child = 1;
    for (at, value) in values.iter().enumerate() {
        if value.is_some() {
            children[at] = (child, child + 1);
            child += 2;
        }
    }
    let mut made: Vec<Option<T>> = (0..count).map(|_| None).collect();
    for at in (0..count).rev() {
        if let Some(value) = values[at].take() {
            let (left, right) = children[at];
            let mut taken = |n: usize| if n < count { made[n].take() } else { None };
            let (left, right) = (taken(left), taken(right));
            made[at] = Some(make(value, left, right));
        }
    }
    made.into_iter().next().flatten().ok_or_else(|| Mismatch("it is no tree".into()))
}

/// A tree on its way out: (value, left, right) by their places, the children before their parent.
#[derive(Default)]
pub struct Flat {
    nodes: Vec<(String, Option<usize>, Option<usize>)>,
    depth: usize,
}
impl Flat {
    pub fn enter(&mut self) -> Made<()> {
        self.depth += 1;
        if self.depth > DEEPEST || self.nodes.len() > MOST_NODES { no("tree that ends") } else { Ok(()) }
    }
    pub fn add(&mut self, value: String, left: Option<usize>, right: Option<usize>) -> usize {
        self.depth -= 1;
        self.nodes.push((value, left, right));
        self.nodes.len() - 1
    }
    pub fn write(&self, out: &mut String, root: usize) -> Made<()> {
        let mut level = vec![Some(root)];
        let mut at = 0;
        while at < level.len() {
            if let Some(node) = level[at] {
                level.push(self.nodes[node].1);
                level.push(self.nodes[node].2);
            }
            at += 1;
        }
        while level.last() == Some(&None) {
            level.pop();
        }
        out.push_str(&format!("G{} ", level.len()));
        for node in level {
            out.push_str(node.map_or("N ", |node| &self.nodes[node].0));
        }
        Ok(())
    }
}

// The talk.

/// A call's answer; what it was given is written behind it. `Err` is what the call does not take.
pub type Answer = Result<String, Mismatch>;

static PANIC: Mutex<String> = Mutex::new(String::new());

fn told(kind: &str, name: &str, text: &str) -> String {
    let mut out = format!("{kind} ");
    hex(&mut out, '"', name);
    hex(&mut out, '"', &text.chars().take(300).collect::<String>());
    out
}

/// Answers calls until no more come. `call` has the arguments read, runs and gives what to tell.
pub fn serve(call: fn(&mut Reader, &mut bool) -> Answer, seen: fn() -> String) -> ! {
    let mut calls = BufReader::new(unsafe { File::from_raw_fd(3) });
    let mut answers = unsafe { File::from_raw_fd(4) };
    std::panic::set_hook(Box::new(|info| {
        let text = match (info.payload().downcast_ref::<&str>(), info.payload().downcast_ref::<String>()) {
            (Some(text), _) => text.to_string(),
            (_, Some(text)) => text.clone(),
            _ => String::new(),
        };
        *PANIC.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = text;
    }));
    let mut send = |line: String| {
        if answers.write_all(format!("{line}\n").as_bytes()).is_err() {
            std::process::exit(1);
        }
    };
    send("loaded".into());
    let mut line = String::new();
    loop {
        line.clear();
        if calls.read_line(&mut line).unwrap_or(0) == 0 {
            let _ = std::io::stdout().flush();
            std::process::exit(0);
        }
        if line.trim_end() == "seen" {
            send(seen());
            continue;
        }
        let (number, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let mut reading = true;
        let answer = catch_unwind(AssertUnwindSafe(|| call(&mut Reader::new(rest), &mut reading)));
        let text = match answer {
            Ok(Ok(text)) => format!("v {text}"),
            Ok(Err(Mismatch(text))) => told("u", if reading { "call" } else { "" }, &text),
            Err(_) => {
                let text = PANIC.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
                told("r", "panic", &text)
            }
        };
        let _ = std::io::stdout().flush();
        send(format!("{number} {text}"));
    }
}

/// All that is left of standard input; programs that are given none find it empty.
pub fn drained() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
