// SPDX-License-Identifier: Apache-2.0
// SnowValidation: snow masks beside the snow depth that stations measured.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "../images/lonlat.hpp"
#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "season_images.hpp"
#include "stations.hpp"

namespace cers {
namespace {

using namespace season;
using Json = nlohmann::ordered_json;

struct SnowValidation {
  struct Params {
    std::vector<std::string> dates;
    std::string stations;
    std::vector<double> depths{1, 2, 3, 4, 5};
    int least_percent = 50;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = SnowValidation::Params;

AppSpec SnowValidation::spec() {
  return Declare<Params>("SnowValidation", "Compares snow masks with the snow depth measured at stations.")
      .doc(
          "For each mask the readings of its day are looked up in the pixel that holds the station. A station has snow "
          "from a depth on; which depth is a choice, so several are tried (-depth): accuracy, Cohen's kappa, F1, "
          "omission (snow at the station, none on the map) and commission of each are in the JSON file.\n\n"
          "Pixels of cloud, water and nodata are counted and left out. `-out.pairs` lists every pair, for a look at "
          "single stations.\n\n"
          "The stations are a CSV file with the columns `station`, `lon`, `lat` (degrees), `date` and `depth_cm`; "
          "others are ignored. The date of a mask is that of its product, else of `-dates`, else in its file name.")
      .tag("Snow")
      .input_list("il", "Snow masks or fractions: 0 no snow, 1 to 100 snow, 205 cloud, 210 water, 254, 255 nodata.")
      .file_output("out", "JSON: counts and scores by depth.")
      .file_output("out.pairs", "CSV: image, date, station, lon, lat, depth_cm, value.")
      .optional()
      .param("stations", &Params::stations, "CSV file of readings.")
      .required()
      .reads_file()
      .param("dates", &Params::dates, "Day of each mask, as 2018-02-11; of masks whose name has none.")
      .param("depth", &Params::depths, "Depths from which a station has snow.")
      .unit("cm")
      .param("fsc.min", &Params::least_percent, "Snow cover from which a pixel counts as snow.")
      .range(1, 100)
      .unit("%")
      .cites(
          "Barrou Dumont, Gascoin, Hagolle, Ablain, Jugier, Salgues, Marti, Dupuis, Dumont and Morin (2021), Brief "
          "communication: Evaluation of the snow cover detection in the Copernicus High Resolution Snow & Ice "
          "Monitoring Service, The Cryosphere 15.")
      .example("A winter of masks beside stations",
               "cers SnowValidation -il snow_20171128.tif snow_20180112.tif -stations stations.csv -out scores.json "
               "-out.pairs pairs.csv")
      .reports("pairs", "kappa")
      .done();
}

/// A reading and the pixel under its station.
struct Sample {
  StationReading reading;
  int x = 0;
  int y = 0;
};

/// The values of some pixels, in the order of the samples; −1 where the raster has none.
class Sampler {
 public:
  using State = std::vector<std::pair<std::size_t, int>>;
  using Result = std::vector<int>;
  static constexpr bool exact = true;
  explicit Sampler(std::vector<Sample> samples) : samples_(std::move(samples)) {}
  std::size_t state_bytes() const { return sizeof(State); }
  std::size_t result_bytes() const { return samples_.size() * sizeof(int); }
  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    const auto plane = pixels.plane<std::uint8_t>(0);
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      const Sample& one = samples_[i];
      const bool inside = one.x >= chunk.x && one.x < chunk.right() && one.y >= chunk.y && one.y < chunk.bottom();
      if (inside) state.emplace_back(i, plane.at(one.x, one.y));
    }
  }
  void merge(State& into, State&& from) const { into.insert(into.end(), from.begin(), from.end()); }
  Result finish(State&& state) const {
    Result values(samples_.size(), -1);
    for (const auto& [index, value] : state) values[index] = value;
    return values;
  }

 private:
  std::vector<Sample> samples_;
};

struct Looked {
  std::string label;
  CalendarDay day;
  std::vector<Sample> samples;
  Late<std::vector<int>> values;
};

struct Table {
  std::uint64_t both = 0;
  std::uint64_t map_only = 0;
  std::uint64_t station_only = 0;
  std::uint64_t none = 0;

  Json json() const {
    const auto d = [](std::uint64_t n) { return static_cast<double>(n); };
    const double n = d(both + map_only + station_only + none);
    const auto share = [](double a, double b) { return b > 0 ? Json(a / b) : Json(nullptr); };
    const double agreed = d(both + none);
    const double chance =
        n > 0 ? (d(both + map_only) * d(both + station_only) + d(none + map_only) * d(none + station_only)) / (n * n)
              : 1;
    return {{"both", both},
            {"map_only", map_only},
            {"station_only", station_only},
            {"none", none},
            {"accuracy", share(agreed, n)},
            {"kappa", chance < 1 ? Json((agreed / n - chance) / (1 - chance)) : Json(nullptr)},
            {"f1", share(2 * d(both), 2 * d(both) + d(map_only + station_only))},
            {"omission", share(d(station_only), d(both + station_only))},
            {"commission", share(d(map_only), d(both + map_only))}};
  }
};

Json scores(const std::vector<Looked>& images, const LateValues& values, const Params& params,
            std::size_t without_image) {
  std::uint64_t cloud = 0;
  std::uint64_t water = 0;
  std::uint64_t missing = 0;
  std::uint64_t pairs = 0;
  std::vector<Table> tables(params.depths.size());
  for (const Looked& image : images) {
    const std::vector<int>& found = values.get(image.values);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const int value = found[i];
      if (value > 100 || value < 0) {
        ++(value == 205 ? cloud : value == 210 || value == 211 ? water : missing);
        continue;
      }
      ++pairs;
      const bool mapped = value >= params.least_percent;
      for (std::size_t d = 0; d < tables.size(); ++d) {
        const bool measured = image.samples[i].reading.depth_cm >= params.depths[d];
        Table& table = tables[d];
        ++(mapped ? (measured ? table.both : table.map_only) : (measured ? table.station_only : table.none));
      }
    }
  }
  Json result{{"images", images.size()},
              {"pairs", pairs},
              {"under_cloud", cloud},
              {"on_water", water},
              {"missing", missing},
              {"readings_without_image", without_image},
              {"snow_from_percent", params.least_percent}};
  for (std::size_t d = 0; d < tables.size(); ++d) {
    Json one = tables[d].json();
    one["depth_cm"] = params.depths[d];
    result["by_depth"].push_back(one);
  }
  return result;
}

std::string pairs_csv(const std::vector<Looked>& images, const LateValues& values) {
  std::string text = "image,date,station,lon,lat,depth_cm,value\n";
  for (const Looked& image : images) {
    const std::vector<int>& found = values.get(image.values);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const StationReading& one = image.samples[i].reading;
      text += fmt::format("{},{},{},{},{},{},{}\n", image.label, text_of(image.day), one.station,
                          format_real(one.place.lon), format_real(one.place.lat), format_real(one.depth_cm), found[i]);
    }
  }
  return text;
}

/// The readings of that day whose stations lie in the image.
std::vector<Sample> samples_in(const Grid& grid, CalendarDay day, const std::vector<StationReading>& readings,
                               std::vector<bool>& used) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    if (readings[i].day != day) continue;
    const auto place = place_of(grid, readings[i].place);
    if (!place) continue;
    const Sample sample{readings[i], static_cast<int>(std::floor(place->x)), static_cast<int>(std::floor(place->y))};
    if (sample.x < 0 || sample.y < 0 || sample.x >= grid.size.width || sample.y >= grid.size.height) continue;
    samples.push_back(sample);
    used[i] = true;
  }
  return samples;
}

void SnowValidation::wire(const Params& params, Wiring& wiring) {
  const std::vector<StationReading> readings = read_stations(params.stations);
  std::vector<bool> used(readings.size(), false);
  std::vector<Looked> images;
  std::vector<LateRef> all;
  for (const DatedImage& dated : dated_images(wiring, params.dates)) {
    const ImageInput& image = *dated.image;
    const Grid& grid = image.info().grid;
    if (!lies_on_earth(grid))
      throw UserError(fmt::format("{} has no place on Earth, so no station can be found in it", image.label()),
                      "give masks with a georeference and a reference system");
    std::vector<Sample> samples = samples_in(grid, dated.day, readings, used);
    if (samples.empty()) continue;
    const auto values =
        wiring.graph().reduce(Sampler(samples), image.bands({0}, PixelType::u8), "stations in " + image.label());
    images.push_back({image.label(), dated.day, std::move(samples), values});
    all.push_back(values);
  }
  if (images.empty())
    throw UserError(fmt::format("none of the {} readings of {} lies in one of the masks on its day", readings.size(),
                                params.stations),
                    "check dates and places of the readings, and the dates of the masks (-dates)");
  const auto without = static_cast<std::size_t>(std::count(used.begin(), used.end(), false));
  wiring.output("out", FileOutput{all, [=](const LateValues& values) {
                                    return scores(images, values, params, without).dump(2) + "\n";
                                  }});
  if (wiring.wants("out.pairs"))
    wiring.output("out.pairs",
                  FileOutput{all, [images](const LateValues& values) { return pairs_csv(images, values); }});
  wiring.after_run({all, [=](const LateValues& values) {
                      return fmt::format("pairs: {}", scores(images, values, params, without)["pairs"].get<int>());
                    }});
  wiring.after_run({all, [=](const LateValues& values) {
                      std::vector<std::string> texts;
                      const Json result = scores(images, values, params, without);
                      for (const Json& one : result["by_depth"]) {
                        texts.push_back(fmt::format("{} from {} cm",
                                                    one["kappa"].is_null()
                                                        ? std::string("unknown")
                                                        : fmt::format("{:.3f}", one["kappa"].get<double>()),
                                                    format_real(one["depth_cm"].get<double>())));
                      }
                      return "kappa: " + join(texts, ", ");
                    }});
}

}  // namespace

Application cers_app_SnowValidation() {
  return application<SnowValidation>();
}

}  // namespace cers
