// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/expression.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "expression/parser.hpp"

namespace cers {

struct Expression::Program {
  std::string text;
  detail::Program code;
};

namespace {

using Kind = ExpressionVariable::Kind;

constexpr std::pair<std::string_view, Kind> coordinates[] = {
    {"idxX", Kind::pixel_x}, {"idxY", Kind::pixel_y}, {"idxPhyX", Kind::map_x}, {"idxPhyY", Kind::map_y}};

std::optional<ExpressionVariable> find_coordinate(std::string_view name) {
  for (const auto& [known, kind] : coordinates) {
    if (known == name) return ExpressionVariable{kind, 0, 0};
  }
  return std::nullopt;
}

struct BandName {
  int image = 0;
  int band = 0;
  bool canonical = true;  // as im1b1, not IM1B01
};

// A leading number, taken off `text`.
std::optional<int> take_number(std::string_view& text, bool& canonical) {
  int number = 0;
  const char* const begin = text.data();
  const auto [end, error] = std::from_chars(begin, begin + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  canonical = canonical && (end == begin + 1 || text.front() != '0');
  text.remove_prefix(static_cast<std::size_t>(end - begin));
  return number;
}

std::optional<BandName> read_band_name(std::string_view name) {
  const std::string lowered = lower(name);
  std::string_view rest = lowered;
  BandName read;
  read.canonical = lowered == name;
  if (!rest.starts_with("im")) return std::nullopt;
  rest.remove_prefix(2);
  const auto image = take_number(rest, read.canonical);
  if (!image || !rest.starts_with("b")) return std::nullopt;
  rest.remove_prefix(1);
  const auto band = take_number(rest, read.canonical);
  if (!band || !rest.empty()) return std::nullopt;
  read.image = *image;
  read.band = *band;
  return read;
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// What keeps a band from existing; empty for those that do.
std::string missing_band(const BandName& name, std::span<const int> bands_per_image) {
  if (name.image < 1 || name.band < 1) return "images and bands are counted from 1";
  const std::size_t images = bands_per_image.size();
  if (static_cast<std::size_t>(name.image) > images)
    return "image " + std::to_string(name.image) + " does not exist: " + counted(images, "image") +
           (images == 1 ? " is given" : " are given");
  const int bands = bands_per_image[static_cast<std::size_t>(name.image - 1)];
  if (name.band <= bands) return {};
  return "image " + std::to_string(name.image) + " has " + counted(static_cast<std::size_t>(bands), "band");
}

std::vector<std::string> coordinate_names() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : coordinates) names.emplace_back(name);
  return names;
}

detail::Names names_of_images(std::span<const int> bands_per_image) {
  const std::string shape = "a band is im<image>b<band>, both counted from 1, such as im1b1";
  detail::Names names;
  names.find = [=](std::string_view name) -> std::optional<ExpressionVariable> {
    const auto band = read_band_name(name);
    if (band && band->canonical && missing_band(*band, bands_per_image).empty())
      return ExpressionVariable{Kind::band, band->image - 1, band->band - 1};
    return find_coordinate(name);
  };
  names.remedy = [=](std::string_view name) -> std::string {
    const auto band = read_band_name(name);
    if (!band) return lower(name).starts_with("im") ? shape : std::string();
    std::string missing = missing_band(*band, bands_per_image);
    if (!missing.empty()) return missing;
    return "did you mean 'im" + std::to_string(band->image) + "b" + std::to_string(band->band) + "'?";
  };
  names.known = coordinate_names();
  names.help = shape;
  return names;
}

detail::Names names_of_list(std::span<const std::string> list) {
  detail::Names names;
  names.find = [=](std::string_view name) -> std::optional<ExpressionVariable> {
    const auto place = std::find(list.begin(), list.end(), name);
    if (place == list.end()) return find_coordinate(name);
    return ExpressionVariable{Kind::band, 0, static_cast<int>(place - list.begin())};
  };
  names.remedy = [](std::string_view) { return std::string(); };
  names.known = coordinate_names();
  names.known.insert(names.known.begin(), list.begin(), list.end());
  names.help = "variables are " + join(names.known, ", ");
  return names;
}

}  // namespace

Expression Expression::compile(std::string_view text, std::span<const int> bands_per_image) {
  return Expression(std::make_unique<const Program>(
      Program{std::string(text), detail::parse(text, names_of_images(bands_per_image))}));
}

Expression Expression::compile(std::string_view text, std::span<const std::string> names) {
  return Expression(
      std::make_unique<const Program>(Program{std::string(text), detail::parse(text, names_of_list(names))}));
}

Expression::Expression(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

const std::vector<ExpressionVariable>& Expression::variables() const {
  return program_->code.variables();
}

const std::string& Expression::text() const {
  return program_->text;
}

std::string Expression::listing() const {
  return program_->code.listing();
}

std::size_t Expression::scratch_size() const {
  return program_->code.buffers() * chunk;
}

void Expression::evaluate(std::span<const double* const> variables, double* out, std::size_t count,
                          double* scratch) const {
  CERS_EXPECT(variables.size() == program_->code.variables().size() && count <= chunk);
  if (count > 0) program_->code.run(variables.data(), out, count, scratch);
}

}  // namespace cers
