// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/model_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>

#include "cers/core/error.hpp"
#include "model_file.hpp"
#include "sealed_file.hpp"
#include "trained_model.hpp"

namespace cers {
namespace {

ForestFile small_file() {
  const SampleTable table = testing::small_table();
  const ForestTraining training{.trees = 9, .max_depth = 8, .weights = ClassWeights::balanced, .seed = 1ULL << 63U};
  ModelInfo info;
  info.classes = {{42, "forêt", std::array<std::uint8_t, 3>{0, 128, 255}}, {99, "not there", {}}};
  info.nodata = -10000;
  info.dates = {"2018-02-11", "2018-02-21"};
  info.origin = {{"features",
                  "TimeSeriesFeatures",
                  {{"il", {"été_20180211", "b_20180221"}, {"2018-02-11", "2018-02-21"}}},
                  {{"step", {"10"}}, {"bands", {"red", "nir"}}, {"dates", {}}}},
                 {"train", "TrainImagesClassifier", {{"io.il", {"features.out"}, {}}}, {{"io.vd", {"a.gpkg"}}}}};
  info.scaling = {{0.1F, 2, 3}, {1, 0.3F, 1e-7F}};
  return forest_file(table, training, train_forest(table, training), info);
}

std::string fault_of(std::string_view bytes) {
  try {
    parse_forest_file(bytes, "m.cers");
  } catch (const DataError& error) {
    EXPECT_FALSE(error.remedy().empty());
    return error.fault();
  }
  return "read";
}

TEST(ModelFile, keeps_all_that_is_known) {
  const ForestFile file = small_file();
  const std::string bytes = bytes_of(file);
  EXPECT_EQ(bytes, bytes_of(small_file()));
  EXPECT_TRUE(is_forest_file(bytes));
  const ForestFile read = parse_forest_file(bytes, "m.cers");
  EXPECT_EQ(read.info.features, (std::vector<std::string>{"red", "nir", "height"}));
  ASSERT_EQ(read.info.classes.size(), 3U);
  EXPECT_EQ(read.info.classes, file.info.classes);
  EXPECT_EQ(read.info.classes[2].name, "forêt");
  EXPECT_EQ(read.info.classes[2].colour, (std::array<std::uint8_t, 3>{0, 128, 255}));
  EXPECT_EQ(read.info.classes[0], (ClassInfo{7, {}, {}}));
  EXPECT_EQ(read.info.nodata, -10000);
  EXPECT_EQ(read.info.dates, file.info.dates);
  EXPECT_EQ(read.info.origin, file.info.origin);
  EXPECT_EQ(read.info.scaling.mean, file.info.scaling.mean);
  EXPECT_EQ(read.info.scaling.deviation, file.info.scaling.deviation);
  EXPECT_EQ(read.training.seed, 1ULL << 63U);
  EXPECT_EQ(read.training.weights, ClassWeights::balanced);
  EXPECT_EQ(read.training.max_depth, 8);
  EXPECT_TRUE(read.training.calibrate);
  EXPECT_EQ(read.forest.calibration.exponent, file.forest.calibration.exponent);
  EXPECT_EQ(read.forest.calibration.noise, file.forest.calibration.noise);
  EXPECT_NE(read.forest.calibration.noise, 0);
  EXPECT_EQ(read.forest.calibration.samples, file.forest.calibration.samples);
  EXPECT_EQ(read.forest.calibration.log_loss, file.forest.calibration.log_loss);
  EXPECT_EQ(read.forest.calibration.log_loss_of_shares, file.forest.calibration.log_loss_of_shares);
  EXPECT_NE(read.forest.calibration.exponent, 1);
  EXPECT_EQ(read.forest.samples, file.forest.samples);
  EXPECT_EQ(read.forest.out_of_bag.confusion, file.forest.out_of_bag.confusion);
  EXPECT_EQ(read.forest.out_of_bag.accuracy, file.forest.out_of_bag.accuracy);
  EXPECT_EQ(read.forest.impurity_importance, file.forest.impurity_importance);
  EXPECT_EQ(read.forest.permutation_importance, file.forest.permutation_importance);
  EXPECT_EQ(read.sample_count, 400U);
  EXPECT_EQ(read.samples_digest, digest_of(testing::small_table()));
  EXPECT_EQ(read.version, file.version);
  EXPECT_EQ(bytes_of(read), bytes) << "what is read is written the same";
  for (int x = 0; x < 200; x += 13) {
    for (int y = 0; y < 200; y += 17) {
      const std::vector<float> pixel{static_cast<float>(x), static_cast<float>(y), 50};
      EXPECT_EQ(testing::walked(read.forest, pixel), testing::walked(file.forest, pixel));
    }
  }
}

TEST(ModelFile, is_read_as_a_model) {
  const testing::ModelFile file("a.model", bytes_of(small_file()));
  const auto model = read_model(file.path());
  EXPECT_EQ(model->kind(), "random forest of 9 trees");
  EXPECT_EQ(model->features(), 3);
  EXPECT_EQ(model->votes(), 65535U);
  EXPECT_EQ(model->info().classes[1].code, 11);
}

// A file that Cers wrote before votes were calibrated.
TEST(ModelFile, of_the_first_format_has_votes_as_they_are) {
  std::ifstream stream(CERS_FIRST_MODEL, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  ASSERT_TRUE(bytes.starts_with("cers-model 1 "));
  const ForestFile file = parse_forest_file(bytes, "m.cers");
  EXPECT_FALSE(file.training.calibrate);
  EXPECT_EQ(file.forest.calibration.exponent, 1);
  EXPECT_EQ(file.forest.calibration.samples, 0U);
  EXPECT_EQ(model_of(file)->votes(), file.forest.trees.size() * file.forest.leaves.votes);
  const std::string again = bytes_of(file);
  EXPECT_TRUE(again.starts_with("cers-model 2 "));
  EXPECT_EQ(model_of(parse_forest_file(again, "m.cers"))->digest(), model_of(file)->digest());
}

TEST(ModelFile, refuses_a_calibration_that_makes_no_sense) {
  const std::string bytes = bytes_of(small_file());
  const learn::Unsealed parts = learn::unsealed(bytes, "m");
  const auto fault_with = [&](const std::string& key, const std::string& value) {
    std::string header(parts.header);
    const std::size_t at = header.find(':', header.find("\"" + key + "\"", header.find("\"calibration\""))) + 2;
    header.replace(at, header.find(',', at) - at, value);
    return fault_of(learn::sealed(header, parts.body));
  };
  for (const auto& [key, values] : std::map<std::string, std::vector<std::string>>{
           {"exponent", {"0.0", "0.099", "-1.5", "6.001", "7.0", "\"2\"", "null"}},
           {"noise", {"-0.001", "0.501", "1", "\"0.1\"", "null"}}}) {
    for (const std::string& bad : values)
      EXPECT_EQ(fault_with(key, bad), "m.cers is damaged: '" + key + "' of its header is not what it should be") << bad;
  }
  for (const auto& [key, values] :
       std::map<std::string, std::vector<std::string>>{{"exponent", {"0.1", "6"}}, {"noise", {"0", "0.5"}}}) {
    for (const std::string& edge : values) EXPECT_EQ(fault_with(key, edge), "read") << key << " " << edge;
  }
}

TEST(ModelFile, needs_no_origin_but_a_whole_one) {
  const std::string bytes = bytes_of(small_file());
  const learn::Unsealed parts = learn::unsealed(bytes, "m");
  const auto with = [&](const std::string& old, const std::string& other) {
    std::string header(parts.header);
    const std::size_t at = header.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return learn::sealed(header.replace(at, old.size(), other), parts.body);
  };
  EXPECT_TRUE(parse_forest_file(with("\"origin\"", "\"elsewhere\""), "m").info.origin.empty());
  EXPECT_EQ(fault_of(with("\"step\": \"train\"", "\"step\": 1")),
            "m.cers is damaged: 'step' of its header is not what it should be");
  EXPECT_EQ(fault_of(with("\"names\": [", "\"words\": [")), "m.cers is damaged: its header has no 'names'");
  EXPECT_EQ(fault_of(with("\"2018-02-11\",\n      ", "7,")),
            "m.cers is damaged: its header has something else than text in a list of texts");
}

TEST(ModelFile, tells_tables_apart) {
  SampleTable table = testing::small_table(10);
  const std::string digest = digest_of(table);
  table.groups[3] = 77;
  EXPECT_NE(digest_of(table), digest);
  table = testing::small_table(10);
  table.features[0] = "blue";
  EXPECT_NE(digest_of(table), digest);
}

TEST(ModelFile, says_what_is_damaged) {
  const std::string bytes = bytes_of(small_file());
  EXPECT_EQ(fault_of("cers-model 2"), "m.cers ends early: its first line is not whole");
  EXPECT_NE(fault_of(bytes.substr(0, bytes.size() - 1)).find("m.cers ends early: it has"), std::string::npos);
  EXPECT_EQ(fault_of(bytes + "x"), "m.cers is damaged: it is longer than its first line says");
  std::string later = bytes;
  later[11] = '3';
  EXPECT_EQ(fault_of(later), "m.cers has format 3 of a model of Cers, this program reads 1 to 2");
  std::string changed = bytes;
  changed[changed.size() - 5] = static_cast<char>(changed[changed.size() - 5] ^ 1);
  EXPECT_EQ(fault_of(changed), "m.cers is damaged: its bytes do not add up");
  EXPECT_NE(fault_of("cers-model 1 9999999999999999999 1 0\n").find("damaged"), std::string::npos);
  EXPECT_NE(fault_of("cers-model 1 -1 1 0\n").find("damaged"), std::string::npos);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 37) EXPECT_NE(fault_of(bytes.substr(0, cut)), "read");
}

// With a first line that fits, so that more than the checksum is put to the test.
TEST(ModelFile, survives_changed_bytes) {
  const std::string bytes = bytes_of(small_file());
  const learn::Unsealed parts = learn::unsealed(bytes, "m");
  std::mt19937 random(3);
  std::size_t refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string header(parts.header);
    std::string body(parts.body);
    for (unsigned change = 0; change < 1 + random() % 3U; ++change) {
      std::string& part = round % 2 == 0 ? header : body;
      const std::size_t at = random() % part.size();
      if (random() % 4U == 0) {
        part.erase(at, 1 + random() % 8U);
      } else {
        part[at] = round % 2 == 0 ? static_cast<char>('0' + random() % 10U) : static_cast<char>(random());
      }
    }
    try {
      const auto model = parse_model(learn::sealed(header, body), "m");
      std::vector<float> values(3 * Forest::lanes, 70);
      std::vector<std::uint16_t> votes(model->info().classes.size() * Forest::lanes);
      model->vote(values.data(), Forest::lanes, Forest::lanes, votes.data());
      std::size_t sum = 0;
      for (std::size_t c = 0; c < model->info().classes.size(); ++c) sum += votes[c * Forest::lanes];
      ASSERT_EQ(sum, model->votes());
    } catch (const DataError& error) {
      ASSERT_FALSE(error.remedy().empty());
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000U);
}

TEST(ModelFile, refuses_other_files) {
  EXPECT_THROW(parse_model("", "m"), DataError);
  EXPECT_THROW(parse_model("svm_type c_svc\n", "m"), DataError);
  EXPECT_THROW(read_model("/nowhere/m.cers"), DataError);
}

TEST(ModelFile, compares_names_that_mean_something) {
  using Names = std::vector<std::string>;
  EXPECT_TRUE(named_by_position({}));
  EXPECT_TRUE(named_by_position({"value_0", "value_1", "value_2"}));
  EXPECT_TRUE(named_by_position({"band 1", "band 2"}));
  EXPECT_FALSE(named_by_position({"B2", "B3"}));
  EXPECT_FALSE(named_by_position({"value_0", "other_1"}));
  EXPECT_EQ(first_contradiction(Names{"red", "nir"}, Names{"Red", "swir"}), 1U);
  EXPECT_EQ(first_contradiction(Names{"red", "nir"}, Names{"", "NIR"}), std::nullopt);
  EXPECT_EQ(contradictions(Names{"red", "nir", "swir"}, Names{"nir", "NIR", "red"}), (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(first_contradiction(Names{"red", "nir"}, Names{"b1", "b2"}), std::nullopt);
  EXPECT_EQ(first_contradiction(Names{"v0", "v1"}, Names{"red", "nir"}), std::nullopt);
}

}  // namespace
}  // namespace cers
