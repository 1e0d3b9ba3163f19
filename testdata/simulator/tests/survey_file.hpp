// SPDX-License-Identifier: Apache-2.0
// Reads reference polygons back, as far as tests need it.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

namespace cers::simulator::testing {

struct SurveyedPolygon {
  std::map<std::string, int> fields;  ///< those that are numbers
  std::array<std::array<double, 2>, 4> ring{};
  /// The place at shares u, v of its sides.
  std::array<double, 2> at(double u, double v) const {
    std::array<double, 2> place{};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      place[axis] =
          (ring[0][axis] * (1 - u) + ring[1][axis] * u) * (1 - v) + (ring[3][axis] * (1 - u) + ring[2][axis] * u) * v;
    }
    return place;
  }
};

inline std::vector<SurveyedPolygon> surveyed(const std::string& text) {
  std::vector<SurveyedPolygon> polygons;
  const std::string begin = "\"properties\": {\"id\"";
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    SurveyedPolygon polygon;
    const std::size_t end = text.find('}', at);
    for (std::size_t key = text.find('{', at) + 1; key < end;) {
      const std::size_t close = text.find('"', key + 1);
      const std::string name = text.substr(key + 1, close - key - 1);
      const std::size_t value = close + 3;
      if (text[value] != '"') polygon.fields[name] = std::stoi(text.substr(value));
      const std::size_t comma = text.find(", ", value);
      if (comma == std::string::npos || comma > end) break;
      key = comma + 2;
    }
    std::size_t corner = text.find("[[[", end) + 2;
    for (auto& point : polygon.ring) {
      point = {std::stod(text.substr(corner + 1)), std::stod(text.substr(text.find(',', corner) + 1))};
      corner = text.find('[', corner + 1);
    }
    polygons.push_back(polygon);
  }
  return polygons;
}

}  // namespace cers::simulator::testing
