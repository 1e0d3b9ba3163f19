// SPDX-License-Identifier: Apache-2.0
#include "cers/core/error.hpp"

#include <fmt/format.h>

namespace cers {

Error::Error(ExitCode code, std::string what, std::string remedy)
    : code_(code), fault_(std::move(what)), remedy_(std::move(remedy)) {
  compose();
}

void Error::add_context(std::string place) {
  // Nested scopes often name the same place; saying it once is enough.
  if (!where_.empty() && where_.back() == place) return;
  where_.push_back(std::move(place));
  compose();
}

void Error::compose() {
  message_.clear();
  for (auto place = where_.rbegin(); place != where_.rend(); ++place) message_ += *place + ": ";
  message_ += fault_;
  if (!remedy_.empty()) message_ += "\n  " + remedy_;
}

void expectation_failed(const char* expression, const char* file, int line) {
  std::string_view path = file;
  if (const auto slash = path.rfind('/'); slash != std::string_view::npos) path.remove_prefix(slash + 1);
  throw InternalError(fmt::format("expectation `{}` failed at {}:{}", expression, path, line));
}

}  // namespace cers
