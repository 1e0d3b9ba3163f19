// SPDX-License-Identifier: Apache-2.0
// What an application is, as data. Command line, help, YAML checks, JSON Schema, reference page, man page, completion
// and provenance are printers of this one description.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/core/pixel_type.hpp"
#include "cers/params/diagnostics.hpp"

namespace cers {

/// A setting as written by the user: text tokens, not yet interpreted.
struct Setting {
  std::string key;
  std::vector<std::string> tokens;
  Location where;
};

enum class ParamKind { boolean, integer, real, text, choice, integer_list, real_list, text_list, choice_list };
std::string_view name_of(ParamKind kind);
inline bool is_list(ParamKind kind) {
  return kind >= ParamKind::integer_list;
}

struct Choice {
  std::string name;
  std::string help;
};

/// One parameter. `set` parses tokens into the application's Params struct and `get` prints the value back as tokens;
/// parse(print(v)) == v for every kind.
struct ParamSpec {
  std::string key;   ///< OTB manner: lower case, dotted: "channels.nir"
  std::string help;  ///< one sentence or two
  ParamKind kind = ParamKind::text;
  std::vector<Choice> choices;  ///< for choice and choice_list
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::string unit;
  bool required = false;  ///< no usable default: must be given
  bool optional = false;  ///< may be absent (std::optional member): no default is shown
  bool advanced = false;
  bool reads_file = false;            ///< names a file the application reads: the record keeps its identity
  std::string active_key;             ///< has an effect only while choice parameter `active_key` …
  std::string active_value;           ///< … has this value
  std::vector<std::string> defaults;  ///< tokens, read from a default-constructed Params
  /// Returns the fault in one sentence, or an empty string. Checks range and choices too.
  std::function<std::string(void* params, const std::vector<std::string>& tokens)> set;
  std::function<std::vector<std::string>(const void* params)> get;
};

/// An image the application reads: a file on the command line, a declared input or another step in a pipeline.
struct InputSpec {
  std::string key;
  std::string help;
  bool list = false;  ///< one or more images
  bool optional = false;
};

enum class OutputKind { raster, file, folder, vector };
/// "raster", "file", "folder", "vector".
std::string_view name_of(OutputKind kind);
/// Something the application makes: a raster, a small file (statistics, table), a folder of files (a
/// product) or a vector file.
struct OutputSpec {
  std::string key;
  std::string help;
  OutputKind kind = OutputKind::raster;
  PixelType type = PixelType::f32;  ///< default pixel type of a raster
  bool optional = false;
  bool rounds = false;  ///< a raster of an integer type takes the nearest numbers; else truncated ones, as OTB does
};

struct Example {
  std::string title;
  std::string command;  ///< run by ctest in a folder that holds the generated sample scene
};

struct AppSpec {
  std::string name;     ///< PascalCase: "BandMath"
  std::string summary;  ///< one sentence
  std::string doc;      ///< paragraphs of Markdown
  std::vector<std::string> tags;
  std::vector<InputSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::vector<ParamSpec> params;
  std::vector<std::string> citations;
  std::vector<Example> examples;
  std::vector<std::string> report_keys;  ///< values printed on stdout as "key: value" instead of (or beside) outputs
  std::function<std::shared_ptr<void>()> make_params;           ///< a default-constructed Params
  std::function<void(const void* params, Diagnostics&)> check;  ///< cross-parameter rules; may be empty

  const ParamSpec* find_param(std::string_view key) const;
  const InputSpec* find_input(std::string_view key) const;
  const OutputSpec* find_output(std::string_view key) const;
  std::vector<std::string> keys() const;  ///< inputs, outputs, params in declaration order
};

/// Params of one application with the user's settings applied over the defaults.
class ParamValues {
 public:
  /// Every fault goes to `diagnostics` with the setting's location (unknown key with "did you mean", key given twice,
  /// bad value, missing required parameter, the application's own check); a sub-key of an inactive choice is a warning.
  /// `settings` hold only parameters: inputs and outputs were taken out before.
  static ParamValues parse(const AppSpec& spec, const std::vector<Setting>& settings, Diagnostics& diagnostics);
  const void* data() const { return data_.get(); }
  /// Every parameter with its value as tokens, defaults included, in declaration order; absent optional ones left out.
  std::vector<Setting> resolved(const AppSpec& spec) const;
  bool user_set(std::string_view key) const;

 private:
  std::shared_ptr<void> data_;
  std::vector<std::string> set_keys_;
};

}  // namespace cers
