// What a counted program calls: one unit for each function that is entered, each turn of a loop and
// each call of a closure, and what the library does by the length of what it works on. Memory that
// is asked for is charged by its size, so copies count. A module of the driver's.

use std::alloc::{GlobalAlloc, Layout, System};
use std::any::type_name;
use std::borrow::Cow;
use std::cell::{Ref, RefMut};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::iter::FusedIterator;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, MutexGuard};

const DEEPEST: i64 = 6000;
/// Units of a place in a hash table that is written: finding it takes longer than a turn of a loop.
const HASHED: usize = 4;
const MOST_LINES: usize = 1 << 14;

// Counted programs have one thread, so a sum needs no lock.
static WORK: AtomicI64 = AtomicI64::new(0);
static LIMIT: AtomicI64 = AtomicI64::new(i64::MAX);
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);
static DEPTH: AtomicI64 = AtomicI64::new(0);
static REACHED: AtomicI64 = AtomicI64::new(0);
static NEWEST: AtomicI64 = AtomicI64::new(0);
static PASSED: AtomicI64 = AtomicI64::new(0);
static LINE: AtomicUsize = AtomicUsize::new(0);
const NOTHING: AtomicI64 = AtomicI64::new(0);
static LINES: [AtomicI64; MOST_LINES] = [NOTHING; MOST_LINES];
static ACTIVE: AtomicBool = AtomicBool::new(false);
static OVER: AtomicBool = AtomicBool::new(false);
static DEEP: AtomicBool = AtomicBool::new(false);

struct Over;

#[inline]
fn add(to: &AtomicI64, units: i64) -> i64 {
    let sum = to.load(Relaxed).saturating_add(units);
    to.store(sum, Relaxed);
    sum
}
#[inline]
fn raise(to: &AtomicI64, value: i64) {
    if value > to.load(Relaxed) {
        to.store(value, Relaxed);
    }
}
#[cold]
fn stop(why: &AtomicBool) {
    why.store(true, Relaxed);
    if !std::thread::panicking() {
        std::panic::resume_unwind(Box::new(Over));
    }
}

pub fn charge(units: usize) {
    if !ACTIVE.load(Relaxed) {
        return;
    }
    let units = units.min(1 << 40) as i64;
    add(&LINES[LINE.load(Relaxed)], units);
    if add(&WORK, units) > LIMIT.load(Relaxed) {
        stop(&OVER);
    }
}
#[inline]
pub fn tick() {
    if add(&WORK, 1) > LIMIT.load(Relaxed) && ACTIVE.load(Relaxed) {
        stop(&OVER);
    }
}
#[inline]
pub fn at(line: usize) {
    let line = line.min(MOST_LINES - 1);
    LINE.store(line, Relaxed);
    add(&LINES[line], 1);
}

/// A function that is entered.
pub struct Enter(());
impl Enter {
    #[inline]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let depth = add(&DEPTH, 1);
        raise(&REACHED, depth);
        let entered = Enter(());
        if depth > DEEPEST && ACTIVE.load(Relaxed) {
            stop(&DEEP);
        }
        tick();
        entered
    }
}
impl Drop for Enter {
    #[inline]
    fn drop(&mut self) {
        add(&DEPTH, -1);
    }
}

/// The measured call: what ran before it, and what runs behind, is not its work.
pub struct Begin(());
impl Begin {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let told = std::env::var("ALGOSMITH_WORK").ok().and_then(|one| one.parse().ok());
        LIMIT.store(told.unwrap_or(i64::MAX), Relaxed);
        for one in [&WORK, &LIVE, &PEAK, &DEPTH, &REACHED, &PASSED] {
            one.store(0, Relaxed);
        }
        LINES.iter().for_each(|one| one.store(0, Relaxed));
        OVER.store(false, Relaxed);
        DEEP.store(false, Relaxed);
        ACTIVE.store(true, Relaxed);
        Begin(())
    }
}
impl Drop for Begin {
    fn drop(&mut self) {
        ACTIVE.store(false, Relaxed);
    }
}

/// How the last call ended, its work, memory and depth, and the lines with most work.
pub fn seen() -> String {
    let ended = if OVER.load(Relaxed) { 1 } else if DEEP.load(Relaxed) { 2 } else { 0 };
    let mut out = ended.to_string();
    for one in [&WORK, &PEAK, &REACHED] {
        out += &format!(" {}", one.load(Relaxed));
    }
    let mut hot: Vec<(i64, usize)> = LINES.iter().map(|one| one.load(Relaxed)).zip(0..).collect();
    hot.retain(|&(work, line)| line > 0 && work > 0);
    hot.sort_by_key(|&(work, line)| (-work, line));
    for (work, line) in hot.into_iter().take(3) {
        out += &format!(" {line} {work}");
    }
    out
}

// ---- memory ------------------------------------------------------------------------------------

/// Counts what is asked for. It must not unwind: the next turn of a loop sees that it is too much.
pub struct Memory;

fn taken(bytes: usize) {
    if ACTIVE.load(Relaxed) {
        raise(&PEAK, add(&LIVE, bytes as i64));
        add(&WORK, (bytes >> 3) as i64);
        add(&LINES[LINE.load(Relaxed)], (bytes >> 3) as i64);
        NEWEST.store(bytes as i64, Relaxed);
    }
}
fn given_back(bytes: usize) {
    if ACTIVE.load(Relaxed) {
        add(&LIVE, -(bytes as i64));
    }
}
/// What has outgrown its memory: only what is new is charged, or growing would look like leaps.
fn outgrown(bytes: usize) {
    if ACTIVE.load(Relaxed) {
        add(&WORK, -((bytes >> 3) as i64));
        add(&LINES[LINE.load(Relaxed)], -((bytes >> 3) as i64));
    }
}
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        System.alloc(layout)
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        System.alloc_zeroed(layout)
    }
    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        given_back(layout.size());
        // A hash table that grows gives the old one back right behind getting the new one.
        let (old_size, newest) = (layout.size() as i64, NEWEST.swap(0, Relaxed));
        if old_size > 64 && newest > old_size * 3 / 2 && newest < old_size * 5 / 2 {
            outgrown(layout.size());
        }
        System.dealloc(old, layout)
    }
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        given_back(layout.size());
        taken(size);
        outgrown(layout.size().min(size));
        System.realloc(old, layout, size)
    }
}

// ---- what is worked on -------------------------------------------------------------------------

#[derive(Clone, Copy, PartialEq)]
pub enum Shape { Row, Deque, Chain, Text, Hash, Tree, Heap }

/// What holds a number of things.
pub trait Held {
    fn shape(&self) -> Shape;
    fn units(&self) -> usize;
}

macro_rules! held {
    ($([$($bound:tt)*] $kind:ty, $shape:ident;)*) => {$(
        impl<$($bound)*> Held for $kind {
            fn shape(&self) -> Shape { Shape::$shape }
            fn units(&self) -> usize { self.len() }
        }
    )*};
}
held! {
    [T] Vec<T>, Row; [T] [T], Row; [T, const N: usize] [T; N], Row; [T] VecDeque<T>, Deque;
    [T] LinkedList<T>, Chain; [] str, Text; [] String, Text; [T, S] HashSet<T, S>, Hash;
    [K, V, S] HashMap<K, V, S>, Hash; [T] BTreeSet<T>, Tree; [K, V] BTreeMap<K, V>, Tree;
    [T] BinaryHeap<T>, Heap;
}
macro_rules! lent {
    ($($kind:ty;)*) => {$(
        impl<T: Held + ?Sized> Held for $kind {
            fn shape(&self) -> Shape { (**self).shape() }
            fn units(&self) -> usize { (**self).units() }
        }
    )*};
}
lent! { &T; &mut T; Box<T>; Rc<T>; Arc<T>; Ref<'_, T>; RefMut<'_, T>; MutexGuard<'_, T>; }
impl<T: Held + ToOwned + ?Sized> Held for Cow<'_, T> {
    fn shape(&self) -> Shape { (**self).shape() }
    fn units(&self) -> usize { (**self).units() }
}

/// A whole number of any type, so that asking for a place does not say which.
pub trait Whole: Copy {
    fn whole(self) -> usize;
}
macro_rules! whole {
    ($($kind:ty)*) => {$(impl Whole for $kind { fn whole(self) -> usize { self as usize } })*};
}
whole!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

fn halves(count: usize) -> usize {
    (count.max(2) as f64).log2().ceil() as usize
}
fn sorting(count: usize) -> usize {
    (count as f64 * (count.max(2) as f64).log2()) as usize
}

/// Looks at a value without taking it. What is known of its type charges; for all other types, the
/// user's own among them, the traits of the same names below are taken, which do nothing.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

impl<'a, T: Held + ?Sized> Probe<'a, T> {
    /// All of it is gone through.
    pub fn charge_all(self) {
        charge(self.0.units());
    }
    pub fn charge_sort(self) {
        charge(sorting(self.0.units()));
    }
    /// A row is halved again and again.
    pub fn charge_halves(self) {
        charge(halves(self.0.units()));
    }
    /// Trees and heaps are gone down.
    pub fn charge_down(self) {
        if matches!(self.0.shape(), Shape::Tree | Shape::Heap) {
            charge(halves(self.0.units()));
        }
    }
    pub fn charge_entry(self) {
        if self.0.shape() == Shape::Hash {
            charge(HASHED);
        }
        self.charge_down();
    }
    /// A value is looked for: from the front, or down a tree.
    pub fn charge_search(self) {
        match self.0.shape() {
            Shape::Tree => charge(halves(self.0.units())),
            Shape::Hash => (),
            _ => charge(self.0.units()),
        }
    }
    /// As far as a part of a text was found.
    pub fn charge_found(self, found: Option<usize>) {
        if self.0.shape() == Shape::Text {
            charge(found.unwrap_or(self.0.units()));
        }
    }
    /// Something is put in or taken out at a place: what stands behind moves.
    pub fn charge_behind(self, place: usize) {
        let count = self.0.units();
        let behind = count.saturating_sub(place);
        match self.0.shape() {
            Shape::Row | Shape::Text => charge(behind),
            Shape::Deque => charge(behind.min(place)),
            Shape::Chain => charge(count),
            Shape::Tree | Shape::Heap => charge(halves(count)),
            Shape::Hash => charge(HASHED),
        }
    }
    /// The shorter of two is compared.
    pub fn charge_prefix(self, count: usize) {
        charge(self.0.units().min(count));
    }
    /// Two are compared that may be equal: those of two lengths are not.
    pub fn charge_same(self, other: usize) {
        if self.0.units() == other {
            charge(other);
        }
    }
    /// What an iterator gave has been put into it.
    pub fn charge_extended(self) {
        let count = PASSED.load(Relaxed).max(0) as usize;
        match self.0.shape() {
            Shape::Tree | Shape::Heap => charge(count * halves(self.0.units())),
            Shape::Hash => charge(count * HASHED),
            _ => (),
        }
    }
    pub fn through(self) -> &'a T {
        Probe(self.0).charge_down();
        self.0
    }
    pub fn size(self) -> usize {
        self.0.units()
    }
}
impl<T: Whole> Probe<'_, T> {
    pub fn place(self) -> usize {
        self.0.whole()
    }
}
impl Probe<'_, Option<usize>> {
    pub fn spot(self) -> Option<usize> {
        self.0.map(|at| at + 1)
    }
}
pub trait Unknown: Sized {
    fn charge_all(self) {}
    fn charge_sort(self) {}
    fn charge_halves(self) {}
    fn charge_down(self) {}
    fn charge_entry(self) {}
    fn charge_search(self) {}
    fn charge_found(self, _: Option<usize>) {}
    fn charge_behind(self, _: usize) {}
    fn charge_prefix(self, _: usize) {}
    fn charge_same(self, _: usize) {}
    fn charge_extended(self) {}
    fn size(self) -> usize { 1 }
    fn place(self) -> usize { 0 }
    fn spot(self) -> Option<usize> { None }
}
impl<T: ?Sized> Unknown for Probe<'_, T> {}
pub trait UnknownThrough<'a, T: ?Sized> {
    fn through(self) -> &'a T;
}
impl<'a, T: ?Sized> UnknownThrough<'a, T> for Probe<'a, T> {
    fn through(self) -> &'a T {
        self.0
    }
}

// ---- what is passed on -------------------------------------------------------------------------

/// Takes a value and gives it back, an iterator as one that counts.
pub struct Passed<T>(pub T);

impl<I: Iterator> Passed<I> {
    pub fn elements(self) -> Elements<I> {
        Elements { inner: self.0, passed: 0 }
    }
}
impl<I: Iterator> Passed<I>
where
    I::Item: Piece,
{
    pub fn pieces(self) -> Pieces<I> {
        Pieces(self.0)
    }
}
impl<I: IntoIterator> Passed<I> {
    pub fn given(self) -> Elements<I::IntoIter> {
        Elements { inner: self.0.into_iter(), passed: 0 }
    }
}
impl<T: Held> Passed<T> {
    pub fn weighed(self) -> T {
        charge(self.0.units());
        self.0
    }
}
pub trait UnknownPassed<T> {
    fn elements(self) -> T;
    fn pieces(self) -> T;
    fn given(self) -> T;
    fn weighed(self) -> T;
}
impl<T> UnknownPassed<T> for Passed<T> {
    fn elements(self) -> T { self.0 }
    fn pieces(self) -> T { self.0 }
    fn given(self) -> T { self.0 }
    fn weighed(self) -> T { self.0 }
}

/// Whether an iterator skips what is in between without looking at it.
fn leaps<I: Iterator>(inner: &I) -> bool {
    let (least, most) = inner.size_hint();
    let name = type_name::<I>();
    let walks = ["btree", "hash", "linked_list", "Chars", "Elements"];
    most == Some(least) && !walks.iter().any(|one| name.contains(one))
}

/// An iterator that counts what it gives.
#[derive(Clone, Debug)]
pub struct Elements<I> {
    inner: I,
    passed: i64,
}
impl<I> Elements<I> {
    #[inline]
    fn told<T>(&mut self, given: Option<T>) -> Option<T> {
        tick();
        self.passed += given.is_some() as i64;
        PASSED.store(self.passed, Relaxed);
        given
    }
}
impl<I: Iterator> Iterator for Elements<I> {
    type Item = I::Item;
    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        let given = self.inner.next();
        self.told(given)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
    fn nth(&mut self, n: usize) -> Option<I::Item> {
        if !leaps(&self.inner) {
            charge(n.min(self.inner.size_hint().1.unwrap_or(n)));
        }
        let given = self.inner.nth(n);
        self.told(given)
    }
    fn count(self) -> usize {
        if type_name::<I>().starts_with("core::slice::") {
            tick();
            return self.inner.count();
        }
        self.fold(0, |sum, _| sum + 1)
    }
    fn last(self) -> Option<I::Item> {
        let ends = ["core::slice::", "core::str::iter::Char", "core::ops::range::"];
        if ends.iter().any(|one| type_name::<I>().starts_with(one)) {
            tick();
            return self.inner.last();
        }
        self.fold(None, |_, one| Some(one))
    }
}
impl<I: DoubleEndedIterator> DoubleEndedIterator for Elements<I> {
    #[inline]
    fn next_back(&mut self) -> Option<I::Item> {
        let given = self.inner.next_back();
        self.told(given)
    }
    fn nth_back(&mut self, n: usize) -> Option<I::Item> {
        if !leaps(&self.inner) {
            charge(n.min(self.inner.size_hint().1.unwrap_or(n)));
        }
        let given = self.inner.nth_back(n);
        self.told(given)
    }
}
impl<I: ExactSizeIterator> ExactSizeIterator for Elements<I> {
    fn len(&self) -> usize {
        self.inner.len()
    }
}
impl<I: FusedIterator> FusedIterator for Elements<I> {}

/// What has been collected: trees are built by sorting.
pub fn built<T>(made: T) -> T {
    let count = PASSED.load(Relaxed).max(0) as usize;
    if type_name::<T>().starts_with("alloc::collections::btree") {
        charge(sorting(count));
    } else if type_name::<T>().starts_with("std::collections::hash") {
        charge(count * HASHED);
    }
    made
}

/// A part that something long is cut into.
pub trait Piece {
    fn length(&self) -> usize;
}
impl Piece for &str {
    fn length(&self) -> usize { self.len() }
}
impl<T> Piece for &[T] {
    fn length(&self) -> usize { self.len() }
}
impl<T> Piece for &mut [T] {
    fn length(&self) -> usize { self.len() }
}

/// An iterator that looks at all of what it gives.
#[derive(Clone, Debug)]
pub struct Pieces<I>(I);
fn cut<T: Piece>(given: Option<T>) -> Option<T> {
    charge(1 + given.as_ref().map_or(0, Piece::length));
    given
}
impl<I: Iterator> Iterator for Pieces<I>
where
    I::Item: Piece,
{
    type Item = I::Item;
    fn next(&mut self) -> Option<I::Item> {
        cut(self.0.next())
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
impl<I: DoubleEndedIterator> DoubleEndedIterator for Pieces<I>
where
    I::Item: Piece,
{
    fn next_back(&mut self) -> Option<I::Item> {
        cut(self.0.next_back())
    }
}
impl<I: FusedIterator> FusedIterator for Pieces<I> where I::Item: Piece {}
