// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/model_nodes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/engine_testing/fakes.hpp"
#include "cers/learn/model_file.hpp"
#include "run_node.hpp"
#include "trained_model.hpp"

namespace cers {
namespace {

const Size size{70, 31};

struct Scene {
  std::vector<RasterInfo> infos{testing::raster_info(size, 3, PixelType::f32)};
  Block pixels{Window::of(size), 3, PixelType::f32};
  Scene() {
    for (int band = 0; band < 3; ++band) {
      const auto plane = pixels.plane<float>(band);
      for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) plane.at(x, y) = static_cast<float>(testing::noise(band, x, y) % 200);
      }
    }
    pixels.plane<float>(1).at(5, 3) = std::nanf("");
  }
  std::vector<float> at(int x, int y) const {
    std::vector<float> values;
    for (int band = 0; band < 3; ++band) values.push_back(pixels.plane<float>(band).at(x, y));
    return values;
  }
};

struct Trained {
  SampleTable table = testing::small_table();
  ForestTraining training;
  TrainedForest forest;
  std::shared_ptr<const Model> model;

  explicit Trained(bool calibrate = true)
      : training{.trees = 21, .calibrate = calibrate},
        forest(train_forest(table, training)),
        model(model_of(forest_file(table, training, forest, {}))) {}

  /// Votes of a pixel: those of the trees, and what the forest's calibration makes of them.
  std::vector<std::uint16_t> votes(const std::vector<float>& pixel) const {
    const std::vector<unsigned> counted = testing::walked(forest, pixel);
    std::vector<std::uint16_t> result(counted.begin(), counted.end());
    if (!forest.calibration.changes()) return result;
    const std::size_t all = forest.trees.size() * forest.leaves.votes;
    VoteCurve(forest.calibration, all, forest.trees.size(), result.size()).apply(result.data(), 1, 1);
    return result;
  }
};

Block run_on(const Node& node, const Block& votes, int classes) {
  const std::vector<RasterInfo> infos{testing::raster_info(size, classes, PixelType::u16)};
  const std::vector<const Block*> inputs{&votes};
  return testing::run_node(node, infos, inputs, {64, 64});
}

TEST(ModelNodes, count_the_votes_of_the_trees_and_calibrate_them) {
  for (const bool calibrate : {false, true}) {
    const Trained trained(calibrate);
    ASSERT_EQ(trained.forest.calibration.changes(), calibrate);
    const Scene scene;
    const auto node = make_model_votes(trained.model, {}, false);
    const std::vector<const Block*> inputs{&scene.pixels};
    const Block votes = testing::run_node(*node, scene.infos, inputs, {64, 16});
    EXPECT_EQ(testing::differing(votes, testing::run_node(*node, scene.infos, inputs, {17, 5})), 0U);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        std::vector<std::uint16_t> want = trained.votes(scene.at(x, y));
        if (x == 5 && y == 3) want = {0, 0, 0};
        for (int c = 0; c < 3; ++c)
          ASSERT_EQ(votes.plane<std::uint16_t>(c).at(x, y), want[static_cast<std::size_t>(c)]) << x << " " << y;
      }
    }
  }
}

TEST(ModelNodes, read_shares_off_the_votes) {
  Block votes(Window::of(size), 3, PixelType::u16);
  const std::vector<std::array<int, 3>> cases{{0, 0, 0}, {600, 200, 200}, {0, 0, 1000}, {333, 333, 334}, {5, 5, 0}};
  for (int band = 0; band < 3; ++band) {
    const auto plane = votes.plane<std::uint16_t>(band);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x)
        plane.at(x, y) =
            static_cast<std::uint16_t>(cases[static_cast<std::size_t>(x) % 5][static_cast<std::size_t>(band)]);
    }
  }
  const std::vector<ClassInfo> classes{{7, "water", {}}, {11, "", {}}, {42, "wood", {}}};
  const auto label = make_winning_label(classes, 0);
  const Block labels = run_on(*label, votes, 3);
  const Block share = run_on(*make_vote_share(), votes, 3);
  const Block confidence = run_on(*make_confidence(), votes, 3);
  const Block margin = run_on(*make_vote_margin(), votes, 3);
  const Block entropy = run_on(*make_vote_entropy(), votes, 3);
  const Block shares = run_on(*make_class_shares(classes), votes, 3);
  const auto label_at = [&](int x) { return labels.plane<std::int32_t>(0).at(x, 0); };
  EXPECT_EQ((std::vector{label_at(0), label_at(1), label_at(2), label_at(3), label_at(4)}),
            (std::vector{0, 7, 42, 42, 7}));
  EXPECT_EQ(label->describe(std::vector{testing::raster_info(size, 3, PixelType::u16)}).bands[0].classes, classes);
  const auto close = [&](const Block& block, std::vector<double> want) {
    for (int x = 0; x < 5; ++x) {
      const auto found = static_cast<double>(block.plane<float>(0).at(x, 0));
      const double wanted = want[static_cast<std::size_t>(x)];
      if (std::isnan(wanted)) {
        EXPECT_TRUE(std::isnan(found));
      } else {
        EXPECT_NEAR(found, wanted, 1e-6) << x;
      }
    }
  };
  const double none = std::nan("");
  close(share, {0, 0.6, 1, 0.334, 0.5});
  close(margin, {none, 0.4, 1, 0.001, 0});
  const double wide = -(0.6 * std::log(0.6) + 0.4 * std::log(0.2)) / std::log(3);
  const double even = -(0.666 * std::log(0.333) + 0.334 * std::log(0.334)) / std::log(3);
  close(entropy, {none, wide, 0, even, std::log(2) / std::log(3)});
  close(shares, {0, 600, 0, 333, 500});
  const auto percent = [&](int x) { return static_cast<int>(confidence.plane<std::uint8_t>(0).at(x, 0)); };
  EXPECT_EQ((std::vector{percent(0), percent(1), percent(2), percent(3), percent(4)}),
            (std::vector{255, 60, 100, 33, 50}));
}

/// A graph that trains and classifies in one run.
struct OneRun {
  Graph graph;
  testing::SinkRecord record;

  OneRun(std::vector<ClassInfo> classes, std::vector<std::string> features) {
    const SourceId source = graph.add_source(std::make_unique<testing::FakeSource>("a", size, 3, Size{32, 32}));
    const Edge image = graph.read(source, {0, 1, 2}, {});
    const LateModel model{graph.then(
        [](const TaskContext& context) {
          const SampleTable table = testing::small_table();
          const ForestTraining training{.trees = 21};
          return model_of(forest_file(
              table, training, train_forest(table, training, {context.threads, context.stop, context.progress}), {}));
        },
        "forest")};
    const Edge votes = graph.add(make_model_votes(model, {std::move(features), classes}, false), {image}, {model});
    graph.write(votes, std::make_unique<testing::MemorySink>(record, size, static_cast<int>(classes.size()),
                                                             PixelType::u16, Size{64, 64}));
  }
  void run(int threads) {
    Budget budget;
    budget.threads = threads;
    budget.memory_bytes = std::size_t{1} << 30U;
    RunContext context;
    execute(Plan::make(graph, budget), context);
  }
};

TEST(ModelNodes, wait_for_a_model_trained_in_the_same_run) {
  const std::vector<ClassInfo> classes{{1, "never sampled", {}}, {42, "", {}}, {7, "", {}}, {11, "", {}}};
  OneRun run(classes, {"red", "nir", "height"});
  run.run(2);
  const Trained trained;
  const std::vector<std::size_t> class_of_band{3, 2, 0, 1};  // labels are 7, 11, 42
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::vector<float> pixel;
      for (int band = 0; band < 3; ++band)
        pixel.push_back(static_cast<float>(static_cast<std::int16_t>(testing::noise(band, x, y))));
      const auto want = trained.votes(pixel);
      ASSERT_EQ(run.record.whole.plane<std::uint16_t>(0).at(x, y), 0);
      for (std::size_t band = 1; band < 4; ++band)
        ASSERT_EQ(run.record.whole.plane<std::uint16_t>(static_cast<int>(band)).at(x, y), want[class_of_band[band]]);
    }
  }
}

TEST(ModelNodes, refuse_a_late_model_that_does_not_fit) {
  const auto fault = [](std::vector<ClassInfo> classes, std::vector<std::string> features) -> std::string {
    try {
      OneRun(std::move(classes), std::move(features)).run(1);
    } catch (const UserError& error) {
      return error.fault();
    }
    return "ran";
  };
  EXPECT_EQ(fault({{42, "", {}}, {7, "", {}}}, {"red", "nir", "height"}),
            "the model has a class 11 that was not announced");
  EXPECT_EQ(fault({{7, "", {}}, {11, "", {}}, {42, "", {}}}, {"red", "nir", "slope"}),
            "feature 3 is 'height' in the model and 'slope' in the image");
}

}  // namespace
}  // namespace cers
