// SPDX-License-Identifier: Apache-2.0
// The exponent and the noise that make shares of out-of-bag votes the best probabilities.
#pragma once

#include <cstdint>
#include <vector>

#include "cers/learn/vote_calibration.hpp"

namespace cers::learn {

/// Votes of the trees that did not know a sample, for samples whose class is known.
struct JudgedVotes {
  const std::vector<std::uint32_t>& votes;    ///< [sample · labels + label]; a sample may have none and is left out
  const std::vector<std::uint16_t>& classes;  ///< of each sample, by its label
  const std::vector<double>& weights;         ///< of each sample; one of weight 0 is left out
  std::size_t labels = 0;
  std::size_t trees = 0;  ///< of the forest
};

/// The exponent and the noise, in thousandths, with the least mean log loss over the weighted samples, found by
/// expectation and maximisation (Dempster, Laird & Rubin 1977): whether a label is noise is what is not known. As if
/// one more sample had been noise and one had not. Of more than 50 000 samples so many are taken evenly: two numbers
/// need no more. The same for any number of threads.
VoteCalibration fit_calibration(const JudgedVotes& judged, int threads);

}  // namespace cers::learn
