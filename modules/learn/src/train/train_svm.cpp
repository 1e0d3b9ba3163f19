// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_svm.hpp"

#include <fmt/format.h>
#include <libsvm/svm.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <numeric>
#include <span>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/learn/svm.hpp"
#include "check_samples.hpp"

namespace cers {
namespace {

struct Free {
  void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};

/// The samples as libsvm wants them: features numbered from 1, −1 behind the last.
class Problem {
 public:
  Problem(const SampleTable& table, ClassOrder order) {
    const std::size_t features = table.features.size();
    std::vector<std::size_t> samples(table.size());
    std::iota(samples.begin(), samples.end(), std::size_t{0});
    if (order == ClassOrder::ascending)
      std::stable_sort(samples.begin(), samples.end(),
                       [&](std::size_t a, std::size_t b) { return table.labels[a] < table.labels[b]; });
    nodes_.reserve(table.size() * (features + 1));
    for (const std::size_t sample : samples) {
      labels_.push_back(table.labels[sample]);
      rows_.push_back(nodes_.data() + nodes_.size());
      int index = 0;
      for (const float value : table.row(sample)) nodes_.push_back({++index, static_cast<double>(value)});
      nodes_.push_back({-1, 0});
    }
  }
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  svm_problem view() { return {static_cast<int>(rows_.size()), labels_.data(), rows_.data()}; }

 private:
  std::vector<svm_node> nodes_;
  std::vector<double> labels_;
  std::vector<svm_node*> rows_;
};

svm_parameter parameters_of(const SvmTraining& options) {
  svm_parameter parameters{};
  parameters.svm_type = options.kind == SvmKind::nu_svc ? NU_SVC : C_SVC;
  switch (options.kernel) {
    case SvmKernel::linear:
      parameters.kernel_type = LINEAR;
      break;
    case SvmKernel::polynomial:
      parameters.kernel_type = POLY;
      break;
    case SvmKernel::rbf:
      parameters.kernel_type = RBF;
      break;
    case SvmKernel::sigmoid:
      parameters.kernel_type = SIGMOID;
      break;
  }
  parameters.degree = options.degree;
  parameters.gamma = options.gamma;
  parameters.coef0 = options.coef0;
  parameters.C = options.cost;
  parameters.nu = options.nu;
  // The defaults of svm-train.
  parameters.cache_size = 100;  // MB
  parameters.eps = 1e-3;
  parameters.p = 0.1;
  parameters.shrinking = 1;
  return parameters;
}

std::string text_of(const svm_model& model) {
  std::string text;
  const auto out = std::back_inserter(text);
  const auto list = [&](const char* key, const auto* numbers, int count) {
    text += key;
    for (const auto number : std::span(numbers, static_cast<std::size_t>(count))) fmt::format_to(out, " {}", number);
    text += '\n';
  };
  const svm_parameter& used = model.param;
  constexpr const char* kernels[] = {"linear", "polynomial", "rbf", "sigmoid"};
  static_assert(LINEAR == 0 && POLY == 1 && RBF == 2 && SIGMOID == 3);
  fmt::format_to(out, "svm_type {}\nkernel_type {}\n", used.svm_type == NU_SVC ? "nu_svc" : "c_svc",
                 kernels[used.kernel_type]);
  if (used.kernel_type == POLY) fmt::format_to(out, "degree {}\n", used.degree);
  if (used.kernel_type != LINEAR) fmt::format_to(out, "gamma {}\n", used.gamma);
  if (used.kernel_type == POLY || used.kernel_type == SIGMOID) fmt::format_to(out, "coef0 {}\n", used.coef0);
  const int classes = model.nr_class;
  fmt::format_to(out, "nr_class {}\ntotal_sv {}\n", classes, model.l);
  list("rho", model.rho, classes * (classes - 1) / 2);
  list("label", model.label, classes);
  list("nr_sv", model.nSV, classes);
  text += "SV\n";
  for (int vector = 0; vector < model.l; ++vector) {
    for (int c = 0; c + 1 < classes; ++c) fmt::format_to(out, "{} ", model.sv_coef[c][vector]);
    for (const svm_node* node = model.SV[vector]; node->index != -1; ++node)
      fmt::format_to(out, "{}:{} ", node->index, node->value);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string train_svm(const SampleTable& table, const SvmTraining& options) {
  learn::check_samples(table, most_svm_classes, "a support vector machine");
  Problem samples(table, options.order);
  const svm_problem problem = samples.view();
  const svm_parameter parameters = parameters_of(options);
  if (const char* const fault = svm_check_parameter(&problem, &parameters))
    throw UserError(fmt::format("libsvm cannot train a support vector machine with these options: {}", fault),
                    "give a positive cost, a gamma of at least 0, and a nu that the smallest class allows");
  svm_set_print_string_function([](const char*) {});
  const std::unique_ptr<svm_model, Free> model(svm_train(&problem, &parameters));
  if (model->l == 0)
    throw DataError("the support vector machine has no support vectors",
                    "do the features tell the classes apart? Another kernel or a higher cost may help");
  return text_of(*model);
}

}  // namespace cers
