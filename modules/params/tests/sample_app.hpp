// SPDX-License-Identifier: Apache-2.0
// An application with a parameter of every kind.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/params/declare.hpp"

namespace cers::sample {

enum class Method { mean, lee, frost };
inline std::vector<Choice> choices_of(Method) {
  return {{"mean", "plain mean"}, {"lee", "keeps edges"}, {"frost", "weights by distance"}};
}

struct Common {
  bool verbose = false;
};

struct Params : Common {
  int radius = 3;
  double scale = 0.1;
  std::string exp;
  std::string mode = "Fast";
  Method method = Method::lee;
  std::vector<int> channels{1, 2};
  std::vector<double> weights;
  std::vector<std::string> names{"a b", ""};
  std::vector<std::string> list{"Vegetation:NDVI"};
  std::optional<double> nodata;
  std::optional<int> seed;
  std::optional<std::string> label;
  std::optional<Method> fallback;
  int lee_radius = 1;
};

inline AppSpec spec() {
  return Declare<Params>("Sample", "Something with every kind of parameter.")
      .doc(
          "First paragraph with `code`.\n\n- an item\n- another, which is long enough that it must be broken once by "
          "anything that prints at most one hundred columns\n\n```\nverbatim   text\n```")
      .tag("Test")
      .input_list("il", "Images.")
      .input("mask", "Mask.")
      .optional()
      .output("out", "Result.", PixelType::u8)
      .file_output("stats", "Statistics.")
      .optional()
      .param("verbose", &Params::verbose, "Says more.")
      .param("radius", &Params::radius, "Radius.")
      .range(1, 10)
      .unit("pixel")
      .param("scale", &Params::scale, "Scale.")
      .at_least(0)
      .param("exp", &Params::exp, "Expression.")
      .required()
      .param("mode", &Params::mode, "Mode.")
      .choices({{"Fast", ""}, {"Exact", ""}})
      .param("method", &Params::method, "Filter.")
      .param("channels", &Params::channels, "Channels.")
      .at_least(1)
      .param("weights", &Params::weights, "Weights.")
      .range(0, 1)
      .param("names", &Params::names, "Names.")
      .param("list", &Params::list, "Indices.")
      .choices({{"Vegetation:NDVI", "greenness"}, {"Water:NDWI", "wetness"}})
      .param("nodata", &Params::nodata, "Missing value.")
      .param("seed", &Params::seed, "Seed.")
      .advanced()
      .param("label", &Params::label, "Label.")
      .param("fallback", &Params::fallback, "Second filter.")
      .param("method.lee.rad", &Params::lee_radius, "Radius of Lee.")
      .only_if("method", "lee")
      .check([](const Params& params, Diagnostics& diagnostics) {
        if (!params.weights.empty() && params.weights.size() != params.channels.size())
          diagnostics.fault({}, "-weights and -channels differ in length");
      })
      .cites("Somebody (2020), A paper with a \\ in its title, A Journal.")
      .example("The shortest call", "cers Sample -il a.tif -exp \"im1b1 + 1\" -out b.tif uint8")
      .reports("count", "mean")
      .done();
}

/// Keys that every application has.
inline std::vector<ParamSpec> engine_keys() {
  struct Engine {
    int ram = 256;
    std::string progress = "1";
  };
  return Declare<Engine>("engine", "")
      .param("ram", &Engine::ram, "Memory limit.")
      .at_least(16)
      .unit("MB")
      .param("progress", &Engine::progress, "How progress is shown.")
      .choices({{"0", "not at all"}, {"1", "a bar"}, {"json", "one object a line"}})
      .done()
      .params;
}

}  // namespace cers::sample
