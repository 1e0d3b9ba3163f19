// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cers/cli/cli.hpp"
#include "cers/engine/node.hpp"

namespace {

class Halved final : public cers::PixelwiseNode {
 public:
  std::string name() const override { return "halved"; }
  cers::RasterInfo describe(std::span<const cers::RasterInfo> inputs) const override { return inputs[0]; }
  void compute_row(const cers::RowArgs& row, cers::Scratch*) const override {
    const auto in = row.in<float>(0);
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i) out[i] = in[i] / 2;
  }
};

struct Halve {
  struct Params {
    int band = 1;
  };
  static cers::AppSpec spec() {
    return cers::Declare<Params>("Halve", "Half of one band.")
        .input("in", "Image.")
        .output("out", "Half of it.")
        .param("band", &Params::band, "Band, counted from 1.")
        .at_least(1)
        .done();
  }
  static void wire(const Params& params, cers::Wiring& wiring) {
    const cers::Edge band = wiring.image("in").bands({params.band - 1});
    wiring.output("out", wiring.graph().add(std::make_unique<Halved>(), {band}));
  }
};

}  // namespace

int main(int argc, char** argv) {
  const cers::Registry registry({cers::application<Halve>()});
  return cers::run_command_line({argv + 1, argv + argc}, registry, std::cout, std::cerr);
}
