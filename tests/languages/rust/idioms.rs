// What counted programs are made of: each line is another way to say something in Rust.
use std::cell::RefCell;
use std::collections::*;
use std::fmt::{self, Display, Write as _};
use std::rc::Rc;
mod geometry {
    pub fn area(v: &[(i64, i64)]) -> i64 {
        v.iter().map(|p| p.0 * p.1).sum()
    }
    pub mod deep {
        pub fn f(x: &mut Vec<i32>) {
            x.sort();
            x.insert(0, 3);
        }
    }
}
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Token {
    Num(i64),
    Op(char),
    Open,
}
struct Parser<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    depth: usize,
}
impl<'a> Parser<'a> {
    fn new(s: &'a str) -> Self {
        Parser {
            chars: s.chars().peekable(),
            depth: 0,
        }
    }
    fn next_token(&mut self) -> Option<Token> {
        while self.chars.peek().map_or(false, |c| c.is_whitespace()) {
            self.chars.next();
        }
        let c = *self.chars.peek()?;
        if c.is_ascii_digit() {
            let mut n = 0i64;
            while let Some(d) = self.chars.peek().and_then(|c| c.to_digit(10)) {
                n = n.wrapping_mul(10).wrapping_add(d as i64);
                self.chars.next();
            }
            return Some(Token::Num(n));
        }
        self.chars.next();
        if c == '(' {
            self.depth += 1;
            return Some(Token::Open);
        }
        Some(Token::Op(c))
    }
}
struct Counter {
    n: u32,
}
impl Iterator for Counter {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        self.n += 1;
        if self.n < 6 {
            Some(self.n)
        } else {
            None
        }
    }
}
struct Queue<T> {
    items: Vec<T>,
}
impl<T: Clone + Display + PartialEq> Queue<T> {
    fn push(&mut self, t: T) -> &mut Self {
        self.items.push(t);
        self
    }
    fn pop(&mut self) -> Option<T> {
        if self.items.is_empty() {
            None
        } else {
            Some(self.items.remove(0))
        }
    }
    fn contains(&self, t: &T) -> bool {
        self.items.iter().any(|x| x == t)
    }
    fn show(&self) -> String {
        self.items
            .iter()
            .map(|x| x.to_string())
            .collect::<Vec<_>>()
            .join(",")
    }
    fn sort(&self) -> usize {
        self.items.len()
    }
}
#[derive(Default)]
struct Trie {
    kids: BTreeMap<char, Trie>,
    end: bool,
}
impl Trie {
    fn insert(&mut self, w: &str) {
        let mut n = self;
        for c in w.chars() {
            n = n.kids.entry(c).or_default();
        }
        n.end = true;
    }
    fn has(&self, w: &str) -> bool {
        let mut n = self;
        for c in w.chars() {
            match n.kids.get(&c) {
                Some(k) => n = k,
                None => return false,
            }
        }
        n.end
    }
}
const fn square(x: usize) -> usize {
    x * x
}
const SIZE: usize = square(4);
static NAMES: [&str; 2] = ["a", "b"];
trait Shape {
    fn area(&self) -> f64;
    fn twice(&self) -> f64 {
        self.area() * 2.0
    }
}
struct Sq(f64);
impl Shape for Sq {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}
fn largest<T: PartialOrd + Copy>(v: &[T]) -> Option<T> {
    let mut it = v.iter().copied();
    let f = it.next()?;
    Some(it.fold(f, |a, b| if b > a { b } else { a }))
}
fn group(words: &[String]) -> HashMap<String, Vec<String>> {
    let mut m: HashMap<String, Vec<String>> = HashMap::new();
    for w in words {
        let mut k: Vec<char> = w.chars().collect();
        k.sort_unstable();
        m.entry(k.into_iter().collect())
            .or_default()
            .push(w.clone());
    }
    for v in m.values_mut() {
        v.sort();
        v.dedup();
    }
    m
}
type Link = Option<Rc<RefCell<TNode>>>;
struct TNode {
    v: i32,
    left: Link,
    right: Link,
}
fn depth(n: &Link) -> usize {
    match n {
        None => 0,
        Some(r) => {
            let b = r.borrow();
            1 + depth(&b.left).max(depth(&b.right))
        }
    }
}
fn evens(v: &[i32]) -> impl Iterator<Item = &i32> + '_ {
    v.iter().filter(|x| *x % 2 == 0)
}
fn boxed<'a>(v: &'a [i32]) -> Box<dyn Iterator<Item = i32> + 'a> {
    Box::new(v.iter().map(|x| x + 1).filter(|x| x % 3 == 0))
}
fn compose<F: Fn(i32) -> i32>(f: F) -> impl Fn(i32) -> i32 {
    move |x| f(f(x))
}
fn parse_all(s: &str) -> Result<Vec<i32>, std::num::ParseIntError> {
    s.split(',').map(|p| p.trim().parse::<i32>()).collect()
}
fn tri(n: usize, memo: &mut HashMap<usize, usize>) -> usize {
    if n < 2 {
        return n;
    }
    if let Some(&x) = memo.get(&n) {
        return x;
    }
    let r = tri(n - 1, memo) + 1;
    memo.insert(n, r);
    r
}

struct Store {
    map: BTreeMap<i32, Vec<i32>>,
    names: RefCell<BTreeMap<String, i32>>,
}
impl Store {
    fn all(&self) -> &BTreeMap<i32, Vec<i32>> {
        &self.map
    }
    fn all_mut(&mut self) -> &mut BTreeMap<i32, Vec<i32>> {
        &mut self.map
    }
    fn found(&self, key: i32) -> Option<&Vec<i32>> {
        self.all().get(&key)
    }
    fn changed(&mut self, key: i32) -> &mut Vec<i32> {
        let row = self.all_mut().entry(key).or_default();
        row.extend([1, 2]);
        row
    }
}
fn stored(v: &[i32], s: &str) -> String {
    let mut store = Store { map: BTreeMap::new(), names: RefCell::new(BTreeMap::new()) };
    store.changed(3).push(4);
    store.all_mut().get_mut(&3).unwrap().insert(0, 7);
    let count = store.found(3).map_or(0, |row| row.len());
    store.names.borrow_mut().insert(s.into(), 1);
    let known = *store.names.borrow().get(s).unwrap();
    let mut seen: HashSet<(String, usize)> = HashSet::new();
    for word in s.split(' ') {
        let (name, length) = (word.to_string(), word.len());
        seen.insert((name, length));
    }
    let mut sums: BTreeMap<String, i32> = BTreeMap::new();
    for word in s.split_whitespace() {
        let key = word.to_string();
        sums.insert(key + &word.to_uppercase(), known);
    }
    let mut numbers: BTreeSet<i32> = BTreeSet::new();
    numbers.insert(s.parse().unwrap_or(3));
    let last = s.split(' ').collect::<Vec<_>>().last().copied().unwrap_or("");
    let first = v.to_vec().first().copied().unwrap_or(0);
    let same = first == s.parse().unwrap_or(5) || v.iter().sum::<i32>() == first;
    let head = s.strip_prefix(&format!("{}", &s[..1])).unwrap_or(s);
    let cut = head.trim().split_once(' ').map(|(a, _)| a.len()).unwrap_or(0);
    let mut heap: BinaryHeap<_> = v.iter().map(|&x| (x, x.to_string())).collect();
    let top = heap.pop().map(|(_, text)| text).unwrap_or_default();
    let mut keys: Vec<_> = sums.keys().cloned().collect();
    keys.sort_by(|a, b| b.cmp(a));
    let mut lists = vec![LinkedList::new(); 2];
    lists[v.len() % 2].push_back(1);
    let mut rows = vec![vec![1, 2, 3]; 2];
    let at = rows[0].len() - 1;
    rows[at % 2].remove(at);
    rows[0].insert(v.len() % 2, 9);
    let tail: Vec<i32> = rows[0].drain(1..).collect();
    let rest = rows[1].split_off(1);
    let range: i32 = numbers.range(..=3).sum();
    let low = numbers.iter().next_back() == numbers.last();
    format!(
        "{count}{known}{}{sums:?}{last}{first}{same}{cut}{top}{keys:?}{tail:?}{rest:?}{range}{low}{}",
        seen.len(),
        lists.iter().map(LinkedList::len).sum::<usize>()
    )
}

pub fn everything(v: &mut Vec<i32>, s: &str, words: Vec<String>, k: usize) -> String {
    let mut out = stored(v, s);
    let mut p = Parser::new(s);
    while let Some(t) = p.next_token() {
        if matches!(t, Token::Op('+') | Token::Open) {
            out.push('x');
        }
        if t == Token::Num(3) {
            continue;
        }
    }
    let total: u32 = Counter { n: 0 }
        .zip(Counter { n: 0 }.skip(1))
        .map(|(a, b)| a * b)
        .filter(|x| x % 3 == 0)
        .sum();
    write!(out, "{} {total}", v.len()).unwrap();
    let mut q = Queue { items: vec![] };
    q.push(1).push(2);
    if q.contains(&2) {
        out += &q.show();
        out += "x";
    }
    let _ = q.sort();
    while let Some(x) = q.pop() {
        out.push_str(&x.to_string());
    }
    let mut tr = Trie::default();
    for w in &words {
        tr.insert(w);
    }
    let found = words.iter().filter(|w| tr.has(w)).count();
    let mut grid = vec![vec!['.'; k % 10 + 1]; SIZE];
    grid[0][0] = '#';
    for row in grid.iter_mut() {
        row.reverse();
        row.fill('a');
        row.rotate_left(1);
    }
    let g2: Vec<String> = grid.iter().map(|r| r.iter().collect()).collect();
    let joined = g2.join("\n");
    let mut heap = BinaryHeap::new();
    for (i, x) in v.iter().enumerate() {
        heap.push((std::cmp::Reverse(*x), i));
        if heap.len() > 5 {
            heap.pop();
        }
    }
    if let Some(&(std::cmp::Reverse(a), _)) = heap.peek() {
        out += &format!("{a}");
    }
    let mut adj: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); 5];
    adj[1 % 5].insert(3);
    adj[k % 5].remove(&3);
    let has = adj[0].contains(&1);
    let shared = Rc::new(RefCell::new(vec![3, 1, 2]));
    shared.borrow_mut().push(4);
    shared.borrow_mut().sort();
    shared.borrow_mut().insert(0, 9);
    let m1 = shared.borrow().iter().max().copied().unwrap_or(0);
    let bm: RefCell<BTreeMap<i32, String>> = RefCell::new(BTreeMap::new());
    bm.borrow_mut().insert(1, "x".to_string());
    *bm.borrow_mut().entry(2).or_insert_with(String::new) += "y";
    let got = bm.borrow().get(&1).cloned().unwrap_or_default();
    let lens = bm.borrow()[&1].len();
    let words2: Vec<&str> = s.split_whitespace().filter(|w| !w.is_empty()).collect();
    let first = words2.first().copied().unwrap_or("");
    let same = first == "abc" || words2.get(1) == Some(&"z");
    let eq = words == words.clone() && *s == *first;
    let pos = v.iter().position(|&x| x == 7).map(|i| i + 1);
    let mut it = v.iter();
    let any = it.any(|&x| x > 100);
    let rest = it.as_slice().len();
    let mut by = v.clone();
    by.sort_by(|a, b| b.cmp(a).then_with(|| a.cmp(b)));
    by.dedup_by_key(|x| *x / 2);
    by.retain(|&x| x > 1);
    by.truncate(3);
    by.extend_from_slice(&v[..v.len() / 2]);
    by.extend(v.iter().take(2));
    by.extend(&[1, 2]);
    by.drain(..by.len() / 2);
    by.append(&mut vec![1]);
    let parts = v
        .chunks(2)
        .map(|c| c.iter().sum::<i32>())
        .collect::<Vec<_>>();
    let w = v.windows(2).all(|p| p[0] <= p[1]);
    let (a, b): (Vec<i32>, Vec<i32>) = v.iter().partition(|&&x| x > 0);
    let z: HashMap<_, _> = a.iter().zip(b.iter()).collect();
    let name = words
        .iter()
        .max_by_key(|w| w.len())
        .map(|s| s.as_str())
        .unwrap_or("");
    let mx = v.iter().copied().fold(i32::MIN, i32::max);
    let fl = [1.5f64, 2.5].iter().cloned().fold(f64::NAN, f64::max);
    let c = compose(|x| x + 1)(3);
    let label = 'outer: loop {
        for i in 0.. {
            if i * i > k {
                break 'outer i;
            }
        }
    };
    let t = if v.is_empty() {
        0
    } else if let Some(x) = v.last() {
        *x
    } else {
        1
    };
    let Some(y) = v.first().copied() else {
        return out;
    };
    let r = parse_all("1,2,3").map(|v| v.len()).unwrap_or(0);
    let vv: Result<Vec<i32>, String> = v
        .iter()
        .map(|&x| {
            if x < 1 << 30 {
                Ok(x)
            } else {
                Err(format!("{x}"))
            }
        })
        .collect();
    let mut dq: VecDeque<i32> = v.iter().copied().collect();
    dq.push_front(1);
    dq.rotate_left(1);
    let dqs: Vec<i32> = dq.into_iter().rev().collect();
    let text = s.replace("a", "b").to_uppercase();
    let fnd = text.find("B").is_some();
    let sw = text.starts_with(first);
    let ct = text.contains(&first[..]);
    let (l, rr) = s.split_once(' ').unwrap_or((s, ""));
    let bytes = s.as_bytes();
    let bx = bytes.iter().filter(|&&b| b == b'a').count();
    let mut sorted = words.clone();
    sorted.sort_by_key(|w| std::cmp::Reverse(w.len()));
    sorted.sort_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
    let bs = v.binary_search(&3).unwrap_or_else(|x| x);
    let pp = v.partition_point(|&x| x < 3);
    let mut opt = Some(3);
    if let Some(x) = opt.take() {
        opt = Some(x + 1);
    }
    let o2 = opt.map(|x| x * 2).filter(|x| *x > 3).unwrap_or(1);
    let sq = Sq(2.0).twice();
    let ar = geometry::area(&[(1, 2)]);
    geometry::deep::f(v);
    let mut id = 0;
    let mut ids: HashMap<u8, i16> = HashMap::new();
    for b in bytes {
        ids.insert(*b, id);
        id += 1;
        if id > 5 {
            break;
        }
    }
    let mut seen = HashSet::new();
    let dups = v.iter().filter(|x| !seen.insert(**x)).count();
    let mut state = (0, 1);
    let fib: Vec<u64> = std::iter::from_fn(|| {
        let r = state.0;
        state = (state.1, state.0 + state.1);
        Some(r)
    })
    .take(10)
    .collect();
    let succ =
        std::iter::successors(Some(1u32), |x| if *x < 100 { Some(x * 3) } else { None }).last();
    let trans: Vec<Vec<char>> = (0..grid[0].len())
        .map(|j| grid.iter().map(|r| r[j]).rev().collect())
        .collect();
    let nested = words
        .iter()
        .flat_map(|w| w.chars())
        .filter(|c| c.is_alphabetic())
        .map(|c| c.to_ascii_lowercase())
        .collect::<BTreeSet<char>>();
    let e = evens(v).count() + boxed(v).count() + tri(5, &mut HashMap::new()) + depth(&None);
    let cmp = v.iter().rev().eq(dqs.iter());
    let lg = largest(v);
    let mut nums = [5, 3];
    nums.sort();
    let arr = nums.contains(&3);
    let u = v.iter().map(|x| x.abs()).min().unwrap_or_default() as usize;
    let q2 = v.iter().sum::<i32>() as f64 / v.len() as f64;
    let o = 1 % v.len();
    v.swap(0, o);
    let last = v.pop().unwrap_or(0);
    v.remove(0);
    assert!(v.len() < 1000 || v.contains(&1), "{}", v.len());
    debug_assert_eq!(v.iter().count(), v.len());
    let strs: Vec<String> = vec![String::from("a"), "b".into()];
    let cat = strs.concat() + &strs[0] + "z";
    let sm = strs.iter().any(|x| x == "a" && *x != cat);
    let lines: Vec<_> = joined.lines().map(str::trim).collect();
    let ch = s.chars().nth(2).unwrap_or(' ');
    let cyc: String = s.chars().cycle().skip(1).step_by(2).take(5).collect();
    let mutref = &mut grid;
    mutref[0].insert(0, 'q');
    let rowlen = mutref[0].len();
    mutref[rowlen % 2].push('z');
    let idx = |i: usize| i % 2;
    mutref[idx(3)].insert(0, 't');
    let g = group(&words);
    let gl = g.get("abc").map(|x| x.len()).unwrap_or(0);
    let NAME = NAMES[0];
    let sp: Vec<_> = v.split(|x| *x == 0).map(|p| p.len()).collect();
    let sl = &v[..];
    let mid = match sl {
        [] => 0,
        [x] => *x,
        [f, .., l] => f + l,
    };
    let x: i32 = s.parse().unwrap_or(0);
    let isx = x == s.parse().unwrap_or(1);
    let un: Vec<i32> = Vec::from_iter(v.iter().cloned());
    let st = strs.iter().map(String::as_str).collect::<String>();
    let tk: u64 = (1..=k as u64 % 10).product();
    let peek = {
        let mut pk = s.chars().peekable();
        pk.next_if(|c| *c == 'a');
        pk.peek().copied()
    };
    out + &format!("{found}{joined}{has}{m1}{got}{lens}{same}{eq}{pos:?}{any}{rest}{parts:?}{w}{z:?}{name}{mx}{fl}{c}{label}{t}{y}{r}{vv:?}{fnd}{sw}{ct}{l}{rr}{bx}{bs}{pp}{o2}{sq}{ar}{dups}{fib:?}{succ:?}{trans:?}{nested:?}{e}{cmp}{lg:?}{arr}{u}{q2}{last}{cat}{sm}{lines:?}{ch}{cyc}{gl}{NAME}{sp:?}{mid}{isx}{un:?}{st}{tk}{peek:?}")
}
