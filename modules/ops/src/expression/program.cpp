// SPDX-License-Identifier: Apache-2.0
#include "expression/program.hpp"

#include <algorithm>
#include <bit>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers::detail {

// ---- running --------------------------------------------------------------------------------------------------------

void Program::run(const double* const* variables, double* out, std::size_t count, double* scratch) const {
  const auto address = [&](const Operand& operand) -> const double* {
    switch (operand.source) {
      case Operand::Source::variable:
        return variables[operand.index];
      case Operand::Source::constant:
        return &constants_[operand.index];
      case Operand::Source::buffer:
        return scratch + operand.index * Expression::chunk;
      case Operand::Source::none:
        break;
    }
    return nullptr;
  };
  for (const Step& step : steps_) {
    double* const target = &step == &steps_.back() ? out : scratch + step.target * Expression::chunk;
    const auto& [a, b, c] = step.operands;
    step.kernel(target, address(a), address(b), address(c), count);
  }
}

// ---- collecting operations ------------------------------------------------------------------------------------------

double ProgramBuilder::number_of(Value value) const {
  return std::bit_cast<double>(nodes_[value].bits);
}

ProgramBuilder::Value ProgramBuilder::intern(const Node& node) {
  const auto [place, added] = known_.emplace(node, static_cast<Value>(nodes_.size()));
  if (added) nodes_.push_back(node);
  return place->second;
}

ProgramBuilder::Value ProgramBuilder::number(double value) {
  return intern({.kind = Kind::number, .bits = std::bit_cast<std::uint64_t>(value)});
}

ProgramBuilder::Value ProgramBuilder::variable(const ExpressionVariable& variable, std::string_view name) {
  const auto place = std::find(variables_.begin(), variables_.end(), variable);
  const auto index = static_cast<std::uint64_t>(place - variables_.begin());
  if (place == variables_.end()) {
    variables_.push_back(variable);
    names_.emplace_back(name);
  }
  return intern({.kind = Kind::variable, .bits = index});
}

// The products that the kernel of pow computes for these exponents.
ProgramBuilder::Value ProgramBuilder::small_power(Value base, double exponent) {
  Value product = base;
  for (int factors = 1; factors < static_cast<int>(exponent); ++factors) product = apply(Op::mul, product, base);
  return product;
}

ProgramBuilder::Value ProgramBuilder::apply(Op op, Value a, Value b, Value c) {
  const std::array<Value, 3> operands{a, b, c};
  const std::size_t arity = operation(op).arity;
  CERS_EXPECT(std::count(operands.begin(), operands.end(), none) == static_cast<std::ptrdiff_t>(3 - arity));
  if (op == Op::select && is_number(a)) return number_of(a) != 0 ? b : c;
  if (std::all_of(operands.begin(), operands.begin() + arity, [&](Value value) { return is_number(value); })) {
    std::array<double, 3> numbers{};
    for (std::size_t k = 0; k < arity; ++k) numbers[k] = number_of(operands[k]);
    double result = 0;
    operation(op).kernels[0](&result, &numbers[0], &numbers[1], &numbers[2], 1);
    return number(result);
  }
  if (op == Op::pow && is_number(b)) {
    const double exponent = number_of(b);
    if (exponent == 2 || exponent == 3 || exponent == 4) return small_power(a, exponent);
  }
  return intern({.kind = Kind::operation, .op = op, .operands = operands});
}

// ---- scheduling -----------------------------------------------------------------------------------------------------

/// Turns the operations that one result depends on into steps, in the order they were written.
class Scheduler {
 public:
  using Value = ProgramBuilder::Value;
  using Kind = ProgramBuilder::Kind;
  using Node = ProgramBuilder::Node;
  using Operand = Program::Operand;

  Scheduler(const ProgramBuilder& builder, Value result)
      : builder_(builder), result_(result), last_use_(builder.nodes_.size(), ProgramBuilder::none) {
    places_.resize(builder.nodes_.size());
    names_.resize(builder.nodes_.size());
  }

  Program run() && {
    find_last_uses();
    for (Value value = 0; value <= result_; ++value) {
      if (last_use_[value] == ProgramBuilder::none) continue;
      const Node& node = builder_.nodes_[value];
      if (node.kind == Kind::operation) {
        add_step(value);
      } else {
        place_leaf(value, node);
      }
    }
    if (builder_.nodes_[result_].kind != Kind::operation) add_copy();
    program_.listing_ += "return " + names_[result_] + "\n";
    return std::move(program_);
  }

 private:
  // Operands are smaller than their operation, so going down from the result meets the last use first.
  void find_last_uses() {
    last_use_[result_] = result_;
    for (Value value = result_ + 1; value-- > 0;) {
      if (last_use_[value] == ProgramBuilder::none) continue;
      for (Value operand : builder_.nodes_[value].operands) {
        if (operand != ProgramBuilder::none && last_use_[operand] == ProgramBuilder::none) last_use_[operand] = value;
      }
    }
  }

  void place_leaf(Value value, const Node& node) {
    if (node.kind == Kind::number) {
      places_[value] = {Operand::Source::constant, static_cast<std::uint32_t>(program_.constants_.size())};
      program_.constants_.push_back(builder_.number_of(value));
      names_[value] = format_real(program_.constants_.back());
    } else {
      places_[value] = {Operand::Source::variable, static_cast<std::uint32_t>(program_.variables_.size())};
      program_.variables_.push_back(builder_.variables_[node.bits]);
      names_[value] = builder_.names_[node.bits];
    }
  }

  void add_step(Value value) {
    const Node& node = builder_.nodes_[value];
    const Operation& op = operation(node.op);
    const std::size_t first = node.op == Op::select ? 1 : 0;
    Program::Step step;
    std::size_t form = 0;
    std::string line = "%" + std::to_string(program_.steps_.size()) + " = " + std::string(op.name);
    for (std::size_t k = 0; k < op.arity; ++k) {
      step.operands[k] = places_[node.operands[k]];
      if (step.operands[k].source == Operand::Source::constant) form += std::size_t{1} << (k - first);
      line += (k == 0 ? " " : ", ") + names_[node.operands[k]];
    }
    step.kernel = op.kernels[form];
    CERS_EXPECT(step.kernel != nullptr);
    if (value != result_)
      step.target = take_buffer();  // before the operands' buffers are free: kernels want no overlap
    release_operands(value, node);
    places_[value] = {Operand::Source::buffer, step.target};
    names_[value] = "%" + std::to_string(program_.steps_.size());
    program_.steps_.push_back(step);
    program_.listing_ += line + "\n";
  }

  void add_copy() {
    Program::Step step;
    step.operands[0] = places_[result_];
    step.kernel = operation(Op::copy).kernels[step.operands[0].source == Operand::Source::constant ? 1 : 0];
    program_.steps_.push_back(step);
  }

  std::uint32_t take_buffer() {
    if (free_.empty()) return static_cast<std::uint32_t>(program_.buffers_++);
    const std::uint32_t buffer = free_.back();
    free_.pop_back();
    return buffer;
  }

  void release_operands(Value value, const Node& node) {
    for (std::size_t k = 0; k < node.operands.size(); ++k) {
      const Value operand = node.operands[k];
      const auto before = node.operands.begin() + static_cast<std::ptrdiff_t>(k);
      if (operand == ProgramBuilder::none || std::find(node.operands.begin(), before, operand) != before) continue;
      if (last_use_[operand] == value && places_[operand].source == Operand::Source::buffer)
        free_.push_back(places_[operand].index);
    }
  }

  const ProgramBuilder& builder_;
  Value result_;
  std::vector<Value> last_use_;  // none: not needed for the result
  std::vector<Operand> places_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> free_;
  Program program_;
};

Program ProgramBuilder::finish(Value result) const {
  CERS_EXPECT(result < nodes_.size());
  return Scheduler(*this, result).run();
}

}  // namespace cers::detail
