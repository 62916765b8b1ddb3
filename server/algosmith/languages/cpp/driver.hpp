// What stands in front of every program: it reads calls as lines from descriptor 3, calls the
// function and writes one line for each to descriptor 4. Tokens are divided by spaces; README.md
// of this folder lists them.
#ifndef ALGOSMITH_DRIVER
#define ALGOSMITH_DRIVER
#if __has_include(<bits/stdc++.h>)
#include <bits/stdc++.h>
#else
#include <algorithm>
#include <array>
#include <bitset>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <iostream>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>
#include <set>
#include <sstream>
#include <stack>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>
#endif
#include <charconv>
#include <cxxabi.h>
#include <typeinfo>
#include <unistd.h>

namespace algosmith_driver {

struct Mismatch {
  std::string text;
};
inline bool is_reading = false;

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  std::string_view next() {
    size_t end = rest_.find(' ');
    std::string_view token = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    if (token.empty()) throw Mismatch{"too few arguments"};
    return token;
  }
  size_t count(char kind, const char* wanted) {
    if (peek() != kind) throw Mismatch{std::string("no ") + wanted};
    std::string_view token = next();
    return std::strtoull(std::string(token.substr(1)).c_str(), nullptr, 10);
  }

 private:
  std::string_view rest_;
};

inline std::string unhex(std::string_view text) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string made;
  for (size_t i = 0; i + 1 < text.size(); i += 2)
    made.push_back(static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1])));
  return made;
}

inline void hex(std::string& out, std::string_view text) {
  const char* digits = "0123456789abcdef";
  for (unsigned char c : text) {
    out.push_back(digits[c >> 4]);
    out.push_back(digits[c & 15]);
  }
}

template <class T, class = void>
struct Io {
  static_assert(!sizeof(T*), "algosmith_unsupported");
};

template <class T>
T read(Reader& in) { return Io<T>::read(in); }
template <class T>
void write(std::string& out, const T& value) { Io<std::decay_t<T>>::write(out, value); }

template <>
struct Io<bool> {
  static bool read(Reader& in) {
    std::string_view token = in.next();
    if (token == "T" || token == "#1") return true;
    if (token == "F" || token == "#0") return false;
    throw Mismatch{"no bool"};
  }
  static void write(std::string& out, bool value) { out += value ? "T " : "F "; }
};

template <class T>
T whole(std::string_view token) {
  if (token == "T" || token == "F") return token == "T";
  if (token.size() == 3 && token[0] == '"') return static_cast<T>(unhex(token.substr(1))[0]);
  if (token[0] != '#') throw Mismatch{"no whole number"};
  std::string text(token.substr(1));
  if (text.find_first_of(".en") != std::string::npos) {
    double value = std::strtod(text.c_str(), nullptr);
    if (!(std::abs(value) < 9e15) || value != std::floor(value)) throw Mismatch{"no whole number"};
    text = std::to_string(static_cast<long long>(value));
  }
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw Mismatch{text.substr(0, 40) + " does not fit the parameter's type"};
  return value;
}

template <class T>
struct Io<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>>> {
  static T read(Reader& in) { return whole<T>(in.next()); }
  static void write(std::string& out, T value) {
    if constexpr (std::is_same_v<T, char>) {
      out += '\'';
      hex(out, std::string_view(&value, 1));
    } else {
      out += '#';
      out += std::to_string(value);
    }
    out += ' ';
  }
};

template <class T>
struct Io<T, std::enable_if_t<std::is_floating_point_v<T>>> {
  static T read(Reader& in) {
    std::string_view token = in.next();
    if (token[0] != '#') throw Mismatch{"no number"};
    return static_cast<T>(std::strtod(std::string(token.substr(1)).c_str(), nullptr));
  }
  static void write(std::string& out, T value) {
    char text[64];
    std::to_chars_result end{};
    if constexpr (std::is_same_v<T, long double>)
      end = std::to_chars(text, text + 63, static_cast<double>(value));
    else
      end = std::to_chars(text, text + 63, value);
    out += '~';
    out.append(text, end.ptr);
    out += ' ';
  }
};

template <>
struct Io<std::string> {
  static std::string read(Reader& in) {
    std::string_view token = in.next();
    if (token[0] != '"') throw Mismatch{"no string"};
    return unhex(token.substr(1));
  }
  static void write(std::string& out, const std::string& value) {
    out += '"';
    hex(out, value);
    out += ' ';
  }
};
template <>
struct Io<std::string_view> {
  static void write(std::string& out, std::string_view value) {
    Io<std::string>::write(out, std::string(value));
  }
};
template <>
struct Io<const char*> {
  static void write(std::string& out, const char* value) {
    if (value) Io<std::string>::write(out, value);
    else out += "N ";
  }
};
template <>
struct Io<char*> : Io<const char*> {};

template <class C, class T>
struct Sequence {
  static C read(Reader& in) {
    C made;
    if constexpr (std::is_same_v<T, char>) {
      if (in.peek() == '"') {
        for (char c : Io<std::string>::read(in)) made.insert(made.end(), c);
        return made;
      }
    }
    for (size_t n = in.count('[', "list"); n > 0; n--)
      made.insert(made.end(), algosmith_driver::read<T>(in));
    return made;
  }
  static void write(std::string& out, const C& value) { write_as(out, value, '['); }
  static void write_as(std::string& out, const C& value, char kind) {
    out += kind;
    out += std::to_string(value.size());
    out += ' ';
    for (const T& item : value) algosmith_driver::write<T>(out, item);
  }
};
template <class T, class A>
struct Io<std::vector<T, A>> : Sequence<std::vector<T, A>, T> {};
template <class A>
struct Io<std::vector<bool, A>> {
  static std::vector<bool, A> read(Reader& in) {
    std::vector<bool, A> made;
    for (size_t n = in.count('[', "list"); n > 0; n--) made.push_back(Io<bool>::read(in));
    return made;
  }
  static void write(std::string& out, const std::vector<bool, A>& value) {
    out += '[' + std::to_string(value.size()) + ' ';
    for (bool item : value) Io<bool>::write(out, item);
  }
};
template <class T>
struct Io<std::deque<T>> : Sequence<std::deque<T>, T> {};
template <class T>
struct Io<std::list<T>> : Sequence<std::list<T>, T> {};
template <class C, class T>
struct Group : Sequence<C, T> {
  static void write(std::string& out, const C& value) {
    Sequence<C, T>::write_as(out, value, '<');
  }
};
template <class T, class L>
struct Io<std::set<T, L>> : Group<std::set<T, L>, T> {};
template <class T, class H>
struct Io<std::unordered_set<T, H>> : Group<std::unordered_set<T, H>, T> {};
template <class T, class L>
struct Io<std::multiset<T, L>> : Sequence<std::multiset<T, L>, T> {};

template <class T, size_t N>
struct Io<std::array<T, N>> {
  static std::array<T, N> read(Reader& in) {
    std::array<T, N> made{};
    if (in.count('[', "list") != N) throw Mismatch{"a list of another length"};
    for (T& item : made) item = algosmith_driver::read<T>(in);
    return made;
  }
  static void write(std::string& out, const std::array<T, N>& value) {
    out += '[' + std::to_string(N) + ' ';
    for (const T& item : value) algosmith_driver::write<T>(out, item);
  }
};

template <class M, class K, class V>
struct Mapped {
  static M read(Reader& in) {
    M made;
    for (size_t n = in.count('{', "map"); n > 0; n--) {
      K key = algosmith_driver::read<K>(in);
      made.emplace(std::move(key), algosmith_driver::read<V>(in));
    }
    return made;
  }
  static void write(std::string& out, const M& value) {
    out += '{' + std::to_string(value.size()) + ' ';
    for (const auto& [key, item] : value) {
      algosmith_driver::write<K>(out, key);
      algosmith_driver::write<V>(out, item);
    }
  }
};
template <class K, class V, class L>
struct Io<std::map<K, V, L>> : Mapped<std::map<K, V, L>, K, V> {};
template <class K, class V, class H>
struct Io<std::unordered_map<K, V, H>> : Mapped<std::unordered_map<K, V, H>, K, V> {};

template <class A, class B>
struct Io<std::pair<A, B>> {
  static std::pair<A, B> read(Reader& in) {
    if (in.count('[', "pair") != 2) throw Mismatch{"no pair"};
    A first = algosmith_driver::read<A>(in);
    return {std::move(first), algosmith_driver::read<B>(in)};
  }
  static void write(std::string& out, const std::pair<A, B>& value) {
    out += "(2 ";
    algosmith_driver::write<A>(out, value.first);
    algosmith_driver::write<B>(out, value.second);
  }
};
template <class... T>
struct Io<std::tuple<T...>> {
  static std::tuple<T...> read(Reader& in) {
    if (in.count('[', "tuple") != sizeof...(T)) throw Mismatch{"a tuple of another length"};
    return std::tuple<T...>{algosmith_driver::read<T>(in)...};
  }
  static void write(std::string& out, const std::tuple<T...>& value) {
    out += '(' + std::to_string(sizeof...(T)) + ' ';
    std::apply([&](const T&... item) { (algosmith_driver::write<T>(out, item), ...); }, value);
  }
};
template <class T>
struct Io<std::optional<T>> {
  static std::optional<T> read(Reader& in) {
    if (in.peek() == 'N') {
      in.next();
      return std::nullopt;
    }
    return algosmith_driver::read<T>(in);
  }
  static void write(std::string& out, const std::optional<T>& value) {
    if (value) algosmith_driver::write<T>(out, *value);
    else out += "N ";
  }
};

// A struct without constructors, as the tuple of its fields.
struct Anything {
  template <class T> operator T() const;
};
template <class T, class... A> auto made_of(int) -> decltype(T{A{}...}, std::true_type{});
template <class T, class... A> std::false_type made_of(...);
template <class T, class... A> constexpr size_t fields_of() {
  if constexpr (sizeof...(A) > 8) return 0;
  else if constexpr (decltype(made_of<T, A..., Anything>(0))::value)
    return fields_of<T, A..., Anything>();
  else return sizeof...(A);
}
template <class T> struct IsArray : std::false_type {};
template <class T, size_t N> struct IsArray<std::array<T, N>> : std::true_type {};
template <class T> auto fields(T& value) {
  constexpr size_t count = fields_of<std::remove_const_t<T>>();
  static_assert(count >= 1 && count <= 8, "algosmith_unsupported");
  if constexpr (count == 1) { auto& [a] = value; return std::tie(a); }
  else if constexpr (count == 2) { auto& [a, b] = value; return std::tie(a, b); }
  else if constexpr (count == 3) { auto& [a, b, c] = value; return std::tie(a, b, c); }
  else if constexpr (count == 4) { auto& [a, b, c, d] = value; return std::tie(a, b, c, d); }
  else if constexpr (count == 5) { auto& [a, b, c, d, e] = value; return std::tie(a, b, c, d, e); }
  else if constexpr (count == 6) {
    auto& [a, b, c, d, e, f] = value;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, f, g] = value;
    return std::tie(a, b, c, d, e, f, g);
  } else {
    auto& [a, b, c, d, e, f, g, h] = value;
    return std::tie(a, b, c, d, e, f, g, h);
  }
}
template <class T>
struct Io<T, std::enable_if_t<std::is_class_v<T> && std::is_aggregate_v<T> && !IsArray<T>::value>> {
  static T read(Reader& in) {
    T made{};
    auto parts = fields(made);
    if (in.count('[', "struct") != std::tuple_size_v<decltype(parts)>)
      throw Mismatch{"a struct of other fields"};
    std::apply([&](auto&... item) { ((item = algosmith_driver::read<std::decay_t<decltype(item)>>(in)), ...); },
               parts);
    return made;
  }
  static void write(std::string& out, const T& value) {
    auto parts = fields(value);
    out += '(' + std::to_string(std::tuple_size_v<decltype(parts)>) + ' ';
    std::apply([&](const auto&... item) {
      (algosmith_driver::write<std::decay_t<decltype(item)>>(out, item), ...); }, parts);
  }
};

// Linked lists and trees of a struct that the program has, by the names of its fields.
template <class T> auto value_of(T& node, int) -> decltype((node.val)) { return node.val; }
template <class T> auto value_of(T& node, long) -> decltype((node.value)) { return node.value; }
template <class T> auto value_of(T& node, char) -> decltype((node.data)) { return node.data; }
template <class T, class = void> struct IsList : std::false_type {};
template <class T>
struct IsList<T, std::void_t<decltype(std::declval<T&>().next)>> : std::true_type {};
template <class T, class = void> struct IsTree : std::false_type {};
template <class T>
struct IsTree<T, std::void_t<decltype(std::declval<T&>().left), decltype(std::declval<T&>().right)>>
    : std::true_type {};
constexpr size_t most_nodes = 100000;

template <class T>
T* new_node(Reader& in) {
  using Value = std::decay_t<decltype(value_of(std::declval<T&>(), 0))>;
  Value value = read<Value>(in);
  T* made = nullptr;
  if constexpr (std::is_constructible_v<T, Value>) made = new T(value);
  else made = new T{};
  value_of(*made, 0) = value;
  return made;
}

template <class T>
struct Io<T*, std::enable_if_t<IsList<T>::value && !IsTree<T>::value>> {
  static T* read(Reader& in) {
    if (in.peek() == 'N') {
      in.next();
      return nullptr;
    }
    T* first = nullptr;
    T** link = &first;
    for (size_t n = in.count('[', "list"); n > 0; n--) {
      *link = new_node<T>(in);
      (*link)->next = nullptr;
      link = &(*link)->next;
    }
    return first;
  }
  static void write(std::string& out, const T* node) {
    std::string items;
    size_t n = 0;
    for (; node && n < most_nodes; node = node->next, n++)
      algosmith_driver::write(items, value_of(*node, 0));
    if (node) throw Mismatch{"a list that never ends"};
    out += 'L' + std::to_string(n) + ' ' + items;
  }
};

template <class T>
struct Io<T*, std::enable_if_t<IsTree<T>::value>> {
  static T* read(Reader& in) {
    if (in.peek() == 'N') {
      in.next();
      return nullptr;
    }
    size_t n = in.count('[', "tree");
    std::vector<T*> all;
    for (size_t i = 0; i < n; i++) {
      if (in.peek() == 'N') {
        in.next();
        all.push_back(nullptr);
        continue;
      }
      all.push_back(new_node<T>(in));
      all.back()->left = all.back()->right = nullptr;
    }
    size_t child = 1;
    for (size_t i = 0; i < n; i++) {
      if (!all[i]) continue;
      if (child < n) all[i]->left = all[child++];
      if (child < n) all[i]->right = all[child++];
    }
    return n ? all[0] : nullptr;
  }
  static void write(std::string& out, const T* root) {
    std::vector<const T*> level{root};
    for (size_t i = 0; i < level.size(); i++) {
      if (level.size() > most_nodes) throw Mismatch{"a tree that never ends"};
      if (!level[i]) continue;
      level.push_back(level[i]->left);
      level.push_back(level[i]->right);
    }
    while (!level.empty() && !level.back()) level.pop_back();
    out += 'G' + std::to_string(level.size()) + ' ';
    for (const T* node : level) {
      if (node) algosmith_driver::write(out, value_of(*node, 0));
      else out += "N ";
    }
  }
};

// One argument: what is kept while the function runs, and how it is given.
template <class A, class = void>
struct Held {
  using Kept = std::remove_cv_t<std::remove_reference_t<A>>;
  Kept kept;
  explicit Held(Reader& in) : kept(read<Kept>(in)) {}
  A given() { return static_cast<A>(kept); }
  void after(std::string& out) const {
    if constexpr (std::is_lvalue_reference_v<A> && !std::is_const_v<std::remove_reference_t<A>>)
      write<Kept>(out, kept);
    else
      out += "- ";
  }
};
template <class T>
struct Held<T*, std::enable_if_t<std::is_arithmetic_v<T> && !std::is_same_v<std::remove_cv_t<T>, char>>> {
  using Item = std::remove_cv_t<T>;
  std::vector<Item> kept;
  std::unique_ptr<Item[]> items;
  explicit Held(Reader& in) : kept(read<std::vector<Item>>(in)), items(new Item[kept.size() + 4096]()) {
    std::copy(kept.begin(), kept.end(), items.get());
  }
  T* given() { return items.get(); }
  void after(std::string& out) const {
    std::vector<Item> now(items.get(), items.get() + kept.size());
    if (std::is_const_v<T>) out += "- ";
    else write(out, now);
  }
};
template <class T>
struct Held<T*, std::enable_if_t<std::is_same_v<std::remove_cv_t<T>, char>>> {
  std::string kept;
  explicit Held(Reader& in) : kept(read<std::string>(in)) {}
  T* given() { return kept.data(); }
  void after(std::string& out) const {
    if (std::is_const_v<T>) out += "- ";
    else write(out, std::string(kept.c_str()));
  }
};
template <>
struct Held<std::string_view> {
  std::string kept;
  explicit Held(Reader& in) : kept(read<std::string>(in)) {}
  std::string_view given() { return kept; }
  void after(std::string& out) const { out += "- "; }
};
template <class T>
struct Held<T*, std::enable_if_t<IsList<T>::value || IsTree<T>::value>> {
  T* kept;
  explicit Held(Reader& in) : kept(read<T*>(in)) {}
  T* given() { return kept; }
  void after(std::string& out) const { out += "- "; }
};
template <class A> struct IsNode : std::false_type {};
template <class T> struct IsNode<T*> : std::bool_constant<IsList<T>::value || IsTree<T>::value> {};

template <class F, class R, class... A>
std::string answer(Reader& in, F&& call) {
  std::string out = "v ";
  is_reading = true;
  std::tuple<Held<A>...> held{Held<A>(in)...};
  if (!in.done()) throw Mismatch{"too many arguments"};
  is_reading = false;
  auto run = [&](Held<A>&... one) -> R { return call(one.given()...); };
  if constexpr (std::is_void_v<R>) {
    std::apply(run, held);
    out += "N ";
  } else {
    write<std::decay_t<R>>(out, std::apply(run, held));
  }
  std::apply(
      [&](Held<A>&... one) {
        // Of a list that is changed in place only the first node is known.
        auto tell = [&](auto& each, auto is_node) {
          if constexpr (std::is_void_v<R> && decltype(is_node)::value) write(out, each.kept);
          else each.after(out);
        };
        (tell(one, IsNode<A>{}), ...);
      },
      held);
  return out;
}

inline std::string name_of(const std::type_info& type) {
  int status = 0;
  char* text = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string made = status ? type.name() : text;
  std::free(text);
  return made;
}

inline std::string told(char kind, std::string_view name, std::string_view text) {
  std::string out(1, kind);
  out += " \"";
  hex(out, name.substr(0, 200));
  out += " \"";
  hex(out, text.substr(0, 500));
  return out + ' ';
}

template <class Answer>
std::string guarded(Answer&& answer) {
  try {
    return answer();
  } catch (const Mismatch& error) {
    return told('u', is_reading ? "call" : "", error.text);
  } catch (const std::bad_alloc&) {
    return "m ";
  } catch (const std::exception& error) {
    return told('r', name_of(typeid(error)), error.what());
  } catch (const char* text) {
    return told('r', "const char*", text);
  } catch (const std::string& text) {
    return told('r', "std::string", text);
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    return told('r', type ? name_of(*type) : "exception", "");
  }
}

inline bool next_line(std::string& line) {
  static std::string buffer;
  static size_t from = 0;
  for (;;) {
    size_t end = buffer.find('\n', from);
    if (end != std::string::npos) {
      line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      from = 0;
      return true;
    }
    from = buffer.size();
    char chunk[1 << 16];
    ssize_t n = ::read(3, chunk, sizeof chunk);
    if (n <= 0) return false;
    buffer.append(chunk, static_cast<size_t>(n));
  }
}

inline void send(const std::string& text) {
  std::string line = text + '\n';
  for (size_t done = 0; done < line.size();) {
    ssize_t n = ::write(4, line.data() + done, line.size() - done);
    if (n <= 0) std::_Exit(1);
    done += static_cast<size_t>(n);
  }
}

template <class Answer>
int loop(Answer&& answer, std::string (*seen)()) {
  send("loaded");
  std::string line;
  while (next_line(line)) {
    if (line == "seen") {
      send(seen ? seen() : "");
      continue;
    }
    size_t space = line.find(' ');
    std::string number = line.substr(0, space);
    std::string_view rest = std::string_view(line);
    rest = space == std::string::npos ? std::string_view() : rest.substr(space + 1);
    std::string text = guarded([&] {
      Reader in(rest);
      return answer(in);
    });
    std::cout.flush();
    std::fflush(stdout);
    send(number + ' ' + text);
  }
  std::_Exit(0);
}

template <class R, class... A>
int serve(R (*function)(A...), std::string (*seen)() = nullptr) {
  return loop([&](Reader& in) { return answer<R (*)(A...), R, A...>(in, std::move(function)); }, seen);
}
template <class C, class R, class... A>
int serve_method(R (C::*method)(A...), std::string (*seen)() = nullptr) {
  return loop(
      [&](Reader& in) {
        auto object = std::make_unique<C>();
        auto call = [&](A... given) -> R { return (object.get()->*method)(std::forward<A>(given)...); };
        return answer<decltype(call), R, A...>(in, std::move(call));
      },
      seen);
}
template <class C, class R, class... A>
int serve_method(R (C::*method)(A...) const, std::string (*seen)() = nullptr) {
  return loop(
      [&](Reader& in) {
        auto object = std::make_unique<C>();
        auto call = [&](A... given) -> R { return (object.get()->*method)(std::forward<A>(given)...); };
        return answer<decltype(call), R, A...>(in, std::move(call));
      },
      seen);
}
template <class C, class R, class... A>
int serve_method(R (*function)(A...), std::string (*seen)() = nullptr) {
  return serve(function, seen);
}

}  // namespace algosmith_driver
#endif
