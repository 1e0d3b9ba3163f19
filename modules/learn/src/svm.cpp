// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/svm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "digest.hpp"
#include "pairwise_svm.hpp"

namespace cers {
namespace {

constexpr const char* copy_again = "copy the model again, or train it again";
constexpr std::size_t most_features = 16384;
constexpr std::size_t most_numbers = std::size_t{1} << 28U;  // 2 GB

enum class Kernel { linear, polynomial, rbf, sigmoid };

struct Machine {
  Kernel kernel = Kernel::linear;
  int degree = 0;
  double gamma = 0;
  double coef0 = 0;
  std::vector<int> labels;
  std::vector<double> rho;           ///< of each pair (0, 1), (0, 2), …, (1, 2), …
  std::vector<std::size_t> begin;    ///< first support vector of each class, and their number
  std::vector<double> coefficients;  ///< [vector · (classes − 1) + j]
  std::vector<double> vectors;       ///< [vector · features + feature]
  std::size_t features = 0;

  std::size_t count() const { return begin.back(); }
};

double power(double base, int exponent) {  // as libsvm: by squares
  double result = 1;
  for (int left = exponent; left > 0; left /= 2) {
    if (left % 2 == 1) result *= base;
    base *= base;
  }
  return result;
}

class SvmModel final : public learn::PairwiseSvm<double> {
 public:
  SvmModel(Machine machine, ModelInfo info, std::string digest)
      : PairwiseSvm(std::move(info), std::move(digest), {machine.labels.size(), machine.features, machine.count()}),
        machine_(std::move(machine)) {}

 private:
  double kernel(const std::vector<double>& pixel, std::size_t vector) const override {
    const double* const other = machine_.vectors.data() + vector * machine_.features;
    double sum = 0;
    if (machine_.kernel == Kernel::rbf) {
      for (std::size_t f = 0; f < pixel.size(); ++f) {
        const double off = pixel[f] - other[f];
        sum += off * off;
      }
      return std::exp(-machine_.gamma * sum);
    }
    for (std::size_t f = 0; f < pixel.size(); ++f) sum += pixel[f] * other[f];
    if (machine_.kernel == Kernel::polynomial) return power(machine_.gamma * sum + machine_.coef0, machine_.degree);
    return machine_.kernel == Kernel::sigmoid ? std::tanh(machine_.gamma * sum + machine_.coef0) : sum;
  }

  /// Of class a against b > a: the coefficients of a's vectors stand in column b − 1, those of b's in column a.
  bool is_first(const std::vector<double>& kernels, std::size_t pair, std::size_t a, std::size_t b) const override {
    const std::size_t columns = machine_.labels.size() - 1;
    double sum = 0;
    for (std::size_t v = machine_.begin[a]; v < machine_.begin[a + 1]; ++v)
      sum += machine_.coefficients[v * columns + b - 1] * kernels[v];
    for (std::size_t v = machine_.begin[b]; v < machine_.begin[b + 1]; ++v)
      sum += machine_.coefficients[v * columns + a] * kernels[v];
    return sum - machine_.rho[pair] > 0;
  }

  Machine machine_;
};

/// Words of a line, in turn.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(trimmed(line)) {}
  std::string_view next() {
    const std::size_t end = std::min(rest_.find_first_of(" \t"), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_ = trimmed(rest_.substr(end));
    return word;
  }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Machine read() {
    read_heading();
    check_heading();
    read_vectors();
    return std::move(machine_);
  }

 private:
  [[noreturn]] void damaged(const std::string& what) const {
    throw DataError(fmt::format("{}:{}: {}", name_, line_, what), copy_again);
  }
  [[noreturn]] void unsupported(std::string_view what) const {
    throw DataError(fmt::format("{} is a machine of libsvm with {}, which does not classify numbers", name_, what),
                    "train it with -classifier.libsvm.m csvc or nusvc");
  }
  std::string_view next_line() {
    if (text_.empty()) throw DataError(fmt::format("{} ends early, after line {}", name_, line_), copy_again);
    const std::size_t end = text_.find('\n');
    if (end == std::string_view::npos)
      throw DataError(fmt::format("{} ends early: its last line is not whole", name_), copy_again);
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    ++line_;
    return line;
  }
  double real(std::string_view word) const {
    const auto value = parse_real(word);
    if (!value || !std::isfinite(*value)) damaged(fmt::format("'{}' is no number", word.substr(0, 40)));
    return *value;
  }
  std::int64_t whole(std::string_view word, std::int64_t least, std::int64_t most) const {
    const auto value = parse_integer(word);
    if (!value || *value < least || *value > most)
      damaged(fmt::format("'{}' is no whole number from {} to {}", word.substr(0, 40), least, most));
    return *value;
  }

  void read_heading() {
    for (;;) {
      Words words(next_line());
      const std::string_view key = words.next();
      if (key == "SV") return;
      if (key == "svm_type") {
        const std::string_view type = words.next();
        if (type != "c_svc" && type != "nu_svc") unsupported(fmt::format("svm_type {}", type));
        classifies_ = true;
      } else if (key == "kernel_type") {
        const std::string_view kernel = words.next();
        const std::map<std::string_view, Kernel> kernels{{"linear", Kernel::linear},
                                                         {"polynomial", Kernel::polynomial},
                                                         {"rbf", Kernel::rbf},
                                                         {"sigmoid", Kernel::sigmoid}};
        const auto found = kernels.find(kernel);
        if (found == kernels.end()) unsupported(fmt::format("kernel_type {}", kernel));
        machine_.kernel = found->second;
      } else if (key == "degree") {
        machine_.degree = static_cast<int>(whole(words.next(), 0, 1000));
      } else if (key == "gamma") {
        machine_.gamma = real(words.next());
      } else if (key == "coef0") {
        machine_.coef0 = real(words.next());
      } else if (key == "nr_class") {
        classes_ = static_cast<std::size_t>(whole(words.next(), 2, most_svm_classes));
      } else if (key == "total_sv") {
        total_ = static_cast<std::size_t>(whole(words.next(), 1, std::numeric_limits<int>::max()));
      } else if (key == "label" || key == "nr_sv") {
        while (!words.empty()) {
          const auto value =
              static_cast<int>(whole(words.next(), std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
          key == "label" ? machine_.labels.push_back(value) : held_.push_back(value);
        }
      } else if (key == "rho") {
        while (!words.empty()) machine_.rho.push_back(real(words.next()));
      } else if (key != "probA" && key != "probB" && key != "prob_density_marks") {
        damaged(fmt::format("'{}' is no line of a model of libsvm", key.substr(0, 40)));
      }
    }
  }

  void check_heading() {
    if (!classifies_) damaged("svm_type is missing before the support vectors");
    if (classes_ == 0 || machine_.labels.size() != classes_) damaged("nr_class and label do not agree");
    if (machine_.rho.size() != classes_ * (classes_ - 1) / 2)
      damaged("rho has not one number for each pair of classes");
    if (held_.size() != classes_) damaged("nr_sv has not one number for each class");
    machine_.begin.push_back(0);
    for (const int held : held_) {
      if (held < 0) damaged("nr_sv is negative");
      machine_.begin.push_back(machine_.begin.back() + static_cast<std::size_t>(held));
    }
    if (machine_.count() != total_) damaged("nr_sv and total_sv do not agree");
    std::vector<int> sorted = machine_.labels;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) damaged("a label stands twice");
  }

  void read_vectors() {
    struct Value {
      std::size_t vector, feature;
      double value;
    };
    std::vector<Value> values;
    for (std::size_t v = 0; v < total_; ++v) {
      Words words(next_line());
      for (std::size_t c = 0; c + 1 < classes_; ++c) machine_.coefficients.push_back(real(words.next()));
      while (!words.empty()) {
        const std::string_view word = words.next();
        const std::size_t colon = word.find(':');
        if (colon == std::string_view::npos) damaged(fmt::format("'{}' is no index:value", word.substr(0, 40)));
        const auto index = static_cast<std::size_t>(whole(word.substr(0, colon), 1, most_features));
        machine_.features = std::max(machine_.features, index);
        values.push_back({v, index - 1, real(word.substr(colon + 1))});
      }
    }
    if (!trimmed(text_).empty()) damaged("something stands behind the support vectors");
    if (machine_.features == 0) damaged("its support vectors are empty");
    if (machine_.features * total_ > most_numbers) damaged("it has too many support vectors");
    machine_.vectors.resize(machine_.features * total_);
    for (const Value& one : values) machine_.vectors[one.vector * machine_.features + one.feature] = one.value;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t line_ = 0;
  bool classifies_ = false;
  std::size_t classes_ = 0;
  std::size_t total_ = 0;
  std::vector<int> held_;  ///< support vectors of each class
  Machine machine_;
};

}  // namespace

std::shared_ptr<const Model> parse_libsvm(std::string_view text, const std::string& name, ModelInfo info) {
  Machine machine = Reader(text, name).read();
  info.classes = classes_of_labels(machine.labels, info.classes);
  CERS_EXPECT(info.features.empty() || info.features.size() == machine.features);
  learn::Digest digest;
  digest.add_text(text);
  return std::make_shared<const SvmModel>(std::move(machine), std::move(info), digest.text());
}

}  // namespace cers
