#line 1 "harness.cpp"
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <iostream>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>
namespace huimian {
extern "C" int dup(int);
extern "C" long write(int, const void *, unsigned long);
extern "C" void _exit(int);

// The marker of the result and the arguments, read before the candidate's code runs.
struct input {
  std::string text;
  std::string marker;
  std::size_t at = 0;
  int output = dup(1);
  input() {
    char block[4096];
    for (std::size_t n; (n = std::fread(block, 1, sizeof block, stdin)) > 0;) text.append(block, n);
    at = text.find('\n');
    if (at == std::string::npos) at = text.size();
    marker = text.substr(0, at);
  }
  char peek() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) at++;
    return at < text.size() ? text[at] : '\0';
  }
  void skip(char expected) {
    if (peek() != expected) {
      std::fputs("the arguments cannot be read\n", stderr);
      _exit(1);
    }
    at++;
  }
  std::string token() {
    peek();
    std::size_t begin = at;
    while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '-' || text[at] == '+' || text[at] == '.')) at++;
    return text.substr(begin, at - begin);
  }
  unsigned unit() {
    unsigned value = std::strtoul(text.substr(at, 4).c_str(), nullptr, 16);
    at += 4;
    return value;
  }
};
static input arguments;

inline void append_utf8(std::string &s, unsigned c) {
  if (c < 0x80) {
    s += static_cast<char>(c);
    return;
  }
  if (c < 0x800) {
    s += static_cast<char>(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      s += static_cast<char>(0xE0 | c >> 12);
    } else {
      s += static_cast<char>(0xF0 | c >> 18);
      s += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    }
    s += static_cast<char>(0x80 | (c >> 6 & 0x3F));
  }
  s += static_cast<char>(0x80 | (c & 0x3F));
}

inline void read_value(input &in, bool &v) { v = in.token() == "true"; }
inline void read_value(input &in, int &v) { v = static_cast<int>(std::strtol(in.token().c_str(), nullptr, 10)); }
inline void read_value(input &in, long long &v) { v = std::strtoll(in.token().c_str(), nullptr, 10); }
inline void read_value(input &in, double &v) { v = std::strtod(in.token().c_str(), nullptr); }
inline void read_value(input &in, std::string &v) {
  in.skip('"');
  while (in.at < in.text.size() && in.text[in.at] != '"') {
    char c = in.text[in.at++];
    if (c != '\\') {
      v += c;
      continue;
    }
    switch (c = in.text[in.at++]) {
    case 'b': v += '\b'; break;
    case 'f': v += '\f'; break;
    case 'n': v += '\n'; break;
    case 'r': v += '\r'; break;
    case 't': v += '\t'; break;
    case 'u': {
      unsigned code = in.unit();
      if (code >= 0xD800 && code < 0xE000) {
        std::size_t begin = in.at;
        unsigned low = 0;
        if (code < 0xDC00 && in.text.compare(in.at, 2, "\\u") == 0) {
          in.at += 2;
          low = in.unit();
        }
        if (low >= 0xDC00 && low < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else {
          in.at = begin;
          code = 0xFFFD;
        }
      }
      append_utf8(v, code);
      break;
    }
    default: v += c;
    }
  }
  in.skip('"');
}
template <class T> void read_value(input &in, std::vector<T> &v) {
  in.skip('[');
  while (in.peek() != ']') {
    if (!v.empty()) in.skip(',');
    T item{};
    read_value(in, item);
    v.push_back(std::move(item));
  }
  in.skip(']');
}
template <class T> T next_argument(char before) {
  arguments.skip(before);
  T value{};
  read_value(arguments, value);
  return value;
}

inline void write_value(std::string &s, bool v) { s += v ? "true" : "false"; }
inline void write_value(std::string &s, int v) { s += std::to_string(v); }
inline void write_value(std::string &s, long long v) { s += std::to_string(v); }
inline void write_value(std::string &s, double v) {
  if (std::isnan(v) || std::isinf(v)) {
    s += std::isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity";
    return;
  }
  char text[40];
  for (int digits = 1; digits <= 17; digits++) {
    std::snprintf(text, sizeof text, "%.*g", digits, v);
    if (std::strtod(text, nullptr) == v) break;
  }
  s += text;
}
inline void write_value(std::string &s, const std::string &v) {
  s += '"';
  for (char c : v) {
    if (c == '"' || c == '\\') {
      s += '\\';
      s += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char text[8];
      std::snprintf(text, sizeof text, "\\u%04x", c);
      s += text;
    } else {
      s += c;
    }
  }
  s += '"';
}
template <class T> void write_value(std::string &s, const std::vector<T> &v) {
  s += '[';
  for (std::size_t n = 0; n < v.size(); n++) {
    if (n > 0) s += ',';
    write_value(s, static_cast<const T &>(v[n]));
  }
  s += ']';
}

// exact is converted to its own type only, so that a number is not converted silently.
template <class T> struct exact {
  template <class U, class = std::enable_if_t<std::is_same_v<std::remove_const_t<U>, T>>> operator U &() const;
};
template <class F, class R, class... A> constexpr bool matches() {
  if constexpr (std::is_invocable_v<F, exact<A> &...>)
    return std::is_same_v<std::decay_t<std::invoke_result_t<F, exact<A> &...>>, R>;
  else
    return false;
}

inline void fail(const char *type, const char *message) {
  std::cout.flush();
  std::fflush(nullptr);
  int status = 0;
  char *name = type ? abi::__cxa_demangle(type, nullptr, nullptr, &status) : nullptr;
  std::fprintf(stderr, "uncaught exception: %s%s%s\n", name ? name : "of an unknown type", *message ? ": " : "", message);
  std::fflush(stderr);
  _exit(1);
}
inline void finish(const std::string &result) {
  std::cout.flush();
  std::fflush(nullptr);
  std::string line = "\n" + arguments.marker + result + "\n";
  for (std::size_t done = 0; done < line.size();) {
    long n = write(arguments.output, line.data() + done, line.size() - done);
    if (n <= 0) _exit(1);
    done += static_cast<std::size_t>(n);
  }
  _exit(0);
}
}
