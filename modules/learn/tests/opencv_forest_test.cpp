// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/opencv_forest.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "cers/core/error.hpp"
#include "cers/learn/model.hpp"
#include "model_file.hpp"

namespace cers {
namespace {

/// Two trees as OpenCV 4 writes them. Tree 1: f0 <= 10 ? 5 : (f1 <= 0.5 ? 7 : 9). Tree 2: f1 <= -3 ? 9 : 5.
const std::string yaml = R"(%YAML:1.0
---
opencv_ml_rtrees:
   format: 3
   is_classifier: 1
   var_all: 3
   var_count: 2
   ord_var_count: 2
   cat_var_count: 1
   training_params:
      use_surrogates: 0
      max_categories: 10
      max_depth: 25
   global_var_idx: 1
   var_idx: [ 0, 1 ]
   var_type: [ 0, 0, 1 ]
   cat_ofs: [ 0, 0, 0, 0, 0, 0 ]
   class_labels: [ 5, 7, 9 ]
   missing_subst: [ 0., 0., 0. ]
   oob_error: 0.
   ntrees: 2
   trees:
      -
         nodes:
            -
               depth: 0
               value: 5.
               norm_class_idx: 0
               splits:
                  - { var:0, quality:1.4602186279296875e+03,
                      le:10. }
            -
               depth: 1
               value: 5.
               norm_class_idx: 0
            -
               depth: 1
               value: 7.
               norm_class_idx: 1
               splits:
                  - { var:1, quality:3., le:5.0000000000000000e-01 }
                  - { var:0, quality:2., le:99. }
            -
               depth: 2
               value: 7.
               norm_class_idx: 1
            -
               depth: 2
               value: 9.
               norm_class_idx: 2
      -
         nodes:
            -
               depth: 0
               value: 5.
               norm_class_idx: 0
               splits:
                  - { var:1, quality:3., le:-3. }
            -
               depth: 1
               value: 9.
               norm_class_idx: 2
            -
               depth: 1
               value: 5.
               norm_class_idx: 0
)";

const std::string xml = R"(<?xml version="1.0"?>
<opencv_storage>
<opencv_ml_rtrees>
  <format>3</format>
  <is_classifier>1</is_classifier>
  <var_all>3</var_all>
  <var_count>2</var_count>
  <var_type>
    0 0 1</var_type>
  <class_labels>
    5 7
    9</class_labels>
  <ntrees>2</ntrees>
  <trees>
    <_>
      <nodes>
        <_><depth>0</depth><value>5.</value><norm_class_idx>0</norm_class_idx>
          <splits><_><var>0</var><quality>1460.</quality><le>10.</le></_></splits></_>
        <_><depth>1</depth><value>5.</value><norm_class_idx>0</norm_class_idx></_>
        <_><depth>1</depth><value>7.</value><norm_class_idx>1</norm_class_idx>
          <splits><_><var>1</var><quality>3.</quality><le>5.0000000000000000e-01</le></_></splits></_>
        <_><depth>2</depth><value>7.</value><norm_class_idx>1</norm_class_idx></_>
        <_><depth>2</depth><value>9.</value><norm_class_idx>2</norm_class_idx></_></nodes></_>
    <_>
      <nodes>
        <_><depth>0</depth><value>5.</value><norm_class_idx>0</norm_class_idx>
          <splits><_><var>1</var><quality>3.</quality><le>-3.</le></_></splits></_>
        <_><depth>1</depth><value>9.</value><norm_class_idx>2</norm_class_idx></_>
        <_><depth>1</depth><value>5.</value><norm_class_idx>0</norm_class_idx></_></nodes></_></trees>
</opencv_ml_rtrees>
</opencv_storage>
)";

const std::string json = R"({
    "opencv_ml_rtrees": {
        "format": 3, "is_classifier": 1, "var_all": 3, "var_count": 2,
        "var_type": [ 0, 0, 1 ], "class_labels": [ 5, 7, 9 ], "ntrees": 2,
        "trees": [
            { "nodes": [
                { "depth": 0, "value": 5.0, "norm_class_idx": 0, "splits": [ { "var": 0, "quality": 1460.0, "le": 10.0 } ] },
                { "depth": 1, "value": 5.0, "norm_class_idx": 0 },
                { "depth": 1, "value": 7.0, "norm_class_idx": 1, "splits": [ { "var": 1, "quality": 3.0, "le": 0.5 } ] },
                { "depth": 2, "value": 7.0, "norm_class_idx": 1 },
                { "depth": 2, "value": 9.0, "norm_class_idx": 2 } ] },
            { "nodes": [
                { "depth": 0, "value": 5.0, "norm_class_idx": 0, "splits": [ { "var": 1, "quality": 3.0, "le": -3.0 } ] },
                { "depth": 1, "value": 9.0, "norm_class_idx": 2 },
                { "depth": 1, "value": 5.0, "norm_class_idx": 0 } ] } ]
    }
}
)";

/// The first tree as OpenCV 2 wrote it: labels in cat_map.
const std::string old_yaml = R"(%YAML:1.0
my_random_trees: !!opencv-ml-random-trees
   nclasses: 3
   ntrees: 1
   is_classifier: 1
   var_all: 2
   var_count: 2
   training_params:
      use_surrogates: 0
      priors: !!opencv-matrix
         rows: 1
         cols: 3
         dt: d
         data: [ 1., 1., 1. ]
   var_type: [ 0, 0 ]
   cat_count: !!opencv-matrix
      rows: 1
      cols: 1
      dt: i
      data: [ 3 ]
   cat_map: !!opencv-matrix
      rows: 1
      cols: 3
      dt: i
      data: [ 5, 7, 9 ]
   trees:
      -
         best_tree_idx: -1
         nodes:
            -
               depth: 0
               sample_count: 190
               value: 5.
               norm_class_idx: 0
               splits:
                  - { var:0, quality:9.4967643737792969e+01,
                      le:10. }
            -
               depth: 1
               value: 5.
               norm_class_idx: 0
            -
               depth: 1
               value: 7.
               norm_class_idx: 1
               splits:
                  - { var:1, quality:6., le:5.0e-01 }
            -
               depth: 2
               value: 7.
               norm_class_idx: 1
            -
               depth: 2
               value: 9.
               norm_class_idx: 2
)";

Forest read(const std::string& text) {
  return parse_opencv_forest(text, "model.yaml");
}

std::vector<int> votes_of(const Forest& forest, float f0, float f1) {
  std::vector<float> values(2 * Forest::lanes);
  values[0] = f0;
  values[Forest::lanes] = f1;
  std::vector<std::uint16_t> votes(forest.labels().size() * Forest::lanes);
  forest.vote(values.data(), Forest::lanes, 1, votes.data());
  std::vector<int> found;
  for (std::size_t label = 0; label < forest.labels().size(); ++label) found.push_back(votes[label * Forest::lanes]);
  return found;
}

TEST(OpencvForest, is_read_from_yaml_xml_and_json_alike) {
  for (const std::string& text : {yaml, xml, json}) {
    const Forest forest = read(text);
    EXPECT_EQ(forest.features(), 2);
    EXPECT_EQ(forest.labels(), (std::vector{5, 7, 9}));
    EXPECT_EQ(forest.trees(), 2U);
    EXPECT_EQ(votes_of(forest, 10, 0), (std::vector{2, 0, 0}));
    EXPECT_EQ(votes_of(forest, 10.5F, 0.5F), (std::vector{1, 1, 0}));
    EXPECT_EQ(votes_of(forest, 10.5F, 0.6F), (std::vector{1, 0, 1}));
    EXPECT_EQ(votes_of(forest, 0, -3), (std::vector{1, 0, 1}));
    EXPECT_EQ(forest.digest(), read(yaml).digest());
  }
}

TEST(OpencvForest, is_read_from_a_file) {
  const testing::ModelFile file("forest.txt", yaml);
  EXPECT_EQ(read_opencv_forest(file.path()).digest(), read(yaml).digest());
}

TEST(OpencvForest, of_version_2_is_read) {
  const Forest forest = read(old_yaml);
  EXPECT_EQ(forest.labels(), (std::vector{5, 7, 9}));
  EXPECT_EQ(votes_of(forest, 10, 0), (std::vector{1, 0, 0}));
  EXPECT_EQ(votes_of(forest, 11, 0), (std::vector{0, 1, 0}));
  EXPECT_EQ(votes_of(forest, 11, 1), (std::vector{0, 0, 1}));
}

std::string fault_of(const std::string& text) {
  try {
    read(text);
  } catch (const DataError& error) {
    return error.what();
  }
  return "read without a fault";
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the model has no " + from);
  return text.replace(at, from.size(), to);
}

void expect_fault(const std::string& text, const std::string& expected) {
  const std::string fault = fault_of(text);
  EXPECT_NE(fault.find(expected), std::string::npos) << "wanted: " << expected << "\nfound:  " << fault;
}

TEST(OpencvForest, says_when_a_file_is_another_model) {
  const auto of = [](const std::string& name) { return "%YAML:1.0\n---\n" + name + ":\n   format: 3\n"; };
  expect_fault(of("opencv_ml_svm"), "is a support vector machine, not a random forest");
  expect_fault(of("opencv_ml_boost"), "is a set of boosted trees");
  expect_fault(of("opencv_ml_dtree"), "is a single decision tree");
  expect_fault(of("opencv_ml_ann_mlp"), "is a neural network");
  expect_fault("%YAML:1.0\nmy_nb: !!opencv-ml-bayesian\n   var_count: 4\n", "is a normal Bayes classifier");
  expect_fault(of("statistics"), "holds 'statistics', which is no random forest");
  expect_fault("svm_type c_svc\nkernel_type linear\n", "is a support vector machine of libsvm");
  expect_fault("#RFClassifier with_dictionary\n", "is a random forest of Shark");
  // Whatever it is: what can be read instead is said.
  for (const char* text :
       {"#RFClassifier with_dictionary\n", "%YAML:1.0\nmy_nb: !!opencv-ml-bayesian\n   var_count: 4\n", "K=32\n",
        "%YAML:1.0\nopencv_ml_ann_mlp:\n   format: 3\n"}) {
    try {
      parse_model(text, "model");
      ADD_FAILURE() << text;
    } catch (const DataError& error) {
      for (const char* kind : {"random forests", "boosted trees", "support vector machines", "libsvm"})
        EXPECT_NE(error.remedy().find(kind), std::string::npos) << text << error.remedy();
    }
  }
  expect_fault("K=32\nIsRegression=0\n", "is a nearest-neighbour classifier of OTB");
  expect_fault("<FeatureStatistics><Statistic><a/></Statistic></FeatureStatistics>", "no random forest");
  expect_fault(changed(yaml, "is_classifier: 1", "is_classifier: 0"), "for regression");
  expect_fault("\x1F\x8B\x08", "is compressed");
  expect_fault("", "is empty");
  expect_fault("just words\n", "holds no random forest");
  EXPECT_THROW(read_opencv_forest("/nowhere/model.txt"), DataError);
  EXPECT_THROW(read_opencv_forest(std::filesystem::temp_directory_path().string()), DataError);
}

TEST(OpencvForest, says_what_is_damaged) {
  expect_fault(changed(yaml, "ntrees: 2", "ntrees: 3"), "ends early: it holds 2 of 3 trees");
  expect_fault(changed(yaml, "ntrees: 2", "ntrees: 1"), "more trees than it says");
  expect_fault(changed(yaml, "ntrees: 2", "ntrees: -2"), "ends early");
  expect_fault(changed(yaml, "var_count: 2", "var_count: two"), "var_count is 'two', which is no whole number");
  expect_fault(changed(yaml, "var:1", "var:2"), "a split in tree 1 asks for feature 2, there are 2");
  expect_fault(changed(yaml, "var:1", "var:-1"), "asks for feature -1");
  expect_fault(changed(yaml, "le:10.", "le:ten"), "le in tree 1 is 'ten', which is no number");
  expect_fault(changed(yaml, "le:10.", "le:.Nan"), "which is no number");
  expect_fault(changed(yaml, "le:10.", "gt:10."), "splits other than by 'at most'");
  expect_fault(changed(yaml, "le:10.", "in: 1"), "splits other than by 'at most'");
  expect_fault(changed(yaml, "norm_class_idx: 2", "other: 2"), "a leaf in tree 1 has no class");
  expect_fault(changed(yaml, "var_count: 2", "var_count: 2000000000"), "it has 2000000000 features");
  expect_fault(changed(yaml, "[ 0, 0, 1 ]", "[ 0, 1, 1 ]"), "categories as features");
  expect_fault(changed(yaml, "[ 5, 7, 9 ]", "[ 5, 7 ]"), "votes for class 3 of 2");
  expect_fault(changed(yaml, "class_labels", "klass_labels"), "class labels are missing");
  expect_fault(yaml + "opencv_ml_svm:\n   format: 3\n", "is a support vector machine");
  expect_fault(changed(xml, "<le>10.</le>", "<le>10."), "is no whole XML document: line ");
  expect_fault(yaml + "   }", ":");
}

// Wherever a file is cut, it is refused: text that ends between two nodes is still YAML. One place is as good as the
// end: after the line of a split's class and before its splits, where it looks like a leaf.
TEST(OpencvForest, is_refused_when_cut_anywhere) {
  for (const std::string& whole : {yaml, xml, json, old_yaml}) {
    const std::size_t last = whole.find_last_of("0123456789");
    for (std::size_t length = 0; length < last; ++length) {
      const auto next = whole.find_first_not_of(" \n", length);
      if (whole[length - (length > 0)] == '\n' && whole.substr(next).starts_with("splits:")) continue;
      EXPECT_NE(fault_of(whole.substr(0, length)), "read without a fault") << whole.substr(0, length);
    }
  }
}

// No change of a byte crashes: it is refused, or reads as a forest that can vote.
TEST(OpencvForest, survives_changed_bytes) {
  unsigned state = 5;
  const auto random = [&] { return state = state * 1664525U + 1013904223U, state >> 8U; };
  for (int round = 0; round < 4000; ++round) {
    std::string text = round % 3 == 0 ? xml : round % 3 == 1 ? yaml : json;
    for (unsigned change = 0; change <= random() % 3; ++change)
      text[random() % text.size()] = " 0123456789:-{}[]<>/_.aeX\n\t\"\xC3"[random() % 28];
    try {
      const Forest forest = read(text);
      if (forest.features() == 2) votes_of(forest, 1, 1);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::data) << error.what() << "\n" << text;
    }
  }
}

}  // namespace
}  // namespace cers
