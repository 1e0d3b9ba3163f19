// SPDX-License-Identifier: Apache-2.0
#include "sealed_file.hpp"

#include <fmt/format.h>

#include <vector>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "digest.hpp"

namespace cers::learn {
namespace {

constexpr const char* copy_again = "copy the model again, or train it again";
/// Longer first lines are not looked at.
constexpr std::size_t longest_line = 100;

std::string sum_of(std::string_view header, std::string_view body) {
  Digest digest;
  digest.add_text(header);
  digest.add_text(body);
  return digest.text();
}

}  // namespace

void damaged(const std::string& name, const std::string& what) {
  throw DataError(fmt::format("{} is damaged: {}", name, what), copy_again);
}

std::string sealed(std::string_view header, std::string_view body) {
  std::string bytes =
      fmt::format("{}{} {} {} {}\n", seal_mark, format_version, header.size(), body.size(), sum_of(header, body));
  bytes += header;
  bytes += body;
  return bytes;
}

Unsealed unsealed(std::string_view bytes, const std::string& name) {
  const std::size_t line = bytes.substr(0, longest_line).find('\n');
  if (line == std::string_view::npos)
    throw DataError(fmt::format("{} ends early: its first line is not whole", name), copy_again);
  const std::vector<std::string> words = split(bytes.substr(0, line), ' ');
  const auto number = [&](std::size_t word) -> std::size_t {
    const auto value = word < words.size() ? parse_integer(words[word]) : std::nullopt;
    if (!value || *value < 0) damaged(name, "its first line is none of a model of Cers");
    return static_cast<std::size_t>(*value);
  };
  const std::size_t version = number(1);
  if (version < 1 || version > format_version)
    throw DataError(
        fmt::format("{} has format {} of a model of Cers, this program reads 1 to {}", name, words[1], format_version),
        "use the version of Cers that trained it, or train it again");
  const std::size_t header = number(2);
  const std::size_t body = number(3);
  if (words.size() != 5) damaged(name, "its first line is none of a model of Cers");
  const std::string_view rest = bytes.substr(line + 1);
  if (header > rest.size() || body > rest.size() - header)
    throw DataError(
        fmt::format("{} ends early: it has {} bytes of {} + {} behind its first line", name, rest.size(), header, body),
        copy_again);
  if (header + body != rest.size()) damaged(name, "it is longer than its first line says");
  const Unsealed parts{static_cast<int>(version), rest.substr(0, header), rest.substr(header)};
  if (sum_of(parts.header, parts.body) != words[4]) damaged(name, "its bytes do not add up");
  return parts;
}

}  // namespace cers::learn
