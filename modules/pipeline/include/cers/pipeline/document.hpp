// SPDX-License-Identifier: Apache-2.0
// A pipeline file as plain data: what was written, checked as far as that needs no list of applications.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/params/app_spec.hpp"
#include "cers/params/diagnostics.hpp"

namespace cers {

/// The version of the pipeline format that this program reads and writes (`cers: 1`).
inline constexpr int document_version = 1;

/// An image (or product) that the user of the pipeline provides.
struct InputDecl {
  std::string id;
  std::string kind = "raster";  ///< raster, product, vector or file
  std::string help;
  std::string align;       ///< `input` or `input.band` whose grid this input is brought to; empty = none
  std::string resampling;  ///< nearest, bilinear, cubic or average; empty = default
  double gsd_m = 0;        ///< of a product: its parts are brought to its grid of this gsd; 0 = each on its own
  std::string tile;        ///< of a product of several tiles: which; empty = the only one
  double scale = 1;
  double offset = 0;
  std::optional<double> nodata;
  bool list = false;               ///< takes several files
  std::vector<std::string> files;  ///< bound by the caller, or by `file:` / `files:` in the document
  Location where;
};

/// A value that the user of the pipeline may change; steps refer to it as `$id`, or `${id}` within a text.
struct ParameterDecl {
  std::string id;
  std::vector<std::string> defaults;
  bool has_default = false;  ///< false: the user must give a value
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::vector<std::string> choices;
  std::string help;
  std::string unit;
  std::vector<std::string> values;  ///< bound by the caller, or by `value:` in the document; empty = defaults
  Location where;
};

/// One application and its settings, inputs and parameters alike, not yet interpreted.
struct StepDecl {
  std::string id;
  std::string app;
  std::vector<Setting>
      settings;  ///< a token `$id` stands for the values of a parameter, `${id}` within one for its value
  Location where;
};

/// A file that the pipeline writes.
struct OutputDecl {
  std::string id;
  std::string from;    ///< `step` or `step.port`
  std::string to;      ///< file name; may hold templates such as `{scene.id}`, kept as text
  std::string type;    ///< pixel type on disk ("uint8" … "double"); empty = the application's default
  bool round = false;  ///< round instead of truncating when `type` is an integer
  Location where;
};

/// A whole pipeline.
struct Document {
  int version = document_version;
  std::string name;
  std::string doc;
  std::vector<InputDecl> inputs;
  std::vector<ParameterDecl> parameters;
  std::vector<StepDecl> steps;
  std::vector<OutputDecl> outputs;
  std::string file;  ///< where it was read from
};

/// The same pipeline: every member is equal except locations and `file`.
bool operator==(const Document& a, const Document& b);

/// Reads a pipeline file. Every fault goes to `diagnostics`; with faults the result is incomplete and not to be run.
Document read_document(const std::string& path, Diagnostics& diagnostics);

/// The same for text in memory; `name` stands for the file in messages.
Document parse_document(std::string_view text, const std::string& name, Diagnostics& diagnostics);

/// The pipeline as JSON with members in fixed order and without those at their defaults. JSON is YAML: parse_document
/// reads it back as an equal document. Bytes that are not UTF-8 (possible in bound file names only) become U+FFFD.
std::string canonical_json(const Document& document);

/// True for [A-Za-z][A-Za-z0-9_]*: the ids of inputs, parameters, steps and outputs.
bool is_document_id(std::string_view text);

/// `step` or `step.port` taken apart; nothing when `text` has another shape.
struct PortReference {
  std::string id;
  std::string port;  ///< empty when only the id was written
};
std::optional<PortReference> parse_port_reference(std::string_view text);

/// Ids of the parameters that a token of a step names: the whole token `$id`, or `${id}` anywhere within it.
std::vector<std::string> parameter_references(std::string_view token);
/// `token` with every `${id}` replaced by `value(id)`.
std::string filled_token(std::string_view token, const std::function<std::string(const std::string& id)>& value);

/// Why `token` cannot be a value of the parameter, in one sentence; empty when it can.
std::string parameter_value_fault(const ParameterDecl& parameter, const std::string& token);

/// The line of `text` that `where` points at, with a caret line below; empty when there is no such line.
std::string source_excerpt(std::string_view text, const Location& where);

}  // namespace cers
