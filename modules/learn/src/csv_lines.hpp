// SPDX-License-Identifier: Apache-2.0
// Tables of text (RFC 4180): fields between commas, quoted where they hold one.
#pragma once

#include <string>
#include <vector>

namespace cers {

struct CsvLine {
  int number = 0;  ///< in the file, from 1
  std::string text;
  std::vector<std::string> fields;  ///< without quotes and blanks around
};

/// The lines of a file that hold something and do not start with #. Throws DataError when it cannot be read.
std::vector<CsvLine> read_csv_lines(const std::string& path);

}  // namespace cers
