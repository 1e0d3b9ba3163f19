// SPDX-License-Identifier: Apache-2.0
// The formulas of the index table: OTB's against code written apart from it, the others against numbers worked out by
// hand, and what must hold for every row.
#include "index_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <regex>
#include <set>

namespace cers {
namespace {

using ::testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using Spectrum = std::map<std::string, double>;  // by role

/// The index at each spectrum, through the compiled formula.
std::vector<double> evaluate(const SpectralIndex& index, const std::vector<Spectrum>& spectra) {
  const Expression expression = index.compile();
  std::vector<double> scratch(expression.scratch_size());
  std::vector<double> results;
  for (std::size_t start = 0; start < spectra.size(); start += Expression::chunk) {
    const std::size_t count = std::min(Expression::chunk, spectra.size() - start);
    std::vector<std::vector<double>> planes;
    std::vector<const double*> pointers;
    for (const ExpressionVariable& variable : expression.variables()) {
      std::vector<double>& plane = planes.emplace_back();
      const std::string& role = spectral_roles().at(static_cast<std::size_t>(variable.band));
      for (std::size_t i = 0; i < count; ++i) plane.push_back(spectra[start + i].at(role));
    }
    for (const auto& plane : planes) pointers.push_back(plane.data());
    std::vector<double> out(Expression::chunk);
    expression.evaluate(pointers, out.data(), count, scratch.data());
    results.insert(results.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return results;
}

double evaluate(const SpectralIndex& index, const Spectrum& spectrum) {
  return evaluate(index, std::vector<Spectrum>{spectrum}).front();
}

// ---- OTB's 21, after section 3.1 of the OTB study: guards as statements, not as ratio() -----------------------------

struct Pixel {
  double g, r, n, m;
};

constexpr double eps = 1e-7;

double otb_ndvi(const Pixel& p) {
  if (std::abs(p.n + p.r) < eps) return 0;
  return (p.n - p.r) / (p.n + p.r);
}

double otb_difference(double a, double b) {
  if (std::abs(a + b) < eps) return 0;
  return (a - b) / (a + b);
}

double otb_msavi(const Pixel& p) {
  const double l = 1 - 2 * 0.4 * otb_ndvi(p) * (p.n - 0.4 * p.r);
  const double denominator = p.n + p.r + l;
  if (std::abs(denominator) < eps) return 0;
  return (p.n - p.r) * (1 + l) / denominator;
}

double otb_gemi(const Pixel& p) {
  double nu = 0;
  const double denominator = p.n + p.r + 0.5;
  if (!(std::abs(denominator) < eps)) nu = (2 * (p.n * p.n - p.r * p.r) + 1.5 * p.n + 0.5 * p.r) / denominator;
  if (std::abs(1 - p.r) < eps) return 0;
  return (nu * (1 - 0.25 * nu) - (p.r - 0.125)) / (1 - p.r);
}

double otb_msavi2(const Pixel& p) {
  const double q = (2 * p.n + 1) * (2 * p.n + 1) - 8 * (p.n - p.r);
  return q < 0 ? 0 : (2 * p.n + 1 - std::sqrt(q)) / 2;
}

double otb_tsavi(const Pixel& p) {
  const double a = 0.7;
  const double denominator = a * p.n + p.r + 0.08 * (1 + a * a);
  return std::abs(denominator) < eps ? 0 : a * (p.n - a * p.r - 0.9) / denominator;
}

double otb_savi(const Pixel& p) {
  return std::abs(p.n + p.r + 0.5) < eps ? 0 : (p.n - p.r) * (1 + 0.5) / (p.n + p.r + 0.5);
}

double otb_tndvi(const Pixel& p) {
  const double value = otb_ndvi(p) + 0.5;
  return value < 0 ? 0 : std::sqrt(value);
}

double otb_lai_log(const Pixel& p) {
  const double value = otb_ndvi(p);
  return value < 0 ? 0 : -(1.0 / 0.71) * std::log((value - 0.89) / (0.1 - 0.89));
}

double otb_lai_formosat(const Pixel& p) {
  if (std::abs(p.n + p.r) < eps) return 0;
  return 0.1519 * (std::exp((p.n - p.r) / (p.r + p.n) * 3.9443) - std::exp(0.13 * 3.9443));
}

struct OtbIndex {
  const char* name;
  std::function<double(const Pixel&)> formula;
};

const OtbIndex otb_indices[] = {
    {"Vegetation:NDVI", otb_ndvi},
    {"Vegetation:TNDVI", otb_tndvi},
    {"Vegetation:RVI", [](const Pixel& p) { return std::abs(p.r) < eps ? 0 : p.n / p.r; }},
    {"Vegetation:SAVI", otb_savi},
    {"Vegetation:TSAVI", otb_tsavi},
    {"Vegetation:MSAVI", otb_msavi},
    {"Vegetation:MSAVI2", otb_msavi2},
    {"Vegetation:GEMI", otb_gemi},
    {"Vegetation:IPVI", [](const Pixel& p) { return std::abs(p.n + p.r) < eps ? 0 : p.n / (p.n + p.r); }},
    {"Vegetation:LAIFromNDVILog", otb_lai_log},
    {"Vegetation:LAIFromReflLinear", [](const Pixel& p) { return -17.91 * p.r + 12.26 * p.n; }},
    {"Vegetation:LAIFromNDVIFormo", otb_lai_formosat},
    {"Water:NDWI", [](const Pixel& p) { return otb_difference(p.n, p.m); }},
    {"Water:NDWI2", [](const Pixel& p) { return otb_difference(p.g, p.n); }},
    {"Water:MNDWI", [](const Pixel& p) { return otb_difference(p.g, p.m); }},
    {"Water:NDTI", [](const Pixel& p) { return otb_difference(p.r, p.g); }},
    {"Soil:RI", [](const Pixel& p) { return std::abs(p.g) < eps ? 0 : p.r * p.r / (p.g * p.g * p.g); }},
    {"Soil:CI", [](const Pixel& p) { return otb_difference(p.r, p.g); }},
    {"Soil:BI", [](const Pixel& p) { return std::sqrt((p.r * p.r + p.g * p.g) / 2); }},
    {"Soil:BI2", [](const Pixel& p) { return std::sqrt((p.r * p.r + p.g * p.g + p.n * p.n) / 3); }},
    {"BuiltUp:ISU", [](const Pixel& p) { return p.n == 0 ? 0 : 100 - 25 * p.r / p.n; }},
};

/// Float32 values between two results once stored; 0 for two NaN.
std::int64_t float_steps(double a, double b) {
  const auto x = static_cast<float>(a);
  const auto y = static_cast<float>(b);
  if (x == y || (std::isnan(x) && std::isnan(y))) return 0;
  if (std::isnan(x) || std::isnan(y) || std::isinf(x) || std::isinf(y)) return std::numeric_limits<std::int64_t>::max();
  const auto place = [](float v) {
    const auto bits = std::bit_cast<std::int32_t>(v);
    return bits < 0 ? -static_cast<std::int64_t>(bits & 0x7FFFFFFF) : static_cast<std::int64_t>(bits);
  };
  return std::abs(place(x) - place(y));
}

/// Reflectance, raw numbers, nodata, both sides of every guard, NaN and infinities, in all combinations.
std::vector<Pixel> otb_pixels() {
  const double values[] = {nan,  infinity, -infinity, -10000, -0.3,  -0.25, -1e-8, 0,   5e-8, 9.9e-8,
                           2e-7, 0.0364,   0.1,       0.25,   0.745, 0.89,  1,     1.3, 3000, 3e38};
  std::vector<Pixel> pixels;
  const std::pair<double, double> green_and_mir[] = {
      {nan, 0.2}, {0.1, nan}, {0, 0}, {5e-8, -5e-8}, {-0.3, 0.3}, {0.0364, 0.25}, {1, 0.0364}, {3000, 200}, {2e-7, 1}};
  for (const double r : values) {
    for (const double n : values) {
      for (const auto& [g, m] : green_and_mir) pixels.push_back({g, r, n, m});
    }
  }
  for (Pixel& p : pixels) {  // as read: floats
    for (double* v : {&p.g, &p.r, &p.n, &p.m}) *v = static_cast<double>(static_cast<float>(*v));
  }
  return pixels;
}

TEST(IndexTable, OtbFormulasAreThoseOfOtb) {
  const std::vector<Pixel> pixels = otb_pixels();
  std::vector<Spectrum> spectra;
  for (const Pixel& p : pixels) spectra.push_back({{"green", p.g}, {"red", p.r}, {"nir", p.n}, {"swir1", p.m}});
  for (const OtbIndex& otb : otb_indices) {
    const std::vector<double> found = evaluate(spectral_index(otb.name), spectra);
    int values = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const Pixel& p = pixels[i];
      const double wanted = otb.formula(p);
      values += std::isfinite(wanted) && wanted != 0 ? 1 : 0;
      ASSERT_LE(float_steps(found[i], wanted), 2) << otb.name << " at green " << p.g << ", red " << p.r << ", nir "
                                                  << p.n << ", mir " << p.m << ": " << found[i] << ", not " << wanted;
    }
    EXPECT_GT(values, 100) << otb.name << ": too few pixels say anything";
  }
}

TEST(IndexTable, BeginsWithTheListOfOtb) {
  ASSERT_GE(spectral_indices().size(), std::size(otb_indices));
  for (std::size_t i = 0; i < std::size(otb_indices); ++i) {
    EXPECT_EQ(spectral_indices()[i].name, otb_indices[i].name);
  }
}

// ---- the others, by hand --------------------------------------------------------------------------------------------

const Spectrum leaf{{"blue", 0.03},      {"green", 0.06},     {"red", 0.05}, {"red_edge1", 0.10},
                    {"red_edge2", 0.30}, {"red_edge3", 0.40}, {"nir", 0.45}, {"nir_narrow", 0.46},
                    {"swir1", 0.20},     {"swir2", 0.10}};

const std::map<std::string, double> by_hand{
    {"Vegetation:EVI", 1.0 / 1.525},         // 2.5 · 0.40 / (0.45 + 0.30 − 0.225 + 1)
    {"Vegetation:EVI2", 1.0 / 1.57},         // 2.5 · 0.40 / (0.45 + 0.12 + 1)
    {"Vegetation:OSAVI", 0.40 / 0.66},       // 0.40 / (0.50 + 0.16)
    {"Vegetation:ARVI", 0.38 / 0.52},        // red − (blue − red) = 0.07
    {"Vegetation:GNDVI", 0.39 / 0.51},       //
    {"Vegetation:NDVI705", 0.5},             // 0.20 / 0.40
    {"Vegetation:NDRE_B5", 0.36 / 0.56},     //
    {"Vegetation:NDRE_B6", 0.16 / 0.76},     //
    {"Vegetation:CIre", 3.0},                // 0.40 / 0.10 − 1
    {"Vegetation:MCARI", 0.084},             // (0.05 − 0.2 · 0.04) · 2
    {"Vegetation:NDMI_GAO", 0.26 / 0.66},    //
    {"Water:NDWI_MCFEETERS", -0.39 / 0.51},  //
    {"Snow:NDSI", -0.14 / 0.26},
    {"Snow:NDSII", -0.6},  // −0.15 / 0.25
    {"Fire:NBR", 0.36 / 0.56},
    {"Soil:BSI", -0.24 / 0.74},        // (0.25 − 0.49) / (0.25 + 0.49)
    {"Soil:NDTI_TILLAGE", 1.0 / 3.0},  // 0.10 / 0.30
    {"BuiltUp:NDBI", -0.26 / 0.66},
};

TEST(IndexTable, OtherFormulasGiveTheNumbersWorkedOutByHand) {
  for (std::size_t i = std::size(otb_indices); i < spectral_indices().size(); ++i) {
    const SpectralIndex& index = spectral_indices()[i];
    ASSERT_TRUE(by_hand.contains(index.name)) << index.name << " has no number here";
    EXPECT_NEAR(evaluate(index, leaf), by_hand.at(index.name), 1e-12) << index.name;
  }
  EXPECT_EQ(by_hand.size() + std::size(otb_indices), spectral_indices().size());
}

// ---- every row ------------------------------------------------------------------------------------------------------

TEST(IndexTable, NamesAreUnique) {
  std::set<std::string> names;
  std::set<std::string> short_names;
  for (const SpectralIndex& index : spectral_indices()) {
    EXPECT_TRUE(std::regex_match(index.name, std::regex("(Vegetation|Water|Snow|Fire|Soil|BuiltUp):[A-Za-z0-9_]+")))
        << index.name;
    EXPECT_TRUE(names.insert(index.name).second) << index.name;
    EXPECT_TRUE(short_names.insert(index.short_name()).second) << index.short_name();
  }
}

TEST(IndexTable, EveryRowHasATitleAndAPublication) {
  for (const SpectralIndex& index : spectral_indices()) {
    EXPECT_FALSE(index.title.empty()) << index.name;
    EXPECT_TRUE(std::regex_match(index.citation, std::regex(R"([^(),]+ \((19|20)\d\d\), .{10,}\.)"))) << index.citation;
    EXPECT_TRUE(std::regex_match(index.short_citation(), std::regex(R"([^(),]+ \((19|20)\d\d\))")))
        << index.short_citation();
  }
}

TEST(IndexTable, FormulasUseBandsOnlyAndKeepTheirText) {
  for (const SpectralIndex& index : spectral_indices()) {
    const Expression expression = index.compile();
    EXPECT_EQ(expression.text(), index.formula) << index.name;
    EXPECT_FALSE(expression.variables().empty()) << index.name;
    for (const ExpressionVariable& variable : expression.variables()) {
      EXPECT_EQ(variable.kind, ExpressionVariable::Kind::band) << index.name;
      EXPECT_EQ(variable.image, 0) << index.name;
      ASSERT_LT(static_cast<std::size_t>(variable.band), spectral_roles().size()) << index.name;
      EXPECT_THAT(index.formula, HasSubstr(spectral_roles()[static_cast<std::size_t>(variable.band)])) << index.name;
    }
  }
}

TEST(IndexTable, RepeatedFormulasNameTheFirst) {
  std::map<std::string, std::string> first;
  for (const SpectralIndex& index : spectral_indices()) {
    const auto [seen, fresh] = first.emplace(index.formula, index.name);
    if (fresh) continue;
    EXPECT_THAT(index.title, HasSubstr("the formula of " + seen->second)) << index.name;
  }
}

TEST(IndexTable, ScaleDependenceIsWhatTheFormulaDoes) {
  Spectrum raw = leaf;
  for (auto& [role, value] : raw) value *= 10000;
  for (const SpectralIndex& index : spectral_indices()) {
    const double small = evaluate(index, leaf);
    const double large = evaluate(index, raw);
    EXPECT_EQ(index.scale_dependent, std::abs(small - large) > 1e-9 * std::abs(small))
        << index.name << ": " << small << " and " << large;
  }
}

}  // namespace
}  // namespace cers
