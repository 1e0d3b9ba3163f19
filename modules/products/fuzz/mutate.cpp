// SPDX-License-Identifier: Apache-2.0
// Mutations that leave most of a metadata file whole: values replaced by odd ones, elements and files repeated, moved
// or taken out. The plain ones of libFuzzer break its syntax before a reader sees a value.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Random = std::minstd_rand;

std::size_t below(std::size_t count, Random& random) {
  return count == 0 ? 0 : random() % count;
}

std::string odd_value(Random& random) {
  static const std::string_view all[] = {
      "",      "0",    "-0",         "1",           "-1",         "31",    "32",     "33",
      "64",    "100",  "1e3",        "1e9",         "1e19",       "1e308", "1e-308", "-1e308",
      "1e400", "nan",  "NaN",        "inf",         "-inf",       "NULL",  "null",   "-10000",
      "0.5",   "T",    "2147483647", "-2147483648", "4294967295", "Path",  "../x",   "9223372036854775807",
      "/x",    "\xff", "\xc3\xa9",   "x_T31TCJ_",   "XS",         "ALL",   "B8A",    "-9223372036854775808",
  };
  const std::string value(all[below(std::size(all), random)]);
  constexpr std::size_t longest = 100'000;
  const std::size_t kind = below(40, random);
  if (kind == 0) return std::string(below(longest, random), value.empty() ? 'a' : value[0]);
  if (kind == 1) {
    std::string values;
    for (std::size_t count = below(300, random); count > 0; --count) values += value + " ";
    return values;
  }
  return value;
}

struct Part {
  std::size_t begin;
  std::size_t end;
};

// From after one of `open` to before one of `close`, at or after a random place.
Part part_of(const std::string& text, std::string_view open, std::string_view close, Random& random) {
  const auto start = std::min(text.find_first_of(open, below(text.size(), random)), text.size());
  const auto begin = std::min(start + 1, text.size());
  return {begin, std::min(text.find_first_of(close, begin), text.size())};
}

Part line_of(const std::string& text, Random& random) {
  const auto place = below(text.size(), random);
  const auto before = text.rfind('\n', place);
  return {before == std::string::npos ? 0 : before + 1, std::min(text.find('\n', place), text.size())};
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  Random random(seed);
  std::string text(reinterpret_cast<const char*>(data), size);
  if (below(4, random) == 0 || !text.starts_with("=== ")) return LLVMFuzzerMutate(data, size, max_size);
  for (std::size_t times = 1 + below(3, random); times > 0; --times) {
    const Part value =
        below(2, random) == 0 ? part_of(text, ">\"'", "<\"'", random) : part_of(text, "=:> ", "\n<,/ ", random);
    const Part line = line_of(text, random);
    const std::string copy = text.substr(line.begin, line.end - line.begin) + "\n";
    switch (below(6, random)) {
      case 0:
        text.erase(line.begin, copy.size());
        break;
      case 1:
        text.insert(line.begin, copy);
        break;
      case 2: {
        const Part there = line_of(text, random);
        text.insert(there.begin, copy);
        break;
      }
      default:
        text.replace(value.begin, value.end - value.begin, odd_value(random));
    }
  }
  text.resize(std::min(text.size(), max_size));
  std::copy(text.begin(), text.end(), data);
  return text.size();
}
