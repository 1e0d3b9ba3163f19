// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/polygon_split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "cers/core/error.hpp"
#include "disjoint_sets.hpp"
#include "sample_hash.hpp"

namespace cers {
namespace {

/// Polygons that stay together.
struct Group {
  std::uint64_t hash = 0;
  std::vector<std::size_t> members;
  std::map<int, double> classes;  ///< polygons of each class
};

class Splitter {
 public:
  Splitter(const std::vector<LabelledFeature>& features, const std::vector<PixelPoint>& places,
           const SplitOptions& options, const FeatureOutlines* outlines, const std::vector<std::size_t>& together)
      : features_(features), places_(places), options_(options), outlines_(outlines), together_(together) {
    std::map<std::string, int> numbers;
    for (const LabelledFeature& feature : features) numbers.emplace(feature.label, 0);
    for (auto& [name, number] : numbers) {
      number = static_cast<int>(names_.size());
      names_.push_back(name);
    }
    for (const LabelledFeature& feature : features) class_of_.push_back(numbers.at(feature.label));
    parts_ = options.folds >= 2 ? options.folds : 2;
    split_.part.assign(features.size(), PolygonSplit::training);
  }

  PolygonSplit run() {
    if (options_.block_m > 0 || some_together())
      split_groups();
    else
      split_single();
    if (options_.folds < 2 && options_.buffer_m > 0) leave_out_near();
    warn();
    return std::move(split_);
  }

 private:
  std::uint64_t hash_of(std::size_t feature) const {
    return mixed(options_.seed, static_cast<std::uint64_t>(features_[feature].id));
  }

  void split_single() {
    std::vector<std::vector<std::size_t>> by_class(names_.size());
    for (std::size_t i = 0; i < features_.size(); ++i) by_class[static_cast<std::size_t>(class_of_[i])].push_back(i);
    std::size_t start = 0;  // folds differ by one polygon at most, not by one of each class
    for (auto& members : by_class) {
      std::sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
        return std::pair{hash_of(a), a} < std::pair{hash_of(b), b};
      });
      const std::size_t count = members.size();
      if (options_.folds >= 2) {
        for (std::size_t i = 0; i < count; ++i)
          split_.part[members[i]] = static_cast<int>((start + i) % static_cast<std::size_t>(parts_));
        start += count;
        continue;
      }
      const auto wanted = static_cast<std::size_t>(std::floor(static_cast<double>(count) * options_.validation + 0.5));
      for (std::size_t i = 0; i < std::min(wanted, count - 1); ++i) split_.part[members[i]] = PolygonSplit::validation;
    }
  }

  std::vector<Group> make_blocks() const {
    std::map<std::pair<std::int64_t, std::int64_t>, Group> blocks;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      const auto cell = [&](double v) { return static_cast<std::int64_t>(std::floor(v / options_.block_m)); };
      const std::pair place{cell(places_[i].x), cell(places_[i].y)};
      Group& block = blocks[place];
      block.hash = mixed(mixed(options_.seed, static_cast<std::uint64_t>(place.first)),
                         static_cast<std::uint64_t>(place.second));
      block.members.push_back(i);
      ++block.classes[class_of_[i]];
    }
    std::vector<Group> groups;
    for (auto& [place, block] : blocks) groups.push_back(std::move(block));
    return groups;
  }

  bool some_together() const {
    std::vector<std::size_t> numbers = together_;
    std::sort(numbers.begin(), numbers.end());
    return std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end();
  }

  std::vector<Group> single_groups() const {
    std::vector<Group> groups(features_.size());
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = {hash_of(i), {i}, {{class_of_[i], 1.0}}};
    return groups;
  }

  /// Groups that have members that stay together become one; the least of their hashes is its own.
  std::vector<Group> joined(const std::vector<Group>& parts) const {
    learn::DisjointSets sets(parts.size());
    std::vector<std::optional<std::size_t>> part_of(features_.size());  // by number of those that stay together
    for (std::size_t g = 0; g < parts.size(); ++g) {
      for (const std::size_t i : parts[g].members) {
        std::optional<std::size_t>& part = part_of[together_[i]];
        if (part) sets.join(*part, g);
        part = g;
      }
    }
    std::map<std::size_t, Group> groups;
    for (std::size_t g = 0; g < parts.size(); ++g) {
      const auto [at, fresh] = groups.try_emplace(sets.of(g), parts[g]);
      if (fresh) continue;
      Group& group = at->second;
      group.hash = std::min(group.hash, parts[g].hash);
      group.members.insert(group.members.end(), parts[g].members.begin(), parts[g].members.end());
      for (const auto& [c, count] : parts[g].classes) group.classes[c] += count;
    }
    std::vector<Group> all;
    for (auto& [least, group] : groups) all.push_back(std::move(group));
    return all;
  }

  double share_of(int part) const {
    if (options_.folds >= 2) return 1.0 / parts_;
    return part == PolygonSplit::validation ? options_.validation : 1 - options_.validation;
  }

  void split_groups() {
    std::vector<Group> groups = options_.block_m > 0 ? make_blocks() : single_groups();
    if (!together_.empty()) groups = joined(groups);
    std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.hash < b.hash; });
    const std::size_t classes = names_.size();
    std::vector<double> size(classes, 0);
    for (const int c : class_of_) ++size[static_cast<std::size_t>(c)];
    std::vector<std::vector<double>> has(static_cast<std::size_t>(parts_), std::vector<double>(classes, 0));
    std::vector<int> part(groups.size(), 0);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      double best = -HUGE_VAL;
      for (int p = 0; p < parts_; ++p) {
        double lack = 0;  // of the classes of this block, as shares of all their polygons
        for (const auto& [c, count] : groups[g].classes) {
          const auto k = static_cast<std::size_t>(c);
          lack += count / size[k] * (share_of(p) - has[static_cast<std::size_t>(p)][k] / size[k]);
        }
        if (lack > best) {
          best = lack;
          part[g] = p;
        }
      }
      for (const auto& [c, count] : groups[g].classes)
        has[static_cast<std::size_t>(part[g])][static_cast<std::size_t>(c)] += count;
    }
    if (options_.folds < 2) train_every_class(groups, part);
    for (std::size_t g = 0; g < groups.size(); ++g)
      for (const std::size_t i : groups[g].members) split_.part[i] = part[g];
  }

  // A class without training gets the smallest of its blocks of validation.
  void train_every_class(const std::vector<Group>& groups, std::vector<int>& part) const {
    for (int c = 0; c < static_cast<int>(names_.size()); ++c) {
      std::optional<std::size_t> smallest;
      bool trained = false;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!groups[g].classes.contains(c)) continue;
        trained = trained || part[g] == PolygonSplit::training;
        if (!smallest || groups[g].members.size() < groups[*smallest].members.size()) smallest = g;
      }
      if (!trained && smallest) part[*smallest] = PolygonSplit::training;
    }
  }

  // Training polygons by the left edges of their boxes: those near in x lie together.
  void leave_out_near() {
    std::vector<std::size_t> training;
    double widest = 0;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      if (split_.part[i] != PolygonSplit::training || features_[i].label.empty()) continue;
      training.push_back(i);
      widest = std::max(widest, outlines_->box(i).right - outlines_->box(i).left);
    }
    const auto left = [&](std::size_t i) { return outlines_->box(i).left; };
    std::sort(training.begin(), training.end(), [&](std::size_t a, std::size_t b) { return left(a) < left(b); });
    const auto is_near = [&](std::size_t feature) {
      const FeatureOutlines::Box& box = outlines_->box(feature);
      auto at = std::lower_bound(training.begin(), training.end(), box.left - options_.buffer_m - widest,
                                 [&](std::size_t i, double x) { return left(i) < x; });
      for (; at != training.end() && left(*at) < box.right + options_.buffer_m; ++at) {
        const FeatureOutlines::Box& other = outlines_->box(*at);
        const double off = std::hypot(std::max({0.0, box.left - other.right, other.left - box.right}),
                                      std::max({0.0, box.bottom - other.top, other.bottom - box.top}));
        if (off < options_.buffer_m && outlines_->distance(feature, *at) < options_.buffer_m) return true;
      }
      return false;
    };
    std::size_t count = 0;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      if (split_.part[i] != PolygonSplit::validation || !is_near(i)) continue;
      split_.part[i] = PolygonSplit::left_out;
      if (!features_[i].label.empty()) ++count;  // those without a class are no validation anyway
    }
    if (count > 0)
      split_.warnings.push_back(fmt::format("{} polygon{} within {:g} m of training are left out of validation", count,
                                            count == 1 ? "" : "s", options_.buffer_m));
  }

  void warn() {
    for (std::size_t c = 0; c < names_.size(); ++c) {
      if (names_[c].empty()) continue;  // those without a class
      std::size_t polygons = 0;
      std::vector<std::size_t> in(static_cast<std::size_t>(parts_), 0);
      for (std::size_t i = 0; i < features_.size(); ++i) {
        if (class_of_[i] != static_cast<int>(c)) continue;
        ++polygons;
        if (split_.part[i] >= 0) ++in[static_cast<std::size_t>(split_.part[i])];
      }
      const std::string place = options_.block_m > 0 ? "in one block"
                                : polygons == 1      ? "in one polygon"
                                                     : "in polygons that overlap";
      if (options_.folds >= 2) {
        if (std::count_if(in.begin(), in.end(), [](std::size_t n) { return n > 0; }) < 2)
          split_.warnings.push_back(
              fmt::format("class {} ({} polygon{}) lies {}: the fold that holds it has no training for it", names_[c],
                          polygons, polygons == 1 ? "" : "s", place));
      } else if (in[PolygonSplit::validation] == 0 && options_.validation > 0) {
        split_.warnings.push_back(fmt::format("class {} ({} polygon{}) is for training only: it cannot be validated",
                                              names_[c], polygons, polygons == 1 ? "" : "s"));
      }
    }
  }

  const std::vector<LabelledFeature>& features_;
  const std::vector<PixelPoint>& places_;
  const SplitOptions& options_;
  const FeatureOutlines* outlines_;
  const std::vector<std::size_t>& together_;
  int parts_ = 2;
  std::vector<std::string> names_;
  std::vector<int> class_of_;
  PolygonSplit split_;
};

}  // namespace

PolygonSplit split_polygons(const std::vector<LabelledFeature>& features, const std::vector<PixelPoint>& places,
                            const SplitOptions& options, const FeatureOutlines* outlines,
                            const std::vector<std::size_t>& together) {
  CERS_EXPECT(options.validation >= 0 && options.validation <= 1);
  if (options.block_m > 0) CERS_EXPECT(places.size() == features.size());
  if (options.folds < 2 && options.buffer_m > 0)
    CERS_EXPECT(outlines != nullptr && outlines->size() == features.size());
  CERS_EXPECT(together.empty() || together.size() == features.size());
  for (const std::size_t number : together) CERS_EXPECT(number < features.size());
  return Splitter(features, places, options, outlines, together).run();
}

PolygonSplit split_polygons(const LabelledLayer& layer, const std::vector<LabelledFeature>& features,
                            const SplitOptions& options, const std::vector<std::size_t>& together) {
  const std::vector<PixelPoint> places = options.block_m > 0 ? layer.centroids_in_metres() : std::vector<PixelPoint>{};
  if (options.folds >= 2 || options.buffer_m <= 0) return split_polygons(features, places, options, nullptr, together);
  const FeatureOutlines outlines = layer.outlines_in_metres();
  return split_polygons(features, places, options, &outlines, together);
}

}  // namespace cers
