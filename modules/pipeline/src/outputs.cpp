// SPDX-License-Identifier: Apache-2.0
#include "outputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cers/core/text.hpp"
#include "cers/core/version.hpp"
#include "cers/geo/crs.hpp"
#include "cers/ops/bands.hpp"
#include "cers/raster-io/raster_sink.hpp"
#include "cers/raster-io/staged_folder.hpp"

namespace cers::pipeline_detail {

namespace fs = std::filesystem;

OutputDirectory::OutputDirectory(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  std::error_code error;
  made_ = fs::create_directory(path_, error);
  if (fs::is_directory(path_)) return;
  throw UserError(fmt::format("the output folder {} cannot be made{}{}", path_, error ? ": " : "", error.message()),
                  "make it first, or choose another with -out.dir");
}

OutputDirectory::~OutputDirectory() {
  std::error_code ignored;  // not empty: outputs are there, and it stays
  if (made_) fs::remove(path_, ignored);
}

void leave_out_unnamed(Document& document) {
  std::erase_if(document.outputs, [&](const OutputDecl& output) {
    return std::any_of(document.parameters.begin(), document.parameters.end(), [&](const ParameterDecl& parameter) {
      return output.to == "{" + parameter.id + "}" && join(values_of(parameter), "_").empty();
    });
  });
}

void Outputs::attach(Steps& steps, const Inputs& inputs, const std::shared_ptr<RunRecord>& record,
                     Diagnostics& diagnostics) {
  find_files_read(steps);
  for (OutputDecl& output : document_.outputs) {
    try {
      attach_one(output, steps, inputs, record, diagnostics);
    } catch (const UserError& error) {
      diagnostics.fault(output.where, fmt::format("output {}: {}", output.id, error.fault()), error.remedy());
    }
  }
}

void Outputs::attach_one(OutputDecl& output, Steps& steps, const Inputs& inputs,
                         const std::shared_ptr<RunRecord>& record, Diagnostics& diagnostics) {
  WiredStep* step = nullptr;
  const OutputSpec* port = steps.find_port(output.from, output.where, step, diagnostics);
  if (!port) return;
  const std::string to = filled(output, inputs, diagnostics);
  WriterName name = parse_writer_name(to);
  for (const std::string& warning : name.warnings) warnings_.push_back(to + ": " + warning);
  if (!options_.out_dir.empty() && fs::path(name.path).is_relative()) {
    name.path = (fs::path(options_.out_dir) / name.path).string();
  }
  if (name.tile_side) tile_side_ = name.tile_side;
  const std::string options = to.size() > parse_writer_name(to).path.size() ? to.substr(to.find("?&")) : "";
  output.to = fs::absolute(name.path).lexically_normal().string() + options;
  check_place(output, name.path, inputs);

  if (port->kind == OutputKind::folder) {
    auto& folders = step->wiring->folders();
    const auto folder = folders.find(port->key);
    CERS_EXPECT(folder != folders.end());
    attach_folder(folder->second, name.path, record);
    return;
  }
  if (port->kind == OutputKind::file) {
    auto& files = step->wiring->files();
    const auto file = files.find(port->key);
    CERS_EXPECT(file != files.end());
    const FileOutput& made = file->second;
    if (made.check) made.check(name.path);
    graph_.write(made.values, made.write ? make_file_artifact(name.path, folder_of(name.path), made.write)
                                         : make_text_artifact(name.path, folder_of(name.path), made.make));
    if (options_.record) {
      graph_.write({}, make_text_artifact(record_path(name.path), folder_of(name.path),
                                          [record, path = name.path](const LateValues&) {
                                            return stac_item(*record, path, nullptr, PixelType::u8);
                                          }));
    }
    return;
  }
  if (port->kind == OutputKind::vector) {
    auto& vectors = step->wiring->vectors();
    const auto vector = vectors.find(port->key);
    CERS_EXPECT(vector != vectors.end());
    if (!options.empty())
      throw UserError(fmt::format("{} has options after its name, and a vector file takes none", to),
                      "leave out ?& and what follows");
    attach_vector(vector->second, name.path, record);
    return;
  }
  const auto edge = step->wiring->rasters().find(port->key);
  CERS_EXPECT(edge != step->wiring->rasters().end());
  attach_raster(output, *port, edge->second, name, record);
}

void Outputs::attach_vector(const VectorOutput& output, const std::string& path,
                            const std::shared_ptr<RunRecord>& record) {
  RasterInfo info = graph_.info(output.edge);
  graph_.write(output.edge, output.make(info, path, folder_of(path), true));
  if (!options_.record) return;
  info.bands.clear();
  graph_.write({}, make_text_artifact(record_path(path), folder_of(path), [record, path, info](const LateValues&) {
                 return stac_item(*record, path, &info, info.type);
               }));
}

// Members are written into a staging folder, which becomes the output when all of them are there.
void Outputs::attach_folder(FolderOutput& output, const std::string& path, const std::shared_ptr<RunRecord>& record) {
  const auto folder = output.resumable ? nullptr : std::make_shared<StagedFolder>(path);
  const std::string whole = folder ? folder->final_path() : fs::absolute(path).lexically_normal().string();
  const auto place = [&](const std::string& member) {
    return folder ? folder->place(member) : place_in_folder(whole, member);
  };
  const auto copying = std::make_shared<std::set<int>>();
  for (const FolderOutput::Raster& member : output.rasters) {
    const WriterName name = parse_writer_name(place(member.path) + member.options);
    if (!folder && fs::exists(name.path)) {
      warnings_.push_back(fmt::format("{} is there already and is kept", name.path));
      continue;
    }
    SinkOptions sink;
    sink.type = member.type;
    sink.round = member.round;
    sink.threads = options_.threads;
    sink.software = std::string("Cers ") + version;
    if (folder) sink.folder = folder->run_folder();
    sink.listed = output.resumable;
    sink.alone = output.resumable;
    sink.group = member.group;
    if (!output.resumable) sink.copying = copying;
    RasterInfo info = graph_.info(member.edge);
    if (!member.placed) info.grid = {info.grid.size, {}, {}, false};
    graph_.write(member.edge, make_raster_sink(info, name, sink));
  }
  for (const FolderOutput::Vector& member : output.vectors) {
    const Edge edge = member.vector.edge;
    CERS_EXPECT(folder);  // each part of a resumable folder would have to be told when it is there already
    graph_.write(edge,
                 member.vector.make(graph_.info(edge), place(member.path), folder->run_folder(), output.resumable));
  }
  for (const FolderOutput::File& member : output.files) {
    graph_.write(member.file.values, make_text_artifact(place(member.path), folder ? folder->run_folder() : nullptr,
                                                        member.file.make, false));
  }
  if (folder) graph_.write({}, make_folder_artifact(folder));
  if (!options_.record) return;
  graph_.write({}, make_text_artifact(record_path(whole), nullptr, [record, whole](const LateValues&) {
                 return stac_item(*record, whole, nullptr, PixelType::u8);
               }));
}

void Outputs::attach_raster(const OutputDecl& output, const OutputSpec& port, Edge edge, const WriterName& name,
                            const std::shared_ptr<RunRecord>& record) {
  if (!name.bands.ranges.empty()) {
    const int count = static_cast<int>(graph_.info(edge).bands.size());
    edge = graph_.add(make_select_bands(graph_.info(edge), name.bands.resolve(count)), {edge});
  }
  if (name.box) edge = graph_.add(make_crop(graph_.info(edge), *name.box), {edge});
  RasterInfo info = graph_.info(edge);
  SinkOptions sink;
  sink.type = pixel_type_named(output.type).value_or(port.type);
  sink.round = output.round || port.rounds;
  sink.threads = options_.threads;
  sink.software = std::string("Cers ") + version;
  sink.folder = folder_of(name.path);
  sink.warn = [this, &output](const std::string& text) {
    warnings_.push_back(fmt::format("output {}: {}", output.id, text));
  };
  auto made = make_raster_sink(info, name, sink);
  const std::string path = made->path();
  const bool may_miss = std::any_of(info.bands.begin(), info.bands.end(),
                                    [](const BandInfo& band) { return band.nodata && *band.nodata != *band.nodata; });
  if (may_miss && !is_floating(sink.type) && !made->nodata()) {
    warnings_.push_back(fmt::format("output {}: missing pixels become 0 in {}; name a value for them: {}?&nodata=…",
                                    output.id, name_of(sink.type), name.path));
  }
  graph_.write(edge, std::move(made));
  if (!options_.record) return;
  if (name.epsg) info.grid.crs = crs_from_epsg(*name.epsg);
  graph_.write({}, make_text_artifact(record_path(path), folder_of(path),
                                      [record, path, info, type = sink.type](const LateValues&) {
                                        return stac_item(*record, path, &info, type);
                                      }));
}

// {input} is the name of the input's first file without folder and extension, {scene.id} what a product says of itself,
// {parameter} its value; {{ is a brace.
std::string Outputs::filled(const OutputDecl& output, const Inputs& inputs, Diagnostics& diagnostics) const {
  std::string text;
  const std::string& to = output.to;
  for (std::size_t i = 0; i < to.size();) {
    if (to.compare(i, 2, "{{") == 0) {
      text += '{';
      i += 2;
      continue;
    }
    const std::size_t close = to[i] == '{' ? to.find('}', i) : std::string::npos;
    if (close == std::string::npos) {
      text += to[i++];
      continue;
    }
    const std::string name = to.substr(i + 1, close - i - 1);
    const auto named = [&](const auto& declared) { return declared.id == name; };
    const auto input = std::find_if(document_.inputs.begin(), document_.inputs.end(), named);
    const auto parameter = std::find_if(document_.parameters.begin(), document_.parameters.end(), named);
    const auto reference = parse_port_reference(name);
    const Scene* scene = reference && !reference->port.empty() ? inputs.scene(reference->id) : nullptr;
    if (const auto word = scene ? scene->text(reference->port) : std::nullopt) {
      text += *word;
    } else if (input != document_.inputs.end() && !input->files.empty()) {
      text += fs::path(parse_reader_name(input->files[0]).path).stem().string();
    } else if (parameter != document_.parameters.end()) {
      text += join(values_of(*parameter), "_");
    } else if (input == document_.inputs.end()) {
      diagnostics.fault(
          output.where, fmt::format("output {}: {{{}}} names no input or parameter", output.id, name),
          scene ? "a product has {scene.id}, {scene.date}, {scene.tile}, {scene.platform}, {scene.level}" : "");
    }
    i = close + 1;
  }
  return text;
}

void Outputs::find_files_read(Steps& steps) {
  std::error_code ignored;
  for (const WiredStep& step : steps.all()) {
    if (step.application == nullptr || step.values.data() == nullptr) continue;
    for (const Setting& setting : step.values.resolved(step.application->spec)) {
      const ParamSpec* param = step.application->spec.find_param(setting.key);
      if (param == nullptr || !param->reads_file) continue;
      for (const std::string& token : setting.tokens)
        if (const std::string file = token.substr(file_name_start(*param, token)); !file.empty())
          read_[fs::weakly_canonical(file, ignored).string()] = setting.key;
    }
  }
}

void Outputs::check_place(const OutputDecl& output, const std::string& path, const Inputs& inputs) {
  std::error_code ignored;
  const auto canonical = [&](const std::string& p) { return fs::weakly_canonical(p, ignored).string(); };
  const std::string place = canonical(path);
  for (const auto& [id, file] : inputs.files()) {
    if (canonical(parse_reader_name(file).path) != place) continue;
    throw UserError(fmt::format("{} is also the input {}", path, id),
                    "write to another name: an input is never changed");
  }
  if (const auto file = read_.find(place); file != read_.end())
    throw UserError(fmt::format("{} is also the file of -{}", path, file->second),
                    "write to another name: an input is never changed");
  for (const std::string& name : {place, record_path(place)}) {
    const auto [other, fresh] = taken_.emplace(name, output.id);
    if (fresh) continue;
    throw UserError(fmt::format("{} is also written by output {}", name, other->second),
                    "give each output its own name");
  }
}

std::shared_ptr<RunFolder> Outputs::folder_of(const std::string& path) {
  auto& folder = folders_[fs::absolute(path).parent_path().string()];
  if (!folder) folder = std::make_shared<RunFolder>(path);
  return folder;
}

}  // namespace cers::pipeline_detail
