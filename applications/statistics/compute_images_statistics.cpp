// SPDX-License-Identifier: Apache-2.0
// ComputeImagesStatistics: mean, extremes and standard deviation of the bands of several images together.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/ops/statistics.hpp"

namespace cers {
namespace {

using ImageStatistics = std::vector<BandStatistics>;

/// Sums over images from which OTB's totals follow.
struct Pool {
  double images = 0;
  std::vector<double> pixels;
  std::vector<double> sums;
  std::vector<double> squares;  ///< of differences from the mean of their own image
  std::vector<double> minima;
  std::vector<double> maxima;

  Pool with(const ImageStatistics& image) const {
    Pool pool = *this;
    if (pool.images == 0) {
      pool.pixels.assign(image.size(), 0);
      pool.sums = pool.squares = pool.pixels;
      pool.minima.assign(image.size(), std::numeric_limits<double>::infinity());
      pool.maxima.assign(image.size(), -std::numeric_limits<double>::infinity());
    }
    ++pool.images;
    for (std::size_t band = 0; band < image.size(); ++band) {
      const auto count = static_cast<double>(image[band].count);
      pool.pixels[band] += count;
      pool.sums[band] += image[band].mean * count;
      pool.squares[band] += image[band].variance * (count - 1);
      pool.minima[band] = std::min(pool.minima[band], image[band].minimum);
      pool.maxima[band] = std::max(pool.maxima[band], image[band].maximum);
    }
    return pool;
  }

  std::vector<double> means() const {
    std::vector<double> result;
    for (std::size_t band = 0; band < sums.size(); ++band) result.push_back(sums[band] / pixels[band]);
    return result;
  }
  /// From the pooled variance: each image varies around its own mean.
  std::vector<double> deviations() const {
    std::vector<double> result;
    for (std::size_t band = 0; band < sums.size(); ++band) {
      const double freedom = pixels[band] - images;
      result.push_back(freedom > 0 ? std::sqrt(squares[band] / freedom) : 0);
    }
    return result;
  }
};

/// A float pixel's value as the short text that names it: 0.9071, not 0.9071000218391418.
std::string text_of(double value) {
  const auto single = static_cast<float>(value);
  return static_cast<double>(single) == value ? fmt::format("{}", single) : format_real(value);
}

std::string list_of(const std::vector<double>& values) {
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(text_of(value));
  return "[" + join(texts, ", ") + "]";
}

/// The file that OTB's training and classification applications read.
std::string feature_statistics(const Pool& pool) {
  std::string text = "<?xml version=\"1.0\" ?>\n<FeatureStatistics>\n";
  const auto add = [&](const char* name, const std::vector<double>& values) {
    text += fmt::format("    <Statistic name=\"{}\">\n", name);
    for (const double value : values) text += fmt::format("        <StatisticVector value=\"{}\" />\n", text_of(value));
    text += "    </Statistic>\n";
  };
  add("mean", pool.means());
  add("min", pool.minima);
  add("max", pool.maxima);
  add("stddev", pool.deviations());
  return text + "</FeatureStatistics>\n";
}

/// Float as OTB reads, unless that would change whole numbers or doubles.
PixelType reading_type(PixelType stored) {
  const bool wide = stored == PixelType::f64 || stored == PixelType::i32 || stored == PixelType::u32;
  return wide ? PixelType::f64 : PixelType::f32;
}

struct ComputeImagesStatistics {
  struct Params {
    std::optional<double> bv;
  };

  static AppSpec spec() {
    return Declare<Params>("ComputeImagesStatistics",
                           "Mean, extremes and standard deviation of each band over several images.")
        .doc(
            "The images may differ in size and place but have the same bands in the same order. The mean weights every "
            "pixel alike. The standard deviation is the root of the pooled variance: each image varies around its own "
            "mean, and the sum of squares is divided by the number of pixels less the number of images.\n\n"
            "A pixel takes part in all bands or in none: NaN or infinity in one band drops it; `-bv` drops it only "
            "when "
            "all bands hold that value.\n\n"
            "The values are printed after the run. The XML file is the one OTB's training and classification "
            "applications read to bring features to a common scale.")
        .tag("Learning")
        .tag("Image Analysis")
        .input_list("il", "Images, all with the same bands.")
        .file_output("out.xml", "XML file of the statistics.")
        .optional()
        .param("bv", &Params::bv, "Background value: pixels that hold it in all bands are left out.")
        .cites(
            "Chan, Golub and LeVeque (1979), Updating formulae and a pairwise algorithm for computing sample "
            "variances, "
            "Stanford University STAN-CS-79-773.")
        .example("Statistics of a band without its nodata pixels",
                 "cers ComputeImagesStatistics -il B8.tif -bv -10000 -out.xml statistics.xml")
        .example("Statistics of a stack, printed only", "cers ComputeImagesStatistics -il stack.tif")
        .reports("out.mean", "out.min", "out.max", "out.std")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const std::vector<ImageInput>& images = wiring.images("il");
    check_bands(images);
    Late<Pool> pool;
    for (const ImageInput& image : images) {
      const Edge pixels = image.all(reading_type(image.info().type));
      const BandStatisticsReducer reducer(image.band_count(), {.ignored = params.bv, .whole_pixels = true});
      const auto found = wiring.graph().reduce(reducer, pixels, "statistics of " + image.label());
      pool = added(wiring.graph(), pool, found, image.label());
    }
    deliver(pool, wiring);
  }

 private:
  static void check_bands(const std::vector<ImageInput>& images) {
    for (const ImageInput& image : images) {
      if (image.band_count() == images[0].band_count()) continue;
      throw UserError(fmt::format("{} has {} band{}, but {} has {}", image.label(), image.band_count(),
                                  image.band_count() == 1 ? "" : "s", images[0].label(), images[0].band_count()),
                      "give images with the same bands; `?&bands=1,2` after a file name selects some");
    }
  }

  /// The pool with one more image; the first starts it.
  static Late<Pool> added(Graph& graph, Late<Pool> pool, Late<ImageStatistics> found, const std::string& label) {
    const auto add = [label](const Pool& sum, const ImageStatistics& image) {
      if (image[0].count != 0) return sum.with(image);
      throw DataError(fmt::format("{} has no pixel to take statistics of", label),
                      "all are missing or equal to -bv: leave this image out, or change -bv");
    };
    if (pool.id < 0) {
      return graph.then([add](const TaskContext&, const ImageStatistics& image) { return add({}, image); },
                        "pooled statistics", found);
    }
    return graph.then(
        [add](const TaskContext&, const Pool& sum, const ImageStatistics& image) { return add(sum, image); },
        "pooled statistics", pool, found);
  }

  static void deliver(Late<Pool> pool, Wiring& wiring) {
    if (wiring.wants("out.xml")) {
      wiring.output("out.xml", FileOutput{{pool}, [pool](const LateValues& values) {
                                            return feature_statistics(values.get(pool));
                                          }});
    }
    const auto report = [&](std::string key, std::vector<double> (*values_of)(const Pool&)) {
      wiring.after_run(
          {{pool}, [=](const LateValues& values) { return key + ": " + list_of(values_of(values.get(pool))); }});
    };
    report("out.mean", [](const Pool& found) { return found.means(); });
    report("out.min", [](const Pool& found) { return found.minima; });
    report("out.max", [](const Pool& found) { return found.maxima; });
    report("out.std", [](const Pool& found) { return found.deviations(); });
  }
};

}  // namespace

Application cers_app_ComputeImagesStatistics() {
  return application<ComputeImagesStatistics>();
}

}  // namespace cers
