// SPDX-License-Identifier: Apache-2.0
// Quicklook: every n-th pixel of every n-th line of an image or of a part of it.
#include <fmt/format.h>

#include <algorithm>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/ops/bands.hpp"
#include "region.hpp"

namespace cers {
namespace {

struct Quicklook {
  struct Params {
    std::vector<std::string> channels;
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    int ratio = 2;
    std::optional<int> out_width;
    std::optional<int> out_height;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = Quicklook::Params;

AppSpec Quicklook::spec() {
  return Declare<Params>("Quicklook", "A small copy of an image or of a part of it, by sampling.")
      .doc(
          "Every n-th pixel of every n-th line is kept, nothing is averaged: output pixel i is input pixel n·i + (n − "
          "1) "
          "/ 2, rounded down, of the region, and lies around its centre. The size of the region is divided by n and "
          "rounded down, but is at least 1; of a region narrower than n the middle pixel is kept.\n\n"
          "The ratio n is `-sr`. Without it, and with `-sx` or `-sy`, n is the size of the region divided by the one "
          "wanted, rounded down, so that the result may come out larger than asked. With both, the larger ratio is "
          "taken, but at least 2, as in OTB.\n\n"
          "A region that reaches beyond the image is cut there, with a warning. One that begins outside is an error, "
          "where OTB moves it.")
      .tag("Image Manipulation")
      .input("in", "Image to sample.")
      .output("out", "Sampled image.")
      .param("cl", &Params::channels, "Channels to keep, in this order: Channel1 is the first band. All by default.")
      .param("rox", &Params::left, "First column of the region.")
      .at_least(0)
      .unit("pixel")
      .param("roy", &Params::top, "First line of the region.")
      .at_least(0)
      .unit("pixel")
      .param("rsx", &Params::width, "Columns of the region; 0: to the right edge.")
      .at_least(0)
      .unit("pixel")
      .param("rsy", &Params::height, "Lines of the region; 0: to the bottom edge.")
      .at_least(0)
      .unit("pixel")
      .param("sr", &Params::ratio, "Sampling ratio.")
      .at_least(1)
      .param("sx", &Params::out_width, "Columns wanted, when no -sr is given.")
      .at_least(1)
      .unit("pixel")
      .param("sy", &Params::out_height, "Lines wanted, when no -sr is given.")
      .at_least(1)
      .unit("pixel")
      .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
      .example("A tenth of an image each way", "cers Quicklook -in B8.tif -sr 10 -out small.tif int16")
      .example("A part of an image, about 100 pixels wide",
               "cers Quicklook -in stack.tif -rox 400 -roy 300 -rsx 600 -rsy 500 -sx 100 -out part.tif")
      .done();
}

int ratio_of(const Params& params, const Window& region, Wiring& wiring) {
  const std::optional<int>& columns = params.out_width;
  const std::optional<int>& lines = params.out_height;
  if (wiring.user_set("sr") || (!columns && !lines)) {
    if (columns || lines) wiring.warn("-sx and -sy have no effect beside -sr");
    return params.ratio;
  }
  int ratio = columns && lines ? params.ratio : 0;
  if (columns) ratio = std::max(ratio, region.width / *columns);
  if (lines) ratio = std::max(ratio, region.height / *lines);
  if (ratio < 1) {
    throw UserError(
        fmt::format("the size wanted is larger than the region of {}×{} pixels", region.width, region.height),
        "ask for less with -sx or -sy");
  }
  return ratio;
}

void Quicklook::wire(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  const PixelBox box = box_of_size(params.left, params.top, params.width, params.height, image.info().grid.size);
  const Window region = window_in(image, box, wiring);
  const Edge pixels = cut_out(image, channels_named(params.channels, image), region, wiring);
  Graph& graph = wiring.graph();
  wiring.output("out", graph.add(make_subsample(graph.info(pixels), ratio_of(params, region, wiring)), {pixels}));
}

}  // namespace

Application cers_app_Quicklook() {
  return application<Quicklook>();
}

}  // namespace cers
