// SPDX-License-Identifier: Apache-2.0
// What the tests of the pipeline document share.
#pragma once

#include <string>

#include "cers/pipeline/document.hpp"

namespace cers {

inline const std::string snow = R"(cers: 1
name: theia-snow
doc: Snow, cloud and no-snow of one Level-2A scene.
inputs:
  scene: {kind: product, help: Theia or Sen2Cor L2A folder or zip}
  dem:   {kind: raster, align: scene.swir1, resampling: cubic, nodata: nan, scale: 0.1}
  extra:
parameters:
  ndsi: {default: 0.4, range: [0, 1], help: NDSI threshold of pass 1}
  mode: {choices: [fast, exact]}
  site: {default: [a, b], unit: "m"}
steps:
  - {id: mask, app: SnowMask, in: scene, dem: dem, pass1.ndsi: $ndsi}
  - id: fsc
    app: FractionalSnowCover
    in: scene
    snow: mask.out
    channels: [no, 012, 1e-3, ~]
    with:
      id: five
      mode: $mode
outputs:
  snow: {from: mask.out, to: "{scene.id}_SNOW_{site}.tif", type: uint8, round: true}
  fsc:  {from: fsc, to: "{scene.id}_FSC.tif"}
)";

inline std::string listing(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& d : diagnostics.faults()) {
    all +=
        std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + ": " + d.fault + " | " + d.remedy + "\n";
  }
  return all;
}

}  // namespace cers
