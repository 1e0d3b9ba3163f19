// SPDX-License-Identifier: Apache-2.0
// Fields: regions (jittered Voronoi cells), each with its own orientation, cut into strips and the strips into fields.
// Random access: a place gives its field without knowing any other.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "cers/simulator/recipe.hpp"
#include "cers/simulator/scene.hpp"
#include "noise.hpp"

namespace cers::simulator {

/// Whether a surface is sown anew every year, in a rotation.
inline bool rotates(Surface surface) {
  return surface >= Surface::winter_cereal && surface <= Surface::soy;
}

struct Parcel {
  std::uint32_t id = 0;
  std::uint32_t region = 0;
  // The rectangle in the region's own axes, half metres.
  HalfMetres centre_x = 0;
  HalfMetres centre_y = 0;
  float cos = 1;
  float sin = 0;
  double u0 = 0;
  double u1 = 0;
  double v0 = 0;
  double v1 = 0;
  std::uint32_t borders = 0;                                    ///< bits: hedge at u0, track at v0
  double area() const { return (u1 - u0) * (v1 - v0) * 0.25; }  ///< m², without the cut by the region's edge
};

class Parcels {
 public:
  explicit Parcels(const Recipe& recipe);
  Parcel at(HalfMetres x, HalfMetres y) const {
    Neighbourhood fresh;
    return at(x, y, fresh);
  }
  /// The place in the axes of the parcel's region.
  struct Local {
    double u;
    double v;
  };
  static Local local(const Parcel& parcel, HalfMetres x, HalfMetres y) {
    const double dx = x - parcel.centre_x;
    const double dy = y - parcel.centre_y;
    return {static_cast<double>(parcel.cos) * dx + static_cast<double>(parcel.sin) * dy,
            static_cast<double>(parcel.cos) * dy - static_cast<double>(parcel.sin) * dx};
  }
  /// Land use of a field for the harvest of a year: a rotation by farming of the region.
  Surface crop(const Parcel& parcel, int year) const;

  /// Calls run(first, count, parcel) for the stretches of one row that lie in one field: fields are convex, so equal
  /// ends mean one field.
  template <class F>
  void runs(HalfMetres x0, HalfMetres step, HalfMetres y, int count, F run) const {
    Neighbourhood known;
    Parcel left = at(x0, y, known);
    int start = 0;
    for (int i = 0; i < count - 1;) {
      const int next = std::min(i + 16, count - 1);
      split(x0, step, y, i, next, at(x0 + next * step, y, known), start, left, known, run);
      i = next;
    }
    run(start, count - start, left);
  }

 private:
  /// Centres of the regions around one cell of their lattice.
  struct Centre {
    std::uint32_t region;
    HalfMetres x;
    HalfMetres y;
  };
  struct Neighbourhood {
    bool filled = false;
    int column = 0;
    int row = 0;
    std::array<Centre, 9> centres{};
  };
  void fill(Neighbourhood& known, int column, int row) const;
  Parcel at(HalfMetres x, HalfMetres y, Neighbourhood& known) const;

  /// Emits the runs that end within (low, high]; `left` is the field of `low` before and of `high` after.
  template <class F>
  void split(HalfMetres x0, HalfMetres step, HalfMetres y, int low, int high, const Parcel& right, int& start,
             Parcel& left, Neighbourhood& known, F& run) const {
    if (left.id == right.id) return;
    if (high - low == 1) {
      run(start, high - start, left);
      start = high;
      left = right;
      return;
    }
    const int middle = (low + high) / 2;
    split(x0, step, y, low, middle, at(x0 + middle * step, y, known), start, left, known, run);
    split(x0, step, y, middle, high, right, start, left, known, run);
  }

  std::uint32_t seed_;
  HalfMetres region_cell_;
  double length_;
  double width_;
  bool north_;
};

}  // namespace cers::simulator
