// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine and for every thread count.
#pragma once

#include <cstdint>

namespace cers::learn {

/// SplitMix64's finaliser (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195): spreads a counter over 64 bits.
inline std::uint64_t scattered(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

/// PCG32 (O'Neill 2014, PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
/// Generation): a stream for each (seed, stream) pair.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : increment_(scattered(stream ^ scattered(seed)) << 1U | 1U) {
    state_ = scattered(seed) + increment_;
    next();
  }
  std::uint32_t next() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005U + increment_;
    const auto shifted = static_cast<std::uint32_t>(((old >> 18U) ^ old) >> 27U);
    const auto turn = static_cast<unsigned>(old >> 59U);
    return (shifted >> turn) | (shifted << ((32U - turn) & 31U));
  }
  /// In [0, count), every number equally often (Lemire 2019, doi 10.1145/3230636).
  std::uint32_t below(std::uint32_t count) {
    std::uint64_t product = std::uint64_t{next()} * count;
    if (static_cast<std::uint32_t>(product) < count) {
      const std::uint32_t least = (0U - count) % count;
      while (static_cast<std::uint32_t>(product) < least) product = std::uint64_t{next()} * count;
    }
    return static_cast<std::uint32_t>(product >> 32U);
  }

 private:
  std::uint64_t state_ = 0;
  std::uint64_t increment_;
};

}  // namespace cers::learn
