// What a counted program calls: one unit for each function that is entered and each turn of a loop,
// and what the library does by the length of what it works on. Memory that is asked for is charged
// by its size, so copies count. It stands in front of the code, behind the library's headers.
#include <malloc.h>
namespace counted_ {

struct Over {};
constexpr long long DEEPEST = 6000;
inline long long limit = [] {
  const char* given = std::getenv("ALGOSMITH_WORK");
  return given ? std::atoll(given) : 1LL << 60;
}();
inline long long work = 0, live = 0, peak = 0, depth = 0, deepest = 0, lines[COUNTED_LINES];
inline int current = 0;
inline bool active = false, over = false, deep = false;

inline void charge(long long units) {
  if (!active) return;
  work += units;
  lines[current] += units;
  if (work > limit) {
    over = true;
    throw Over{};
  }
}
inline void tick() {
  if (++work > limit && active) {
    over = true;
    throw Over{};
  }
}
inline void at(int line) {
  current = line;
  lines[line]++;
}

// A function that is entered.
struct Enter {
  Enter() {
    if (++depth > deepest) deepest = depth;
    if (depth > DEEPEST && active) {
      deep = true;
      depth--;
      throw Over{};
    }
    if (++work > limit && active) {
      over = true;
      depth--;
      throw Over{};
    }
  }
  ~Enter() { depth--; }
};

// The measured function: what ran before it, and what runs behind, is not its work.
struct Begin {
  bool mine = !active;
  Begin() {
    if (!mine) return;
    active = true;
    over = deep = false;
    work = live = peak = deepest = depth = 0;
    std::memset(lines, 0, sizeof lines);
  }
  ~Begin() {
    if (mine) active = false;
  }
};

inline std::string seen() {
  std::string out = over ? "1" : deep ? "2" : "0";
  for (long long one : {work, peak, deepest}) out += ' ' + std::to_string(one);
  for (int turn = 0; turn < 3; turn++) {
    int hot = 0;
    for (int i = 1; i < COUNTED_LINES; i++)
      if (lines[i] > lines[hot] || (!hot && lines[i])) hot = i;
    if (!hot) break;
    out += ' ' + std::to_string(hot) + ' ' + std::to_string(lines[hot]);
    lines[hot] = 0;
  }
  return out;
}

// ---- memory ------------------------------------------------------------------------------------

inline void* taken(void* made, std::size_t bytes) {
  if (!active || !made) return made;
  live += static_cast<long long>(malloc_usable_size(made));
  if (live > peak) peak = live;
  work += static_cast<long long>(bytes >> 3);
  lines[current] += static_cast<long long>(bytes >> 3);
  return made;
}
inline void given_back(void* old) {
  if (active && old) live -= static_cast<long long>(malloc_usable_size(old));
}
inline void* c_malloc(std::size_t n) {
  charge(0);
  return taken(std::malloc(n), n);
}
inline void* c_calloc(std::size_t n, std::size_t size) {
  charge(0);
  return taken(std::calloc(n, size), n * size);
}
inline void* c_realloc(void* old, std::size_t n) {
  charge(0);
  given_back(old);
  return taken(std::realloc(old, n), n);
}
inline void c_free(void* old) {
  given_back(old);
  std::free(old);
}

// ---- what the library does ---------------------------------------------------------------------

inline long long log2_of(double n) { return n > 1 ? static_cast<long long>(std::ceil(std::log2(n))) : 1; }
inline long long sorting(double n) { return n > 1 ? static_cast<long long>(n * std::log2(n)) : 1; }
template <class A, class B>
long long dist(const A& from, const B& to) {
  if constexpr (std::is_same_v<A, B>) return std::distance(from, to);
  else return 1;
}

template <class A, class B, class... R> auto sort(A a, B b, R&&... r) { charge(sorting(dist(a, b))); return std::sort(a, b, std::forward<R>(r)...); }
template <class A, class B, class... R> auto stable_sort(A a, B b, R&&... r) { charge(sorting(dist(a, b))); return std::stable_sort(a, b, std::forward<R>(r)...); }
template <class A, class B, class... R> auto sort_heap(A a, B b, R&&... r) { charge(sorting(dist(a, b))); return std::sort_heap(a, b, std::forward<R>(r)...); }
template <class A, class B, class C, class... R> auto partial_sort(A a, B b, C c, R&&... r) { charge(dist(a, c) * log2_of(dist(a, b))); return std::partial_sort(a, b, c, std::forward<R>(r)...); }
template <class A, class B, class C, class... R> auto nth_element(A a, B b, C c, R&&... r) { charge(dist(a, c)); return std::nth_element(a, b, c, std::forward<R>(r)...); }
template <class A, class B, class C> auto rotate(A a, B b, C c) { charge(dist(a, c)); return std::rotate(a, b, c); }
template <class A, class N, class V> auto fill_n(A a, N n, const V& v) { charge(static_cast<long long>(n)); return std::fill_n(a, n, v); }

#define COUNTED_LINEAR(name) \
  template <class A, class B, class... R> auto name(A a, B b, R&&... r) { \
    charge(dist(a, b)); \
    return std::name(a, b, std::forward<R>(r)...); \
  }
COUNTED_LINEAR(count) COUNTED_LINEAR(count_if) COUNTED_LINEAR(accumulate) COUNTED_LINEAR(reverse)
COUNTED_LINEAR(iota) COUNTED_LINEAR(unique) COUNTED_LINEAR(remove) COUNTED_LINEAR(remove_if)
COUNTED_LINEAR(replace) COUNTED_LINEAR(max_element) COUNTED_LINEAR(min_element)
COUNTED_LINEAR(minmax_element) COUNTED_LINEAR(copy) COUNTED_LINEAR(transform)
COUNTED_LINEAR(for_each) COUNTED_LINEAR(all_of) COUNTED_LINEAR(any_of) COUNTED_LINEAR(none_of)
COUNTED_LINEAR(partial_sum) COUNTED_LINEAR(inner_product) COUNTED_LINEAR(equal)
COUNTED_LINEAR(is_sorted) COUNTED_LINEAR(next_permutation) COUNTED_LINEAR(prev_permutation)
COUNTED_LINEAR(make_heap) COUNTED_LINEAR(partition) COUNTED_LINEAR(stable_partition)
COUNTED_LINEAR(shuffle) COUNTED_LINEAR(set_union) COUNTED_LINEAR(set_intersection)
COUNTED_LINEAR(set_difference) COUNTED_LINEAR(merge) COUNTED_LINEAR(includes)
COUNTED_LINEAR(lexicographical_compare) COUNTED_LINEAR(generate)
template <class A, class B, class V> void fill(A a, B b, const V& v) { charge(dist(a, b)); std::fill(a, b, v); }

#define COUNTED_UNTIL(name) \
  template <class A, class B, class... R> auto name(A a, B b, R&&... r) { \
    auto made = std::name(a, b, std::forward<R>(r)...); \
    charge(dist(a, made) + 1); \
    return made; \
  }
COUNTED_UNTIL(find) COUNTED_UNTIL(find_if) COUNTED_UNTIL(find_if_not) COUNTED_UNTIL(adjacent_find)
COUNTED_UNTIL(search)

#define COUNTED_LOG(name) \
  template <class A, class B, class... R> auto name(A a, B b, R&&... r) { \
    charge(std::is_base_of_v<std::random_access_iterator_tag, \
                             typename std::iterator_traits<A>::iterator_category> \
               ? log2_of(dist(a, b)) : dist(a, b)); \
    return std::name(a, b, std::forward<R>(r)...); \
  }
COUNTED_LOG(lower_bound) COUNTED_LOG(upper_bound) COUNTED_LOG(binary_search)
COUNTED_LOG(equal_range) COUNTED_LOG(push_heap) COUNTED_LOG(pop_heap)

inline void* memset(void* p, int v, std::size_t n) { charge(n >> 3); return std::memset(p, v, n); }
inline void* memcpy(void* p, const void* q, std::size_t n) { charge(n >> 3); return std::memcpy(p, q, n); }
inline void* memmove(void* p, const void* q, std::size_t n) { charge(n >> 3); return std::memmove(p, q, n); }
inline std::size_t strlen(const char* s) { std::size_t n = std::strlen(s); charge(n + 1); return n; }
inline int strcmp(const char* s, const char* t) { charge(std::min(std::strlen(s), std::strlen(t)) + 1); return std::strcmp(s, t); }
inline int strncmp(const char* s, const char* t, std::size_t n) { charge(std::min({std::strlen(s), std::strlen(t), n}) + 1); return std::strncmp(s, t, n); }
inline char* strcpy(char* s, const char* t) { charge(std::strlen(t) + 1); return std::strcpy(s, t); }
inline char* strcat(char* s, const char* t) { charge(std::strlen(s) + std::strlen(t) + 1); return std::strcat(s, t); }
template <class C> C* strchr(C* s, int c) { charge(std::strlen(s) + 1); return std::strchr(s, c); }
template <class C> C* strstr(C* s, const char* t) { charge(std::strlen(s) + 1); return std::strstr(s, t); }
inline void qsort(void* p, std::size_t n, std::size_t size, int (*less)(const void*, const void*)) { charge(sorting(n)); std::qsort(p, n, size, less); }

template <class T> using Plain = std::remove_cv_t<std::remove_reference_t<T>>;
template <class T, class = void> struct IsOrdered : std::false_type {};
template <class T> struct IsOrdered<T, std::void_t<typename T::key_compare>> : std::true_type {};
template <class T, class = void> struct IsHeap : std::false_type {};
template <class T> struct IsHeap<T, std::void_t<typename T::container_type, typename T::value_compare>> : std::true_type {};
template <class T, class = void> struct IsText : std::false_type {};
template <class T> struct IsText<T, std::void_t<decltype(T::npos), decltype(std::declval<T>().data())>> : std::true_type {};
template <class T, class = void> struct IsRow : std::false_type {};
template <class T> struct IsRow<T, std::void_t<decltype(std::declval<T&>().end() - std::declval<T&>().begin()), decltype(std::declval<T&>().size())>> : std::true_type {};
template <class T, class = void> struct IsHeld : std::false_type {};
template <class T> struct IsHeld<T, std::void_t<typename T::value_type, decltype(std::declval<const T&>().size())>> : std::true_type {};

// A member of a container is called: sets, maps and heaps go down a tree.
template <class C> C&& on(C&& c) {
  if constexpr (IsOrdered<Plain<C>>::value || IsHeap<Plain<C>>::value) charge(log2_of(c.size() + 1));
  return std::forward<C>(c);
}
// One that goes through all of it.
template <class C> C&& all(C&& c) {
  if constexpr (IsHeld<Plain<C>>::value) charge(c.size());
  return std::forward<C>(c);
}
// Where something is put in or taken out of a row: what stands behind moves.
template <class C, class I> I&& behind(C& c, I&& place) {
  if constexpr (IsRow<Plain<C>>::value) {
    if constexpr (std::is_integral_v<Plain<I>>) charge(std::max<long long>(1, static_cast<long long>(c.size()) - static_cast<long long>(place)));
    else if constexpr (std::is_convertible_v<Plain<I>, typename Plain<C>::const_iterator>) charge(std::max<long long>(1, c.end() - typename Plain<C>::const_iterator(place)));
  }
  return std::forward<I>(place);
}
template <class C, class R> R found(C& c, R made) {
  if constexpr (IsText<Plain<C>>::value && std::is_integral_v<R>) charge(made == static_cast<R>(Plain<C>::npos) ? c.size() : made + 1);
  return made;
}
template <class C> decltype(auto) sub(C&& c) { return on(std::forward<C>(c)); }
template <class T> const T& copied(const T& value) {
  if constexpr (IsHeld<T>::value) charge(value.size());
  return value;
}
template <class T, std::size_t N> T* copied(T (&row)[N]) { return row; }

}  // namespace counted_

void* operator new(std::size_t n) {
  counted_::charge(0);
  void* made = std::malloc(n ? n : 1);
  if (!made) throw std::bad_alloc();
  return counted_::taken(made, n);
}
void* operator new[](std::size_t n) { return operator new(n); }
void operator delete(void* old) noexcept { counted_::c_free(old); }
void operator delete[](void* old) noexcept { counted_::c_free(old); }
void operator delete(void* old, std::size_t) noexcept { counted_::c_free(old); }
void operator delete[](void* old, std::size_t) noexcept { counted_::c_free(old); }
