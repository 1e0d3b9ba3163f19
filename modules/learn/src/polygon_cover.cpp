// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/polygon_cover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <set>

#include "cers/core/text.hpp"
#include "cers/learn/pixel_index.hpp"
#include "line_order.hpp"

namespace cers {
namespace {

constexpr std::size_t named_pairs = 3;  // of polygons that overlap

int line_of(const PixelRun& run) {
  return run.y;
}
int begin_of(const PixelRun& run) {
  return run.begin;
}

/// A part of run number `run` that the mask leaves.
struct Piece {
  std::uint32_t run;
  std::int32_t begin;
  std::int32_t end;
  friend auto operator<=>(const Piece&, const Piece&) = default;
};

/// What a mask leaves of a cover.
class MaskedCover {
 public:
  using State = std::vector<Piece>;
  using Result = PolygonCover;
  static constexpr bool exact = true;

  MaskedCover(Late<PolygonCover> late, std::shared_ptr<const PixelIndex> index, std::size_t lines)
      : late_(late), index_(std::move(index)), lines_(lines) {}

  std::size_t state_bytes() const { return 64 * 64 * sizeof(Piece); }
  std::size_t result_bytes() const { return 2 * lines_ * sizeof(Piece); }
  Window wanted(Window tile) const { return index_->within(tile); }
  MaskedCover bind(const LateValues& values) const {
    MaskedCover bound = *this;
    bound.runs_ = std::make_shared<const std::vector<PixelRun>>(values.get(late_).runs);
    bound.order_ = std::make_shared<const std::vector<std::uint32_t>>(by_line(*bound.runs_, line_of, begin_of));
    return bound;
  }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window part) const {
    const auto mask = pixels.plane<std::uint8_t>(0);
    for (int y = part.y; y < part.bottom(); ++y) {
      const auto [first, last] = on_line(*order_, *runs_, line_of, y);
      for (std::size_t i = first; i < last; ++i) {
        const PixelRun& run = (*runs_)[(*order_)[i]];
        const int end = std::min(run.end, part.right());
        for (int x = std::max(run.begin, part.x); x < end; ++x) {
          if (mask.at(x, y) == 0) continue;
          const int begin = x;
          while (x < end && mask.at(x, y) != 0) ++x;
          state.push_back({(*order_)[i], begin, x});
        }
      }
    }
  }
  void merge(State& into, State&& from) const { into.insert(into.end(), from.begin(), from.end()); }
  // Pieces that a tile's edge parted are one again, so the cover does not depend on tiles.
  Result finish(State&& state) const {
    std::sort(state.begin(), state.end());
    PolygonCover cover;
    std::uint32_t last = 0;
    for (const Piece& piece : state) {
      const PixelRun& run = (*runs_)[piece.run];
      if (!cover.runs.empty() && last == piece.run && cover.runs.back().end == piece.begin) {
        cover.runs.back().end = piece.end;
      } else {
        cover.runs.push_back({run.feature, run.y, piece.begin, piece.end});
      }
      last = piece.run;
    }
    return cover;
  }

 private:
  Late<PolygonCover> late_;
  std::shared_ptr<const PixelIndex> index_;
  std::size_t lines_;
  std::shared_ptr<const std::vector<PixelRun>> runs_;
  std::shared_ptr<const std::vector<std::uint32_t>> order_;
};

/// Calls each(run index, begin, end, alone) for the parts of the runs of one line; `alone` is false where a run of
/// another class lies over it. `clash(a, b)` is told of two such runs.
template <class Each, class Clash>
void parts_of_line(const std::vector<PixelRun>& runs, std::span<const std::uint32_t> line,
                   const std::vector<int>& class_of, Each each, Clash clash) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const PixelRun& run = runs[line[i]];
    std::vector<std::pair<int, int>> covered;  // by other classes
    for (std::size_t j = 0; j < line.size(); ++j) {
      const PixelRun& other = runs[line[j]];
      if (other.begin >= run.end) break;
      if (other.end <= run.begin || class_of[other.feature] == class_of[run.feature]) continue;
      covered.emplace_back(std::max(run.begin, other.begin), std::min(run.end, other.end));
      clash(run, other);
    }
    int x = run.begin;
    for (const auto& [begin, end] : covered) {  // ascending by begin, as the line is
      if (begin > x) each(line[i], x, begin, true);
      if (end > x) {
        each(line[i], std::max(x, begin), end, false);
        x = end;
      }
    }
    if (x < run.end) each(line[i], x, run.end, true);
  }
}

template <class Each, class Clash>
void for_parts(const PolygonCover& cover, const LabelledShapes& shapes, Each each, Clash clash) {
  std::map<std::string, int> numbers;
  std::vector<int> class_of;
  for (const LabelledFeature& feature : shapes.features)
    class_of.push_back(numbers.emplace(feature.label, static_cast<int>(numbers.size())).first->second);
  const std::vector<std::uint32_t> order = by_line(cover.runs, line_of, begin_of);
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && cover.runs[order[last]].y == cover.runs[order[first]].y) ++last;
    parts_of_line(cover.runs, std::span(order).subspan(first, last - first), class_of, each, clash);
    first = last;
  }
}

}  // namespace

Late<PolygonCover> cover_of(Graph& graph, const SharedShapes& shapes, std::optional<Edge> mask) {
  const auto draw = [shapes](const TaskContext& context) {
    PolygonCover cover;
    for (std::size_t i = 0; i < shapes->shapes.size() && !context.stop.stop_requested(); ++i)
      append_runs(shapes->shapes[i], static_cast<std::uint32_t>(i), cover.runs);
    return cover;
  };
  const auto cover = graph.then(draw, "pixels of the polygons");
  if (!mask) return cover;
  const auto index = std::make_shared<PixelIndex>(shapes->grid.size);
  std::size_t lines = 0;
  for (const PixelShape& shape : shapes->shapes) {
    index->add(shape.around);
    lines += static_cast<std::size_t>(shape.around.height);
  }
  return graph.reduce(MaskedCover(cover, index, lines), *mask, "mask on polygons", {cover});
}

PolygonStatistics statistics_of(const PolygonCover& cover, const LabelledShapes& shapes) {
  PolygonStatistics statistics;
  statistics.features.resize(shapes.features.size(), 0);
  for (const PixelRun& run : cover.runs) statistics.features[run.feature] += static_cast<std::uint64_t>(run.size());
  for (std::size_t i = 0; i < shapes.features.size(); ++i)
    statistics.classes[shapes.features[i].label] += statistics.features[i];
  return statistics;
}

std::string statistics_xml(const PolygonStatistics& statistics, const LabelledShapes& shapes) {
  std::map<std::string, std::uint64_t> vectors;
  for (std::size_t i = 0; i < shapes.features.size(); ++i)
    vectors[std::to_string(shapes.features[i].id)] += statistics.features[i];
  std::string text = "<?xml version=\"1.0\" ?>\n<GeneralStatistics>\n";
  const auto add = [&](const char* name, const ClassCounts& counts) {
    text += fmt::format("    <Statistic name=\"{}\">\n", name);
    for (const auto& [key, count] : counts)
      text += fmt::format("        <StatisticMap key=\"{}\" value=\"{}\" />\n", escaped_markup(key), count);
    text += "    </Statistic>\n";
  };
  add("samplesPerClass", statistics.classes);
  add("samplesPerVector", vectors);
  return text + "</GeneralStatistics>\n";
}

ClassCounts read_class_counts(const std::string& path) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_file(path.c_str());
  const char* remedy = "give a file that PolygonClassStatistics made";
  if (!parsed) throw DataError(fmt::format("{} cannot be read as XML: {}", path, parsed.description()), remedy);
  const auto named = [](const pugi::xml_node& node) {
    return std::string_view(node.attribute("name").value()) == "samplesPerClass";
  };
  const pugi::xml_node classes = document.child("GeneralStatistics").find_child(named);
  if (!classes) throw DataError(fmt::format("{} has no samplesPerClass", path), remedy);
  ClassCounts counts;
  for (const pugi::xml_node& entry : classes.children("StatisticMap")) {
    const auto value = parse_integer(entry.attribute("value").value());
    if (!value || *value < 0 || !entry.attribute("key"))
      throw DataError(fmt::format("{}: class '{}' has the count '{}'", path, entry.attribute("key").value(),
                                  entry.attribute("value").value()),
                      remedy);
    counts[entry.attribute("key").value()] = static_cast<std::uint64_t>(*value);
  }
  if (counts.empty()) throw DataError(fmt::format("{} counts no class", path), remedy);
  return counts;
}

Overlap find_overlap(const PolygonCover& cover, const LabelledShapes& shapes) {
  Overlap overlap;
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
  std::vector<std::pair<int, int>> shared;  // of the line at hand; each pixel once
  int line = -1;
  const auto count = [&] {
    std::sort(shared.begin(), shared.end());
    int reached = -1;
    for (const auto& [begin, end] : shared) {
      overlap.pixels += static_cast<std::uint64_t>(std::max(0, end - std::max(begin, reached)));
      reached = std::max(reached, end);
    }
    shared.clear();
  };
  for_parts(
      cover, shapes,
      [&](std::uint32_t run, int begin, int end, bool alone) {
        if (alone) return;
        if (cover.runs[run].y != line) count();
        line = cover.runs[run].y;
        shared.emplace_back(begin, end);
      },
      [&](const PixelRun& a, const PixelRun& b) { pairs.insert(std::minmax(a.feature, b.feature)); });
  count();
  overlap.pairs = pairs.size();
  for (auto pair = pairs.begin(); pair != pairs.end() && overlap.first.size() < named_pairs; ++pair)
    overlap.first.push_back(*pair);
  return overlap;
}

PolygonCover without_overlap(const PolygonCover& cover, const LabelledShapes& shapes) {
  std::vector<Piece> pieces;
  for_parts(
      cover, shapes,
      [&](std::uint32_t run, int begin, int end, bool alone) {
        if (alone) pieces.push_back({run, begin, end});
      },
      [](const PixelRun&, const PixelRun&) {});
  std::sort(pieces.begin(), pieces.end());
  PolygonCover left;
  for (const Piece& piece : pieces) {
    const PixelRun& run = cover.runs[piece.run];
    left.runs.push_back({run.feature, run.y, piece.begin, piece.end});
  }
  return left;
}

std::string describe_pairs(const Overlap& overlap, const LabelledShapes& shapes) {
  std::string text;
  for (const auto& [first, second] : overlap.first) {
    const LabelledFeature& a = shapes.features[first];
    const LabelledFeature& b = shapes.features[second];
    text +=
        fmt::format("{}feature {} ({}) and feature {} ({})", text.empty() ? "" : ", ", a.id, a.label, b.id, b.label);
  }
  return fmt::format("{} pair{}{} {}", overlap.pairs, overlap.pairs == 1 ? "" : "s",
                     overlap.pairs > overlap.first.size() ? " such as" : ":", text);
}

std::string describe(const Overlap& overlap, const LabelledShapes& shapes) {
  if (overlap.pixels == 0) return {};
  return fmt::format("{}: {} pixel{} in polygons of different classes, {}", shapes.path, overlap.pixels,
                     overlap.pixels == 1 ? " lies" : "s lie", describe_pairs(overlap, shapes));
}

}  // namespace cers
