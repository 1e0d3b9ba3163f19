// SPDX-License-Identifier: Apache-2.0
// The polygons on which nothing was trained: as a file, and for a later step of the same run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../accuracy/kept_reference.hpp"
#include "cers/app/wiring.hpp"
#include "reference_polygons.hpp"

namespace cers {

/// Files of a training; each is there once, whatever the number of its images.
struct KeptPolygons {
  /// Which polygons of a file are kept.
  enum class Use { none, all, validation };
  struct File {
    std::shared_ptr<const ReferencePolygons> polygons;
    Use use = Use::none;  ///< none: trained with; pixels that lie in such a polygon too do not count
  };
  std::vector<File> files;
  std::map<std::string, int> codes;  ///< of each label of the files

  bool is_kept(const File& file, const LabelledFeature& feature) const;
  std::size_t count() const;
};

/// Delivers output io.kept: the file, with the fields code (of the model), label (of the file it comes from) and id
/// (its number there), and the polygons themselves for a step of the same run. A pixel of a kept polygon does not count
/// there when it lies in a polygon that is trained with, or in one of another class. Throws UserError when no polygon
/// is kept, or the files are of different reference systems.
void deliver_kept(Wiring& wiring, KeptPolygons kept);

}  // namespace cers
