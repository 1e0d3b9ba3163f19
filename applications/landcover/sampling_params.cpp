// SPDX-License-Identifier: Apache-2.0
#include "sampling_params.hpp"

namespace cers {

SharedShapes open_polygons(Wiring& wiring, const std::string& path, int layer, const std::string& field,
                           const ImageInput& image) {
  const LabelledLayer polygons(path, layer, field);
  polygons.check_classes();
  const SharedShapes shapes = polygons.on_grid(image.info().grid);
  for (const std::string& note : describe_notes(shapes->notes, path, "counted as class ''")) wiring.warn(note);
  return shapes;
}

Late<PolygonCover> cover_with_mask(Wiring& wiring, const SharedShapes& shapes, const ImageInput& image,
                                   const std::string& fate) {
  std::optional<Edge> mask;
  if (wiring.has("mask")) {
    check_same_grid({image, wiring.image("mask")}, "-mask");
    mask = wiring.image("mask").bands({0}, PixelType::u8);
  }
  const Late<PolygonCover> cover = cover_of(wiring.graph(), shapes, mask);
  const auto overlap = wiring.graph().then(
      [shapes](const TaskContext&, const PolygonCover& pixels) { return find_overlap(pixels, *shapes); }, "overlap",
      cover);
  wiring.after_run({{overlap},
                    [=](const LateValues& values) {
                      const std::string text = describe(values.get(overlap), *shapes);
                      return text.empty() ? text : text + ": " + fate;
                    },
                    true});
  return cover;
}

}  // namespace cers
