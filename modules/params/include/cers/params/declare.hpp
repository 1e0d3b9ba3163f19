// SPDX-License-Identifier: Apache-2.0
// Declares an application's parameters by pointer to member: the member's type drives parsing, its default is read from
// a default-constructed struct, its range, unit and choices stand in the same sentence.
//
//   struct Params { int radius = 1; std::optional<double> nodata; std::vector<std::string> list{"Vegetation:NDVI"}; };
//   Declare<Params>("Quicklook", "A small copy of an image.")
//       .input("in", "Image to sample.")
//       .output("out", "Sampled image.")
//       .param("sr", &Params::ratio, "Sampling ratio.").range(1, 1e6).unit("pixel")
//       .done();
//
// Member types: bool, int, double, std::string, an enum E with `std::vector<Choice> choices_of(E)` found by argument-
// dependent lookup (choices in enumerator order from 0), std::vector of int, double, std::string or E, and
// std::optional of any of the scalars. A std::string or std::vector<std::string> given .choices(...) becomes a
// choice / choice_list.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cers/params/app_spec.hpp"
#include "cers/params/codecs.hpp"

namespace cers {

namespace detail {

/// The part of Declare that does not depend on the struct. Every misuse is an InternalError that names the application.
class SpecBuilder {
 public:
  SpecBuilder(std::string name, std::string summary);
  AppSpec spec;
  void add_input(InputSpec input);
  void add_output(OutputSpec output);
  void add_param(std::string key, Codec codec, std::string help);
  // What follows applies to the last input, output or parameter added.
  void range(std::optional<double> minimum, std::optional<double> maximum);
  void unit(std::string text) { last_param("unit").unit = std::move(text); }
  void required() { last_param("required").required = true; }
  void advanced() { last_param("advanced").advanced = true; }
  void reads_file() { last_param("reads_file").reads_file = true; }
  void optional();
  void rounds();
  void choices(std::vector<Choice> choices);
  void only_if(std::string key, std::string value);
  /// Joins codecs and specs, reads the defaults, and checks that the description is sound.
  AppSpec finish();

 private:
  enum class Last { nothing, input, output, param };
  ParamSpec& last_param(const char* modifier);
  [[noreturn]] void misuse(const std::string& what) const;
  void check_key(const std::string& key) const;
  void check_condition(const ParamSpec& param) const;
  Last last_ = Last::nothing;
  std::vector<Codec> codecs_;  ///< one for each of spec.params
};

}  // namespace detail

/// Modifiers (range, at_least, unit, required, advanced, reads_file, choices, only_if) apply to the parameter declared
/// last, optional() to the input or output declared last, rounds() to the output. A mistake in a declaration is an
/// InternalError, found by any test that calls spec().
template <class Params>
class Declare {
 public:
  Declare(std::string name, std::string summary) : builder_(std::move(name), std::move(summary)) {}

  /// Paragraphs of Markdown.
  Declare& doc(std::string markdown) { return spec().doc = std::move(markdown), *this; }
  Declare& tag(std::string text) { return spec().tags.push_back(std::move(text)), *this; }

  /// One image that is needed unless optional() follows.
  Declare& input(std::string key, std::string help) {
    return builder_.add_input({std::move(key), std::move(help)}), *this;
  }
  /// One or more images.
  Declare& input_list(std::string key, std::string help) {
    return builder_.add_input({std::move(key), std::move(help), true}), *this;
  }
  /// A raster; `type` is its pixel type when the user names none.
  Declare& output(std::string key, std::string help, PixelType type = PixelType::f32) {
    return builder_.add_output({std::move(key), std::move(help), OutputKind::raster, type}), *this;
  }
  /// A small file: statistics, a table.
  Declare& file_output(std::string key, std::string help) {
    return builder_.add_output({std::move(key), std::move(help), OutputKind::file}), *this;
  }
  /// A folder of rasters and small files that appear together: a product.
  Declare& folder_output(std::string key, std::string help) {
    return builder_.add_output({std::move(key), std::move(help), OutputKind::folder}), *this;
  }
  /// A vector file made of pixels: .gpkg, .shp, .geojson.
  Declare& vector_output(std::string key, std::string help) {
    return builder_.add_output({std::move(key), std::move(help), OutputKind::vector}), *this;
  }
  /// A parameter stored in `member`, which may be inherited.
  template <class Owner, class Member>
  Declare& param(std::string key, Member Owner::*member, std::string help) {
    static_assert(std::is_base_of_v<Owner, Params>, "the member must be one of Params");
    Member Params::*own = member;
    return builder_.add_param(std::move(key), detail::make_codec(own), std::move(help)), *this;
  }

  /// Both ends are legal values.
  Declare& range(double minimum, double maximum) { return builder_.range(minimum, maximum), *this; }
  Declare& at_least(double minimum) { return builder_.range(minimum, std::nullopt), *this; }
  Declare& unit(std::string text) { return builder_.unit(std::move(text)), *this; }
  /// Must be given by the user; the struct's default is not shown.
  Declare& required() { return builder_.required(), *this; }
  /// Listed apart in help.
  Declare& advanced() { return builder_.advanced(), *this; }
  /// The text is the name of a file that is read (a model, a table): the record keeps its checksum and its full path.
  Declare& reads_file() { return builder_.reads_file(), *this; }
  Declare& optional() { return builder_.optional(), *this; }
  /// An integer type takes the nearest numbers.
  Declare& rounds() { return builder_.rounds(), *this; }
  /// For std::string and std::vector<std::string>.
  Declare& choices(std::vector<Choice> choices) { return builder_.choices(std::move(choices)), *this; }
  /// Has an effect only while choice parameter `key`, declared before or after, has `value`.
  Declare& only_if(std::string key, std::string value) {
    return builder_.only_if(std::move(key), std::move(value)), *this;
  }

  /// Rules between parameters; runs only when every single value is legal.
  Declare& check(std::function<void(const Params&, Diagnostics&)> rule) {
    spec().check = [rule = std::move(rule)](const void* params, Diagnostics& diagnostics) {
      rule(*static_cast<const Params*>(params), diagnostics);
    };
    return *this;
  }
  Declare& cites(std::string text) { return spec().citations.push_back(std::move(text)), *this; }
  Declare& example(std::string title, std::string command) {
    return spec().examples.push_back({std::move(title), std::move(command)}), *this;
  }
  /// Keys of the values printed on stdout.
  template <class... Keys>
  Declare& reports(Keys... keys) {
    return (spec().report_keys.emplace_back(std::move(keys)), ...), *this;
  }

  /// The finished description; the builder is empty afterwards.
  AppSpec done() {
    spec().make_params = [] { return std::shared_ptr<void>(std::make_shared<Params>()); };
    return builder_.finish();
  }

 private:
  AppSpec& spec() { return builder_.spec; }
  detail::SpecBuilder builder_;
};

}  // namespace cers
