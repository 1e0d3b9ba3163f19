// SPDX-License-Identifier: Apache-2.0
// MinimumMappingUnit: small patches of a map of classes merged into their largest neighbour.
#include <cmath>
#include <set>

#include "../accuracy/label_nodata.hpp"
#include "cers/app/application.hpp"
#include "cers/app/mask_help.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"
#include "cers/ops/kept_labels.hpp"
#include "cers/ops/sieve.hpp"
#include "label_types.hpp"

namespace cers {
namespace {

struct MinimumMappingUnit {
  struct Params {
    std::optional<int> threshold;
    std::optional<double> area;
    std::string connectivity = "4";
    std::vector<int> protect;
    std::vector<std::string> groups;
    std::optional<int> nodata;
    int iterations = 1;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = MinimumMappingUnit::Params;

AppSpec MinimumMappingUnit::spec() {
  return Declare<Params>("MinimumMappingUnit", "Merges small patches of a map of classes into their largest neighbour.")
      .doc(
          "A patch is a set of pixels of one class that touch. A patch smaller than the threshold takes the class of "
          "its "
          "largest neighbour; if that neighbour is smaller than the threshold too, of the largest neighbour of that "
          "one, "
          "and so on. Where this leads back to a patch already met, or to a patch without neighbours, nothing changes. "
          "These are the rules of gdal_sieve, pixel for pixel, also for neighbours of equal size: of these the one "
          "wins "
          "that a scan line by line meets first. The map may be of any size, and tiles do not show.\n\n"
          "Pixels of the nodata value (of the file, or `-nodata`), pixels where `-mask` is 0 and classes given by "
          "`-protect` stay as they are, and no patch merges into them: roads, water and snow in OSO maps.\n\n"
          "`-groups` merges within groups of classes first, then among all: with `-groups 5,6,7 16,17` small patches "
          "of "
          "rapeseed go to other crops, and only what is still too small goes to any neighbour. Classes in no group "
          "take "
          "part in the second step only.\n\n"
          "Patches smaller than the threshold can remain: `-iterations` repeats the work on the result. The map is "
          "read three times, and twice more for each further merging; what is kept between are the patches that reach "
          "the rim of a chunk of 64 × 64 "
          "pixels, at most 1.5 bytes a pixel however noisy the map is, which the plan counts.")
      .tag("Learning")
      .tag("Image Analysis")
      .input("in", "Map of classes, one band.")
      .input("mask", std::string("Mask on the grid of the map: pixels where it is 0 are left out.") + mask_as_bytes)
      .optional()
      .output("out", "Map of classes without small patches.", PixelType::u8)
      .param("threshold", &Params::threshold, "Patches of fewer pixels are merged.")
      .at_least(2)
      .unit("pixel")
      .param("area", &Params::area, "Patches of less area are merged; instead of -threshold.")
      .at_least(0)
      .unit("ha")
      .param("connectivity", &Params::connectivity, "Which pixels touch.")
      .choices({{"4", "Pixels that share a side"}, {"8", "Pixels that share a side or a corner"}})
      .param("protect", &Params::protect, protect_help)
      .param("groups", &Params::groups, "Classes that merge among themselves first, as 5,6,7 16,17.")
      .param("nodata", &Params::nodata, "Label that is no class; without it the nodata value of the file.")
      .param("iterations", &Params::iterations, "How often the merging is done.")
      .range(1, 10)
      .check([](const Params& params, Diagnostics& diagnostics) {
        if (params.threshold.has_value() == params.area.has_value())
          diagnostics.fault(
              {}, params.area ? "both -threshold and -area are given" : "neither -threshold nor -area is given",
              "give one of them: pixels or hectares");
      })
      .cites(
          "Inglada, Vincent, Arias, Tardy, Morin and Rodes (2017), Operational high resolution land cover map "
          "production at the country scale using satellite image time series, Remote Sensing 9(1):95, "
          "doi:10.3390/rs9010095.")
      .example("No patch of classes under a tenth of a hectare, water as it is",
               "cers MinimumMappingUnit -in landcover.tif -out units.tif -area 0.1 -protect 1")
      .example("Ten pixels that touch at sides or corners, plants and soil first among themselves",
               "cers MinimumMappingUnit -in landcover.tif -out units.tif -threshold 10 -connectivity 8 -groups 2,3")
      .done();
}

std::uint32_t threshold_of(const Params& params, const ImageInput& map) {
  if (params.threshold) return static_cast<std::uint32_t>(*params.threshold);
  const Grid& grid = map.info().grid;
  const std::optional<double> metres = grid.georeferenced ? metres_per_unit(grid.crs) : std::nullopt;
  if (!metres)
    throw UserError(fmt::format("-area needs a map in metres, but {} has {}", map.label(), crs_label(grid.crs)),
                    "give -threshold in pixels, or bring the map to a projected reference system");
  const auto& a = grid.transform.a;
  const double pixel = std::abs(a[1] * a[5] - a[2] * a[4]) * *metres * *metres;  // square metres
  constexpr double hectare = 1e4;
  // The smallest number of pixels that is not less than the area; the slack keeps 0.1 ha at ten pixels of 10 m.
  const double pixels = std::ceil(*params.area * hectare / pixel - 1e-9);
  if (pixels < 2 || pixels > 4e9)
    throw UserError(fmt::format("-area {} ha is {} pixel{} of {}", format_real(*params.area), format_real(pixels),
                                pixels == 1 ? "" : "s", map.label()),
                    "give an area of at least two pixels");
  return static_cast<std::uint32_t>(pixels);
}

std::vector<std::vector<int>> groups_of(const Params& params) {
  std::vector<std::vector<int>> groups;
  std::set<int> seen(params.protect.begin(), params.protect.end());
  for (const std::string& text : params.groups) {
    groups.emplace_back();
    for (const std::string& word : split(text, ',')) {
      const auto label = parse_integer(trimmed(word));
      if (!label || *label < INT32_MIN || *label > INT32_MAX)
        throw UserError(fmt::format("-groups: '{}' in '{}' is no class", word, text),
                        "write codes with commas between them and a space between groups: 5,6,7 16,17");
      const auto code = static_cast<int>(*label);
      if (!seen.insert(code).second)
        throw UserError(fmt::format("-groups: class {} is in two groups, or protected too", code),
                        "leave each class in one place");
      groups.back().push_back(code);
    }
  }
  return groups;
}

void MinimumMappingUnit::wire(const Params& params, Wiring& wiring) {
  const ImageInput& map = wiring.image("in");
  warn_of_narrow_labels(wiring, map, "out");
  Edge labels = labels_of(map);
  std::optional<Edge> mask;
  if (wiring.has("mask")) {
    check_same_grid({map, wiring.image("mask")}, "MinimumMappingUnit");
    mask = wiring.image("mask").bands({0}, PixelType::u8);
  }
  // A map that an earlier step makes is dear: it is made once. A file is read again.
  if (!map.is_file()) labels = keep_labels(wiring.graph(), labels);
  SieveRule rule;
  rule.threshold = threshold_of(params, map);
  rule.diagonal = params.connectivity == "8";
  rule.nodata = whole_nodata(map, params.nodata);
  rule.kept = params.protect;
  const auto groups = groups_of(params);
  std::vector<SieveRule> mergings;
  for (int i = 0; i < params.iterations; ++i) {
    if (!groups.empty()) {
      mergings.push_back(rule);
      mergings.back().groups = groups;
    }
    mergings.push_back(rule);
  }
  for (std::size_t i = 0; i < mergings.size(); ++i) {
    labels = sieve(wiring.graph(), labels, mask, mergings[i]);
    // What another merging looks at three times is made once.
    if (i + 1 < mergings.size()) labels = keep_labels(wiring.graph(), labels);
  }
  wiring.output("out", labels);
}

}  // namespace

Application cers_app_MinimumMappingUnit() {
  return application<MinimumMappingUnit>();
}

}  // namespace cers
