// SPDX-License-Identifier: Apache-2.0
// BandMath: one expression over the bands of several images.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cers/app/application.hpp"
#include "cers/app/sentinel2_offset.hpp"
#include "cers/core/error.hpp"
#include "cers/ops/expression_node.hpp"

namespace cers {
namespace {

struct BandMath {
  struct Params {
    std::string exp;
    double scale = 1;
    double offset = 0;
    std::optional<double> nodata;
  };

  static AppSpec spec() {
    return Declare<Params>("BandMath", "One expression over the bands of several images.")
        .doc(
            "Variables are `im1b1`, `im1b2`, `im2b1`, … (image and band counted from 1), `idxX` and `idxY` (pixel "
            "index from 0), `idxPhyX` and `idxPhyY` (map coordinates of the pixel centre).\n\n"
            "Operators: `+ - * / ^`, `< > <= >= == !=`, `&& ||` (also `and`, `or`), `!`, `c ? a : b`. Functions: `sin "
            "cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp log ln log2 log10 sqrt sign rint abs "
            "min max sum avg ndvi(red, nir)`, and beyond OTB `floor ceil round trunc fmod pow isnan`. Constants: `pi e "
            "euler log2e log10e ln2 ln10`.\n\n"
            "Everything is computed in double. Float outputs store it as OTB does: beyond the float range becomes "
            "±3.4028235e38, and inputs pass through float. When the output type is double, int32 or uint32 the inputs "
            "are read in double and results are exact, where OTB rounds them to float first.\n\n"
            "With `-nodata` pixels that hold this value in any band used are missing (NaN) in the result; an output "
            "nodata value (`out.tif?&nodata=-2`) replaces NaN in the file.")
        .tag("Image Manipulation")
        .input_list("il", "Images the expression names im1, im2, …; all on one grid.")
        .output("out", "Result, one band.")
        .param("exp", &Params::exp, "Expression to compute at each pixel.")
        .required()
        .param("scale", &Params::scale, "Stored numbers are multiplied by this first.")
        .param("offset", &Params::offset, "Added after -scale.")
        .param("nodata", &Params::nodata, "Stored number that means missing, in every band used.")
        .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
        .example("NDVI of two bands",
                 "cers BandMath -il B8.tif B4.tif -exp \"(im1b1-im2b1)/(im1b1+im2b1)\" -nodata -10000 -out ndvi.tif")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const auto& images = wiring.images("il");
    check_same_grid(images, "BandMath");
    std::vector<int> counts;
    for (const ImageInput& image : images) counts.push_back(image.band_count());
    Expression expression = Expression::compile(params.exp, counts);

    const PixelType asked = wiring.output_type("out");
    const bool exact = asked == PixelType::f64 || asked == PixelType::i32 || asked == PixelType::u32;
    const Calibration calibration{params.scale, params.offset, params.nodata};
    const PixelType type = exact ? PixelType::f64 : type_for_double_arithmetic(images, calibration);
    const PixelType result = exact ? PixelType::f64 : PixelType::f32;

    // Only the bands the expression names are read.
    std::vector<std::set<int>> used(images.size());
    for (const ExpressionVariable& variable : expression.variables()) {
      if (variable.kind == ExpressionVariable::Kind::band)
        used[static_cast<std::size_t>(variable.image)].insert(variable.band);
    }
    std::vector<Edge> inputs;
    std::vector<int> first_plane(images.size(), 0);
    int planes = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
      first_plane[i] = planes;
      if (used[i].empty()) continue;
      inputs.push_back(images[i].bands({used[i].begin(), used[i].end()}, type, calibration));
      planes += static_cast<int>(used[i].size());
      if (const std::string warning = raw_number_warning(images[i], calibration); !warning.empty())
        wiring.warn(warning);
      if (const std::string warning = offset_warning(wiring, images[i], calibration); !warning.empty())
        wiring.warn(warning);
    }
    std::vector<int> plane_of;
    for (const ExpressionVariable& variable : expression.variables()) {
      if (variable.kind != ExpressionVariable::Kind::band) {
        plane_of.push_back(-1);
        continue;
      }
      const auto& bands = used[static_cast<std::size_t>(variable.image)];
      const auto position = std::distance(bands.begin(), bands.find(variable.band));
      plane_of.push_back(first_plane[static_cast<std::size_t>(variable.image)] + static_cast<int>(position));
    }
    wiring.output("out", wiring.graph().add(make_expression_node(std::move(expression), std::move(plane_of), type,
                                                                 images[0].info().grid, result),
                                            inputs));
  }
};

}  // namespace

Application cers_app_BandMath() {
  return application<BandMath>();
}

}  // namespace cers
