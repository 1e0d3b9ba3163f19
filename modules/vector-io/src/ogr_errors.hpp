// SPDX-License-Identifier: Apache-2.0
// OGR's messages of one thread, kept from the terminal.
#pragma once

#include <cpl_error.h>

#include <string>

namespace cers {

class OgrErrors {
 public:
  OgrErrors() {
    CPLErrorReset();
    CPLPushErrorHandlerEx(&OgrErrors::take, this);
  }
  ~OgrErrors() { CPLPopErrorHandler(); }
  OgrErrors(const OgrErrors&) = delete;
  OgrErrors& operator=(const OgrErrors&) = delete;

  bool failed() const { return !text_.empty(); }
  /// The first error, which names the cause.
  std::string text() const { return text_.empty() ? "the driver gives no reason" : text_; }

 private:
  static void CPL_STDCALL take(CPLErr severity, CPLErrorNum, const char* message) {
    auto* self = static_cast<OgrErrors*>(CPLGetErrorHandlerUserData());
    if (severity >= CE_Failure && self->text_.empty()) self->text_ = message;
  }
  std::string text_;
};

}  // namespace cers
