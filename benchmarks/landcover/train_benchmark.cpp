// SPDX-License-Identifier: Apache-2.0
// Trains a forest of 100 trees of depth 25 with Cers and with OpenCV's RTrees on the same samples, each on one thread,
// and prints processor seconds and the accuracy on samples held out, for several seeds:
//   train_benchmark [-samples 11500] [-features 468] [-classes 23] [-seeds 3] [-csv TRAIN TEST]
// Without -csv the samples are simulated: whole numbers of a season, classes that overlap, one training label in eight
// wrong. The tables of -csv have a header, features as numbers and the class in the last column.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <opencv2/core.hpp>
#include <opencv2/ml.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "cers/core/text.hpp"
#include "cers/learn/train_forest.hpp"

namespace {

constexpr int trees = 100;
constexpr int depth = 25;
constexpr int least = 5;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A season of each class drifts smoothly; fields of a class share an offset and a slope over the season.
cers::SampleTable simulated(int samples, int features, int classes, bool wrong_labels, unsigned seed) {
  std::mt19937 shapes(1);
  std::normal_distribution<float> bell;
  std::vector<float> curves;
  for (int c = 0; c < classes; ++c) {
    float level = 0;
    for (int f = 0; f < features; ++f) {
      level = 0.97F * level + 60 * bell(shapes);
      curves.push_back(level);
    }
  }
  std::mt19937 random(seed);
  cers::SampleTable table;
  for (int f = 0; f < features; ++f) table.features.push_back("f" + std::to_string(f));
  for (int i = 0; i < samples; ++i) {
    const int label = i % classes;
    const float offset = 300 * bell(random);
    const float slope = 300 * bell(random);
    float drift = 0;
    for (int f = 0; f < features; ++f) {
      drift = 0.9F * drift + 150 * bell(random);
      const float place = static_cast<float>(f) / static_cast<float>(features) - 0.5F;
      const float value = 3000 + curves[static_cast<std::size_t>(label * features + f)] + offset + slope * place +
                          drift + 150 * bell(random);
      table.values.push_back(std::round(value));
    }
    const bool wrong = wrong_labels && random() % 8 == 0;
    table.labels.push_back(wrong ? static_cast<int>(random() % static_cast<unsigned>(classes)) : label);
  }
  return table;
}

cers::SampleTable from_csv(const std::string& path) {
  std::ifstream stream(path);
  std::string line;
  std::getline(stream, line);
  cers::SampleTable table;
  table.features = cers::split(line, ',');
  table.features.pop_back();
  while (std::getline(stream, line)) {
    const auto cells = cers::split(line, ',');
    for (std::size_t f = 0; f < table.features.size(); ++f)
      table.values.push_back(static_cast<float>(cers::parse_real(cells[f]).value()));
    table.labels.push_back(static_cast<int>(cers::parse_real(cells.back()).value()));
  }
  return table;
}

double share_right(const cers::SampleTable& table, const std::vector<int>& found) {
  double right = 0;
  for (std::size_t i = 0; i < table.size(); ++i) right += found[i] == table.labels[i] ? 1 : 0;
  return right / static_cast<double>(table.size());
}

struct Run {
  double seconds = 0;
  double accuracy = 0;
};

Run with_cers(const cers::SampleTable& train, const cers::SampleTable& test, unsigned seed) {
  const double start = processor_seconds();
  const cers::TrainedForest trained =
      cers::train_forest(train, {.trees = trees, .max_depth = depth, .min_node = least, .seed = seed});
  Run run{processor_seconds() - start, 0};
  const cers::Forest forest(static_cast<int>(train.features.size()), trained.labels, trained.trees, trained.leaves);
  const std::size_t stride = cers::Forest::padded(test.size());
  std::vector<float> values(stride * test.features.size());
  for (std::size_t i = 0; i < test.size(); ++i) {
    for (std::size_t f = 0; f < test.features.size(); ++f) values[f * stride + i] = test.row(i)[f];
  }
  std::vector<std::uint16_t> votes(stride * trained.labels.size());
  forest.vote(values.data(), stride, test.size(), votes.data());
  std::vector<int> found;
  for (std::size_t i = 0; i < test.size(); ++i) {
    std::size_t winner = 0;
    for (std::size_t c = 1; c < trained.labels.size(); ++c) {
      if (votes[c * stride + i] > votes[winner * stride + i]) winner = c;
    }
    found.push_back(trained.labels[winner]);
  }
  run.accuracy = share_right(test, found);
  return run;
}

cv::Mat matrix(const cers::SampleTable& table) {
  return cv::Mat(static_cast<int>(table.size()), static_cast<int>(table.features.size()), CV_32F,
                 const_cast<float*>(table.values.data()));
}

Run with_opencv(const cers::SampleTable& train, const cers::SampleTable& test, unsigned seed) {
  cv::setNumThreads(1);
  cv::setRNGSeed(static_cast<int>(seed));
  const double start = processor_seconds();
  const auto forest = cv::ml::RTrees::create();
  forest->setMaxDepth(depth);
  forest->setMinSampleCount(least);
  forest->setActiveVarCount(static_cast<int>(std::sqrt(static_cast<double>(train.features.size()))));
  forest->setTermCriteria({cv::TermCriteria::MAX_ITER, trees, 0});
  forest->train(cv::ml::TrainData::create(
      matrix(train), cv::ml::ROW_SAMPLE,
      cv::Mat(static_cast<int>(train.size()), 1, CV_32S, const_cast<int*>(train.labels.data()))));
  Run run{processor_seconds() - start, 0};
  cv::Mat found;
  forest->predict(matrix(test), found);
  std::vector<int> labels;
  for (int i = 0; i < found.rows; ++i) labels.push_back(static_cast<int>(std::lround(found.at<float>(i))));
  run.accuracy = share_right(test, labels);
  return run;
}

void print(const char* name, const std::vector<Run>& runs) {
  double seconds = 0;
  double sum = 0;
  for (const Run& run : runs) seconds += run.seconds, sum += run.accuracy;
  const auto n = static_cast<double>(runs.size());
  const auto [low, high] =
      std::minmax_element(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.accuracy < b.accuracy; });
  std::printf("%-7s %7.2f s processor a forest, accuracy %.4f (%.4f to %.4f)\n", name, seconds / n, sum / n,
              low->accuracy, high->accuracy);
}

}  // namespace

int main(int count, char** words) {
  int samples = 11500;
  int features = 468;
  int classes = 23;
  int seeds = 3;
  std::vector<std::string> csv;
  for (int i = 1; i < count; ++i) {
    const std::string_view key = words[i];
    const auto number = [&](int& to) {
      const std::string_view text = ++i < count ? words[i] : "";
      std::from_chars(text.data(), text.data() + text.size(), to);
    };
    if (key == "-samples") number(samples);
    if (key == "-features") number(features);
    if (key == "-classes") number(classes);
    if (key == "-seeds") number(seeds);
    if (key == "-csv" && i + 2 < count) csv = {words[i + 1], words[i + 2]}, i += 2;
  }
  const cers::SampleTable train = csv.empty() ? simulated(samples, features, classes, true, 5) : from_csv(csv[0]);
  const cers::SampleTable test = csv.empty() ? simulated(2 * samples, features, classes, false, 6) : from_csv(csv[1]);
  std::printf(
      "%zu samples to train on, %zu to test, %zu features; %d trees of depth %d, nodes of more than %d samples "
      "are split\n",
      train.size(), test.size(), train.features.size(), trees, depth, least);
  std::vector<Run> cers_runs;
  std::vector<Run> opencv_runs;
  for (int seed = 1; seed <= seeds; ++seed) {
    cers_runs.push_back(with_cers(train, test, static_cast<unsigned>(seed)));
    opencv_runs.push_back(with_opencv(train, test, static_cast<unsigned>(seed)));
  }
  print("Cers", cers_runs);
  print("OpenCV", opencv_runs);
  double ratio = 0;
  for (std::size_t i = 0; i < cers_runs.size(); ++i) ratio += opencv_runs[i].seconds / cers_runs[i].seconds;
  std::printf("OpenCV takes %.1f times the processor time of Cers\n", ratio / static_cast<double>(cers_runs.size()));
  return 0;
}
