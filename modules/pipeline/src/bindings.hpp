// SPDX-License-Identifier: Apache-2.0
// Inputs, steps and outputs of a document turned into edges of a graph.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cers/app/application.hpp"
#include "cers/core/origin.hpp"
#include "cers/pipeline/document.hpp"
#include "cers/raster-io/extended_filename.hpp"
#include "cers/raster-io/handle_pool.hpp"

namespace cers::pipeline_detail {

/// A step that was wired.
struct WiredStep {
  const StepDecl* decl = nullptr;
  const Application* application = nullptr;
  ParamValues values;
  std::unique_ptr<Wiring> wiring;
  Origin origin;  ///< the steps it is fed by, and itself once it is wired
};

/// Adds to `chain` the steps of `more` that it lacks.
void join_origins(Origin& chain, const Origin& more);

/// Puts the products in a folder in its place, for inputs that take several images.
void expand_folders(Document& document);

/// The step that `token`, given to a parameter that reads a file, means instead of one: "train.io.out" when a step is
/// called train and no file has that name. Null when it means a file.
const StepDecl* step_meant(const Document& document, const std::string& token);

/// Where the name of the file starts in a token of a parameter that reads files: behind NAME= when the parameter is a
/// list and no file is called like the whole token, as in `north=forest.cers`; else 0.
std::size_t file_name_start(const ParamSpec& param, const std::string& token);

/// Opens the files of all inputs of the document and aligns what must be aligned.
class Inputs {
 public:
  Inputs(Graph& graph, HandlePool& pool) : graph_(graph), pool_(pool) {}

  void open(const Document& document, Diagnostics& diagnostics);
  /// Null when `id` is no input or could not be opened.
  const std::vector<ImageInput>* find(const std::string& id) const;
  /// The product given as input `id`; null when there is none.
  const Scene* scene(const std::string& id) const;
  /// `scene.red`: a part of a product as an image. Throws UserError when the product has no such part.
  ImageInput part(const std::string& id, const std::string& name) const;
  /// Every file opened, with the id of its input.
  const std::vector<std::pair<std::string, std::string>>& files() const { return files_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  ImageInput open_file(const InputDecl& decl, const std::string& file);
  ImageInput open_scene(const InputDecl& decl, const ReaderName& name);
  Grid grid_to_align_to(const InputDecl& decl) const;
  ImageInput aligned(const InputDecl& decl, const ImageInput& image, const Grid& target);

  Graph& graph_;
  HandlePool& pool_;
  std::map<std::string, std::vector<ImageInput>> images_;
  std::map<std::string, std::shared_ptr<const Scene>> scenes_;
  std::vector<std::pair<std::string, std::string>> files_;
  std::vector<std::string> warnings_;
};

/// Wires the steps of a document in the order of their references.
class Steps {
 public:
  Steps(Graph& graph, const Registry& registry, const Document& document, const Inputs& inputs)
      : graph_(graph), registry_(registry), document_(document), inputs_(inputs) {}

  void wire(Diagnostics& diagnostics);
  /// In document order; a step that could not be wired has no wiring.
  std::vector<WiredStep>& all() { return steps_; }
  /// The wired step and output port that `reference` ("step" or "step.port") names; faults go to `diagnostics`.
  const OutputSpec* find_port(const std::string& reference, const Location& where, WiredStep*& step,
                              Diagnostics& diagnostics);

 private:
  void wire_step(WiredStep& step, Diagnostics& diagnostics);
  /// False when an image is missing, for a reason that was reported.
  bool bind_images(WiredStep& step, const InputSpec& input, const Setting& setting, Diagnostics& diagnostics);
  std::vector<std::string> substituted(const Setting& setting) const;
  /// What a step whose images are bound and whose values are parsed reads, and its options.
  OriginStep described(const WiredStep& step) const;
  /// Steps named in place of files that parameters read. False when one is missing, for a reason that was reported.
  bool bind_contents(WiredStep& step, const Setting& setting, Diagnostics& diagnostics);
  void note_wanted();
  std::vector<std::string> image_ids() const;

  Graph& graph_;
  const Registry& registry_;
  const Document& document_;
  const Inputs& inputs_;
  std::vector<WiredStep> steps_;
  std::vector<int> state_;  // 0 open, 1 being wired, 2 done
};

/// The values of a parameter: bound ones, else defaults.
const std::vector<std::string>& values_of(const ParameterDecl& parameter);

}  // namespace cers::pipeline_detail
