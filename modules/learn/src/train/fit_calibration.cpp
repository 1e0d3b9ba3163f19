// SPDX-License-Identifier: Apache-2.0
#include "fit_calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "parallel.hpp"

namespace cers::learn {
namespace {

/// Samples one thread takes at a time; sums are added in the order of these parts.
constexpr std::size_t chunk = 1024;
constexpr std::size_t most_samples = 50000;

struct Sums {
  double weight = 0;
  double loss = 0;   ///< -ln p of the class of the label
  double clean = 0;  ///< weight of labels that are no noise, as far as is known
  // Derivatives by the exponent of the loss of those labels:
  double slope = 0;
  double curvature = 0;

  Sums& operator+=(const Sums& other) {
    weight += other.weight;
    loss += other.loss;
    clean += other.clean;
    slope += other.slope;
    curvature += other.curvature;
    return *this;
  }
};

class Fit {
 public:
  Fit(const JudgedVotes& judged, int threads) : threads_(threads), labels_(judged.labels) {
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < judged.classes.size(); ++i) {
      if (judged.weights[i] > 0 && votes_of(judged, i) > 0) known.push_back(i);
    }
    const std::size_t taken = std::min(known.size(), most_samples);
    const double floor = 1.0 / (static_cast<double>(labels_) * static_cast<double>(judged.trees));
    for (std::size_t k = 0; k < taken; ++k) {
      const std::size_t sample = known[k * known.size() / taken];
      const double all = votes_of(judged, sample);
      for (std::size_t c = 0; c < labels_; ++c)
        logs_.push_back(std::log(static_cast<double>(judged.votes[sample * labels_ + c]) / all + floor));
      classes_.push_back(judged.classes[sample]);
      weights_.push_back(judged.weights[sample]);
    }
  }

  std::size_t samples() const { return classes_.size(); }

  Sums at(double exponent, double noise) const {
    std::vector<Sums> parts((samples() + chunk - 1) / chunk);
    in_parallel(parts.size(), threads_, [&](std::size_t part) {
      const std::size_t end = std::min((part + 1) * chunk, samples());
      for (std::size_t i = part * chunk; i < end; ++i) add(i, exponent, noise, parts[part]);
    });
    return std::accumulate(parts.begin(), parts.end(), Sums{}, [](Sums sum, const Sums& one) { return sum += one; });
  }

 private:
  double votes_of(const JudgedVotes& judged, std::size_t sample) const {
    const std::uint32_t* const votes = judged.votes.data() + sample * labels_;
    return static_cast<double>(std::accumulate(votes, votes + labels_, std::uint64_t{0}));
  }

  void add(std::size_t sample, double exponent, double noise, Sums& sums) const {
    const double* const logs = logs_.data() + sample * labels_;
    double sum = 0;
    double mean = 0;     // of the logarithms, by the probabilities
    double squares = 0;  // of the same
    for (std::size_t c = 0; c < labels_; ++c) {
      const double power = std::exp(exponent * logs[c]);
      sum += power;
      mean += power * logs[c];
      squares += power * logs[c] * logs[c];
    }
    mean /= sum;
    squares /= sum;
    const double own = logs[classes_[sample]];
    const double meant = (1 - noise) * std::exp(exponent * own) / sum;
    const double stated = meant + noise / static_cast<double>(labels_);
    const double clean = weights_[sample] * meant / stated;
    sums.weight += weights_[sample];
    sums.loss -= weights_[sample] * std::log(stated);
    sums.clean += clean;
    sums.slope += clean * (mean - own);
    sums.curvature += clean * (squares - mean * mean);
  }

  int threads_;
  std::size_t labels_;
  std::vector<double> logs_;  ///< of the shares, [sample · labels + label]
  std::vector<std::uint16_t> classes_;
  std::vector<double> weights_;
};

double in_thousandths(double value) {
  return static_cast<double>(std::lround(value * 1000)) / 1000;
}

}  // namespace

VoteCalibration fit_calibration(const JudgedVotes& judged, int threads) {
  const Fit fit(judged, threads);
  VoteCalibration found;
  found.samples = fit.samples();
  if (found.samples == 0) return found;
  const Sums plain = fit.at(1, 0);
  const auto count = static_cast<double>(found.samples);
  double exponent = 1;
  double noise = 0.05;  // a start
  // It comes closer by a fixed share each time; a hundred steps are more than enough for thousandths.
  constexpr int most_steps = 300;
  constexpr double near = 1e-6;
  for (int i = 0; i < most_steps; ++i) {
    const Sums sums = fit.at(exponent, noise);
    const double next_noise =
        std::min(VoteCalibration::most_noise, 1 - (1 + count * sums.clean / sums.weight) / (2 + count));
    const double step = sums.curvature > 0 ? sums.slope / sums.curvature : 0;
    const double next = std::clamp(exponent - step, VoteCalibration::least, VoteCalibration::most);
    const bool done = std::abs(next - exponent) < near && std::abs(next_noise - noise) < near;
    exponent = next;
    noise = next_noise;
    if (done) break;
  }
  found.exponent = in_thousandths(exponent);
  found.noise = in_thousandths(noise);
  const Sums best = fit.at(found.exponent, found.noise);
  found.log_loss_of_shares = plain.loss / plain.weight;
  found.log_loss = best.loss / best.weight;
  return found;
}

}  // namespace cers::learn
