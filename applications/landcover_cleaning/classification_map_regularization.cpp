// SPDX-License-Identifier: Apache-2.0
// ClassificationMapRegularization: a map of classes smoothed by majority vote.
#include "cers/app/application.hpp"
#include "cers/ops/majority.hpp"
#include "label_types.hpp"

namespace cers {
namespace {

struct ClassificationMapRegularization {
  struct Params {
    int radius = 1;
    bool mark_undecided = false;
    int nodata = 0;
    int undecided = 0;
    bool only_isolated = false;
    int isolated_threshold = 1;
    std::vector<int> protect;
  };

  static AppSpec spec() {
    return Declare<Params>("ClassificationMapRegularization", "Majority vote of the classes around each pixel.")
        .doc(
            "Each pixel takes the label most frequent among its neighbours, itself included: those within "
            "`-ip.radius` and a half pixels of it. Beyond the edge of the map there are no neighbours. Of "
            "equally "
            "frequent labels none wins: the pixel keeps its own, or becomes `-ip.undecidedlabel` with "
            "`-ip.suvbool`.\n\n"
            "Pixels of `-ip.nodatalabel` stay and do not vote. The labels are those of OTB, pixel for pixel; labels "
            "below 0 or above 65535, which OTB cuts off, are kept.\n\n"
            "Classes given by `-protect` stay as they are and do not vote, as in MinimumMappingUnit: roads and water, "
            "which are narrower than the neighbourhood. OTB has no such key.")
        .tag("Learning")
        .tag("Image Analysis")
        .input("io.in", "Map of classes, one band.")
        .output("io.out", "Map of classes after the vote.", PixelType::u8)
        .param("ip.radius", &Params::radius, "How far neighbours lie.")
        .range(1, 100)
        .unit("pixel")
        .param("ip.suvbool", &Params::mark_undecided, "Marks ties as undecided instead of keeping the label.")
        .param("ip.nodatalabel", &Params::nodata, "Label of pixels that have no class.")
        .param("ip.undecidedlabel", &Params::undecided, "Label of ties, with -ip.suvbool; best one no class has.")
        .param("ip.onlyisolatedpixels", &Params::only_isolated,
               "Changes only pixels whose label is rare among their neighbours.")
        .param("ip.isolatedthreshold", &Params::isolated_threshold,
               "Rare: at most so many pixels of that label, itself included.")
        .at_least(0)
        .param("protect", &Params::protect, protect_help)
        .example("Classes without single pixels",
                 "cers ClassificationMapRegularization -io.in landcover.tif -io.out smooth.tif -ip.radius 2")
        .example("The same, water as it is",
                 "cers ClassificationMapRegularization -io.in landcover.tif -io.out smooth_land.tif -protect 1")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& map = wiring.image("io.in");
    warn_of_narrow_labels(wiring, map, "io.out");
    if (params.undecided != 0 && !params.mark_undecided && wiring.user_set("ip.undecidedlabel"))
      wiring.warn("-ip.undecidedlabel has no effect without -ip.suvbool true");
    const Edge labels = labels_of(map);
    const MajorityRule rule{params.radius,    params.nodata,        params.mark_undecided,
                            params.undecided, params.only_isolated, params.isolated_threshold,
                            params.protect};
    Graph& graph = wiring.graph();
    wiring.output("io.out", graph.add(make_majority(graph.info(labels), rule), {labels}));
  }
};

}  // namespace

Application cers_app_ClassificationMapRegularization() {
  return application<ClassificationMapRegularization>();
}

}  // namespace cers
