// SPDX-License-Identifier: Apache-2.0
#include "pixel_tests.hpp"

#include <algorithm>

#include "cers/core/vector_clones.hpp"

namespace cers::snow {
namespace {

// NDSI = (green − swir) / (green + swir), Dozier (1989). 0/0 is NaN and fails every test; x/0 is infinite and passes.
CERS_VECTOR_CLONES void snowy(const double* green, const double* red, const double* swir, const std::uint8_t* flags,
                              double ndsi_limit, double ndsi_in_shade, double red_limit, std::uint8_t* __restrict out,
                              std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double ndsi = (green[i] - swir[i]) / (green[i] + swir[i]);
    const double limit = (flags[i] & bit(Flag::shade)) != 0 ? ndsi_in_shade : ndsi_limit;
    out[i] = static_cast<std::uint8_t>(static_cast<unsigned>(ndsi > limit) & static_cast<unsigned>(red[i] > red_limit));
  }
}

CERS_VECTOR_CLONES void cloudy(const Reflectances& row, const Thresholds& limits, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < row.count; ++i) {
    const double ndsi = (row.green[i] - row.swir[i]) / (row.green[i] + row.swir[i]);
    out[i] = static_cast<std::uint8_t>((static_cast<unsigned>(row.green[i] > limits.bright_green) &
                                        static_cast<unsigned>(ndsi < limits.bright_ndsi) &
                                        static_cast<unsigned>(row.swir[i] > limits.bright_swir)) |
                                       static_cast<unsigned>(row.swir[i] > limits.swir_ceiling));
  }
}

CERS_VECTOR_CLONES void not_green(const double* green, const double* nir, double ratio, std::uint8_t* __restrict out,
                                  std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::uint8_t>(out[i] & static_cast<unsigned>(!(nir[i] > ratio * green[i])));
  }
}

CERS_VECTOR_CLONES void icy(const Reflectances& row, double bright, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < row.count; ++i) {
    out[i] = static_cast<std::uint8_t>(static_cast<unsigned>(row.nir[i] > Thresholds::ice_flatness * row.green[i]) &
                                       static_cast<unsigned>(row.red[i] < Thresholds::ice_redness * row.green[i]) &
                                       static_cast<unsigned>(row.swir[i] > bright));
  }
}

CERS_VECTOR_CLONES void equals(const double* values, double number, std::uint8_t* __restrict out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = values[i] == number ? 1 : 0;
}

CERS_VECTOR_CLONES void not_numbers(const double* values, std::uint8_t* __restrict out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = values[i] != values[i] ? 1 : 0;
}

CERS_VECTOR_CLONES void any_not_number(const double* a, const double* b, const double* c, std::uint8_t* __restrict out,
                                       std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double sum = a[i] + b[i] + c[i];
    out[i] = sum != sum ? 1 : 0;
  }
}

}  // namespace

void pass1_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out) {
  snowy(row.green, row.red, row.swir, row.flags, limits.ndsi_pass1, limits.ndsi_pass1, limits.red_pass1, out,
        row.count);
  for (std::size_t i = 0; i < row.count; ++i) {
    out[i] = static_cast<std::uint8_t>(out[i] & static_cast<unsigned>((row.flags[i] & cloud_in_pass1) == 0));
  }
  if (row.nir != nullptr) not_green(row.green, row.nir, limits.nir_to_green, out, row.count);
}

void permissive_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out) {
  snowy(row.green, row.red, row.swir, row.flags, limits.ndsi_pass2, limits.ndsi_shade, limits.red_pass2, out,
        row.count);
  for (std::size_t i = 0; i < row.count; ++i) {
    const bool veiled = (row.flags[i] & bit(Flag::cloud)) != 0 && row.swir[i] > limits.swir_under_cloud;
    out[i] = static_cast<std::uint8_t>(out[i] & static_cast<unsigned>(!veiled));
  }
}

void cloud_colour_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out) {
  cloudy(row, limits, out);
}

void ice_cloud_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out) {
  if (row.nir != nullptr) {
    icy(row, limits.ice_swir, out);
  } else {
    std::fill(out, out + row.count, std::uint8_t{0});
  }
}

void missing_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out) {
  if (!limits.missing_by_swir) {
    any_not_number(row.green, row.red, row.swir, out, row.count);
  } else if (limits.has_missing_number) {
    equals(row.swir, limits.missing_number, out, row.count);
  } else {
    not_numbers(row.swir, out, row.count);
  }
  for (std::size_t i = 0; i < row.count; ++i) {
    out[i] = static_cast<std::uint8_t>(out[i] | static_cast<unsigned>((row.flags[i] & bit(Flag::missing)) != 0));
  }
}

}  // namespace cers::snow
