// SPDX-License-Identifier: Apache-2.0
// OTB's BandMath language, compiled once to a vectorised program over rows in double.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cers {

/// A variable an expression may name.
struct ExpressionVariable {
  enum class Kind { band, pixel_x, pixel_y, map_x, map_y };
  Kind kind = Kind::band;
  int image = 0;  ///< 0-based; for Kind::band
  int band = 0;   ///< 0-based; for Kind::band
  friend bool operator==(const ExpressionVariable&, const ExpressionVariable&) = default;
};

/// A compiled, immutable expression; evaluate() is re-entrant.
///
/// The grammar is that of muParser 2.3.3 with OTB's additions. From the loosest to the tightest binding:
///
///     c ? a : b            right-associative; NaN counts as true
///     and  or              of one precedence, left to right; operands truncate to integers: `0.7 and 1` is 0
///     ||                   then && : operands are true unless they are 0
///     < > <= >= == !=      1 or 0, left to right
///     + -                  then * /
///     - + !                before an operand; `!` is beyond OTB
///     ^                    right-associative: -2^2 is -4, 2^-1 is 0.5
///
/// Functions: sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log ln (both natural) log2 log10 sqrt
/// sign rint (floor(x + 0.5)) abs, atan2(y, x), min max sum avg (of at least one), ndvi NDVI(red, nir) (0 where
/// |red + nir| < 1e-6); beyond OTB floor ceil round (halves away from 0) trunc isnan, fmod(x, y), pow(x, y) (= x^y) and
/// ratio(a, b) = a / b but 0 where |b| < 1e-7. Constants, with OTB's values: pi e euler log2e log10e ln2 ln10 _e _pi
/// (the last is 3.141592653589).
///
/// Every operation is one IEEE double operation in the order written, or one call of the C library; exponents 2, 3 and
/// 4 are products, as in muParser. min and max keep their first argument when a comparison with NaN decides.
class Expression {
 public:
  /// Compiles an expression over images: variables are im<i>b<j> (1-based), idxX, idxY, idxPhyX and idxPhyY.
  /// `bands_per_image[i]` bounds the band numbers. Throws UserError: the fault names the column (1-based) and shows the
  /// expression with a caret under it, the remedy is a suggestion.
  static Expression compile(std::string_view text, std::span<const int> bands_per_image);

  /// Compiles an expression whose variables are `names` (identifiers: "nir", "swir1"), idxX, idxY, idxPhyX and idxPhyY.
  /// names[k] becomes ExpressionVariable{band, image 0, band k}; im1b1 is not known here. A name hides a constant of
  /// the same spelling. Errors as above.
  static Expression compile(std::string_view text, std::span<const std::string> names);

  /// The distinct variables the result depends on, in order of first appearance; evaluate() wants them in this order.
  /// A variable that only a discarded branch names (`0 ? im1b1 : im1b2`) is not among them.
  const std::vector<ExpressionVariable>& variables() const;
  const std::string& text() const;
  /// The program after folding of constants and sharing of common sub-expressions, one operation per line, for tests
  /// and `explain`: "%0 = sub im1b1, im2b1\n%1 = mul %0, 0.5\nreturn %1\n".
  std::string listing() const;
  /// doubles of scratch that evaluate() needs; a multiple of `chunk`, 0 for a single operation.
  std::size_t scratch_size() const;
  /// Number of doubles handled at a time.
  static constexpr std::size_t chunk = 512;

  /// out[k] = value at variables[…][k], for k < count ≤ chunk. IEEE results: 1/0 is inf, 0/0 NaN. `out` and `scratch`
  /// overlap neither each other nor a variable.
  void evaluate(std::span<const double* const> variables, double* out, std::size_t count, double* scratch) const;

  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  Expression(const Expression&) = delete;
  ~Expression();

 private:
  struct Program;
  explicit Expression(std::unique_ptr<const Program> program);
  std::unique_ptr<const Program> program_;
};

}  // namespace cers
