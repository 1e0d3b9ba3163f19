// SPDX-License-Identifier: Apache-2.0
// One class of errors: what happened, where, and what to do about it. Printed once, by the command line.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace cers {

/// Exit codes of `cers`, documented in docs/reference/exit-codes.md.
enum class ExitCode : int { success = 0, usage = 2, data = 3, internal = 4, interrupted = 130, terminated = 143 };

class Error : public std::exception {
 public:
  /// `what`: the fault in one sentence. `remedy`: what the user can do; may be empty for internal faults.
  Error(ExitCode code, std::string what, std::string remedy);
  const char* what() const noexcept override { return message_.c_str(); }
  ExitCode code() const { return code_; }
  const std::string& fault() const { return fault_; }
  const std::string& remedy() const { return remedy_; }
  /// Outermost last: "block 3,4 of B4.tif", "step ndvi".
  const std::vector<std::string>& where() const { return where_; }
  void add_context(std::string place);

 private:
  void compose();
  ExitCode code_;
  std::string fault_;
  std::string remedy_;
  std::vector<std::string> where_;
  std::string message_;
};

/// The command, a parameter or a pipeline is wrong: exit code 2.
class UserError : public Error {
 public:
  explicit UserError(std::string fault, std::string remedy = {})
      : Error(ExitCode::usage, std::move(fault), std::move(remedy)) {}
};

/// A file cannot be read or written, or holds what it should not: exit code 3.
class DataError : public Error {
 public:
  explicit DataError(std::string fault, std::string remedy = {})
      : Error(ExitCode::data, std::move(fault), std::move(remedy)) {}
};

/// A bug of Cers: exit code 4.
class InternalError : public Error {
 public:
  explicit InternalError(std::string fault)
      : Error(ExitCode::internal, std::move(fault), "this is a fault of Cers, not yours: please report the command") {}
};

/// Stopped by a signal or by the caller.
class Cancelled : public Error {
 public:
  explicit Cancelled(ExitCode code = ExitCode::interrupted) : Error(code, "cancelled", {}) {}
};

/// Runs f; an Error that leaves it gains `place` as context.
template <class F>
decltype(auto) with_context(const std::string& place, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (Error& error) {
    error.add_context(place);
    throw;
  }
}

[[noreturn]] void expectation_failed(const char* expression, const char* file, int line);

}  // namespace cers

/// A condition that only a bug of ours can break.
#define CERS_EXPECT(condition)                                                    \
  do {                                                                            \
    if (!(condition)) ::cers::expectation_failed(#condition, __FILE__, __LINE__); \
  } while (false)
