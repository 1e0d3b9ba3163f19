// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/sampling_rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <optional>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

std::uint64_t rounded(double value) {
  return static_cast<std::uint64_t>(std::floor(value + 0.5));
}
std::uint64_t floored(double value) {
  return static_cast<std::uint64_t>(std::floor(value));
}

SamplingRate rate_of(std::uint64_t required, std::uint64_t total) {
  SamplingRate rate{required, total, 0};
  if (total > 0) rate.rate = std::min(1.0, static_cast<double>(required) / static_cast<double>(total));
  return rate;
}

std::uint64_t sum(const ClassCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t total, const auto& entry) { return total + entry.second; });
}

std::optional<std::uint64_t> smallest(const ClassCounts& counts) {
  std::optional<std::uint64_t> least;
  for (const auto& [name, count] : counts)
    if (count > 0 && (!least || count < *least)) least = count;
  return least;
}

std::uint64_t count_in(const ClassCounts& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

SamplingRates constant(const ClassCounts& image, std::uint64_t number) {
  SamplingRates rates;
  for (const auto& [name, total] : image) rates[name] = rate_of(total > 0 ? number : 0, total);
  return rates;
}

SamplingRates by_class(const ClassCounts& image, const ClassCounts& wanted) {
  SamplingRates rates;
  for (const auto& [name, total] : image) rates[name] = rate_of(count_in(wanted, name), total);
  for (const auto& [name, number] : wanted)
    if (!image.contains(name)) rates[name] = rate_of(number, 0);
  return rates;
}

SamplingRates percent(const ClassCounts& image, double share) {
  SamplingRates rates;
  for (const auto& [name, total] : image) rates[name] = {rounded(share * static_cast<double>(total)), total, share};
  return rates;
}

SamplingRates in_total(const ClassCounts& image, std::uint64_t number) {
  const auto pixels = static_cast<double>(sum(image));
  SamplingRates rates;
  for (const auto& [name, total] : image) {
    const double share = pixels > 0 ? static_cast<double>(number) * static_cast<double>(total) / pixels : 0;
    rates[name] = rate_of(rounded(share), total);
  }
  return rates;
}

/// Every class of any image gets required(class, pixels in this image, pixels in all).
template <class F>
SamplingRates of_all_classes(const ClassCounts& image, const ClassCounts& all, F required) {
  SamplingRates rates;
  for (const auto& [name, everywhere] : all) {
    const std::uint64_t total = count_in(image, name);
    rates[name] = rate_of(
        everywhere > 0 ? required(name, static_cast<double>(total), static_cast<double>(everywhere)) : std::uint64_t{0},
        total);
  }
  return rates;
}

template <class T>
const T& entry(const std::vector<T>& entries, std::size_t image, const SamplingDemand& demand) {
  return entries[demand.sharing == ImageSharing::custom ? image : 0];
}

void check_entries(std::size_t given, std::size_t images, const SamplingDemand& demand, const char* what) {
  const std::size_t needed = demand.sharing == ImageSharing::custom ? images : 1;
  if (given >= needed) return;
  throw UserError(fmt::format("{} {} given, but {} needed", given, what, needed),
                  needed > 1 ? "with mim custom give one for each image" : "give one");
}

}  // namespace

std::vector<SamplingRates> sampling_rates(const std::vector<ClassCounts>& images, const SamplingDemand& demand) {
  using S = SamplingStrategy;
  using I = ImageSharing;
  ClassCounts all;
  for (const ClassCounts& image : images)
    for (const auto& [name, count] : image) all[name] += count;
  const auto parts = static_cast<double>(images.size());
  if (demand.strategy == S::byclass)
    check_entries(demand.by_class.size(), images.size(), demand, "tables of classes are");
  if (demand.strategy == S::constant || demand.strategy == S::total)
    check_entries(demand.numbers.size(), images.size(), demand, "numbers are");
  if (demand.strategy == S::percent) check_entries(demand.shares.size(), images.size(), demand, "shares are");

  const auto same_number = [&](const ClassCounts& image, std::uint64_t number) {
    if (demand.sharing == I::custom) return constant(image, number);
    if (demand.sharing == I::equal) return constant(image, floored(static_cast<double>(number) / parts));
    return of_all_classes(image, all, [&](const std::string&, double here, double everywhere) {
      return floored(static_cast<double>(number) * here / everywhere);
    });
  };
  std::vector<SamplingRates> rates;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const ClassCounts& image = images[i];
    switch (demand.strategy) {
      case S::all: {
        SamplingRates one;
        for (const auto& [name, count] : image) one[name] = {count, count, 1};
        rates.push_back(std::move(one));
        break;
      }
      case S::constant:
        rates.push_back(same_number(image, entry(demand.numbers, i, demand)));
        break;
      case S::smallest:
        rates.push_back(same_number(
            image, std::min(demand.at_most, smallest(demand.sharing == I::custom ? image : all).value_or(0))));
        break;
      case S::byclass: {
        const ClassCounts& wanted = entry(demand.by_class, i, demand);
        if (demand.sharing == I::custom) {
          rates.push_back(by_class(image, wanted));
          break;
        }
        rates.push_back(of_all_classes(image, all, [&](const std::string& name, double here, double everywhere) {
          const auto number = static_cast<double>(count_in(wanted, name));
          if (demand.sharing == I::proportional) return floored(number * here / everywhere);
          return std::min(floored(here), floored(number / parts));
        }));
        break;
      }
      case S::percent: {
        const double share = entry(demand.shares, i, demand);
        if (demand.sharing != I::equal) {
          rates.push_back(percent(image, share));
          break;
        }
        rates.push_back(of_all_classes(image, all, [&](const std::string&, double, double everywhere) {
          return rounded(share * everywhere / parts);
        }));
        break;
      }
      case S::total: {
        std::uint64_t number = entry(demand.numbers, i, demand);
        if (demand.sharing == I::equal) number = floored(static_cast<double>(number) / parts);
        if (demand.sharing == I::proportional) {
          const auto everywhere = static_cast<double>(sum(all));
          const double share = everywhere > 0 ? static_cast<double>(sum(image)) / everywhere : 0;
          number = rounded(static_cast<double>(number) * share);
        }
        rates.push_back(in_total(image, number));
        break;
      }
    }
  }
  return rates;
}

std::size_t overflows(const SamplingRates& rates) {
  return static_cast<std::size_t>(std::count_if(
      rates.begin(), rates.end(), [](const auto& entry) { return entry.second.required > entry.second.total; }));
}

std::string rates_csv(const SamplingRates& rates) {
  std::string text = "#className requiredSamples totalSamples rate\n";
  for (const auto& [name, rate] : rates)
    text += fmt::format("{}\t{}\t{}\t{:.6g}\n", name, rate.required, rate.total, rate.rate);
  return text;
}

ClassCounts read_required_samples(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw DataError(fmt::format("{} cannot be read", path), "check the path");
  ClassCounts counts;
  std::string line;
  int number = 0;
  char separator = 0;
  while (std::getline(file, line)) {
    ++number;
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#') continue;
    if (separator == 0) {
      for (const char candidate : {'\t', ';', ','})
        if (separator == 0 && content.find(candidate) != std::string_view::npos) separator = candidate;
    }
    const std::vector<std::string> words = separator == 0 ? std::vector<std::string>{} : split(content, separator);
    const auto value = words.size() < 2 ? std::nullopt : parse_integer(trimmed(words[1]));
    if (!value || *value < 0)
      throw DataError(fmt::format("{}, line {}: '{}' is no class with a number", path, number, content),
                      "write the class, a tab, semicolon or comma, and a whole number");
    counts[std::string(trimmed(words[0]))] = static_cast<std::uint64_t>(*value);
  }
  if (counts.empty()) throw DataError(fmt::format("{} names no class", path), "write a line for each class");
  return counts;
}

}  // namespace cers
