// SPDX-License-Identifier: Apache-2.0
// MultiImageSamplingRate: how many samples to take of each class in each of several images.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "sampling_params.hpp"

namespace cers {
namespace {

struct MultiImageSamplingRate {
  struct Params {
    std::vector<std::string> il;
    SamplingStrategy strategy = SamplingStrategy::smallest;
    std::vector<std::string> in;
    std::string nb;
    std::string p;
    std::string v;
    ImageSharing mim = ImageSharing::proportional;
  };

  static AppSpec spec() {
    return Declare<Params>("MultiImageSamplingRate", "Shares the wanted samples of each class between several images.")
        .doc(
            "The statistics come from PolygonClassStatistics, one file an image. For each, a table with the samples to "
            "take of each class is written beside `-out`: rates.csv gives rates_1.csv, rates_2.csv and so on, which "
            "`-strategy byclass` of SampleSelection reads. Beside what OTB writes, rates.csv itself holds the sums "
            "over "
            "the images.\n\n"
            "With L images, T(i,c) pixels of class c in image i and S(c) their sum over the images:\n\n"
            "- `all`: T(i,c).\n"
            "- `constant`, M samples a class: proportional M·T(i,c)/S(c), equal M/L, custom Mi for each image; rounded "
            "down.\n"
            "- `smallest`: the same, M being the pixels of the smallest class over all images; custom: of each image.\n"
            "- `byclass`, M(c) from a table: proportional M(c)·T(i,c)/S(c), equal M(c)/L but at most T(i,c), custom "
            "Mi(c) from a table an image; rounded down.\n"
            "- `percent`, a share p: proportional p·T(i,c), equal p·S(c)/L, custom pi·T(i,c); rounded.\n"
            "- `total`, N in all: shared between images by their pixels, equally or as given, then between the classes "
            "of an image by their pixels; rounded.\n\n"
            "More may be wanted than there is; then SampleSelection takes every pixel.")
        .tag("Learning")
        .file_output("out", "Tables of rates: class, required and total samples, rate.")
        .param("il", &Params::il, "Statistics of the images, from PolygonClassStatistics.")
        .required()
        .reads_file()
        .param("strategy", &Params::strategy, "How many samples are wanted.")
        .param("strategy.byclass.in", &Params::in, "Tables of class and number; one, or one an image with -mim custom.")
        .only_if("strategy", "byclass")
        .reads_file()
        .param("strategy.constant.nb", &Params::nb, "Samples of each class; with -mim custom a number for each image.")
        .only_if("strategy", "constant")
        .param("strategy.percent.p", &Params::p, "Share from 0 to 1; with -mim custom one for each image.")
        .only_if("strategy", "percent")
        .param("strategy.total.v", &Params::v, "Samples in all; with -mim custom a number for each image.")
        .only_if("strategy", "total")
        .param("mim", &Params::mim, "How samples are shared between images.")
        .example("A hundred samples of each class from two images",
                 "cers MultiImageSamplingRate -il statistics_a.xml statistics_b.xml -strategy constant "
                 "-strategy.constant.nb 100 -out rates.csv")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    std::vector<ClassCounts> images;
    for (const std::string& path : params.il) images.push_back(read_class_counts(path));
    const std::vector<SamplingRates> rates = sampling_rates(images, demand_of(params));
    std::size_t many = 0;
    for (const SamplingRates& one : rates) many += overflows(one);
    if (many > 0)
      wiring.warn(
          fmt::format("{} time{} more samples of a class are wanted than an image has: all of them will be taken", many,
                      many == 1 ? "" : "s"));
    FileOutput out;
    out.write = [rates](const LateValues&, const std::string& path) {
      const std::filesystem::path table(path);
      SamplingRates sums;
      for (std::size_t i = 0; i < rates.size(); ++i) {
        const std::string name = fmt::format("{}_{}{}", table.stem().string(), i + 1, table.extension().string());
        write_text((table.parent_path() / name).string(), rates_csv(rates[i]));
        for (const auto& [label, rate] : rates[i]) {
          sums[label].required += rate.required;
          sums[label].total += rate.total;
        }
      }
      for (auto& [label, rate] : sums)
        rate.rate = rate.total == 0 ? 0 : static_cast<double>(rate.taken()) / static_cast<double>(rate.total);
      write_text(path, rates_csv(sums));
    };
    wiring.output("out", std::move(out));
  }

 private:
  static void write_text(const std::string& path, const std::string& text) {
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    if (!stream) throw DataError(fmt::format("'{}' could not be written", path), "check the space on that disk");
  }

  /// Numbers between blanks.
  template <class T, class Parse>
  static std::vector<T> numbers(const std::string& text, const std::string& key, double most, Parse parse) {
    std::vector<T> found;
    for (const std::string& word : split(text, ' ')) {
      if (word.empty()) continue;
      const auto value = parse(word);
      if (!value || *value < 0 || static_cast<double>(*value) > most)
        throw UserError(fmt::format("-{}: '{}' is no number of samples", key, word),
                        most < 2 ? "give shares from 0 to 1" : "give whole numbers");
      found.push_back(static_cast<T>(*value));
    }
    if (found.empty()) throw UserError(fmt::format("-{} is not given", key), "its strategy needs it");
    return found;
  }

  static SamplingDemand demand_of(const Params& params) {
    SamplingDemand demand;
    demand.strategy = params.strategy;
    demand.sharing = params.mim;
    const auto whole = [](const std::string& word) { return parse_integer(word); };
    switch (params.strategy) {
      case SamplingStrategy::byclass:
        for (const std::string& path : params.in) demand.by_class.push_back(read_required_samples(path));
        break;
      case SamplingStrategy::constant:
        demand.numbers = numbers<std::uint64_t>(params.nb, "strategy.constant.nb", 1e15, whole);
        break;
      case SamplingStrategy::percent:
        demand.shares = numbers<double>(params.p, "strategy.percent.p", 1,
                                        [](const std::string& word) { return parse_real(word); });
        break;
      case SamplingStrategy::total:
        demand.numbers = numbers<std::uint64_t>(params.v, "strategy.total.v", 1e15, whole);
        break;
      case SamplingStrategy::smallest:
      case SamplingStrategy::all:
        break;
    }
    return demand;
  }
};

}  // namespace

Application cers_app_MultiImageSamplingRate() {
  return application<MultiImageSamplingRate>();
}

}  // namespace cers
