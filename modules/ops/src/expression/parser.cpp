// SPDX-License-Identifier: Apache-2.0
#include "expression/parser.hpp"

#include <algorithm>
#include <iterator>
#include <numbers>
#include <utility>

#include "cers/core/text.hpp"
#include "expression/tokens.hpp"

namespace cers::detail {
namespace {

using Value = ProgramBuilder::Value;

// ---- what the language has ------------------------------------------------------------------------------------------

// The precedences of muParser 2.3.3. OTB adds `and` and `or` with the default, which is below all others.
enum Precedence { words = 1, either, both, comparison, sum, product, power };

struct Infix {
  std::string_view name;
  Op op;
  int precedence;
};

constexpr Infix infixes[] = {{"and", Op::whole_and, words},
                             {"or", Op::whole_or, words},
                             {"||", Op::logical_or, either},
                             {"&&", Op::logical_and, both},
                             {"<", Op::less, comparison},
                             {">", Op::greater, comparison},
                             {"<=", Op::less_equal, comparison},
                             {">=", Op::greater_equal, comparison},
                             {"==", Op::equal, comparison},
                             {"!=", Op::not_equal, comparison},
                             {"+", Op::add, sum},
                             {"-", Op::sub, sum},
                             {"*", Op::mul, product},
                             {"/", Op::div, product},
                             {"^", Op::pow, power}};

// plain: as many arguments as the operation has operands. chain: at least one, combined from left to right.
enum class Form { plain, chain, average, ndvi };

struct Function {
  std::string_view name;
  Op op;
  Form form = Form::plain;
};

constexpr Function functions[] = {{"sin", Op::sin},
                                  {"cos", Op::cos},
                                  {"tan", Op::tan},
                                  {"asin", Op::asin},
                                  {"acos", Op::acos},
                                  {"atan", Op::atan},
                                  {"sinh", Op::sinh},
                                  {"cosh", Op::cosh},
                                  {"tanh", Op::tanh},
                                  {"asinh", Op::asinh},
                                  {"acosh", Op::acosh},
                                  {"atanh", Op::atanh},
                                  {"exp", Op::exp},
                                  {"log", Op::log},
                                  {"ln", Op::log},
                                  {"log2", Op::log2},
                                  {"log10", Op::log10},
                                  {"sqrt", Op::sqrt},
                                  {"sign", Op::sign},
                                  {"rint", Op::rint},
                                  {"abs", Op::abs},
                                  {"floor", Op::floor},
                                  {"ceil", Op::ceil},
                                  {"round", Op::round},
                                  {"trunc", Op::trunc},
                                  {"isnan", Op::isnan},
                                  {"atan2", Op::atan2},
                                  {"fmod", Op::fmod},
                                  {"pow", Op::pow},
                                  {"ratio", Op::ratio},
                                  {"min", Op::min, Form::chain},
                                  {"max", Op::max, Form::chain},
                                  {"sum", Op::add, Form::chain},
                                  {"avg", Op::add, Form::average},
                                  {"ndvi", Op::ndvi_ratio, Form::ndvi},
                                  {"NDVI", Op::ndvi_ratio, Form::ndvi}};

struct Constant {
  std::string_view name;
  double value;
};

// muParser's _pi is shortened on purpose (a closer one made its sine slow).
constexpr Constant constants[] = {
    {"pi", std::numbers::pi},       {"e", std::numbers::e},           {"euler", std::numbers::egamma},
    {"log2e", std::numbers::log2e}, {"log10e", std::numbers::log10e}, {"ln2", std::numbers::ln2},
    {"ln10", std::numbers::ln10},   {"_pi", 3.141592653589},          {"_e", std::numbers::e}};

// Names of other languages.
constexpr std::pair<std::string_view, std::string_view> habits[] = {{"if", "write condition ? value : other value"},
                                                                    {"not", "write !condition"},
                                                                    {"mod", "write fmod(x, y)"},
                                                                    {"mean", "write avg(x, y)"},
                                                                    {"xor", "write (a != 0) != (b != 0)"},
                                                                    {"true", "write 1"},
                                                                    {"false", "write 0"}};

template <class Table>
auto lookup(const Table& table, std::string_view name) -> decltype(std::begin(table)) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const auto& row) { return row.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::string habit(std::string_view name) {
  for (const auto& [other, advice] : habits) {
    if (other == name) return std::string(advice);
  }
  return {};
}

template <class Table>
void append_names(std::vector<std::string>& names, const Table& table) {
  for (const auto& row : table) names.emplace_back(row.name);
}

// ---- the parser -----------------------------------------------------------------------------------------------------

// Pratt's method: binary() consumes operators that bind at least as tightly as asked. Operations go to the builder in
// the order in which they are complete.
class Parser {
 public:
  Parser(std::string_view text, const Names& names)
      : text_(text), names_(names), tokens_(text), token_(tokens_.next()) {
    if (token_.kind == Token::Kind::end)
      throw UserError("the expression is empty", "give one such as im1b1 > 0 ? im1b1 : 0");
  }

  Program run() {
    const Value result = expression();
    if (token_.kind != Token::Kind::end) stray();
    return builder_.finish(result);
  }

 private:
  // Keeps absurd nesting from exhausting the stack. A parenthesis takes two levels, a sign or a power one.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > 400) parser_.fail(parser_.token_, "nesting too deep", "split the expression");
    }
    Level(const Level&) = delete;
    ~Level() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  // Binds loosest. A chain of conditions, c1 ? a : c2 ? b : c, is a loop so that it may be of any length.
  Value expression() {
    const Level level(*this);
    std::vector<std::pair<Value, Value>> arms;
    Value value = binary(words);
    while (token_.is("?")) {
      const Token question = advance();
      const Value yes = expression();
      if (!token_.is(":")) {
        if (token_.kind == Token::Kind::end || token_.is(",") || token_.is(")"))
          fail(question, "'?' without ':'", "write condition ? value : other value");
        stray();
      }
      advance();
      arms.emplace_back(value, yes);
      value = binary(words);
    }
    for (auto arm = arms.rbegin(); arm != arms.rend(); ++arm)
      value = builder_.apply(Op::select, arm->first, arm->second, value);
    return value;
  }

  Value binary(int minimum) {
    const Level level(*this);
    Value left = prefix();
    for (;;) {
      const Infix* const infix = infix_here();
      if (infix == nullptr || infix->precedence < minimum) return left;
      advance();
      const Value right = binary(infix->precedence + (infix->op == Op::pow ? 0 : 1));
      left = builder_.apply(infix->op, left, right);
    }
  }

  // A sign binds less tightly than a power and more tightly than a product.
  Value prefix() {
    if (!token_.is("-") && !token_.is("+") && !token_.is("!")) return operand();
    const Token sign = advance();
    const Value value = binary(power);
    if (sign.is("-")) return builder_.apply(Op::negate, value);
    return sign.is("!") ? builder_.apply(Op::logical_not, value) : value;
  }

  Value operand() {
    if (token_.kind == Token::Kind::number) return builder_.number(advance().number);
    if (token_.kind == Token::Kind::name && infix_here() == nullptr) return name();
    if (!token_.is("(")) missing_operand();
    const Token open = advance();
    const Value value = expression();
    close(open);
    return value;
  }

  Value name() {
    const Token name = advance();
    const Function* const function = lookup(functions, name.text);
    if (function != nullptr && token_.is("(")) return call(*function, name);
    if (const auto variable = names_.find(name.text)) return builder_.variable(*variable, name.text);
    if (const Constant* const constant = lookup(constants, name.text)) return builder_.number(constant->value);
    if (function != nullptr)
      fail(name, "function " + name.described() + " without arguments", "write " + std::string(name.text) + "(...)");
    if (token_.is("(")) unknown_function(name);
    unknown_variable(name);
  }

  Value call(const Function& function, const Token& name) {
    const Token open = advance();
    std::vector<Value> arguments;
    if (!token_.is(")")) {
      arguments.push_back(expression());
      while (token_.is(",")) {
        advance();
        arguments.push_back(expression());
      }
    }
    close(open);
    check_count(function, name, arguments.size());
    switch (function.form) {
      case Form::plain:
        return arguments.size() == 1 ? builder_.apply(function.op, arguments[0])
                                     : builder_.apply(function.op, arguments[0], arguments[1]);
      case Form::ndvi:
        return ndvi(arguments[0], arguments[1]);
      case Form::chain:
      case Form::average:
        break;
    }
    Value value = arguments[0];
    for (std::size_t k = 1; k < arguments.size(); ++k) value = builder_.apply(function.op, value, arguments[k]);
    if (function.form == Form::chain) return value;
    return builder_.apply(Op::div, value, builder_.number(static_cast<double>(arguments.size())));
  }

  Value ndvi(Value red, Value nir) {
    const Value difference = builder_.apply(Op::sub, nir, red);
    return builder_.apply(Op::ndvi_ratio, difference, builder_.apply(Op::add, nir, red));
  }

  void check_count(const Function& function, const Token& name, std::size_t given) {
    const bool any = function.form == Form::chain || function.form == Form::average;
    const std::size_t wanted = function.form == Form::plain ? operation(function.op).arity : any ? 1 : 2;
    if (any ? given >= 1 : given == wanted) return;
    fail(name, std::string(name.text) + " with " + std::to_string(given) + " argument" + (given == 1 ? "" : "s") +
                   " instead of " + (any ? "at least " : "") + std::to_string(wanted));
  }

  // ---- tokens

  Token advance() { return std::exchange(token_, tokens_.next()); }

  const Infix* infix_here() const {
    const bool may_be = token_.kind == Token::Kind::symbol || token_.kind == Token::Kind::name;
    return may_be ? lookup(infixes, token_.text) : nullptr;
  }

  void close(const Token& open) {
    if (token_.kind == Token::Kind::end) fail(open, "'(' without ')'");
    if (!token_.is(")")) stray();
    advance();
  }

  // ---- faults

  [[noreturn]] void fail(const Token& token, const std::string& what, std::string remedy = {}) const {
    fail_at(text_, token.position, what, std::move(remedy));
  }

  // A complete operand is followed by what cannot follow.
  [[noreturn]] void stray() const {
    if (token_.is(",")) fail(token_, "',' outside the arguments of a function");
    if (token_.is(")")) fail(token_, "')' without '('");
    if (token_.is(":")) fail(token_, "':' without '?'", "write condition ? value : other value");
    fail(token_, "operator expected before " + token_.described(),
         token_.is("!") ? "'!' stands before a condition; to compare, write '!='" : "for a product, write '*'");
  }

  [[noreturn]] void missing_operand() const {
    const char before = token_.position > 0 ? text_[token_.position - 1] : ' ';
    std::string remedy;
    if (token_.is("*") && before == '*') remedy = "for a power, write '^'";
    if (token_.is(">") && before == '<') remedy = "for 'not equal', write '!='";
    fail(token_, "operand expected before " + token_.described(), remedy);
  }

  [[noreturn]] void unknown_function(const Token& name) const {
    std::string remedy = habit(name.text);
    if (remedy.empty()) {
      std::vector<std::string> known;
      append_names(known, functions);
      remedy = suggestion(name.text, known, known.size());
    }
    fail(name, "unknown function " + name.described(), remedy);
  }

  [[noreturn]] void unknown_variable(const Token& name) const {
    std::string remedy = habit(name.text);
    if (remedy.empty()) remedy = names_.remedy(name.text);
    if (remedy.empty()) {
      std::vector<std::string> known = names_.known;
      append_names(known, constants);
      append_names(known, functions);
      const auto near = nearest(name.text, known);
      remedy = near ? "did you mean '" + *near + "'?" : names_.help;
    }
    fail(name, "unknown variable " + name.described(), remedy);
  }

  std::string_view text_;
  const Names& names_;
  Tokens tokens_;
  Token token_;
  ProgramBuilder builder_;
  int depth_ = 0;
};

}  // namespace

Program parse(std::string_view text, const Names& names) {
  return Parser(text, names).run();
}

}  // namespace cers::detail
