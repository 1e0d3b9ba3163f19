// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/opencv_svm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/svm.hpp"
#include "digest.hpp"
#include "pairwise_svm.hpp"
#include "stored_model.hpp"

namespace cers {
namespace {

constexpr const char* copy_again = "copy the model again, or train it again";
constexpr std::size_t most_features = 16384;
constexpr std::size_t most_numbers = std::size_t{1} << 28U;  // 1 GB

enum class Kernel { linear, polynomial, rbf, sigmoid };

/// Sum of alpha times kernel over some vectors, less rho: above 0 is the first class of the pair.
struct Decision {
  double rho = 0;
  std::vector<double> alpha;
  std::vector<std::size_t> index;
};

struct Machine {
  Kernel kernel = Kernel::linear;
  double degree = 0;
  double gamma = 1;
  double coef0 = 0;
  std::size_t features = 0;
  std::vector<int> labels;
  std::vector<float> vectors;  ///< [vector · features + feature]
  std::vector<Decision> decisions;

  std::size_t count() const { return vectors.size() / features; }
};

/// Whole exponents by squares in float, as OpenCV has them.
float power(float base, double exponent) {
  constexpr double most = 1000;
  if (exponent != std::floor(exponent) || exponent < 0 || exponent > most)
    return static_cast<float>(std::pow(static_cast<double>(base), exponent));
  float result = 1;
  for (auto left = static_cast<int>(exponent); left > 0; left /= 2) {
    if (left % 2 == 1) result *= base;
    base *= base;
  }
  return result;
}

class OpenCvSvm final : public learn::PairwiseSvm<float> {
 public:
  OpenCvSvm(Machine machine, ModelInfo info, std::string digest)
      : PairwiseSvm(std::move(info), std::move(digest), {machine.labels.size(), machine.features, machine.count()}),
        machine_(std::move(machine)) {}

 private:
  bool is_first(const std::vector<float>& kernels, std::size_t pair, std::size_t, std::size_t) const override {
    const Decision& decision = machine_.decisions[pair];
    double sum = -decision.rho;
    for (std::size_t i = 0; i < decision.alpha.size(); ++i)
      sum += decision.alpha[i] * static_cast<double>(kernels[decision.index[i]]);
    return sum > 0;
  }

  float kernel(const std::vector<float>& pixel, std::size_t vector) const override {
    const float* const other = machine_.vectors.data() + vector * machine_.features;
    const double sum = machine_.kernel == Kernel::rbf ? square_distance(pixel, other) : product(pixel, other);
    // OpenCV's greatest kernel.
    const float most = static_cast<float>(static_cast<double>(std::numeric_limits<float>::max()) * 1e-3);
    return std::min(value_of(sum), most);
  }
  float value_of(double sum) const {
    switch (machine_.kernel) {
      case Kernel::linear:
        return static_cast<float>(sum);
      case Kernel::polynomial:
        return power(static_cast<float>(sum * machine_.gamma + machine_.coef0), machine_.degree);
      case Kernel::rbf:
        return static_cast<float>(std::exp(static_cast<double>(static_cast<float>(-machine_.gamma * sum))));
      case Kernel::sigmoid:
        break;
    }
    return static_cast<float>(
        std::tanh(static_cast<double>(static_cast<float>(2 * (sum * machine_.gamma + machine_.coef0))) / 2));
  }

  // Four terms together, as OpenCV adds them up.
  static double product(const std::vector<float>& pixel, const float* other) {
    double sum = 0;
    std::size_t f = 0;
    for (; f + 4 <= pixel.size(); f += 4) {
      sum += static_cast<double>(other[f] * pixel[f] + other[f + 1] * pixel[f + 1] + other[f + 2] * pixel[f + 2] +
                                 other[f + 3] * pixel[f + 3]);
    }
    for (; f < pixel.size(); ++f) sum += static_cast<double>(other[f] * pixel[f]);
    return sum;
  }
  static double square_distance(const std::vector<float>& pixel, const float* other) {
    const auto square = [&](std::size_t f) {
      const auto off = static_cast<double>(other[f] - pixel[f]);
      return off * off;
    };
    double sum = 0;
    std::size_t f = 0;
    for (; f + 2 <= pixel.size(); f += 2) sum += square(f) + square(f + 1);
    if (f < pixel.size()) sum += square(f);
    return sum;
  }

  Machine machine_;
};

/// Where in the file an event belongs.
enum class Place { outside, file, model, kernel, labels, vectors, vector, functions, function, alpha, index, ignored };

Place place_in(Place parent, std::string_view key) {
  switch (parent) {
    case Place::outside:
      return Place::file;
    case Place::file:
      return Place::model;
    case Place::model:
      if (key == "kernel") return Place::kernel;
      if (key == "class_labels") return Place::labels;
      if (key == "support_vectors") return Place::vectors;
      return key == "decision_functions" ? Place::functions : Place::ignored;
    case Place::labels:  // a matrix; its numbers are under "data"
      return key == "data" ? Place::labels : Place::ignored;
    case Place::vectors:
      return Place::vector;
    case Place::functions:
      return Place::function;
    case Place::function:
      if (key == "alpha") return Place::alpha;
      return key == "index" ? Place::index : Place::ignored;
    default:
      return Place::ignored;
  }
}

class Reader final : public learn::ModelEvents {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  void open(std::string_view key, std::string_view) override {
    const Place place = place_in(places_.empty() ? Place::outside : places_.back(), key);
    in_data_ = place == Place::labels && key == "data";
    places_.push_back(place);
    if (place == Place::model && std::exchange(found_, true)) damaged("it holds two models");
    if (place == Place::vector) ++vectors_;
    if (place == Place::function) begin_function();
  }
  void close() override {
    places_.pop_back();
    in_data_ = false;
  }
  void scalar(std::string_view key, std::string_view text) override {
    switch (places_.empty() ? Place::outside : places_.back()) {
      case Place::model:
        return member(key, text);
      case Place::kernel:
        return kernel_member(key, text);
      case Place::labels:
        if (in_data_ || key == "data")
          each(text, [&](std::string_view word) { machine_.labels.push_back(integer(word)); });
        return;
      case Place::vectors:  // XML: the numbers of a vector
        ++vectors_;
        return numbers(text);
      case Place::vector:
        return numbers(text);
      case Place::function:
        if (key == "rho") machine_.decisions.back().rho = real(text);
        if (key == "sv_count") counts_.back() = whole(text);
        if (key == "alpha") alphas(text);
        if (key == "index") indices(text);
        return;
      case Place::alpha:
        return alphas(text);
      case Place::index:
        return indices(text);
      default:
        return;
    }
  }

  /// After the last event.
  Machine finish() {
    if (!found_) damaged("it holds no machine");
    if (!classifies_)
      throw DataError(path_ + " is a support vector machine that does not classify", "train it as C_SVC or NU_SVC");
    if (!kernel_known_) damaged("its kernel is missing");
    if (machine_.features == 0 || machine_.features > most_features) damaged("var_count is missing or out of range");
    check_labels();
    if (vectors_ == 0 || machine_.vectors.size() != vectors_ * machine_.features || total_.value_or(-1) != vectors_)
      damaged(fmt::format("its {} support vectors are not whole", total_.value_or(0)));
    check_decisions();
    return std::move(machine_);
  }

 private:
  [[noreturn]] void damaged(const std::string& what) const {
    throw DataError(fmt::format("{} is damaged: {}", path_, what), copy_again);
  }
  double real(std::string_view text) const {
    const auto value = parse_real(trimmed(text));
    if (!value || !std::isfinite(*value)) damaged(fmt::format("'{}' is no number", text.substr(0, 40)));
    return *value;
  }
  int integer(std::string_view text) const {
    const auto value = parse_integer(trimmed(text));
    if (!value || *value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max())
      damaged(fmt::format("'{}' is no whole number", text.substr(0, 40)));
    return static_cast<int>(*value);
  }
  std::size_t whole(std::string_view text) const {
    const int value = integer(text);
    if (value < 0) damaged(fmt::format("a number is {}", value));
    return static_cast<std::size_t>(value);
  }
  template <class Take>
  void each(std::string_view text, Take take) const {
    while (!(text = trimmed(text)).empty()) {
      const auto blank = text.find_first_of(" \t\r\n");
      take(text.substr(0, blank));
      text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank);
    }
  }

  void member(std::string_view key, std::string_view text) {
    if (key == "svmType" || key == "svm_type") classifies_ = text == "C_SVC" || text == "NU_SVC";
    if (key == "var_count") machine_.features = whole(text);
    if (key == "sv_total") total_ = whole(text);
    if (key == "class_labels") each(text, [&](std::string_view word) { machine_.labels.push_back(integer(word)); });
  }
  void kernel_member(std::string_view key, std::string_view text) {
    if (key == "degree") machine_.degree = real(text);
    if (key == "gamma") machine_.gamma = real(text);
    if (key == "coef0") machine_.coef0 = real(text);
    if (key != "type") return;
    constexpr std::array<std::pair<std::string_view, Kernel>, 4> kernels{
        {{"LINEAR", Kernel::linear}, {"POLY", Kernel::polynomial}, {"RBF", Kernel::rbf}, {"SIGMOID", Kernel::sigmoid}}};
    const auto found = std::find_if(kernels.begin(), kernels.end(), [&](const auto& one) { return one.first == text; });
    if (found == kernels.end())
      throw DataError(fmt::format("{} has the kernel {}, which is not supported", path_, text.substr(0, 40)),
                      "train it with a linear, polynomial, RBF or sigmoid kernel");
    machine_.kernel = found->second;
    kernel_known_ = true;
  }
  void numbers(std::string_view text) {
    each(text, [&](std::string_view word) { machine_.vectors.push_back(static_cast<float>(real(word))); });
    if (machine_.vectors.size() > most_numbers) damaged("it has too many support vectors");
  }
  void begin_function() {
    machine_.decisions.emplace_back();
    counts_.push_back(0);
  }
  void alphas(std::string_view text) {
    each(text, [&](std::string_view word) { machine_.decisions.back().alpha.push_back(real(word)); });
  }
  void indices(std::string_view text) {
    each(text, [&](std::string_view word) { machine_.decisions.back().index.push_back(whole(word)); });
  }

  void check_labels() const {
    if (machine_.labels.size() < 2 || machine_.labels.size() > most_svm_classes)
      damaged(fmt::format("it has {} classes", machine_.labels.size()));
    std::vector<int> sorted = machine_.labels;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) damaged("a label stands twice");
  }
  void check_decisions() {
    const std::size_t classes = machine_.labels.size();
    if (machine_.decisions.size() != classes * (classes - 1) / 2)
      damaged("it has not one decision for each pair of classes");
    for (std::size_t i = 0; i < machine_.decisions.size(); ++i) {
      Decision& decision = machine_.decisions[i];
      // OpenCV 2 leaves the index out for two classes: all vectors in their order.
      if (decision.index.empty() && classes == 2) {
        for (std::size_t v = 0; v < decision.alpha.size(); ++v) decision.index.push_back(v);
      }
      if (decision.alpha.size() != counts_[i] || decision.index.size() != counts_[i])
        damaged(fmt::format("decision {} is not whole", i + 1));
      if (std::any_of(decision.index.begin(), decision.index.end(), [&](std::size_t v) { return v >= vectors_; }))
        damaged(fmt::format("decision {} names a support vector that is not there", i + 1));
    }
  }

  const std::string& path_;
  std::vector<Place> places_;
  bool found_ = false;
  bool classifies_ = false;
  bool kernel_known_ = false;
  bool in_data_ = false;
  std::optional<std::size_t> total_;
  std::size_t vectors_ = 0;
  std::vector<std::size_t> counts_;  ///< vectors that each decision says it has
  Machine machine_;
};

}  // namespace

std::shared_ptr<const Model> parse_opencv_svm(std::string_view text, const std::string& name, ModelInfo info) {
  if (text.empty()) throw DataError(name + " is empty", copy_again);
  Reader reader(name);
  learn::read_stored(text, name, reader);
  Machine machine = reader.finish();
  info.classes = classes_of_labels(machine.labels, info.classes);
  CERS_EXPECT(info.features.empty() || info.features.size() == machine.features);
  learn::Digest digest;
  digest.add_text(text);
  return std::make_shared<const OpenCvSvm>(std::move(machine), std::move(info), digest.text());
}

}  // namespace cers
