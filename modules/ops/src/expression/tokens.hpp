// SPDX-License-Identifier: Apache-2.0
// The words of an expression, and errors that point at one of them.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "cers/core/error.hpp"

namespace cers::detail {

// UTF-8: every byte of a character but the first.
inline bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Throws UserError: "WHAT at column N", the expression, and a caret under the character at `position`. All characters
/// before it are ASCII, as the first other one is a fault. Of a long expression only the neighbourhood is shown.
[[noreturn]] inline void fail_at(std::string_view text, std::size_t position, const std::string& what,
                                 std::string remedy = {}) {
  constexpr std::size_t around = 60;
  const std::size_t begin = position > around ? position - around : 0;
  std::size_t end = std::min(position + around, text.size());
  while (end < text.size() && continues_character(text[end])) ++end;
  std::string excerpt(text.substr(begin, end - begin));
  for (char& c : excerpt) c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  std::string caret(position - begin, ' ');
  if (begin > 0) {
    excerpt = "..." + excerpt;
    caret = "   " + caret;
  }
  if (end < text.size()) excerpt += "...";
  throw UserError(what + " at column " + std::to_string(position + 1) + "\n    " + excerpt + "\n    " + caret + "^",
                  std::move(remedy));
}

struct Token {
  enum class Kind { number, name, symbol, end };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t position = 0;
  double number = 0;

  bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
  std::string described() const { return kind == Kind::end ? "the end" : "'" + std::string(text) + "'"; }
};

/// Cuts an expression into tokens, one at a time.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  Token next() {
    const std::size_t last_end = at_;
    while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
    if (at_ == text_.size()) return {Token::Kind::end, {}, last_end};
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (is_letter(c)) return name();
    return symbol();
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

  Token take(Token::Kind kind, std::size_t size, double value = 0) {
    const Token token{kind, text_.substr(at_, size), at_, value};
    at_ += size;
    return token;
  }

  Token number() {
    double value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc()) fail_at(text_, at_, "number " + std::string(begin, end) + " beyond the range of double");
    return take(Token::Kind::number, static_cast<std::size_t>(end - begin), value);
  }

  Token name() {
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    return take(Token::Kind::name, end - at_);
  }

  Token symbol() {
    constexpr std::string_view pairs[] = {"&&", "||", "<=", ">=", "==", "!="};
    const std::string_view two = text_.substr(at_, 2);
    if (std::find(std::begin(pairs), std::end(pairs), two) != std::end(pairs)) return take(Token::Kind::symbol, 2);
    if (std::string_view("+-*/^<>(),?:!").find(two[0]) != std::string_view::npos) return take(Token::Kind::symbol, 1);
    unexpected();
  }

  [[noreturn]] void unexpected() const {
    std::size_t size = 1;
    while (at_ + size < text_.size() && continues_character(text_[at_ + size])) ++size;
    const std::string_view character = text_.substr(at_, size);
    constexpr std::pair<std::string_view, std::string_view> remedies[] = {
        {"=", "to compare, write '=='"},
        {"&", "for both conditions, write '&&'"},
        {"|", "for either condition, write '||'"},
        {"%", "for the remainder of a division, write fmod(x, y)"},
        {"[", "write '(' and ')'"},
        {"{", "write '(' and ')'"},
        {";", "an expression has one result: give one expression"},
        {"×", "for a product, write '*'"},
        {"÷", "for a quotient, write '/'"},
        {"−", "for a difference, write '-'"}};
    std::string remedy;
    for (const auto& [wrong, advice] : remedies) {
      if (wrong == character) remedy = advice;
    }
    fail_at(text_, at_, "unexpected '" + std::string(character) + "'", remedy);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace cers::detail
