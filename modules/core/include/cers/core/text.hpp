// SPDX-License-Identifier: Apache-2.0
// Text helpers that do not depend on the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cers {

/// The whole of `text` as a number ("1e-3", "-5", "nan", "inf"); nothing when any character is left over.
std::optional<double> parse_real(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
/// Shortest text that reads back as the same value: "0.4", "1e-07", "-9999", "nan".
std::string format_real(double value);
/// "57.1 MB" (decimal units).
std::string format_bytes(std::uint64_t bytes);
/// "2.6 s", "3 min 5 s".
std::string format_seconds(double seconds);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text);
/// `text` as it stands in XML, HTML and SVG: & < > " as entities.
std::string escaped_markup(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// The candidate that `text` most likely means: case-insensitive, at most a third of its letters edited. First of
/// equally near ones.
std::optional<std::string> nearest(std::string_view text, std::span<const std::string> candidates);
/// `did you mean 'X'?`, or the list of candidates when none is near and there are at most `most`; else empty.
std::string suggestion(std::string_view text, std::span<const std::string> candidates, std::size_t most = 12);

}  // namespace cers
