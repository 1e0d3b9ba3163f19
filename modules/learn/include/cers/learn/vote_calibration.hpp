// SPDX-License-Identifier: Apache-2.0
// Shares of votes made probabilities: the trees of a forest agree less often than they are right, because each is held
// back by its own draw of samples and features (Niculescu-Mizil & Caruana 2005, Predicting good probabilities with
// supervised learning, ICML, doi 10.1145/1102351.1102430).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cers {

/// What the shares s of K classes by T trees become: p_c = (1 - noise) q_c + noise / K, where
/// q_c = (s_c + 1 / (K T))^exponent, divided by their sum. On a logarithmic scale the exponent is a factor, one divided
/// by the temperature of Guo et al. (2017, On calibration of modern neural networks, ICML, arXiv 1706.04599). A class
/// without a vote is counted as if one more tree had voted for all alike. The noise is the share of samples whose label
/// says nothing of them: without it a few wrong labels among the polygons would decide the exponent (Patrini et al.
/// 2017, Making deep neural networks robust to label noise, CVPR, arXiv 1609.03683, with all wrong labels alike). The
/// order of the classes stays.
struct VoteCalibration {
  static constexpr double least = 0.1;
  /// With it the smallest share that can win, 1/65535, raised to it is still a float.
  static constexpr double most = 6;
  static constexpr double most_noise = 0.5;

  double exponent = 1;  ///< 1 and no noise: the shares as they are
  double noise = 0;
  std::size_t samples = 0;        ///< out-of-bag samples it was fitted on; 0: it was not fitted
  double log_loss_of_shares = 0;  ///< there, mean of -ln p of the class the label says, with an exponent of 1, no noise
  double log_loss = 0;            ///< the same with exponent and noise

  bool changes() const { return exponent != 1 || noise != 0; }
  /// Of a fit: by the labels, the votes say next to nothing, or half of the labels nothing of their samples. (At `most`
  /// it is another thing: nearly all votes are right.)
  bool says_nothing() const { return exponent <= least || noise >= most_noise; }
};

/// Votes turned into calibrated votes, which add up to 65535.
class VoteCurve {
 public:
  static constexpr std::uint16_t votes = 65535;

  /// `all`: votes that a pixel gets altogether.
  VoteCurve(const VoteCalibration& calibration, std::size_t all, std::size_t trees, std::size_t classes);

  /// In place: the votes for class c of pixel i are votes[c * stride + i]. Those of the class with most votes, the
  /// first of equals, are more than those of any other afterwards; for each other they are rounded down.
  void apply(std::uint16_t* votes, std::size_t stride, std::size_t count) const;

 private:
  std::size_t classes_;
  double noise_;
  std::vector<float> of_votes_;  ///< (share + 1 / (K T))^exponent by the number of votes
};

}  // namespace cers
