// SPDX-License-Identifier: Apache-2.0
// Samples of reference polygons on several images, as one table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cers/app/wiring.hpp"
#include "reference_polygons.hpp"
#include "training_graph.hpp"

namespace cers {

/// How samples are drawn from each image.
struct SampleGathering {
  bool balanced = false;  ///< no class gives more than the smallest has
  std::uint32_t seed = 0;
  std::optional<double> nodata;  ///< stored number that means missing
  const char* use = "training";  ///< what the samples are for, in warnings
};

/// Samples of all images as one table, known late.
class SampleGatherer {
 public:
  /// `tell`: warns of polygons and samples that are left out. `classes` and `wiring` live longer.
  SampleGatherer(const SampleGathering& options, const ReferenceClasses& classes, bool tell, Wiring& wiring)
      : options_(options), classes_(classes), tell_(tell), wiring_(wiring) {}

  /// At most `most` samples of each class, -1: all. `trained`: files of the training; pixels in their training polygons
  /// are not judged.
  void add(const ImageInput& image, const std::shared_ptr<ReferencePolygons>& polygons, PolygonSplit::Part part,
           int most, const PolygonFiles& trained = {});

  /// Nothing when no polygon lies on any image. The table's task throws DataError when samples of fewer than two
  /// classes are left and some were lost.
  std::optional<LateSampleSet> all() const;

 private:
  void note_losses(Late<SampleReport> report, const SharedShapes& shapes, const std::string& image);

  SampleGathering options_;
  const ReferenceClasses& classes_;
  bool tell_;
  Wiring& wiring_;
  std::optional<Late<SampleTable>> table_;
  std::optional<Late<std::string>> losses_;  ///< of training samples
};

}  // namespace cers
