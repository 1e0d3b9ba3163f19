// SPDX-License-Identifier: Apache-2.0
// From operations in single assignment to a schedule of kernels over few scratch buffers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cers/ops/expression.hpp"
#include "expression/kernels.hpp"

namespace cers::detail {

/// A schedule of kernels; immutable.
class Program {
 public:
  const std::vector<ExpressionVariable>& variables() const { return variables_; }
  const std::string& listing() const { return listing_; }
  /// Buffers of Expression::chunk doubles that run() needs as scratch.
  std::size_t buffers() const { return buffers_; }

  /// out[i] for i < count, where 1 ≤ count ≤ Expression::chunk.
  void run(const double* const* variables, double* out, std::size_t count, double* scratch) const;

 private:
  friend class Scheduler;

  struct Operand {
    enum class Source : std::uint8_t { none, variable, constant, buffer };
    Source source = Source::none;
    std::uint32_t index = 0;
  };

  /// One kernel. All results go to buffers but the last, which goes to `out`.
  struct Step {
    Kernel kernel = nullptr;
    std::uint32_t target = 0;
    std::array<Operand, 3> operands;
  };

  std::vector<ExpressionVariable> variables_;
  std::vector<double> constants_;
  std::vector<Step> steps_;
  std::size_t buffers_ = 0;
  std::string listing_;
};

/// Collects the operations of one expression. Operations on constants are computed at once by the kernels that would
/// compute them later; an operation that is already there is not added again.
class ProgramBuilder {
 public:
  /// Names a number, a variable or the result of an operation; greater than its operands.
  using Value = std::uint32_t;
  static constexpr Value none = ~Value{0};

  Value number(double value);
  /// `name` is for the listing.
  Value variable(const ExpressionVariable& variable, std::string_view name);
  /// As many operands as operation(op).arity.
  Value apply(Op op, Value a, Value b = none, Value c = none);
  /// The program that computes `result`; what it does not depend on is left out.
  Program finish(Value result) const;

 private:
  friend class Scheduler;

  enum class Kind : std::uint8_t { number, variable, operation };
  struct Node {
    Kind kind = Kind::number;
    Op op = Op::copy;
    std::array<Value, 3> operands{none, none, none};
    std::uint64_t bits = 0;  ///< of a number (its bits, so that -0 is not 0) or a variable (its index)
    friend bool operator<(const Node& x, const Node& y) {
      return std::tie(x.kind, x.op, x.operands, x.bits) < std::tie(y.kind, y.op, y.operands, y.bits);
    }
  };

  bool is_number(Value value) const { return nodes_[value].kind == Kind::number; }
  double number_of(Value value) const;
  Value intern(const Node& node);
  Value small_power(Value base, double exponent);

  std::vector<Node> nodes_;
  std::map<Node, Value> known_;
  std::vector<ExpressionVariable> variables_;
  std::vector<std::string> names_;
};

}  // namespace cers::detail
