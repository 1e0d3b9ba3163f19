// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/svm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "cers/core/error.hpp"
#include "cers/learn/classify_rows.hpp"

namespace cers {
namespace {

/// Classes 9, 4 and 6: the decision of (9, 4) is x − 2, of (9, 6) y − 1, of (4, 6) x + y − 5.
const std::string linear = R"(svm_type c_svc
kernel_type linear
nr_class 3
total_sv 4
rho 2 1 5
label 9 4 6
nr_sv 2 1 1
SV
1 0 1:1 
0 1 2:1 
0 1 1:1 2:1 
0 0 1:7 
)";

std::vector<unsigned> votes_at(const Model& model, float x, float y) {
  const std::size_t stride = Forest::lanes;
  std::vector<float> values(2 * stride);
  values[0] = x;
  values[stride] = y;
  std::vector<std::uint16_t> votes(model.info().classes.size() * stride, 7);
  model.vote(values.data(), stride, 1, votes.data());
  std::vector<unsigned> found;
  for (std::size_t c = 0; c < model.info().classes.size(); ++c) found.push_back(votes[c * stride]);
  return found;
}

TEST(Svm, lets_each_pair_of_classes_vote) {
  const auto model = parse_libsvm(linear, "m.svm");
  EXPECT_EQ(model->kind(), "support vector machine of 4 vectors");
  EXPECT_EQ(model->features(), 2);
  EXPECT_EQ(model->votes(), 3U);
  EXPECT_EQ(model->info().classes[0].code, 9);
  EXPECT_EQ(votes_at(*model, 3, 2), (std::vector<unsigned>{2, 0, 1}));  // 9, 9, 6 (not above 0)
  EXPECT_EQ(votes_at(*model, 3, 2.5F), (std::vector<unsigned>{2, 1, 0}));
  EXPECT_EQ(votes_at(*model, 1, 9), (std::vector<unsigned>{1, 2, 0}));
  EXPECT_EQ(votes_at(*model, 1, 0), (std::vector<unsigned>{0, 1, 2}));
  EXPECT_EQ(votes_at(*model, 2.5F, 0), (std::vector<unsigned>{1, 0, 2}));
  EXPECT_EQ(classify_rows(*model, std::vector<float>{1, 9})[0].code, 4);
}

TEST(Svm, knows_the_kernels_of_libsvm) {
  const auto text = [](const std::string& kernel) {
    return "svm_type nu_svc\nkernel_type " + kernel +
           "\nnr_class 2\ntotal_sv 2\nrho 0.25\nlabel 1 2\nnr_sv 1 1\nprobA 1\nprobB 2\nSV\n1.5 1:1 2:3\n-1 2:-2\n";
  };
  // Decisions at (0.5, y) by hand: 1.5 k((0.5, y), (1, 3)) − k((0.5, y), (0, −2)) − 0.25.
  const auto check = [&](const std::string& kernel, auto k) {
    const auto model = parse_libsvm(text(kernel), "m.svm");
    for (double y = -4; y < 4; y += 0.125) {
      const double decision =
          1.5 * k(0.5 * 1 + y * 3, 0.25 + (y - 3) * (y - 3)) - k(y * -2, 0.25 + (y + 2) * (y + 2)) - 0.25;
      if (std::abs(decision) < 1e-9) continue;
      EXPECT_EQ(votes_at(*model, 0.5F, static_cast<float>(y))[0], decision > 0 ? 1U : 0U) << kernel << " " << y;
    }
  };
  check("linear", [](double dot, double) { return dot; });
  check("rbf\ngamma 0.3", [](double, double square) { return std::exp(-0.3 * square); });
  check("polynomial\ndegree 3\ngamma 0.5\ncoef0 0.7", [](double dot, double) { return std::pow(0.5 * dot + 0.7, 3); });
  check("sigmoid\ngamma 0.2\ncoef0 -0.4", [](double dot, double) { return std::tanh(0.2 * dot - 0.4); });
}

TEST(Svm, says_what_is_damaged) {
  const auto fault = [](std::string text, const std::string& from, const std::string& to) -> std::string {
    if (!from.empty()) text.replace(text.find(from), from.size(), to);
    try {
      parse_libsvm(text, "m.svm");
    } catch (const DataError& error) {
      EXPECT_FALSE(error.remedy().empty());
      return error.fault();
    }
    return "read";
  };
  EXPECT_EQ(fault(linear, "c_svc", "epsilon_svr"),
            "m.svm is a machine of libsvm with svm_type epsilon_svr, which does not classify numbers");
  EXPECT_EQ(fault(linear, "linear", "precomputed"),
            "m.svm is a machine of libsvm with kernel_type precomputed, which does not classify numbers");
  EXPECT_EQ(fault(linear, "label 9", "label"), "m.svm:8: nr_class and label do not agree");
  EXPECT_EQ(fault(linear, "label 9", "label 4"), "m.svm:8: a label stands twice");
  EXPECT_EQ(fault(linear, "rho 2", "rho"), "m.svm:8: rho has not one number for each pair of classes");
  EXPECT_EQ(fault(linear, "nr_sv 2", "nr_sv 3"), "m.svm:8: nr_sv and total_sv do not agree");
  EXPECT_EQ(fault(linear, "1 0 1:1", "1 x 1:1"), "m.svm:9: 'x' is no number");
  EXPECT_EQ(fault(linear, "1:1 2:1", "0:1 2:1"), "m.svm:11: '0' is no whole number from 1 to 16384");
  EXPECT_EQ(fault(linear, "0 0 1:7 \n", ""), "m.svm ends early, after line 11");
  EXPECT_EQ(fault(linear, "1:7 \n", "1:7"), "m.svm ends early: its last line is not whole");
  EXPECT_EQ(fault(linear, "SV\n", "VS\n"), "m.svm:8: 'VS' is no line of a model of libsvm");
  for (std::size_t cut = 0; cut < linear.size(); ++cut) {
    EXPECT_NE(fault(linear.substr(0, cut), "", ""), "read") << cut;
  }
}

}  // namespace
}  // namespace cers
