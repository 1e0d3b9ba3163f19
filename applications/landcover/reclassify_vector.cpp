// SPDX-License-Identifier: Apache-2.0
// ReclassifyVector: reference polygons in another nomenclature.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/learn/nomenclature.hpp"
#include "cers/vector-io/labelled_layer.hpp"
#include "cers/vector-io/layer_copy.hpp"
#include "class_walk.hpp"
#include "reference_layer.hpp"

namespace cers {
namespace {

constexpr int name_width = 80;

struct ReclassifyVector {
  struct Params : ReferenceLayerParams, WalkParams {
    std::string field = "code";
  };

  static AppSpec spec() {
    Declare<Params> declare("ReclassifyVector", "Brings reference polygons to another nomenclature.");
    declare
        .doc(
            "`-walk` is a table with the heading `from,to`: texts or numbers of the class field, and codes or names of "
            "the new nomenclature; several classes may become one. Without `-walk` the classes are looked up in "
            "`-nomenclature` by code, name or alias, whatever the case of their letters.\n\n"
            "The copy has all fields of the layer, the new code in `-field`, and with a nomenclature its name in "
            "`-field` followed by _name. Features whose class leads nowhere are left out; a warning tells which "
            "classes "
            "and how many features.")
        .tag("Learning")
        .file_output("out", "The features with their new class: .gpkg, .shp, .sqlite or .geojson.");
    declare_reference_layer(declare);
    return declare_walk(declare, "The new classes: code,name,colour,group,alias.")
        .param("field", &Params::field, "Field of the new code.")
        .check([](const Params& params, Diagnostics& diagnostics) {
          if (!params.walk && !params.nomenclature)
            diagnostics.fault({}, "neither -walk nor -nomenclature is given", "give the way to the new classes");
        })
        .example("Water and snow apart from land",
                 "cers ReclassifyVector -in reference.geojson -cfield code -walk walk.csv -nomenclature two.csv -field "
                 "kind -out kinds.gpkg")
        .done();
  }

  static void wire(const Params& params, Wiring& wiring) {
    const LabelledLayer layer(params.in, params.layer, params.cfield);
    for (const std::string& note : describe_notes(layer.notes(), params.in)) wiring.warn(note);
    std::optional<Nomenclature> target;
    if (params.nomenclature) target = Nomenclature::read(*params.nomenclature);
    const std::map<std::string, int> codes = codes_of_labels(layer, params, target);

    std::vector<FeatureCopy> copies;
    std::set<std::string> unknown;
    for (const LabelledFeature& feature : layer.features()) {
      const auto code = codes.find(feature.label);
      if (code == codes.end()) {
        unknown.insert(feature.label);
        continue;
      }
      FeatureCopy copy{feature.id, {}, {std::int64_t{code->second}}};
      if (target) copy.values.emplace_back(target->name_of(code->second));
      copies.push_back(std::move(copy));
    }
    warn_of_lost_classes(unknown, layer.features().size() - copies.size(), params.in, wiring);
    if (copies.empty())
      throw UserError(fmt::format("no class of {} leads to a new one", params.in), "check -walk and -cfield");

    std::vector<AddedField> fields{{params.field, FieldKind::integer, 0, 0}};
    if (target) fields.push_back({params.field + "_name", FieldKind::text, name_width, 0});
    FileOutput out;
    out.check = [fields](const std::string& path) { check_vector_output(path, fields); };
    out.write = [copies, copy = LayerCopy{params.in, params.layer, false, {}, fields}](const LateValues&,
                                                                                       const std::string& path) {
      write_layer(path, copy, copies.size(), [&](std::size_t i) { return copies[i]; });
    };
    wiring.output("out", std::move(out));
  }

 private:
  static std::map<std::string, int> codes_of_labels(const LabelledLayer& layer, const Params& params,
                                                    const std::optional<Nomenclature>& target) {
    if (params.walk) return read_walk(params, target).to;
    std::map<std::string, int> codes;
    for (const LabelledFeature& feature : layer.features())
      if (const auto code = target->code_of(feature.label)) codes[feature.label] = *code;
    return codes;
  }
};

}  // namespace

Application cers_app_ReclassifyVector() {
  return application<ReclassifyVector>();
}

}  // namespace cers
