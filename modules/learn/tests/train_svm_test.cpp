// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_svm.hpp"

#include <gtest/gtest.h>
#include <libsvm/svm.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <random>

#include "cers/core/error.hpp"
#include "cers/learn/classify_rows.hpp"
#include "cers/learn/svm.hpp"
#include "cers/learn/train_forest.hpp"

namespace cers {
namespace {

SampleTable table_of(std::size_t features) {
  SampleTable table;
  for (std::size_t f = 0; f < features; ++f) table.features.push_back("f" + std::to_string(f));
  return table;
}

void add(SampleTable& table, const std::vector<float>& row, int label) {
  table.values.insert(table.values.end(), row.begin(), row.end());
  table.labels.push_back(label);
}

/// Four classes around the corners of a square, overlapping; class codes come in no order.
SampleTable corners(std::size_t samples) {
  std::mt19937 random(7);
  SampleTable table = table_of(3);
  const auto spread = [&] { return static_cast<float>(random()) / 4294967296.0F * 1.5F - 0.75F; };
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t kind = (i + i / 4) % 4;
    add(table, {static_cast<float>(kind % 2) + spread(), static_cast<float>(kind / 2) + spread(), spread()},
        std::vector{30, 4, 12, 7}[kind]);
  }
  return table;
}

std::vector<int> codes(const std::string& text, const SampleTable& table) {
  std::vector<int> found;
  for (const RowClass& one : classify_rows(*parse_libsvm(text, "m.svm"), table.values)) found.push_back(one.code);
  return found;
}

std::string line_of(const std::string& text, const std::string& key) {
  const std::size_t begin = text.find("\n" + key) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

// Classes either side of the line x + y = 5: the nearest points are (2, 2) and (3, 3). The widest margin has
// w = (1, 1), b = -5, so that w·(2, 2) + b = -1 and w·(3, 3) + b = 1: both nearest points have the multiplier
// |w|² / 2 = 1, those farther away none.
TEST(TrainSvm, finds_the_widest_margin) {
  SampleTable table = table_of(2);
  add(table, {3, 3}, 2);
  add(table, {2, 2}, 9);
  add(table, {5, 4}, 2);
  add(table, {0, 1}, 9);
  add(table, {4, 6}, 2);
  add(table, {-1, 1}, 9);
  SvmTraining options;
  options.cost = 100;
  const std::string text = train_svm(table, options);
  EXPECT_EQ(text.substr(0, text.find("rho")), "svm_type c_svc\nkernel_type linear\nnr_class 2\ntotal_sv 2\n");
  EXPECT_NEAR(std::stod(line_of(text, "rho ").substr(4)), 5, 2e-3);
  EXPECT_EQ(line_of(text, "label"), "label 2 9");
  EXPECT_EQ(line_of(text, "nr_sv"), "nr_sv 1 1");
  double first = 0;
  double second = 0;
  ASSERT_EQ(std::sscanf(text.c_str() + text.find("SV\n") + 3, "%lf 1:3 2:3 \n%lf 1:2 2:2 \n", &first, &second), 2)
      << text;
  EXPECT_NEAR(first, 1, 2e-3);
  EXPECT_NEAR(second, -1, 2e-3);
}

// A cost below the multipliers of the widest margin: they are cut to it, and w = 0.25 · ((3, 3) − (2, 2)).
TEST(TrainSvm, bounds_multipliers_by_the_cost) {
  SampleTable table = table_of(2);
  add(table, {3, 3}, 2);
  add(table, {2, 2}, 9);
  SvmTraining options;
  options.cost = 0.25;
  const std::string text = train_svm(table, options);
  EXPECT_NE(text.find("SV\n0.25 1:3 2:3 \n-0.25 1:2 2:2 \n"), std::string::npos) << text;
}

// All kernels and both kinds: the text read by Cers gives the classes that libsvm's own machine gives when libsvm
// reads the same text.
TEST(TrainSvm, writes_what_libsvm_reads) {
  const SampleTable table = corners(300);
  for (const SvmKernel kernel : {SvmKernel::linear, SvmKernel::polynomial, SvmKernel::rbf, SvmKernel::sigmoid}) {
    for (const SvmKind kind : {SvmKind::c_svc, SvmKind::nu_svc}) {
      SvmTraining options;
      options.kernel = kernel;
      options.kind = kind;
      options.gamma = 0.3;
      options.coef0 = kernel == SvmKernel::sigmoid ? -1 : 0.1;
      options.nu = 0.3;
      const std::string text = train_svm(table, options);
      const std::string path = ::testing::TempDir() + "cers_train_svm_test.svm";
      std::FILE* const file = std::fopen(path.c_str(), "wb");
      ASSERT_NE(file, nullptr);
      ASSERT_EQ(std::fwrite(text.data(), 1, text.size(), file), text.size());
      ASSERT_EQ(std::fclose(file), 0);
      svm_model* model = svm_load_model(path.c_str());
      std::remove(path.c_str());
      ASSERT_NE(model, nullptr);
      const std::vector<int> found = codes(text, table);
      for (std::size_t i = 0; i < table.size(); ++i) {
        const auto row = table.row(i);
        std::vector<svm_node> nodes;
        for (std::size_t f = 0; f < row.size(); ++f)
          nodes.push_back({static_cast<int>(f) + 1, static_cast<double>(row[f])});
        nodes.push_back({-1, 0});
        ASSERT_EQ(found[i], static_cast<int>(svm_predict(model, nodes.data()))) << i;
      }
      EXPECT_EQ(model->param.svm_type, kind == SvmKind::c_svc ? C_SVC : NU_SVC);
      if (kernel != SvmKernel::linear) {
        EXPECT_EQ(model->param.gamma, 0.3);
      }
      svm_free_and_destroy_model(&model);
    }
  }
}

TEST(TrainSvm, tells_overlapping_classes_apart) {
  const SampleTable table = corners(600);
  SvmTraining options;
  options.kernel = SvmKernel::rbf;
  const std::vector<int> found = codes(train_svm(table, options), table);
  int right = 0;
  for (std::size_t i = 0; i < table.size(); ++i) right += found[i] == table.labels[i] ? 1 : 0;
  // On each axis a sample is nearer to its own corner in five cases of six: the best rule is right in 25 of 36.
  EXPECT_GT(right, 600 * 62 / 100);
  EXPECT_LT(right, 600 * 76 / 100);
}

TEST(TrainSvm, orders_classes_as_asked) {
  const SampleTable table = corners(60);
  SvmTraining options;
  const std::string met = train_svm(table, options);
  EXPECT_EQ(train_svm(table, options), met);
  std::string expected = "label";
  std::vector<int> seen;
  for (const int label : table.labels) {
    if (std::find(seen.begin(), seen.end(), label) != seen.end()) continue;
    seen.push_back(label);
    expected += " " + std::to_string(label);
  }
  EXPECT_EQ(line_of(met, "label"), expected);
  EXPECT_NE(expected, "label 4 7 12 30") << "the samples show nothing";
  options.order = ClassOrder::ascending;
  EXPECT_EQ(line_of(train_svm(table, options), "label"), "label 4 7 12 30");
}

TEST(TrainSvm, keeps_features_that_are_zero) {
  SampleTable table = table_of(3);
  add(table, {0, 1, 0}, 1);
  add(table, {0, 2, 0}, 2);
  const auto model = parse_libsvm(train_svm(table, {}), "m.svm");
  EXPECT_EQ(model->features(), 3);
}

TEST(TrainSvm, says_what_is_wrong) {
  const auto fault = [](const SampleTable& table, const SvmTraining& options) -> std::string {
    try {
      train_svm(table, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  const SampleTable table = corners(40);
  SvmTraining options;
  options.cost = 0;
  EXPECT_NE(fault(table, options).find("C <= 0"), std::string::npos);
  options = {};
  options.kernel = SvmKernel::rbf;
  options.gamma = -1;
  EXPECT_NE(fault(table, options).find("gamma < 0"), std::string::npos);
  options = {};
  options.kind = SvmKind::nu_svc;
  SampleTable uneven = table_of(1);
  for (int i = 0; i < 20; ++i) add(uneven, {static_cast<float>(i)}, i == 0 ? 1 : 2);
  EXPECT_NE(fault(uneven, options).find("nu is infeasible"), std::string::npos);
  SampleTable one = table_of(1);
  add(one, {1}, 5);
  EXPECT_NE(fault(one, {}).find("all 1 samples are of class 5"), std::string::npos);
  add(one, {std::numeric_limits<float>::infinity()}, 6);
  EXPECT_NE(fault(one, {}).find("feature 'f0' of sample 2 is inf"), std::string::npos);
  SampleTable many = table_of(1);
  for (int i = 0; i < 363; ++i) add(many, {static_cast<float>(i)}, i);
  EXPECT_NE(fault(many, {}).find("363 classes, a support vector machine has at most 362"), std::string::npos);
}

}  // namespace
}  // namespace cers
