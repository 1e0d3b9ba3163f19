// SPDX-License-Identifier: Apache-2.0
// ReclassifyMap: a map of classes in another nomenclature.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/nomenclature.hpp"
#include "cers/learn/recode_classes.hpp"

namespace cers {
namespace {

enum class Unmapped { nodata, keep };
std::vector<Choice> choices_of(Unmapped) {
  return {{"nodata", "They become -nodata."}, {"keep", "They stay."}};
}

constexpr std::size_t most_listed = 10;

struct ReclassifyMap {
  struct Params {
    std::string walk;
    std::optional<std::string> nomenclature;
    Unmapped unmapped = Unmapped::nodata;
    int nodata = 0;
  };

  static AppSpec spec() {
    return Declare<Params>("ReclassifyMap", "Brings a map of classes to another nomenclature.")
        .doc(
            "`-walk` is a table with the heading `from,to`: codes of the map, and codes or names of the new "
            "nomenclature; several classes may become one. `-nomenclature` is a table with the heading "
            "`code,name,colour,group,alias` (or a list of name:code, or a colour table); its names and colours are "
            "written into the map. Without it the classes have no names.\n\n"
            "Codes that the cross-walk does not know become nodata, or stay with `-unmapped keep`; a warning tells "
            "which "
            "and how many pixels. `-nodata` itself stays.\n\n"
            "The nomenclatures of the French land-cover map OSO (23 classes since 2018, 17 before) and cross-walks "
            "from "
            "both to the eight groups they share come with Cers, in the folder nomenclatures of its pipelines.")
        .tag("Learning")
        .tag("Image Manipulation")
        .input("in", "Map of whole-number classes.")
        .output("out", "Map in the new nomenclature.", PixelType::u8)
        .param("walk", &Params::walk, "Table from,to.")
        .required()
        .reads_file()
        .param("nomenclature", &Params::nomenclature, "The new classes with their names and colours.")
        .reads_file()
        .param("unmapped", &Params::unmapped, "What becomes of codes the cross-walk does not know.")
        .param("nodata", &Params::nodata, "Code that means no class, in both maps.")
        .example("Water and snow apart from land",
                 "cers ReclassifyMap -in landcover.tif -walk walk.csv -nomenclature two.csv -out water.tif")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const ImageInput& image = wiring.image("in");
    if (is_floating(image.info().type))
      throw UserError(fmt::format("{} holds {} numbers, not classes", image.label(), name_of(image.info().type)),
                      "give a map of whole numbers");
    std::optional<Nomenclature> nomenclature;
    if (params.nomenclature) nomenclature = Nomenclature::read(*params.nomenclature);
    const CrossWalk walk = read_cross_walk(params.walk, nomenclature ? &*nomenclature : nullptr);
    const std::map<int, int> codes = walk.by_code();
    if (codes.size() != walk.to.size())
      throw UserError(fmt::format("{} names classes of the map by text", params.walk), "give their codes as from");
    const PixelType type = wiring.output_type("out");
    for (const auto& [from, to] : codes) {
      if (!holds(type, to))
        throw UserError(fmt::format("class {} of {} does not fit into {}", to, params.walk, cers::name_of(type)),
                        "write a wider type after the name of the map, as in -out map.tif uint16");
      if (nomenclature && !nomenclature->code_of(std::to_string(to)))
        throw UserError(
            fmt::format("{} leads to class {}, which {} does not know", params.walk, to, *params.nomenclature),
            "correct one of the two");
    }
    if (!holds(type, params.nodata))
      throw UserError(fmt::format("-nodata {} does not fit into {}", params.nodata, cers::name_of(type)),
                      "give another code, or a wider type after the name of the map");

    const Edge in = image.bands({0}, PixelType::i32);
    std::optional<int> unknown;
    if (params.unmapped == Unmapped::nodata) unknown = params.nodata;
    const auto classes = nomenclature ? nomenclature->classes() : std::vector<ClassInfo>{};
    wiring.output("out", wiring.graph().add(make_recoded_classes(codes, unknown, params.nodata, classes), {in}));
    const auto counts = wiring.graph().reduce(UnknownCodes{codes, params.nodata}, in, "codes without a class");
    wiring.after_run({{counts},
                      [=, path = params.walk, keep = params.unmapped == Unmapped::keep](const LateValues& values) {
                        if (keep) check_kept(values.get(counts), type);
                        return unknown_text(values.get(counts), path, keep);
                      },
                      true});
  }

 private:
  /// Before anything is published: a code that stays must fit.
  static void check_kept(const std::map<int, std::uint64_t>& counts, PixelType type) {
    for (const auto& [code, pixels] : counts) {
      if (!holds(type, code))
        throw DataError(fmt::format("class {} of {} pixels leads nowhere and would stay, but does not fit into {}",
                                    code, pixels, cers::name_of(type)),
                        "write a wider type after the name of the map, as in -out map.tif uint16");
    }
  }
  static std::string unknown_text(const std::map<int, std::uint64_t>& counts, const std::string& path, bool keep) {
    if (counts.empty()) return {};
    std::uint64_t pixels = 0;
    std::vector<std::string> codes;
    for (const auto& [code, count] : counts) {
      pixels += count;
      if (codes.size() < most_listed) codes.push_back(std::to_string(code));
    }
    return fmt::format("{} does not know {} code{} of the map ({}{}), {} pixel{}: they {}", path, counts.size(),
                       counts.size() == 1 ? "" : "s", join(codes, ", "), counts.size() > most_listed ? ", …" : "",
                       pixels, pixels == 1 ? "" : "s", keep ? "stay" : "become nodata");
  }
};

}  // namespace

Application cers_app_ReclassifyMap() {
  return application<ReclassifyMap>();
}

}  // namespace cers
