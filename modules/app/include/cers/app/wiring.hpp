// SPDX-License-Identifier: Apache-2.0
// What an application sees while it describes its graph: images in, edges out. No pixel is read here.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cers/app/scene.hpp"
#include "cers/engine/graph.hpp"
#include "cers/params/app_spec.hpp"
#include "cers/raster-io/run_folder.hpp"

namespace cers {

/// How stored numbers become physical ones: value · scale + offset, `nodata` is missing. The default changes nothing.
struct Calibration {
  double scale = 1;
  double offset = 0;
  std::optional<double> nodata;
  bool plain() const { return scale == 1 && offset == 0 && !nodata; }
};

/// One image given to an application: a file, a product, or the result of another step.
class ImageInput {
 public:
  /// A file; `bands` is the selection of its extended name (0-based).
  ImageInput(Graph& graph, SourceId source, std::vector<int> bands, std::string label);
  /// The result of another step, or an input that was aligned or calibrated on the way.
  ImageInput(Graph& graph, Edge edge, std::string label);
  /// A product as one image: the given bands (0-based, of Scene::image_bands()), in reflectance, on the grid of the
  /// finest of the product's bands unless the scene has a chosen one. `all_bands` of a product: an empty list.
  ImageInput(Graph& graph, std::shared_ptr<const Scene> scene, const std::vector<int>& bands, std::string label);
  /// A map (snow, land cover): a product without bands, as the image `layer` of one of its layers.
  ImageInput(Graph& graph, std::shared_ptr<const Scene> scene, Edge layer, std::string label);

  /// Grid, stored type and the bands this image offers.
  const RasterInfo& info() const { return info_; }
  int band_count() const { return static_cast<int>(info_.bands.size()); }
  /// File or step name for messages.
  const std::string& label() const { return label_; }
  bool is_file() const { return source_.index >= 0; }
  /// Null when the image is no product.
  const Scene* scene() const { return scene_.get(); }

  /// The given bands (0-based, of this image) as `type`, calibrated. A file's bands not asked for are never decoded.
  /// Throws UserError when a band does not exist. Integer `type` with a calibration is not allowed.
  Edge bands(const std::vector<int>& bands, PixelType type = PixelType::f32, const Calibration& calibration = {}) const;
  /// All bands.
  Edge all(PixelType type = PixelType::f32, const Calibration& calibration = {}) const;
  /// All bands in the stored type.
  Edge stored() const { return all(info_.type); }

 private:
  Edge scene_edge(const std::vector<int>& bands) const;
  Graph* graph_;
  SourceId source_;
  std::vector<int> source_bands_;
  std::shared_ptr<const Scene> scene_;
  std::vector<const ProductBand*> scene_bands_;
  Edge edge_;
  RasterInfo info_;
  std::string label_;
};

/// File an application makes, from late values known by then.
struct FileOutput {
  std::vector<LateRef> values;
  std::function<std::string(const LateValues&)> make;  ///< its text
  /// Instead, for files that are no text (features, models): checks the name before the run and writes under another,
  /// with the suffix of the first, alone in a folder.
  std::function<void(const std::string& path)> check = {};
  std::function<void(const LateValues&, const std::string& path)> write = {};
};

/// A vector file made of the pixels of `edge` while they are computed.
struct VectorOutput {
  Edge edge;
  /// The sink that writes `path`, whose unfinished files go to `folder` (may be null); without `listed` its path is not
  /// reported.
  std::function<std::unique_ptr<RasterSink>(const RasterInfo& info, const std::string& path,
                                            std::shared_ptr<RunFolder> folder, bool listed)>
      make;
};

/// A product an application makes: files under paths inside the folder ("MASKS/a.tif"), in the order to write them.
struct FolderOutput {
  struct Raster {
    std::string path;
    Edge edge;
    PixelType type = PixelType::f32;
    bool round = false;   ///< nearest integer instead of truncation
    std::string options;  ///< as after a file name: "?&gdal:co:COMPRESS=DEFLATE&nodata=-10000"; may be empty
    bool placed = true;   ///< false: the file does not say where on the map it lies (a picture)
    int group = 0;        ///< RasterSink::group(): those of one number are written together
  };
  struct File {
    std::string path;
    FileOutput file;
  };
  struct Vector {
    std::string path;
    VectorOutput vector;
  };
  std::vector<Raster> rasters;
  std::vector<Vector> vectors;
  std::vector<File> files;
  /// False: the folder appears whole or not at all. True: each raster appears when it is done and is left alone when it
  /// is there already, the files last; for work of hours whose parts are of use, such as a conversion. It has no
  /// vectors.
  bool resumable = false;
};

/// A line an application tells the user when the run is over: "key: value" on stdout, or a warning.
struct AfterRun {
  std::vector<LateRef> values;
  std::function<std::string(const LateValues&)> make;  ///< empty text: nothing to say
  bool warning = false;
};

/// Handed to an application's wire(). Filled by the pipeline module.
class Wiring {
 public:
  Wiring(const AppSpec& spec, Graph& graph) : spec_(spec), graph_(graph) {}

  Graph& graph() { return graph_; }

  /// The single image of input `key`; it is there unless the input is optional (see has()).
  const ImageInput& image(std::string_view key) const;
  /// All images of a list input.
  const std::vector<ImageInput>& images(std::string_view key) const;
  bool has(std::string_view key) const;
  /// True when output `key` was asked for; an optional output not asked for need not be wired.
  bool wants(std::string_view key) const;
  /// The pixel type output `key` will be stored in. Lets BandMath keep doubles exact when double is asked.
  PixelType output_type(std::string_view key) const;
  /// True when the user set parameter `key` instead of leaving its default.
  bool user_set(std::string_view key) const;

  /// Delivers raster output `key`.
  void output(std::string_view key, Edge edge);
  /// Delivers file output `key`.
  void output(std::string_view key, FileOutput file);
  /// Beside file output `key`: what the file holds, for a step of the same run that takes it in place of the file.
  void offer(std::string_view key, std::any content) { offers_[std::string(key)] = std::move(content); }
  /// What another step offers in place of the file that parameter `key` names; null when it names a file. Throws
  /// UserError when it is something else than a T, which `what` describes ("a model").
  template <class T>
  const T* given(std::string_view key, std::string_view what) const {
    const auto found = given_.find(key);
    if (found == given_.end()) return nullptr;
    if (const T* content = std::any_cast<T>(&found->second)) return content;
    refuse_content(key, what);
  }
  /// Delivers vector output `key`.
  void output(std::string_view key, VectorOutput vector);
  /// Delivers folder output `key`.
  void output(std::string_view key, FolderOutput folder);
  /// Prints "key: text" on stdout after the run.
  void report(std::string key, std::string text);
  void after_run(AfterRun line) { after_run_.push_back(std::move(line)); }
  void warn(std::string text) { warnings_.push_back(std::move(text)); }

  // --- for the pipeline module ---
  void add_image(const std::string& key, ImageInput image);
  void give(const std::string& key, std::any content) { given_[key] = std::move(content); }
  const std::map<std::string, std::any, std::less<>>& offers() const { return offers_; }
  void want(const std::string& key, PixelType type) { wanted_[key] = type; }
  void set_user_keys(std::vector<std::string> keys) { user_keys_ = std::move(keys); }
  const std::map<std::string, Edge, std::less<>>& rasters() const { return rasters_; }
  std::map<std::string, FileOutput, std::less<>>& files() { return files_; }
  std::map<std::string, VectorOutput, std::less<>>& vectors() { return vectors_; }
  std::map<std::string, FolderOutput, std::less<>>& folders() { return folders_; }
  const std::vector<std::pair<std::string, std::string>>& reports() const { return reports_; }
  std::vector<AfterRun>& after_runs() { return after_run_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  [[noreturn]] void refuse_content(std::string_view key, std::string_view what) const;
  const AppSpec& spec_;
  Graph& graph_;
  std::map<std::string, std::any, std::less<>> offers_;
  std::map<std::string, std::any, std::less<>> given_;
  std::map<std::string, std::vector<ImageInput>, std::less<>> images_;
  std::map<std::string, PixelType, std::less<>> wanted_;
  std::vector<std::string> user_keys_;
  std::map<std::string, Edge, std::less<>> rasters_;
  std::map<std::string, FileOutput, std::less<>> files_;
  std::map<std::string, VectorOutput, std::less<>> vectors_;
  std::map<std::string, FolderOutput, std::less<>> folders_;
  std::vector<std::pair<std::string, std::string>> reports_;
  std::vector<AfterRun> after_run_;
  std::vector<std::string> warnings_;
};

/// Throws UserError unless all images lie on one grid (size, origin, pixel size, CRS); `what` names the application.
void check_same_grid(const std::vector<ImageInput>& images, std::string_view what);

/// The type to read `images` in for double arithmetic on numbers that pass through float, as in OTB: double where float
/// would hold every number exactly and only cost a conversion more, else float.
PixelType type_for_double_arithmetic(const std::vector<ImageInput>& images, const Calibration& calibration);

/// One warning line when `image` is a Theia or SAFE band read as raw numbers although its values are scaled
/// reflectance; empty otherwise. `calibration`: what the user gave.
std::string raw_number_warning(const ImageInput& image, const Calibration& calibration);

}  // namespace cers
