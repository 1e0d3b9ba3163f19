// SPDX-License-Identifier: Apache-2.0
#include "readers/angle_grids.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "xml.hpp"

namespace cers::products {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr const char* remedy = "copy or download the product again; its band files can still be opened one by one";

struct Values {
  int columns = 0;
  int rows = 0;
  double step_m = 0;
  std::vector<double> all;
};

int read_row(std::string_view text, const std::string& shown, std::vector<double>& all) {
  constexpr std::string_view blanks = " \t\r\n";
  int columns = 0;
  for (std::size_t start = text.find_first_not_of(blanks); start != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blanks, start), text.size());
    const auto value = parse_real(text.substr(start, end - start));
    if (!value)
      throw DataError(shown + ": '" + std::string(text.substr(start, end - start)) + "' in an angle grid is no number",
                      remedy);
    all.push_back(*value);
    ++columns;
    start = text.find_first_not_of(blanks, end);
  }
  return columns;
}

Values read_values(pugi::xml_node node, const std::string& shown) {
  const auto step = [&](const char* name) { return parse_real(trimmed(child(node, name).text().get())).value_or(0); };
  Values values;
  values.step_m = step("COL_STEP");
  if (step("ROW_STEP") != values.step_m)
    throw DataError(shown + ": an angle grid has unequal COL_STEP and ROW_STEP", remedy);
  for (const pugi::xml_node row : child(node, "Values_List").children()) {
    const int columns = read_row(row.text().get(), shown, values.all);
    if (columns == 0) continue;
    if (values.rows > 0 && columns != values.columns)
      throw DataError(shown + ": the rows of an angle grid differ in length", remedy);
    values.columns = columns;
    ++values.rows;
  }
  if (values.rows > 0 && !(values.step_m > 0)) throw DataError(shown + ": an angle grid has no step", remedy);
  return values;
}

}  // namespace

void AngleMean::add(pugi::xml_node grids, const std::string& shown) {
  const Values zenith = read_values(child(grids, "Zenith"), shown);
  const Values azimuth = read_values(child(grids, "Azimuth"), shown);
  if (zenith.columns != azimuth.columns || zenith.rows != azimuth.rows)
    throw DataError(shown + ": the zenith and azimuth grids differ in size", remedy);
  if (zenith.rows == 0) return;
  if (seen_.empty()) {
    columns_ = zenith.columns;
    rows_ = zenith.rows;
    step_m_ = zenith.step_m;
    seen_.assign(zenith.all.size(), 0);
    zenith_.assign(zenith.all.size(), 0);
    sine_ = cosine_ = zenith_;
  }
  if (columns_ != zenith.columns || rows_ != zenith.rows || step_m_ != zenith.step_m)
    throw DataError(shown + ": the angle grids of the detectors differ in size", remedy);
  for (std::size_t i = 0; i < zenith.all.size(); ++i) {
    if (std::isnan(zenith.all[i]) || std::isnan(azimuth.all[i])) continue;
    zenith_[i] += zenith.all[i];
    sine_[i] += std::sin(azimuth.all[i] * radians);
    cosine_[i] += std::cos(azimuth.all[i] * radians);
    ++seen_[i];
  }
}

AngleGrid AngleMean::grid(double x, double y) const {
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  AngleGrid grid{columns_, rows_, step_m_, x, y, {}, {}};
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    double azimuth = std::atan2(sine_[i], cosine_[i]) / radians;
    if (azimuth < 0) azimuth += 360;
    grid.zenith_deg.push_back(seen_[i] > 0 ? static_cast<float>(zenith_[i] / seen_[i]) : unknown);
    grid.azimuth_deg.push_back(seen_[i] > 0 ? static_cast<float>(azimuth) : unknown);
  }
  return grid;
}

}  // namespace cers::products
