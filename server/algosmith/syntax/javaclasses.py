"""Which classes of the JDK people use without saying where they are from."""

from __future__ import annotations

import re

_UTIL = (
    "List ArrayList LinkedList Map HashMap LinkedHashMap TreeMap SortedMap NavigableMap Set "
    "HashSet LinkedHashSet TreeSet SortedSet NavigableSet Queue Deque ArrayDeque "
    "PriorityQueue Stack Vector Collections Arrays Collection Iterator ListIterator "
    "Comparator Optional OptionalInt OptionalLong OptionalDouble Objects Scanner StringJoiner "
    "StringTokenizer Random BitSet EnumMap EnumSet NoSuchElementException EmptyStackException "
    "InputMismatchException IdentityHashMap Locale AbstractMap "
    "ConcurrentModificationException"
)
_PLACES = {
    "java.util": _UTIL,
    "java.util.stream": "Collectors Stream IntStream LongStream DoubleStream",
    "java.util.function": "Function BiFunction Predicate BiPredicate Supplier Consumer BiConsumer "
    "UnaryOperator BinaryOperator IntFunction IntPredicate IntUnaryOperator IntBinaryOperator "
    "ToIntFunction ToLongFunction IntSupplier IntConsumer LongUnaryOperator ToDoubleFunction",
    "java.math": "BigInteger BigDecimal RoundingMode MathContext",
    "java.io": "BufferedReader InputStreamReader PrintWriter IOException InputStream OutputStream "
    "BufferedWriter OutputStreamWriter StreamTokenizer UncheckedIOException FileNotFoundException "
    "EOFException",
    "java.util.concurrent": "ConcurrentHashMap ThreadLocalRandom TimeoutException "
    "ExecutionException",
    "java.util.regex": "Pattern Matcher",
}
PLACES: dict[str, str] = {
    name: package for package, names in _PLACES.items() for name in names.split()
}
"""Class -> package."""
_LANG_WORDS = (
    "Object String Integer Long Double Float Boolean Character Byte Short Number Math "
    "StrictMath StringBuilder StringBuffer CharSequence Comparable Iterable Runnable Thread "
    "System Exception RuntimeException Error Throwable IllegalArgumentException "
    "IllegalStateException IndexOutOfBoundsException ArrayIndexOutOfBoundsException "
    "StringIndexOutOfBoundsException NullPointerException ArithmeticException "
    "UnsupportedOperationException ClassCastException NumberFormatException "
    "InterruptedException AssertionError StackOverflowError Enum Record Void Override "
    "Deprecated SuppressWarnings SafeVarargs FunctionalInterface Cloneable AutoCloseable "
    "Class ClassLoader Process Runtime NegativeArraySizeException CloneNotSupportedException "
    "OutOfMemoryError ArrayStoreException Character.UnicodeBlock var"
)
_LANG = frozenset(_LANG_WORDS.split())
_IMPORT = re.compile(r"^\s*import\s+(static\s+)?([\w.]+?)(?:\.(\*|\w+))\s*;", re.MULTILINE)
JDK = re.compile(r"(?:java|javax)\.")


def imports_in(text: str) -> list[tuple[bool, str, str]]:
    """(static, package or class, name or ``*``) of each import."""
    return [(bool(m[1]), m[2], m[3]) for m in _IMPORT.finditer(text)]


def missing_imports(names: frozenset[str], text: str, declared: frozenset[str]) -> list[str]:
    """The imports that classes of the JDK still need in a file: ``import java.util.List;``."""
    taken = imports_in(text)
    known = {name for static, _, name in taken if not static} | declared
    whole = {package for static, package, name in taken if name == "*" and not static}
    wanted = sorted(name for name in names if name in PLACES and name not in known)
    return [f"import {PLACES[name]}.{name};" for name in wanted if PLACES[name] not in whole]


def is_known(name: str) -> bool:
    """Whether a class is one that every file knows."""
    return name in _LANG
