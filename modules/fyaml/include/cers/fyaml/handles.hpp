// SPDX-License-Identifier: Apache-2.0
// Owners of libfyaml's parser, events and messages.
#pragma once

#include <libfyaml.h>

#include <cstddef>
#include <memory>

namespace cers::fyaml {

struct ParserDeleter {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};
using Parser = std::unique_ptr<fy_parser, ParserDeleter>;

struct DiagDeleter {
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};
using Diag = std::unique_ptr<fy_diag, DiagDeleter>;

struct EventDeleter {
  fy_parser* parser;
  void operator()(fy_event* event) const { fy_parser_event_free(parser, event); }
};
using Event = std::unique_ptr<fy_event, EventDeleter>;

/// Messages are collected; nothing reaches stderr. Null when there is no memory.
inline Diag collecting_diag() {
  fy_diag_cfg config{};
  fy_diag_cfg_default(&config);
  config.fp = nullptr;
  config.output_fn = [](fy_diag*, void*, const char*, std::size_t) {};
  config.colorize = false;
  Diag diag(fy_diag_create(&config));
  if (diag) fy_diag_set_collect_errors(diag.get(), true);
  return diag;
}

}  // namespace cers::fyaml
